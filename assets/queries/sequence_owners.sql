-- Sequences that belong to a column: serial ('a') and identity ('i').
SELECT d.objid, d.refobjid
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
WHERE d.classid = 1259 AND d.objsubid = 0 AND d.refclassid = 1259 AND d.refobjsubid > 0
  AND d.deptype IN ('a', 'i') AND ($1 IS NULL OR d.objid = ANY ($1))
