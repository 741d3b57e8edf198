-- The live columns of tables and views, and whatever else has a column ACL: system columns, columns of sequences.
-- Dropped columns keep theirs up to 16.
SELECT c.attrelid, c.attnum, c.attname
FROM pg_catalog.pg_attribute c JOIN pg_catalog.pg_class r ON r.oid = c.attrelid
WHERE NOT c.attisdropped
  AND (c.attacl IS NOT NULL OR (c.attnum > 0 AND r.relkind IN ('r', 'p', 'v', 'm', 'f')))
  AND ($1 IS NULL OR c.attrelid = ANY ($1))
