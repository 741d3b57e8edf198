-- Up to 14 a publication is of tables, or of all.
SELECT c.oid, c.pubname, 0::oid, c.pubowner, c.puballtables, false
FROM pg_catalog.pg_publication c
WHERE $1 IS NULL OR c.oid = ANY ($1)
