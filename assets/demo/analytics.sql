-- As dba_master, in orders.
SET ROLE analytics_owner;
GRANT USAGE ON SCHEMA analytics TO analytics_readonly;
-- A mistake: everybody may put tables and functions here.
GRANT USAGE, CREATE ON SCHEMA analytics TO PUBLIC;

ALTER DEFAULT PRIVILEGES IN SCHEMA analytics GRANT SELECT ON TABLES TO analytics_readonly;

CREATE TABLE analytics.events (
    at timestamptz NOT NULL,
    kind text NOT NULL,
    payload jsonb
) PARTITION BY RANGE (at);
CREATE TABLE analytics.events_2025 PARTITION OF analytics.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE analytics.events_2026 PARTITION OF analytics.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
GRANT INSERT ON analytics.events TO svc_webshop, svc_orders;
CREATE TABLE analytics.daily_sales (day date PRIMARY KEY, orders bigint NOT NULL, revenue numeric(14, 2) NOT NULL);
CREATE MATERIALIZED VIEW analytics.sales_by_month AS
    SELECT date_trunc('month', day)::date AS month, sum(revenue) AS revenue FROM analytics.daily_sales GROUP BY 1;
GRANT SELECT ON analytics.sales_by_month TO staff;

CREATE SERVER archive FOREIGN DATA WRAPPER archive_wrapper;
GRANT USAGE ON FOREIGN SERVER archive TO analytics_lead;
CREATE FOREIGN TABLE analytics.orders_archive (id bigint, placed timestamptz) SERVER archive;

CREATE FUNCTION analytics.month_of(at timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE AS $$ SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date $$;
CREATE AGGREGATE analytics.product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
REVOKE EXECUTE ON FUNCTION analytics.product(numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION analytics.product(numeric) TO analytics_readonly;

SELECT lo_create(50001);
GRANT SELECT ON LARGE OBJECT 50001 TO data;
RESET ROLE;
