-- As dba_master, in postgres: the company. A shop with its payments, its numbers and its people.

-- What may be done, to be granted to who does it.
CREATE ROLE app_readonly;
CREATE ROLE app_readwrite;
CREATE ROLE billing_readonly;
CREATE ROLE billing_readwrite;
CREATE ROLE analytics_readonly;
CREATE ROLE shop_owner;
CREATE ROLE billing_owner;
CREATE ROLE analytics_owner;
CREATE ROLE pii_reader;
COMMENT ON ROLE app_readonly IS 'reads everything in shop';
COMMENT ON ROLE pii_reader IS 'sees customers'' addresses; needs a ticket';

GRANT app_readonly TO app_readwrite;
GRANT billing_readonly TO billing_readwrite;

-- Teams, the smaller ones in the larger ones.
CREATE ROLE staff;
CREATE ROLE engineering;
CREATE ROLE team_checkout;
CREATE ROLE team_platform;
CREATE ROLE on_call;
CREATE ROLE finance;
CREATE ROLE team_billing;
CREATE ROLE data;
CREATE ROLE team_analytics;
CREATE ROLE analytics_lead;
CREATE ROLE support;
CREATE ROLE "Support Level 2";
GRANT staff TO engineering, finance, data, support;
GRANT engineering TO team_checkout, team_platform;
GRANT team_platform TO on_call;
GRANT finance TO team_billing;
GRANT data TO team_analytics;
GRANT team_analytics TO analytics_lead;
GRANT support TO "Support Level 2";

GRANT app_readonly TO engineering, data;
GRANT billing_readonly TO finance;
GRANT billing_readwrite TO team_billing;
GRANT analytics_readonly TO data, finance;
GRANT app_readwrite TO team_checkout;
GRANT pii_reader TO "Support Level 2";
GRANT analytics_owner TO analytics_lead;

-- A mistake: every engineer can hand out write access.
GRANT app_readwrite TO engineering WITH ADMIN OPTION;

-- Services.
CREATE ROLE svc_orders LOGIN CONNECTION LIMIT 40;
CREATE ROLE svc_webshop LOGIN CONNECTION LIMIT 80;
CREATE ROLE svc_payments LOGIN CONNECTION LIMIT 20;
CREATE ROLE svc_reporting LOGIN;
CREATE ROLE svc_etl LOGIN NOINHERIT;
CREATE ROLE svc_monitoring LOGIN CONNECTION LIMIT 5;
GRANT app_readwrite TO svc_orders;
GRANT app_readonly TO svc_webshop;
GRANT billing_readwrite, app_readonly TO svc_payments;
GRANT analytics_readonly TO svc_reporting;
GRANT analytics_owner, app_readonly, billing_readonly TO svc_etl;
GRANT pg_monitor TO svc_monitoring;
ALTER ROLE svc_orders SET search_path = shop, public;
ALTER ROLE svc_orders SET statement_timeout = '5s';
ALTER ROLE svc_webshop SET statement_timeout = '2s';
ALTER ROLE svc_etl SET lock_timeout = '10s';
COMMENT ON ROLE svc_orders IS 'takes orders; owner: team_checkout';

-- A mistake: a migration tool of years ago may still make roles.
CREATE ROLE svc_legacy LOGIN CREATEROLE CREATEDB;
GRANT app_readwrite, billing_readwrite TO svc_legacy;

-- People.
CREATE ROLE alice LOGIN;
CREATE ROLE bob LOGIN;
CREATE ROLE carol LOGIN;
CREATE ROLE dave LOGIN;
CREATE ROLE erin LOGIN CREATEROLE;
CREATE ROLE frank LOGIN;
CREATE ROLE grace LOGIN VALID UNTIL '2024-06-30 00:00:00+00';
CREATE ROLE heidi LOGIN;
CREATE ROLE ivan LOGIN;
CREATE ROLE judy LOGIN;
COMMENT ON ROLE erin IS 'deputy DBA';
COMMENT ON ROLE grace IS 'contractor, until the end of June 2024';
GRANT team_checkout TO alice, heidi;
GRANT team_billing TO bob;
GRANT analytics_lead TO carol;
GRANT "Support Level 2" TO dave;
GRANT on_call TO erin, ivan;
GRANT team_analytics TO frank, judy;
GRANT team_checkout TO grace;
GRANT app_readwrite TO alice WITH ADMIN OPTION;
GRANT shop_owner TO alice;

-- The master user works as the owners.
GRANT shop_owner, billing_owner, analytics_owner TO dba_master;
