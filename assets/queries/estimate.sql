-- About how many objects will come: the planner's own estimate, density at the last VACUUM by present size.
SELECT ceil(sum(
    CASE WHEN relpages > 0 AND reltuples > 0
         THEN reltuples::float8 / relpages * pg_relation_size(oid) / current_setting('block_size')::int4
         ELSE pg_relation_size(oid) / 256.0::float8 END
))::int8
FROM pg_catalog.pg_class
WHERE oid IN (1259, 1255, 1247, 2615, 2995) -- pg_class, pg_proc, pg_type, pg_namespace, pg_largeobject_metadata
