-- The view that everybody can read, and that hides what only superusers may see.
SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
       rolconnlimit, rolvaliduntil::text, NULL::"char"
FROM pg_catalog.pg_roles
