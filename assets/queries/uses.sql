-- What the rules of users' views, materialized views and tables name, column by column where they name columns. What
-- a rule says of its own relation is no use. By class: 2618 pg_rewrite, 1259 pg_class, 1255 pg_proc.
SELECT r.ev_class, 1259::oid, r.ev_type, d.refclassid, d.refobjid,
       array_agg(DISTINCT d.refobjsubid::int2) FILTER (WHERE d.refobjsubid <> 0)
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
WHERE d.classid = 2618 AND d.refclassid IN (1259, 1255) AND d.deptype = 'n' AND r.ev_class >= 16384
  AND NOT (d.refclassid = 1259 AND d.refobjid = r.ev_class)
GROUP BY r.oid, r.ev_class, r.ev_type, d.refclassid, d.refobjid
UNION ALL
-- And what SQL-standard bodies of routines name.
SELECT p.oid, 1255::oid, NULL, d.refclassid, d.refobjid,
       array_agg(DISTINCT d.refobjsubid::int2) FILTER (WHERE d.refobjsubid <> 0)
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_proc p ON p.oid = d.objid
WHERE d.classid = 1255 AND d.objid >= 16384 AND d.refclassid IN (1259, 1255) AND d.deptype = 'n'
  AND p.prosqlbody IS NOT NULL
GROUP BY p.oid, d.refclassid, d.refobjid
UNION ALL
-- Parents: of tables, not of indexes.
SELECT i.inhparent, 1259::oid, 'p', 1259::oid, i.inhrelid, NULL
FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
WHERE c.relkind IN ('r', 'p', 'f')
