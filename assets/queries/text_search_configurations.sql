SELECT c.oid, c.cfgname, c.cfgnamespace, c.cfgowner
FROM pg_catalog.pg_ts_config c
WHERE $1 IS NULL OR c.oid = ANY ($1)
