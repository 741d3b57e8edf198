-- As dba_master, in orders.
CREATE SCHEMA shop AUTHORIZATION shop_owner;
CREATE SCHEMA billing AUTHORIZATION billing_owner;
CREATE SCHEMA analytics AUTHORIZATION analytics_owner;

GRANT TEMPORARY ON DATABASE orders TO data WITH GRANT OPTION;
GRANT CREATE ON DATABASE orders TO analytics_lead;
REVOKE CONNECT ON DATABASE warehouse FROM PUBLIC;
GRANT CONNECT ON DATABASE warehouse TO data, svc_reporting;
ALTER ROLE bi_reader IN DATABASE orders SET work_mem = '64MB';

GRANT USAGE ON FOREIGN DATA WRAPPER archive_wrapper TO analytics_owner;
