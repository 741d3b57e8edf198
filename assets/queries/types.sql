-- Kind: typtype, but 'a' for a true array (its subscripting is array_subscript_handler, OID 6179: IsTrueArrayType of
-- 14+) and 'w' for the row type of a relation that is more than a composite type.
SELECT c.oid, c.typname, c.typnamespace, c.typowner,
       CASE WHEN c.typelem <> 0 AND c.typsubscript = 6179 THEN 'a'::"char"
            WHEN c.typtype = 'c' AND r.relkind <> 'c' THEN 'w'::"char"
            ELSE c.typtype END,
       CASE WHEN c.typelem <> 0 AND c.typsubscript = 6179 THEN c.typelem
            WHEN c.typtype = 'm' THEN m.rngtypid
            ELSE c.typrelid END
FROM pg_catalog.pg_type c
LEFT JOIN pg_catalog.pg_class r ON r.oid = c.typrelid
LEFT JOIN pg_catalog.pg_range m ON m.rngmultitypid = c.oid
WHERE $1 IS NULL OR c.oid = ANY ($1)
