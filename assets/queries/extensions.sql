SELECT c.oid, c.extname, 0::oid, c.extowner
FROM pg_catalog.pg_extension c
WHERE $1 IS NULL OR c.oid = ANY ($1)
