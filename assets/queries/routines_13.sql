-- As routines.sql. SQL-standard bodies came with 14.
SELECT c.oid, c.proname, c.pronamespace, c.proowner, c.prokind, c.prosecdef, c.provariadic <> 0, c.proargtypes,
       CASE WHEN c.prokind = 'p' AND 'o' = ANY (c.proargmodes) THEN c.proallargtypes END,
       c.prorettype, false
FROM pg_catalog.pg_proc c
WHERE $1 IS NULL OR c.oid = ANY ($1)
