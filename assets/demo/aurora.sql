-- As rdsadmin, in template1 and postgres: the function by which Aurora is told from RDS.
CREATE FUNCTION pg_catalog.aurora_version() RETURNS text
    LANGUAGE sql STABLE
    AS $$ SELECT split_part(current_setting('server_version'), ' ', 1) || '.0' $$;
