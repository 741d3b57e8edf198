-- As dba_master, in postgres, since 16: whether a member inherits, and may SET ROLE, is the membership's option.
CREATE ROLE bi_reader LOGIN;
GRANT app_readonly TO bi_reader WITH INHERIT FALSE, SET TRUE;
GRANT shop_owner TO team_checkout WITH INHERIT FALSE, SET TRUE;
GRANT app_readonly TO support WITH INHERIT TRUE, SET FALSE;
GRANT billing_owner TO erin WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
