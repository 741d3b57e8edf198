SELECT c.oid, c.lanname, 0::oid, c.lanowner, c.lanpltrusted,
       a.grantees, a.grantors, a.privileges, a.options
FROM pg_catalog.pg_language c
LEFT JOIN LATERAL (
    SELECT coalesce(array_agg(e.grantee ORDER BY e.ordinality), '{}') AS grantees,
           array_agg(e.grantor ORDER BY e.ordinality) AS grantors,
           array_agg(e.privilege_type ORDER BY e.ordinality) AS privileges,
           array_agg(e.is_grantable ORDER BY e.ordinality) AS options
    FROM aclexplode(c.lanacl) WITH ORDINALITY e
) a ON c.lanacl IS NOT NULL
WHERE $1 IS NULL OR c.oid = ANY ($1)
