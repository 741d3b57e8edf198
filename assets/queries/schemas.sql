SELECT c.oid, c.nspname, 0::oid, c.nspowner
FROM pg_catalog.pg_namespace c
WHERE $1 IS NULL OR c.oid = ANY ($1)
