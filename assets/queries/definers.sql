-- SECURITY DEFINER, and the caller decides what names without a schema mean: the function sets no search_path, and its
-- body is text that is read when it runs. The body of BEGIN ATOMIC (14+) was read when it was made, and code in C has
-- none.
SELECT c.oid
FROM pg_catalog.pg_proc c
WHERE c.prosecdef AND c.prolang NOT IN (12, 13) AND c.prosqlbody IS NULL
  AND NOT EXISTS (SELECT FROM unnest(c.proconfig) AS setting WHERE setting LIKE 'search\_path=%')
