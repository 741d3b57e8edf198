-- A cluster that nothing about it is tame: hostile names, every kind of object, ACLs of every shape.
CREATE ROLE "a=b/c";
CREATE ROLE "quo""ted, role" CREATEDB NOINHERIT CONNECTION LIMIT 3;
CREATE ROLE "Jürgen {x}\n" CREATEROLE LOGIN VALID UNTIL '2031-02-03 04:05:06+00';
CREATE ROLE "123" VALID UNTIL 'infinity';
CREATE ROLE "select" REPLICATION;
CREATE ROLE "%s%n';--" BYPASSRLS;
CREATE ROLE owner_of_much SUPERUSER;
CREATE ROLE rds_superuser;
CREATE ROLE g1; CREATE ROLE g2; CREATE ROLE m1; CREATE ROLE m2 LOGIN; CREATE ROLE goes;

GRANT g1 TO g2 WITH ADMIN OPTION;
GRANT g2 TO m1, m2, "a=b/c";
GRANT g1 TO m1 WITH ADMIN OPTION;
SET ROLE m1; GRANT g1 TO m2; RESET ROLE;

ALTER ROLE m2 SET work_mem = '5MB';
ALTER ROLE ALL SET lock_timeout = '1h';
ALTER ROLE "Jürgen {x}\n" SET search_path = "$user", "Odd, path";

CREATE SCHEMA "Odd, path" AUTHORIZATION owner_of_much;
CREATE SCHEMA s;
GRANT USAGE ON SCHEMA s TO PUBLIC;
GRANT ALL ON SCHEMA s TO g1 WITH GRANT OPTION;

CREATE TABLE s.plain (id serial PRIMARY KEY, "Na ""me" text, gone int, n int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE "Odd, path"."Ta.ble" (a int, "b,c" text);
CREATE TABLE s.untouched (a int);
CREATE TABLE s.nobody (a int);
CREATE TABLE s.parted (k int, v text) PARTITION BY LIST (k);
CREATE TABLE s.part1 PARTITION OF s.parted FOR VALUES IN (1);
CREATE INDEX ON s.parted (k);
CREATE VIEW s.v AS SELECT id FROM s.plain;
CREATE VIEW s.counts AS SELECT count(*) AS n, (SELECT max(id) FROM s.v) AS id FROM s.untouched;
CREATE RULE also AS ON INSERT TO s.nobody DO ALSO INSERT INTO s.untouched VALUES (new.a);
CREATE MATERIALIZED VIEW s.mv AS SELECT 1 AS one;
CREATE SEQUENCE s.seq OWNED BY s.untouched.a;
CREATE SEQUENCE s.alone;
CREATE TYPE s.pair AS (x int, y text);
CREATE TYPE s.colour AS ENUM ('red');
CREATE DOMAIN s.positive AS int CHECK (value > 0);
CREATE DOMAIN s.ints AS int[];
CREATE TYPE s.span AS RANGE (subtype = int);
CREATE FUNCTION s.f(int, VARIADIC text[]) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE MATERIALIZED VIEW s.calls AS SELECT s.f() AS f, id, n FROM s.plain;
CREATE FUNCTION s.out_only(OUT a int, IN b s.pair) LANGUAGE sql AS 'SELECT 1';
-- A user's own function makes no Aurora.
CREATE FUNCTION s.aurora_version() RETURNS text LANGUAGE sql AS 'SELECT ''9.9''';
ALTER FUNCTION s.aurora_version() OWNER TO owner_of_much;
CREATE PROCEDURE s.p(int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE s.agg(int) (SFUNC = int4pl, STYPE = int);
CREATE TRUSTED LANGUAGE trusted_one HANDLER plpgsql_call_handler;
CREATE LANGUAGE untrusted_one HANDLER plpgsql_call_handler;
CREATE FOREIGN DATA WRAPPER wrap;
CREATE SERVER "far,away" FOREIGN DATA WRAPPER wrap;
CREATE FOREIGN TABLE s.ft (a int) SERVER "far,away";
SELECT lo_create(770001), lo_create(770002), lo_create(770003);

GRANT SELECT, INSERT ON s.plain TO "a=b/c", "quo""ted, role", "Jürgen {x}\n", "123", "select", "%s%n';--";
GRANT ALL ON s.plain TO g1 WITH GRANT OPTION;
SET ROLE g1; GRANT SELECT, UPDATE ON s.plain TO m1 WITH GRANT OPTION; GRANT SELECT ON s.plain TO PUBLIC; RESET ROLE;
SET ROLE m1; GRANT SELECT ON s.plain TO m2; RESET ROLE;
REVOKE INSERT ON s.plain FROM "123";
REVOKE SELECT ON s.untouched FROM m1;
REVOKE ALL ON s.nobody FROM CURRENT_USER;
GRANT SELECT (id, "Na ""me"), UPDATE ("Na ""me") ON s.plain TO m1 WITH GRANT OPTION;
GRANT SELECT (ctid, tableoid) ON s.plain TO m2;
GRANT INSERT (gone) ON s.plain TO g2;
ALTER TABLE s.plain DROP COLUMN gone;
GRANT SELECT ("b,c") ON "Odd, path"."Ta.ble" TO PUBLIC;
GRANT SELECT (last_value) ON s.alone TO m2;
GRANT SELECT (one) ON s.mv TO m2;
GRANT SELECT ON s.v, s.mv, s.parted, s.part1, s.ft, pg_catalog.pg_policy TO m1;
GRANT SELECT (relname) ON pg_catalog.pg_class TO m1;
GRANT USAGE ON SEQUENCE s.seq, s.alone TO m1;
GRANT EXECUTE ON FUNCTION s.f(int, text[]) TO m1 WITH GRANT OPTION;
REVOKE EXECUTE ON FUNCTION s.f() FROM PUBLIC, CURRENT_USER;
GRANT EXECUTE ON PROCEDURE s.p(int) TO m1;
GRANT EXECUTE ON FUNCTION s.agg(int), pg_catalog.pg_read_file(text) TO m1;
GRANT USAGE ON TYPE s.colour, s.pair, s.plain TO m1;
GRANT USAGE ON DOMAIN s.positive TO m1;
REVOKE USAGE ON TYPE s.span FROM PUBLIC;
GRANT USAGE ON LANGUAGE trusted_one TO m1;
GRANT USAGE ON FOREIGN DATA WRAPPER wrap TO m1 WITH GRANT OPTION;
GRANT USAGE ON FOREIGN SERVER "far,away" TO m1;
GRANT SELECT ON LARGE OBJECT 770001 TO m1;
REVOKE ALL ON LARGE OBJECT 770002 FROM CURRENT_USER;
ALTER LARGE OBJECT 770003 OWNER TO m2;
ALTER TABLE s.part1 OWNER TO m1;
ALTER TABLE s.plain ENABLE ROW LEVEL SECURITY;
ALTER TABLE s.untouched FORCE ROW LEVEL SECURITY;
CREATE POLICY "po,licy" ON s.plain TO m1, "a=b/c";
CREATE POLICY everybody ON s.untouched;
CREATE POLICY less ON s.untouched AS RESTRICTIVE FOR UPDATE TO m1;

ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO m1, PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE g1 IN SCHEMA s GRANT ALL ON SEQUENCES TO m1 WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE g1 REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC, g1;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO m1;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO m1;

CREATE FUNCTION s.trigger_function() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER "on,grant" ON ddl_command_end WHEN TAG IN ('GRANT', 'REVOKE') EXECUTE FUNCTION s.trigger_function();
CREATE EVENT TRIGGER always ON sql_drop EXECUTE FUNCTION s.trigger_function();
ALTER EVENT TRIGGER always ENABLE ALWAYS;
CREATE EVENT TRIGGER off ON ddl_command_start EXECUTE FUNCTION s.trigger_function();
ALTER EVENT TRIGGER off DISABLE;

-- Items of roles that are gone, which only happens in broken clusters.
UPDATE pg_class SET relacl = relacl || makeaclitem(4123456789, 3987654321, 'SELECT', true)
WHERE oid = 's.v'::regclass;
