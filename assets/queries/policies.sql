SELECT polrelid, polname, polroles, oid, polcmd, polpermissive
FROM pg_catalog.pg_policy
