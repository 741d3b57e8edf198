SELECT c.oid, c.srvname, 0::oid, c.srvowner, c.srvfdw,
       a.grantees, a.grantors, a.privileges, a.options
FROM pg_catalog.pg_foreign_server c
LEFT JOIN LATERAL (
    SELECT coalesce(array_agg(e.grantee ORDER BY e.ordinality), '{}') AS grantees,
           array_agg(e.grantor ORDER BY e.ordinality) AS grantors,
           array_agg(e.privilege_type ORDER BY e.ordinality) AS privileges,
           array_agg(e.is_grantable ORDER BY e.ordinality) AS options
    FROM aclexplode(c.srvacl) WITH ORDINALITY e
) a ON c.srvacl IS NOT NULL
WHERE $1 IS NULL OR c.oid = ANY ($1)
