SELECT setrole, setdatabase, setconfig
FROM pg_catalog.pg_db_role_setting
