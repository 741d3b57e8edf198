GRANT SET ON PARAMETER work_mem, "my.setting" TO m1 WITH GRANT OPTION;
GRANT ALTER SYSTEM ON PARAMETER datestyle TO PUBLIC;
CREATE VIEW s.invoker WITH (security_invoker = on) AS SELECT 1 AS a;
CREATE VIEW s.definer WITH (security_invoker = 0) AS SELECT 1 AS a;
CREATE PROCEDURE s.with_out(a int, OUT b text, INOUT c s.pair) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION s.body() RETURNS bigint SECURITY DEFINER BEGIN ATOMIC SELECT s.f() + count(id) FROM s.v; END;
