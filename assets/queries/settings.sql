-- For this transaction alone: no name below can mean anything but the catalogs, dates are written in one way, no lock is
-- waited for long, and the grouping of ACLs stays in memory and in one process.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL DateStyle = 'ISO';
SET LOCAL lock_timeout = '2s';
SET LOCAL jit = off;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL work_mem = '64MB'
