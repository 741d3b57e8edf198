SELECT c.oid, c.pubname, 0::oid, c.pubowner, c.puballtables,
       EXISTS (SELECT FROM pg_catalog.pg_publication_namespace s WHERE s.pnpubid = c.oid)
FROM pg_catalog.pg_publication c
WHERE $1 IS NULL OR c.oid = ANY ($1)
