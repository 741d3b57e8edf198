SELECT c.oid, c.opcname, c.opcnamespace, c.opcowner, m.amname
FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
WHERE $1 IS NULL OR c.oid = ANY ($1)
