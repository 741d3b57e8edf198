-- What depends on roles: in other databases how much, here and of what is shared only what no owner, ACL, policy or
-- membership of those that are loaded tells: user mappings, initial privileges (17+). The server names databases in the
-- order in which its index leads to them, which is that of the heap for the rows of one role.
WITH dependencies AS (
    SELECT refobjid, dbid, classid, objid, objsubid, deptype, ctid AS place,
           dbid IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())) AS here
    FROM pg_catalog.pg_shdepend
    WHERE refclassid = 1260 AND deptype <> 'p' -- roles; 13 has pins
), needed AS (
    SELECT refobjid, CASE WHEN NOT here THEN dbid END AS database, CASE WHEN here THEN classid END AS catalog,
           CASE WHEN here THEN objid END AS id, CASE WHEN here THEN objsubid END AS part,
           CASE WHEN here THEN deptype END AS kind, count(*) AS number, min(place) AS first
    FROM dependencies
    WHERE NOT here OR deptype = 'i' OR classid NOT IN (
        1259, 1255, 2615, 1247, 2612, 1262, 1213, 2328, 1417, 2613, 6243, -- those with ACLs
        2617, 2616, 2753, 3456, 2607, 3381, 3602, 3600, 3466, 6104, 6100, 3079, -- those with owners alone
        826, 1261, 3256 -- pg_default_acl, pg_auth_members, pg_policy
    )
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT refobjid, database, catalog, id, part, kind, m.srvname, number
FROM needed LEFT JOIN pg_catalog.pg_user_mappings m ON catalog = 1418 AND m.umid = id
ORDER BY first
