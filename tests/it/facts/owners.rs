//! ALTER .. OWNER TO and REASSIGN OWNED (4.5, 4.6), on every kind that has an owner.

use super::{Fact, hold};

#[test]
fn facts_about_owners() {
    hold(OWNERS);
}

#[test]
fn facts_about_owners_of_relations() {
    hold(RELATIONS);
}

#[test]
fn facts_about_reassign_owned() {
    hold(REASSIGN);
}

/// Everything in schema `s`, and beside it, of `a%`.
const EVERYTHING: &str = "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE u%; CREATE ROLE su% SUPERUSER; GRANT a% TO u%; GRANT b% TO u%; \
    CREATE SCHEMA s AUTHORIZATION a%; GRANT CREATE ON DATABASE fact% TO a%; GRANT USAGE ON SCHEMA s TO PUBLIC; \
    CREATE EXTENSION postgres_fdw; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO a%; \
    CREATE FOREIGN DATA WRAPPER w OPTIONS (x 'y'); \
    SET ROLE a%; \
    CREATE FUNCTION s.f(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
    CREATE FUNCTION s.g(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
    CREATE PROCEDURE s.p(int) LANGUAGE sql AS 'SELECT 1'; \
    CREATE AGGREGATE s.agg(int) (sfunc = int4pl, stype = int); \
    CREATE AGGREGATE s.all_of(*) (sfunc = int8inc, stype = int8, initcond = '0'); \
    CREATE DOMAIN s.d AS int; CREATE TYPE s.e AS ENUM ('x'); CREATE TYPE s.c AS (a int); \
    CREATE TYPE s.r AS RANGE (subtype = int); CREATE TABLE s.t (a int, b int); \
    CREATE OPERATOR s.=== (leftarg = int, rightarg = int, function = int4eq); \
    CREATE OPERATOR s.!!! (rightarg = int8, function = int8abs); \
    CREATE COLLATION s.coll (locale = 'C'); \
    CREATE CONVERSION s.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; \
    CREATE STATISTICS s.st ON a, b FROM s.t; \
    CREATE TEXT SEARCH CONFIGURATION s.tc (copy = pg_catalog.simple); \
    CREATE TEXT SEARCH DICTIONARY s.td (template = pg_catalog.simple); \
    CREATE SERVER srv FOREIGN DATA WRAPPER postgres_fdw; \
    CREATE PUBLICATION pub FOR TABLE s.t; SELECT lo_create(4711); RESET ROLE; \
    CREATE OPERATOR FAMILY s.fam USING btree; CREATE OPERATOR CLASS s.cls FOR TYPE int USING btree FAMILY s.fam AS OPERATOR 1 <; \
    ALTER OPERATOR FAMILY s.fam USING btree OWNER TO a%; ALTER OPERATOR CLASS s.cls USING btree OWNER TO a%; \
    CREATE FUNCTION public.et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; \
    CREATE EVENT TRIGGER et ON ddl_command_start EXECUTE FUNCTION public.et(); ALTER EVENT TRIGGER et DISABLE; \
    CREATE SUBSCRIPTION sub% CONNECTION 'dbname=none' PUBLICATION pub WITH (connect = false, slot_name = NONE, enabled = false)";

const OWNERS: &[Fact] = &[
    Fact {
        name: "4.5 every kind is found by its name and goes to its new owner",
        majors: 13..=18,
        set_up: EVERYTHING,
        steps: &[
            ("ALTER FUNCTION s.f(int, text) OWNER TO b%", "ok"),
            ("ALTER FUNCTION s.g OWNER TO b%", "ok"),
            ("ALTER PROCEDURE s.p(int) OWNER TO b%", "ok"),
            ("ALTER AGGREGATE s.agg(integer) OWNER TO b%", "ok"),
            ("ALTER AGGREGATE s.all_of(*) OWNER TO b%", "ok"),
            ("ALTER DOMAIN s.d OWNER TO b%", "ok"),
            ("ALTER TYPE s.e OWNER TO b%", "ok"),
            ("ALTER TYPE s.c OWNER TO b%", "ok"),
            ("ALTER TYPE s.r OWNER TO b%", "ok"),
            ("ALTER OPERATOR s.=== (int, int) OWNER TO b%", "ok"),
            ("ALTER OPERATOR s.!!! (NONE, bigint) OWNER TO b%", "ok"),
            ("ALTER COLLATION s.coll OWNER TO b%", "ok"),
            ("ALTER CONVERSION s.conv OWNER TO b%", "ok"),
            ("ALTER STATISTICS s.st OWNER TO b%", "ok"),
            ("ALTER TEXT SEARCH CONFIGURATION s.tc OWNER TO b%", "ok"),
            ("ALTER TEXT SEARCH DICTIONARY s.td OWNER TO b%", "ok"),
            ("ALTER OPERATOR FAMILY s.fam USING btree OWNER TO b%", "ok"),
            ("ALTER OPERATOR CLASS s.cls USING btree OWNER TO b%", "ok"),
            ("ALTER SERVER srv OWNER TO b%", "ok"),
            ("ALTER PUBLICATION pub OWNER TO b%", "ok"),
            ("ALTER LARGE OBJECT 4711 OWNER TO b%", "ok"),
            ("ALTER SCHEMA s OWNER TO b%", "ok"),
            ("ALTER TABLE s.t OWNER TO b%", "ok"),
            ("ALTER LANGUAGE plpgsql OWNER TO b%", "ok"),
            ("ALTER PROCEDURAL LANGUAGE plpgsql OWNER TO rdsadmin", "ok"),
            ("ALTER DATABASE fact% OWNER TO b%", "ok"),
            ("ALTER TABLESPACE pg_default OWNER TO b%", "ok"),
            ("ALTER TABLESPACE pg_default OWNER TO rdsadmin", "ok"),
            ("ALTER EVENT TRIGGER et OWNER TO b%", "42501"),
            ("ALTER EVENT TRIGGER et OWNER TO su%", "ok"),
            ("ALTER FOREIGN DATA WRAPPER w OWNER TO b%", "42501"),
            ("ALTER FOREIGN DATA WRAPPER w OWNER TO su%", "ok"),
            ("ALTER SUBSCRIPTION sub% OWNER TO su%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.5 what is not there: each kind's own error, the new owner first",
        majors: 13..=18,
        set_up: EVERYTHING,
        steps: &[
            ("ALTER FUNCTION s.nowhere() OWNER TO nobody", "42704"),
            ("ALTER FUNCTION s.nowhere() OWNER TO PUBLIC", "42704"),
            ("ALTER FUNCTION s.nowhere() OWNER TO b%", "42883"),
            ("ALTER FUNCTION s.nowhere(s.e, int[], public.nix) OWNER TO b%", "42704"),
            ("ALTER FUNCTION s.nowhere(s.e, int[], s.t[]) OWNER TO b%", "42883"),
            ("ALTER FUNCTION s.p(int) OWNER TO b%", "42809"),
            ("ALTER PROCEDURE s.f(int, text) OWNER TO b%", "42809"),
            ("ALTER AGGREGATE s.f(int, text) OWNER TO b%", "42809"),
            ("ALTER AGGREGATE s.nowhere(int) OWNER TO b%", "42883"),
            ("ALTER AGGREGATE s.nowhere(*) OWNER TO b%", "42883"),
            (
                "ALTER AGGREGATE pg_catalog.rank(VARIADIC \"any\" ORDER BY VARIADIC \"any\") OWNER TO rdsadmin",
                "ok",
            ),
            (
                "ALTER AGGREGATE pg_catalog.percentile_disc(float8 ORDER BY anyelement) OWNER TO rdsadmin",
                "ok",
            ),
            ("ALTER DOMAIN s.nowhere OWNER TO b%", "42704"),
            ("ALTER DOMAIN s.e OWNER TO b%", "42809"),
            ("ALTER DOMAIN s._e OWNER TO b%", "42809"),
            ("ALTER TYPE s._e OWNER TO b%", "42809"),
            ("ALTER TYPE s.t OWNER TO b%", "42809"),
            ("ALTER TYPE pg_catalog._int4 OWNER TO b%", "42809"),
            ("ALTER TYPE nowhere.t OWNER TO b%", "3F000"),
            ("ALTER OPERATOR s.==== (int, int) OWNER TO b%", "42883"),
            ("ALTER OPERATOR nowhere.=== (int, int) OWNER TO b%", "42883"),
            ("ALTER OPERATOR === (int, int) OWNER TO b%", "42883"),
            ("ALTER OPERATOR s.=== (NONE, s.e) OWNER TO b%", "42883"),
            ("ALTER OPERATOR s.=== (int, nowhere) OWNER TO b%", "42704"),
            ("ALTER COLLATION s.nowhere OWNER TO b%", "42704"),
            ("ALTER COLLATION \"C\" OWNER TO rdsadmin", "ok"),
            ("ALTER CONVERSION s.nowhere OWNER TO b%", "42704"),
            ("ALTER STATISTICS st OWNER TO b%", "42704"),
            ("ALTER STATISTICS nowhere.st OWNER TO b%", "3F000"),
            ("ALTER STATISTICS a.b.c.d OWNER TO b%", "42601"),
            ("ALTER STATISTICS elsewhere.s.st OWNER TO b%", "0A000"),
            ("ALTER STATISTICS fact%.s.st OWNER TO b%", "ok"),
            ("ALTER TYPE elsewhere.s.e OWNER TO b%", "0A000"),
            ("ALTER TEXT SEARCH CONFIGURATION nowhere OWNER TO b%", "42704"),
            ("ALTER TEXT SEARCH DICTIONARY nowhere OWNER TO b%", "42704"),
            ("ALTER OPERATOR CLASS s.cls USING nowhere OWNER TO b%", "42704"),
            ("ALTER OPERATOR CLASS s.cls USING heap OWNER TO b%", "55000"),
            ("ALTER OPERATOR CLASS s.cls USING hash OWNER TO b%", "42704"),
            ("ALTER OPERATOR FAMILY fam USING btree OWNER TO b%", "42704"),
            ("ALTER OPERATOR FAMILY nowhere.fam USING btree OWNER TO b%", "3F000"),
            ("ALTER SERVER nowhere OWNER TO b%", "42704"),
            ("ALTER FOREIGN DATA WRAPPER nowhere OWNER TO b%", "42704"),
            ("ALTER PUBLICATION nowhere OWNER TO b%", "42704"),
            ("ALTER SUBSCRIPTION nowhere OWNER TO b%", "42704"),
            ("ALTER EVENT TRIGGER nowhere OWNER TO b%", "42704"),
            ("ALTER LANGUAGE nowhere OWNER TO b%", "42704"),
            ("ALTER TABLESPACE nowhere OWNER TO b%", "42704"),
            ("ALTER SCHEMA nowhere OWNER TO b%", "3F000"),
            ("ALTER DATABASE nowhere OWNER TO b%", "3D000"),
            ("ALTER LARGE OBJECT 1 OWNER TO b%", "42704"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.5 who is not the owner gives nothing away, and the same owner is asked nothing but of a wrapper",
        majors: 13..=18,
        set_up: EVERYTHING,
        steps: &[
            ("SET ROLE b%", "ok"),
            ("ALTER FUNCTION s.f(int, text) OWNER TO b%", "42501"),
            ("ALTER PROCEDURE s.p(int) OWNER TO b%", "42501"),
            ("ALTER AGGREGATE s.agg(integer) OWNER TO b%", "42501"),
            ("ALTER DOMAIN s.d OWNER TO b%", "42501"),
            ("ALTER TYPE s.e OWNER TO b%", "42501"),
            ("ALTER OPERATOR s.=== (int, int) OWNER TO b%", "42501"),
            ("ALTER COLLATION s.coll OWNER TO b%", "42501"),
            ("ALTER CONVERSION s.conv OWNER TO b%", "42501"),
            ("ALTER STATISTICS s.st OWNER TO b%", "42501"),
            ("ALTER TEXT SEARCH CONFIGURATION s.tc OWNER TO b%", "42501"),
            ("ALTER TEXT SEARCH DICTIONARY s.td OWNER TO b%", "42501"),
            ("ALTER OPERATOR FAMILY s.fam USING btree OWNER TO b%", "42501"),
            ("ALTER OPERATOR CLASS s.cls USING btree OWNER TO b%", "42501"),
            ("ALTER SERVER srv OWNER TO b%", "42501"),
            ("ALTER PUBLICATION pub OWNER TO b%", "42501"),
            ("ALTER SUBSCRIPTION sub% OWNER TO b%", "42501"),
            ("ALTER EVENT TRIGGER et OWNER TO b%", "42501"),
            ("ALTER LARGE OBJECT 4711 OWNER TO b%", "42501"),
            ("ALTER SCHEMA s OWNER TO b%", "42501"),
            ("ALTER DATABASE fact% OWNER TO b%", "42501"),
            ("ALTER LANGUAGE plpgsql OWNER TO b%", "42501"),
            ("ALTER TABLESPACE pg_default OWNER TO b%", "42501"),
            ("ALTER FOREIGN DATA WRAPPER w OWNER TO rdsadmin", "42501"),
            ("ALTER FUNCTION s.f(int, text) OWNER TO a%", "ok"),
            ("ALTER DOMAIN s.d OWNER TO a%", "ok"),
            ("ALTER TYPE s.e OWNER TO a%", "ok"),
            ("ALTER SCHEMA s OWNER TO a%", "ok"),
            ("ALTER SERVER srv OWNER TO a%", "ok"),
            ("ALTER PUBLICATION pub OWNER TO a%", "ok"),
            ("ALTER SUBSCRIPTION sub% OWNER TO rdsadmin", "ok"),
            ("ALTER EVENT TRIGGER et OWNER TO rdsadmin", "ok"),
            ("ALTER LARGE OBJECT 4711 OWNER TO a%", "ok"),
            ("ALTER DATABASE fact% OWNER TO rdsadmin", "ok"),
            ("ALTER TABLE s.t OWNER TO a%", "42501"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.5 the giver must be able to become the new owner, who needs CREATE on the schema",
        majors: 13..=18,
        set_up: EVERYTHING,
        steps: &[
            ("SET ROLE u%", "ok"),
            ("ALTER FUNCTION s.f(int, text) OWNER TO su%", "42501"),
            ("ALTER FUNCTION s.f(int, text) OWNER TO b%", "42501"),
            ("ALTER TYPE s.e OWNER TO su%", "42501"),
            ("ALTER TYPE s.e OWNER TO b%", "42501"),
            ("ALTER STATISTICS s.st OWNER TO b%", "42501"),
            ("ALTER TABLE s.t OWNER TO su%", "42501"),
            ("ALTER TABLE s.t OWNER TO b%", "42501"),
            ("ALTER SCHEMA s OWNER TO su%", "42501"),
            ("ALTER SERVER srv OWNER TO su%", "42501"),
            ("ALTER SERVER srv OWNER TO b%", "42501"),
            ("ALTER PUBLICATION pub OWNER TO su%", "42501"),
            ("ALTER PUBLICATION pub OWNER TO b%", "42501"),
            ("ALTER LARGE OBJECT 4711 OWNER TO su%", "42501"),
            ("ALTER LARGE OBJECT 4711 OWNER TO b%", "ok"),
            ("ALTER SCHEMA s OWNER TO b%", "ok"),
            ("ALTER FUNCTION s.f(int, text) OWNER TO b%", "ok"),
            ("ALTER TYPE s.e OWNER TO b%", "ok"),
            ("ALTER TABLE s.t OWNER TO b%", "ok"),
            ("RESET ROLE", "ok"),
            ("GRANT CREATE ON DATABASE fact% TO b%", "ok"),
            ("GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO b%", "ok"),
            ("SET ROLE u%", "ok"),
            ("ALTER SERVER srv OWNER TO b%", "ok"),
            ("ALTER PUBLICATION pub OWNER TO b%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.5 since 16 becoming the new owner takes SET, and giving takes INHERIT",
        majors: 16..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE u%; CREATE SCHEMA s; GRANT ALL ON SCHEMA s TO a%, b%; \
                 CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION s.f() OWNER TO a%; \
                 GRANT a% TO u% WITH SET FALSE; GRANT b% TO u% WITH SET FALSE",
        steps: &[
            ("SET SESSION AUTHORIZATION u%", "ok"),
            ("ALTER FUNCTION s.f() OWNER TO b%", "42501"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("GRANT b% TO u% WITH SET TRUE, INHERIT FALSE", "ok"),
            ("SET SESSION AUTHORIZATION u%", "ok"),
            ("ALTER FUNCTION s.f() OWNER TO b%", "ok"),
            ("ALTER FUNCTION s.f() OWNER TO a%", "42501"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.5 databases: the giver needs CREATEDB; schemas: CREATE on the database",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; GRANT b% TO a%; ALTER DATABASE fact% OWNER TO a%; CREATE SCHEMA s AUTHORIZATION a%; \
                 REVOKE ALL ON DATABASE fact% FROM a%",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("ALTER DATABASE fact% OWNER TO b%", "42501"),
            ("ALTER SCHEMA s OWNER TO b%", "42501"),
            ("RESET ROLE", "ok"),
            ("GRANT CREATE ON DATABASE fact% TO a%", "ok"),
            ("SET ROLE a%", "ok"),
            ("ALTER SCHEMA s OWNER TO b%", "ok"),
        ],
        ends: &[("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 's'", "b%")],
    },
    Fact {
        name: "4.5 databases: with CREATEDB it goes, ACL and all",
        majors: 13..=18,
        set_up: "CREATE ROLE a% CREATEDB; CREATE ROLE b%; GRANT b% TO a%; ALTER DATABASE fact% OWNER TO a%; \
                 GRANT CONNECT ON DATABASE fact% TO b%",
        steps: &[("SET ROLE a%", "ok"), ("ALTER DATABASE fact% OWNER TO b%", "ok")],
        ends: &[(
            "SELECT datdba::regrole || ' ' || datacl::text FROM pg_database WHERE datname = 'fact%'",
            "b% {=Tc/b%,b%=CTc/b%}",
        )],
    },
    Fact {
        name: "4.5 a publication of all tables, or of schemas, is for superusers",
        majors: 15..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; GRANT b% TO a%; GRANT CREATE ON DATABASE fact% TO b%; CREATE SCHEMA s; \
                 CREATE PUBLICATION everything FOR ALL TABLES; CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA s; \
                 ALTER PUBLICATION everything OWNER TO a%; ALTER PUBLICATION of_schema OWNER TO a%",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("ALTER PUBLICATION everything OWNER TO b%", "42501"),
            ("ALTER PUBLICATION of_schema OWNER TO b%", "42501"),
            ("RESET ROLE", "ok"),
            ("ALTER PUBLICATION everything OWNER TO b%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.5 subscriptions are for superusers up to 15",
        majors: 13..=15,
        set_up: EVERYTHING,
        steps: &[
            ("ALTER SUBSCRIPTION sub% OWNER TO b%", "42501"),
            ("SET ROLE su%", "ok"),
            ("ALTER SUBSCRIPTION sub% OWNER TO b%", "42501"),
            ("ALTER SUBSCRIPTION sub% OWNER TO su%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.5 subscriptions since 16: the giver needs CREATE on the database; without password_required it is a superuser's",
        majors: 16..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; GRANT b% TO a%; CREATE SUBSCRIPTION sub% CONNECTION 'dbname=none' PUBLICATION pub \
                 WITH (connect = false, slot_name = NONE, enabled = false); \
                 CREATE SUBSCRIPTION free CONNECTION 'dbname=none' PUBLICATION pub \
                 WITH (connect = false, slot_name = NONE, enabled = false, password_required = false)",
        steps: &[
            ("ALTER SUBSCRIPTION sub% OWNER TO a%", "ok"),
            ("ALTER SUBSCRIPTION free OWNER TO a%", "ok"),
            ("SET ROLE a%", "ok"),
            ("ALTER SUBSCRIPTION free OWNER TO b%", "42501"),
            ("ALTER SUBSCRIPTION sub% OWNER TO c%", "42501"),
            ("ALTER SUBSCRIPTION sub% OWNER TO b%", "42501"),
            ("RESET ROLE", "ok"),
            ("GRANT CREATE ON DATABASE fact% TO a%", "ok"),
            ("SET ROLE a%", "ok"),
            ("ALTER SUBSCRIPTION sub% OWNER TO b%", "ok"),
            ("ALTER SUBSCRIPTION sub% OWNER TO b%", "ok"),
        ],
        ends: &[(
            "SELECT string_agg(subname || subowner::regrole, ' ' ORDER BY subname) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = 'fact%')",
            "freea% sub%b%",
        )],
    },
    Fact {
        name: "4.5 the new owner takes the old one's place in the ACL, items of the same two roles become one",
        majors: 14..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                 ALTER FUNCTION f() OWNER TO a%; GRANT EXECUTE ON FUNCTION f() TO c% WITH GRANT OPTION; \
                 GRANT EXECUTE ON FUNCTION f() TO b% WITH GRANT OPTION; SET ROLE c%; GRANT EXECUTE ON FUNCTION f() TO a%, b%; RESET ROLE",
        steps: &[("ALTER FUNCTION f() OWNER TO b%", "ok")],
        ends: &[(
            "SELECT proacl::text FROM pg_proc WHERE proname = 'f'",
            "{=X/b%,b%=X*/b%,c%=X*/b%,b%=X/c%}",
        )],
    },
    Fact {
        name: "4.5 an ACL that is NULL stays NULL",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        steps: &[("ALTER FUNCTION f() OWNER TO a%", "ok")],
        ends: &[(
            "SELECT proowner::regrole || coalesce(proacl::text, ' null') FROM pg_proc WHERE proname = 'f'",
            "a% null",
        )],
    },
    Fact {
        name: "4.5 a multirange is a type of its own up to 16",
        majors: 14..=16,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE TYPE r AS RANGE (subtype = int)",
        steps: &[("ALTER TYPE r OWNER TO a%", "ok"), ("ALTER TYPE r_multirange OWNER TO b%", "ok")],
        ends: &[(
            "SELECT string_agg(typname || typowner::regrole, ' ' ORDER BY typname) FROM pg_type WHERE typnamespace = 'public'::regnamespace",
            "_ra% _r_multirangeb% ra% r_multirangeb%",
        )],
    },
    Fact {
        name: "4.5 a multirange follows its range since 17",
        majors: 17..=18,
        set_up: "CREATE ROLE a%; CREATE TYPE r AS RANGE (subtype = int)",
        steps: &[("ALTER TYPE r_multirange OWNER TO a%", "42809"), ("ALTER TYPE r OWNER TO a%", "ok")],
        ends: &[(
            "SELECT string_agg(typname || typowner::regrole, ' ' ORDER BY typname) FROM pg_type WHERE typnamespace = 'public'::regnamespace",
            "_ra% _r_multirangea% ra% r_multirangea%",
        )],
    },
    Fact {
        name: "4.5 postfix operators of 13",
        majors: 13..=13,
        set_up: "CREATE ROLE a%; CREATE OPERATOR ~~~ (leftarg = int8, function = int8abs)",
        steps: &[
            ("ALTER OPERATOR ~~~ (bigint, NONE) OWNER TO a%", "ok"),
            ("ALTER OPERATOR ~~~ (int, NONE) OWNER TO a%", "42883"),
        ],
        ends: &[("SELECT oprowner::regrole::text FROM pg_operator WHERE oprname = '~~~'", "a%")],
    },
    Fact {
        name: "4.5 there are no postfix operators since 14",
        majors: 14..=18,
        set_up: "CREATE ROLE a%",
        steps: &[("ALTER OPERATOR !!! (bigint, NONE) OWNER TO a%", "42601")],
        ends: &[],
    },
    Fact {
        name: "4.5 pg_database_owner can own, and its one member gives",
        majors: 14..=18,
        set_up: "CREATE ROLE a%; ALTER DATABASE fact% OWNER TO a%; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                 ALTER FUNCTION f() OWNER TO a%; GRANT CREATE ON SCHEMA public TO pg_database_owner, a%",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("ALTER FUNCTION f() OWNER TO pg_database_owner", "ok"),
            ("ALTER FUNCTION f() OWNER TO a%", "ok"),
            ("RESET ROLE", "ok"),
            ("ALTER DATABASE fact% OWNER TO pg_database_owner", "ok"),
        ],
        ends: &[],
    },
];

const RELATIONS: &[Fact] = &[
    Fact {
        name: "4.5 column ACLs, row type, indexes, TOAST and owned sequences go with a table",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE TABLE t (id serial PRIMARY KEY, i int GENERATED ALWAYS AS IDENTITY, x text); \
                 ALTER TABLE t OWNER TO a%; GRANT SELECT (x), INSERT (x) ON t TO c%; GRANT SELECT (ctid) ON t TO b%; \
                 GRANT USAGE ON TYPE t TO c%; GRANT SELECT ON t_id_seq TO c%; GRANT SELECT ON t TO c%",
        steps: &[("ALTER TABLE t OWNER TO b%", "ok")],
        ends: &[
            (
                "SELECT string_agg(relname || ':' || relowner::regrole, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
                "t:b% t_i_seq:b% t_id_seq:b% t_pkey:b%",
            ),
            (
                "SELECT string_agg(typname || ':' || typowner::regrole, ' ' ORDER BY typname) FROM pg_type WHERE typname IN ('t', '_t')",
                "_t:b% t:b%",
            ),
            (
                "SELECT attacl::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'x'",
                "{c%=ar/b%}",
            ),
            ("SELECT typacl::text FROM pg_type WHERE typname = 't'", "{=U/b%,b%=U/b%,c%=U/b%}"),
            ("SELECT relacl::text FROM pg_class WHERE relname = 't_id_seq'", "{b%=rwU/b%,c%=r/b%}"),
            (
                "SELECT relowner::regrole::text FROM pg_class WHERE oid = (SELECT reltoastrelid FROM pg_class WHERE relname = 't')",
                "b%",
            ),
        ],
    },
    Fact {
        name: "4.5 which keyword takes which relation",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a); \
                 CREATE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE INDEX m_i ON m (a); CREATE SEQUENCE q; CREATE TYPE c AS (a int); \
                 CREATE FOREIGN DATA WRAPPER w; CREATE SERVER srv FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (a int) SERVER srv",
        steps: &[
            ("ALTER TABLE v OWNER TO a%", "ok"),
            ("ALTER TABLE m OWNER TO a%", "ok"),
            ("ALTER TABLE q OWNER TO a%", "ok"),
            ("ALTER TABLE f OWNER TO a%", "ok"),
            ("ALTER TABLE ONLY p OWNER TO a%", "ok"),
            ("ALTER TABLE t * OWNER TO a%", "ok"),
            ("ALTER TABLE c OWNER TO a%", "42809"),
            ("ALTER INDEX c OWNER TO a%", "42809"),
            ("ALTER TABLE t_pkey OWNER TO rdsadmin", "42809"),
            ("ALTER INDEX t_pkey OWNER TO rdsadmin", "42809"),
            ("ALTER INDEX t_pkey OWNER TO a%", "ok"),
            ("ALTER INDEX p_pkey OWNER TO a%", "42809"),
            ("ALTER TABLE p_pkey OWNER TO rdsadmin", "42809"),
            ("ALTER VIEW t OWNER TO rdsadmin", "42809"),
            ("ALTER SEQUENCE t OWNER TO rdsadmin", "42809"),
            ("ALTER MATERIALIZED VIEW v OWNER TO rdsadmin", "42809"),
            ("ALTER FOREIGN TABLE t OWNER TO rdsadmin", "42809"),
            ("ALTER INDEX t OWNER TO rdsadmin", "42809"),
            ("ALTER VIEW v OWNER TO rdsadmin", "ok"),
            ("ALTER MATERIALIZED VIEW m OWNER TO rdsadmin", "ok"),
            ("ALTER SEQUENCE q OWNER TO rdsadmin", "ok"),
            ("ALTER FOREIGN TABLE f OWNER TO rdsadmin", "ok"),
            ("ALTER TABLE nowhere OWNER TO nobody", "42P01"),
            ("ALTER TABLE nowhere.t OWNER TO nobody", "3F000"),
            ("ALTER TABLE elsewhere.public.t OWNER TO nobody", "0A000"),
            ("ALTER TABLE IF EXISTS nowhere OWNER TO nobody", "00000"),
            ("ALTER TABLE IF EXISTS nowhere.t OWNER TO nobody", "00000"),
            ("ALTER VIEW IF EXISTS public.nowhere OWNER TO nobody", "00000"),
            ("ALTER SEQUENCE IF EXISTS t OWNER TO nobody", "42809"),
            ("ALTER TABLE t OWNER TO nobody", "42704"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.5 a sequence that belongs to a column goes with its table alone",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (id serial, i int GENERATED ALWAYS AS IDENTITY)",
        steps: &[
            ("ALTER SEQUENCE t_id_seq OWNER TO a%", "0A000"),
            ("ALTER SEQUENCE t_i_seq OWNER TO a%", "0A000"),
            ("ALTER SEQUENCE t_id_seq OWNER TO rdsadmin", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.5 relations ask for ownership even where nothing changes, and before anything else",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t OWNER TO a%; CREATE TYPE c AS (a int); \
                 CREATE TABLE mine (a int); ALTER TABLE mine OWNER TO b%; CREATE VIEW v AS SELECT 1; CREATE SEQUENCE q; \
                 CREATE MATERIALIZED VIEW m AS SELECT 1; CREATE SCHEMA closed; CREATE TABLE closed.t (a int)",
        steps: &[
            ("ALTER TABLE pg_catalog.pg_class OWNER TO a%", "42501"),
            ("ALTER INDEX pg_catalog.pg_class_oid_index OWNER TO a%", "42501"),
            ("ALTER VIEW pg_catalog.pg_class OWNER TO a%", "42501"),
            ("ALTER VIEW information_schema.tables OWNER TO rdsadmin", "ok"),
            ("SET ROLE b%", "ok"),
            ("ALTER TABLE t OWNER TO a%", "42501"),
            ("ALTER VIEW t OWNER TO nobody", "42501"),
            ("ALTER INDEX t_pkey OWNER TO a%", "42501"),
            ("ALTER VIEW v OWNER TO b%", "42501"),
            ("ALTER SEQUENCE q OWNER TO b%", "42501"),
            ("ALTER MATERIALIZED VIEW m OWNER TO b%", "42501"),
            ("ALTER TABLE pg_catalog.pg_class OWNER TO b%", "42501"),
            ("ALTER TABLE closed.t OWNER TO b%", "42501"),
            ("ALTER TABLE IF EXISTS closed.nowhere OWNER TO b%", "42501"),
            ("ALTER TABLE mine OWNER TO a%", "42501"),
            ("ALTER TABLE mine OWNER TO b%", "ok"),
            ("ALTER TABLE c OWNER TO b%", "42501"),
        ],
        ends: &[],
    },
];

const REASSIGN: &[Fact] = &[
    Fact {
        name: "4.6 REASSIGN OWNED: everything of this database, schemas and what is in them",
        majors: 13..=18,
        set_up: EVERYTHING,
        steps: &[("REASSIGN OWNED BY a%, u%, a% TO b%", "ok")],
        ends: &[],
    },
    Fact {
        name: "4.6 REASSIGN OWNED leaves what was granted, and policies",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE TABLE t (a serial); CREATE TABLE other (a int); GRANT SELECT ON other TO a%; \
                 ALTER TABLE t OWNER TO a%; GRANT INSERT ON t TO b%; CREATE POLICY p ON other TO a%; ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT SELECT ON TABLES TO b%; \
                 ALTER DATABASE fact% OWNER TO a%; CREATE DOMAIN d AS int; ALTER DOMAIN d OWNER TO a%; CREATE TYPE c AS (a int); ALTER TYPE c OWNER TO a%",
        steps: &[("REASSIGN OWNED BY a% TO b%", "ok")],
        ends: &[
            ("SELECT datdba::regrole::text FROM pg_database WHERE datname = 'fact%'", "b%"),
            (
                "SELECT (strpos(relacl::text, 'a%=r/') > 0)::text FROM pg_class WHERE relname = 'other'",
                "true",
            ),
        ],
    },
    Fact {
        name: "4.6 REASSIGN OWNED asks for the privileges of all roles, old and new",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE ROLE u%; GRANT a%, b% TO u%",
        steps: &[
            ("REASSIGN OWNED BY rdsadmin TO b%", "2BP01"),
            ("REASSIGN OWNED BY a%, pg_monitor TO b%", "2BP01"),
            ("REASSIGN OWNED BY nobody TO b%", "42704"),
            ("REASSIGN OWNED BY a% TO nobody", "42704"),
            ("REASSIGN OWNED BY PUBLIC TO b%", "42704"),
            ("SET ROLE u%", "ok"),
            ("REASSIGN OWNED BY c%, nobody TO b%", "42704"),
            ("REASSIGN OWNED BY a%, c% TO nobody", "42501"),
            ("REASSIGN OWNED BY a%, c% TO b%", "42501"),
            ("REASSIGN OWNED BY a%, b% TO nobody", "42704"),
            ("REASSIGN OWNED BY a%, b% TO c%", "42501"),
            ("REASSIGN OWNED BY a% TO b%", "ok"),
            ("REASSIGN OWNED BY CURRENT_USER TO SESSION_USER", "42501"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.6 relations and types go without the checks of ALTER OWNER, functions do not",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE u%; GRANT a%, b% TO u%; CREATE SCHEMA s; CREATE TABLE s.t (a serial); CREATE TYPE s.e AS ENUM ('x'); \
                 ALTER TABLE s.t OWNER TO a%; ALTER TYPE s.e OWNER TO a%",
        steps: &[("SET ROLE u%", "ok"), ("REASSIGN OWNED BY a% TO b%", "ok")],
        ends: &[("SELECT relowner::regrole::text FROM pg_class WHERE oid = 's.t'::regclass", "b%")],
    },
    Fact {
        name: "4.6 a function needs CREATE on its schema for the new owner",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE u%; GRANT a%, b% TO u%; CREATE SCHEMA s; \
                 CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION s.f() OWNER TO a%",
        steps: &[
            ("SET ROLE u%", "ok"),
            ("REASSIGN OWNED BY a% TO b%", "42501"),
            ("RESET ROLE", "ok"),
            ("GRANT CREATE ON SCHEMA s TO b%", "ok"),
            ("SET ROLE u%", "ok"),
            ("REASSIGN OWNED BY a% TO b%", "ok"),
        ],
        ends: &[("SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'f'", "b%")],
    },
    Fact {
        name: "4.6 a schema needs CREATE on the database for the current user; a database needs no CREATEDB",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE d%; CREATE ROLE u%; GRANT a%, b%, d% TO u%; CREATE SCHEMA s AUTHORIZATION a%; \
                 ALTER DATABASE fact% OWNER TO d%; REVOKE ALL ON DATABASE fact% FROM d%",
        steps: &[
            ("SET ROLE u%", "ok"),
            ("REASSIGN OWNED BY a% TO b%", "42501"),
            ("REASSIGN OWNED BY d% TO b%", "ok"),
        ],
        ends: &[("SELECT datdba::regrole::text FROM pg_database WHERE datname = 'fact%'", "b%")],
    },
    Fact {
        name: "4.6 since 16 functions ask for SET on the new owner, tables do not",
        majors: 16..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE ROLE u%; GRANT a%, c% TO u%; GRANT b% TO u% WITH SET FALSE; CREATE SCHEMA s; GRANT ALL ON SCHEMA s TO b%; \
                 CREATE TABLE s.t (a int); ALTER TABLE s.t OWNER TO c%; \
                 CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION s.f() OWNER TO a%",
        steps: &[
            ("SET SESSION AUTHORIZATION u%", "ok"),
            ("REASSIGN OWNED BY a% TO b%", "42501"),
            ("REASSIGN OWNED BY c% TO b%", "ok"),
        ],
        ends: &[("SELECT relowner::regrole::text FROM pg_class WHERE oid = 's.t'::regclass", "b%")],
    },
    Fact {
        name: "4.6 wrappers and event triggers go to superusers alone",
        majors: 13..=18,
        set_up: "CREATE ROLE a% SUPERUSER; CREATE ROLE b%; CREATE ROLE c% SUPERUSER; CREATE FOREIGN DATA WRAPPER w; ALTER FOREIGN DATA WRAPPER w OWNER TO a%",
        steps: &[("REASSIGN OWNED BY a% TO b%", "42501"), ("REASSIGN OWNED BY a% TO c%", "ok")],
        ends: &[("SELECT fdwowner::regrole::text FROM pg_foreign_data_wrapper WHERE fdwname = 'w'", "c%")],
    },
    Fact {
        name: "4.6 extensions go too",
        majors: 13..=18,
        set_up: "CREATE ROLE a% SUPERUSER; CREATE ROLE b%; SET ROLE a%; CREATE EXTENSION postgres_fdw; RESET ROLE; \
                 ALTER FOREIGN DATA WRAPPER postgres_fdw OWNER TO rdsadmin",
        steps: &[("REASSIGN OWNED BY a% TO b%", "ok")],
        ends: &[("SELECT extowner::regrole::text FROM pg_extension WHERE extname = 'postgres_fdw'", "b%")],
    },
];
