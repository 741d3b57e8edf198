SELECT c.oid, c.dictname, c.dictnamespace, c.dictowner
FROM pg_catalog.pg_ts_dict c
WHERE $1 IS NULL OR c.oid = ANY ($1)
