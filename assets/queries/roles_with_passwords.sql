-- For who may read pg_authid: of the password only its kind leaves the server.
SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
       rolconnlimit, rolvaliduntil::text,
       CASE WHEN rolpassword IS NULL THEN 'n'::"char"
            WHEN rolpassword ~ '^md5[0-9a-f]{32}$' THEN 'm'::"char"
            ELSE 's'::"char" END
FROM pg_catalog.pg_authid
