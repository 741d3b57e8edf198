-- pg_roles, which everybody can read; pg_authid is for superusers.
SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
       rolconnlimit, rolvaliduntil::text
FROM pg_catalog.pg_roles
