SELECT evtname, evtevent, coalesce(evttags, '{}'), evtenabled
FROM pg_catalog.pg_event_trigger
WHERE evtenabled <> 'D'
