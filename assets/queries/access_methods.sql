SELECT amname, amtype
FROM pg_catalog.pg_am
