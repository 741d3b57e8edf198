SELECT c.oid, c.conname, c.connamespace, c.conowner
FROM pg_catalog.pg_conversion c
WHERE $1 IS NULL OR c.oid = ANY ($1)
