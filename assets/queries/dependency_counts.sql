-- How much in each database depends on a role. The server names databases in the order in which its index leads to them,
-- which is that of the heap for the rows of one role.
SELECT refobjid, dbid, count(*)
FROM pg_catalog.pg_shdepend
WHERE refclassid = 1260 AND deptype <> 'p' AND dbid <> 0 -- roles; 13 has pins
GROUP BY 1, 2
ORDER BY min(ctid)
