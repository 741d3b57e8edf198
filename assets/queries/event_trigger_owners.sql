-- Those that are disabled too.
SELECT c.oid, c.evtname, 0::oid, c.evtowner
FROM pg_catalog.pg_event_trigger c
WHERE $1 IS NULL OR c.oid = ANY ($1)
