-- The ACLs of the catalogs that can be large. Thousands of objects have equal ACLs, and thousands of ACLs equal
-- items, and aclexplode() makes a row a privilege: so each distinct list comes once, with all that have it, and
-- each distinct item once, with its places: number of the list, position in it (16 bits).
WITH stored (class, id, attnum, acl) AS (
    SELECT 1259, oid, 0::int2, relacl FROM pg_catalog.pg_class
    WHERE relacl IS NOT NULL AND ($1 IS NULL OR oid = ANY ($1))
    UNION ALL
    SELECT 1249, attrelid, attnum, attacl FROM pg_catalog.pg_attribute
    WHERE attacl IS NOT NULL AND NOT attisdropped AND ($1 IS NULL OR attrelid = ANY ($1))
    UNION ALL
    SELECT 1255, oid, 0::int2, proacl FROM pg_catalog.pg_proc
    WHERE proacl IS NOT NULL AND ($1 IS NULL OR oid = ANY ($1))
    UNION ALL
    SELECT 1247, oid, 0::int2, typacl FROM pg_catalog.pg_type
    WHERE typacl IS NOT NULL AND ($1 IS NULL OR oid = ANY ($1))
    UNION ALL
    SELECT 2615, oid, 0::int2, nspacl FROM pg_catalog.pg_namespace
    WHERE nspacl IS NOT NULL AND ($1 IS NULL OR oid = ANY ($1))
    UNION ALL
    SELECT 2995, oid, 0::int2, lomacl FROM pg_catalog.pg_largeobject_metadata
    WHERE lomacl IS NOT NULL AND ($1 IS NULL OR oid = ANY ($1))
), lists AS MATERIALIZED (
    SELECT row_number() OVER () AS number, acl,
           array_agg(class) AS classes, array_agg(id) AS ids, array_agg(attnum) AS attnums
    FROM stored
    GROUP BY acl
), items AS (
    SELECT i.item, array_agg(l.number * 65536 + i.ordinality) AS places
    FROM lists l, unnest(l.acl) WITH ORDINALITY i (item, ordinality)
    GROUP BY i.item
)
SELECT number, classes, ids, attnums, NULL::int8[], NULL::oid[], NULL::oid[], NULL::text[], NULL::bool[]
FROM lists
UNION ALL
SELECT NULL, NULL, NULL, NULL, places, e.grantees, e.grantors, e.privileges, e.options
FROM items, LATERAL (
    SELECT array_agg(grantee) AS grantees, array_agg(grantor) AS grantors,
           array_agg(privilege_type) AS privileges, array_agg(is_grantable) AS options
    FROM aclexplode(ARRAY[item])
) e
