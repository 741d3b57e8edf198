SELECT objoid, description
FROM pg_catalog.pg_shdescription
WHERE classoid = 'pg_catalog.pg_authid'::regclass
