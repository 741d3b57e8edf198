-- What depends on roles here and of what all databases share, and that no owner, ACL, policy or membership of those that
-- are loaded tells: user mappings, initial privileges (17+).
SELECT refobjid, classid, objid, objsubid, deptype, m.srvname, count(*)
FROM pg_catalog.pg_shdepend LEFT JOIN pg_catalog.pg_user_mappings m ON classid = 1418 AND m.umid = objid
WHERE refclassid = 1260 AND deptype <> 'p' -- roles; 13 has pins
  AND dbid IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
  AND (deptype = 'i' OR classid NOT IN (
        1259, 1255, 2615, 1247, 2612, 1262, 1213, 2328, 1417, 2613, 6243, -- those with ACLs
        2617, 2616, 2753, 3456, 2607, 3381, 3602, 3600, 3466, 6104, 6100, 3079, -- those with owners alone
        826, 1261, 3256 -- pg_default_acl, pg_auth_members, pg_policy
  ))
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY min(pg_shdepend.ctid)
