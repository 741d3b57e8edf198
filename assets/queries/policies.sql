SELECT polrelid, polname, polroles
FROM pg_catalog.pg_policy
