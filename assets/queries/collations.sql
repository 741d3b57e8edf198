SELECT c.oid, c.collname, c.collnamespace, c.collowner, c.collencoding
FROM pg_catalog.pg_collation c
WHERE $1 IS NULL OR c.oid = ANY ($1)
