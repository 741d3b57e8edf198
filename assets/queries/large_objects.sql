SELECT c.oid, c.lomowner
FROM pg_catalog.pg_largeobject_metadata c
WHERE $1 IS NULL OR c.oid = ANY ($1)
