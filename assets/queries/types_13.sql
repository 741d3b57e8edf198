-- As types.sql. 13 has no multiranges, and calls an array whatever has elements and a variable length (aclchk.c).
SELECT c.oid, c.typname, c.typnamespace, c.typowner,
       CASE WHEN c.typelem <> 0 AND c.typlen = -1 THEN 'a'::"char"
            WHEN c.typtype = 'c' AND r.relkind <> 'c' THEN 'w'::"char"
            ELSE c.typtype END,
       CASE WHEN c.typelem <> 0 AND c.typlen = -1 THEN c.typelem ELSE c.typrelid END
FROM pg_catalog.pg_type c
LEFT JOIN pg_catalog.pg_class r ON r.oid = c.typrelid
WHERE $1 IS NULL OR c.oid = ANY ($1)
