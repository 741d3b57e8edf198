-- Aurora has aurora_version(); the provider's own, not one that a user made.
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
    WHERE p.proname = 'aurora_version' AND r.rolname = 'rdsadmin'
)
