SELECT c.oid, c.stxname, c.stxnamespace, c.stxowner
FROM pg_catalog.pg_statistic_ext c
WHERE $1 IS NULL OR c.oid = ANY ($1)
