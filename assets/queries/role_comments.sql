-- 1260 is the catalog of roles.
SELECT objoid, description
FROM pg_catalog.pg_shdescription
WHERE classoid = 1260
