-- Every relkind: naming an index or a composite type in GRANT is an error of its own. Indexes and TOAST tables have
-- the owner of their table.
SELECT c.oid, c.relname, c.relnamespace, c.relowner, c.relkind, c.relnatts,
       c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
       c.relkind = 'v' AND c.reloptions IS NOT NULL AND coalesce((
           SELECT o.option_value::bool FROM pg_options_to_table(c.reloptions) o
           WHERE o.option_name = 'security_invoker'), false),
       coalesce(i.indrelid, t.oid)
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class t ON t.reltoastrelid = c.oid AND c.relkind = 't'
WHERE $1 IS NULL OR c.oid = ANY ($1)
