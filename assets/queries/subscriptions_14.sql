-- password_required came with 16.
SELECT c.oid, c.subname, 0::oid, c.subowner, c.subdbid, true
FROM pg_catalog.pg_subscription c
WHERE $1 IS NULL OR c.oid = ANY ($1)
