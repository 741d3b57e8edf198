SELECT polrelid, polname, polroles, oid
FROM pg_catalog.pg_policy
