-- Only columns that everybody may read. The catalog is shared, and so REASSIGN OWNED gives away those of all databases.
SELECT c.oid, c.subname, 0::oid, c.subowner, c.subdbid, c.subpasswordrequired
FROM pg_catalog.pg_subscription c
WHERE $1 IS NULL OR c.oid = ANY ($1)
