-- In 13 not everybody may read the OID; a view tells it, but not the database, so it counts where the name is the only
-- one of the cluster.
SELECT coalesce(s.oid, 0::oid), c.subname, 0::oid, c.subowner, c.subdbid, true
FROM pg_catalog.pg_subscription c
LEFT JOIN (
    SELECT a.subname, min(a.subid) AS oid
    FROM (SELECT DISTINCT subid, subname FROM pg_catalog.pg_stat_subscription) a
    GROUP BY a.subname HAVING count(*) = 1
) s ON s.subname = c.subname
WHERE $1 IS NULL OR s.oid = ANY ($1)
