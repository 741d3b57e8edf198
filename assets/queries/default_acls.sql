SELECT c.oid, c.defaclrole, c.defaclnamespace, c.defaclobjtype,
       a.grantees, a.grantors, a.privileges, a.options
FROM pg_catalog.pg_default_acl c
LEFT JOIN LATERAL (
    SELECT coalesce(array_agg(e.grantee ORDER BY e.ordinality), '{}') AS grantees,
           array_agg(e.grantor ORDER BY e.ordinality) AS grantors,
           array_agg(e.privilege_type ORDER BY e.ordinality) AS privileges,
           array_agg(e.is_grantable ORDER BY e.ordinality) AS options
    FROM aclexplode(c.defaclacl) WITH ORDINALITY e
) a ON c.defaclacl IS NOT NULL
