-- SECURITY DEFINER, and the caller decides what names without a schema mean: the function sets no search_path. Code in C
-- has no text to be read.
SELECT c.oid
FROM pg_catalog.pg_proc c
WHERE c.prosecdef AND c.prolang NOT IN (12, 13)
  AND NOT EXISTS (SELECT FROM unnest(c.proconfig) AS setting WHERE setting LIKE 'search\_path=%')
