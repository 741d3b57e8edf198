-- What a new session of this user in this database starts with. Read before search_path is set, hence no operators.
-- 1260 is the catalog of roles, passwords among them.
SELECT pg_catalog.current_setting('server_version_num'),
       session_user,
       pg_catalog.current_database(),
       pg_catalog.current_setting('role'),
       pg_catalog.current_setting('search_path'),
       pg_catalog.current_setting('createrole_self_grant', true),
       pg_catalog.current_setting('password_encryption'),
       pg_catalog.current_setting('standard_conforming_strings'),
       pg_catalog.current_setting('lo_compat_privileges'),
       pg_catalog.current_setting('default_transaction_read_only'),
       pg_catalog.pg_is_in_recovery(),
       pg_catalog.has_column_privilege(1260::pg_catalog.oid, 'rolpassword', 'SELECT'),
       pg_catalog.current_setting('TimeZone'),
       pg_catalog.current_setting('server_encoding'),
       pg_catalog.pg_char_to_encoding(pg_catalog.getdatabaseencoding())
