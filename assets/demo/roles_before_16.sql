-- As dba_master, in postgres, before 16: whether a member inherits is the member's attribute.
CREATE ROLE bi_reader LOGIN NOINHERIT;
GRANT app_readonly TO bi_reader;
GRANT shop_owner TO team_checkout;
GRANT app_readonly TO support;
