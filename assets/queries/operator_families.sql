SELECT c.oid, c.opfname, c.opfnamespace, c.opfowner, m.amname
FROM pg_catalog.pg_opfamily c JOIN pg_catalog.pg_am m ON m.oid = c.opfmethod
WHERE $1 IS NULL OR c.oid = ANY ($1)
