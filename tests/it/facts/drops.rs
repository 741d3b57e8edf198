//! DROP ROLE: who may, what goes with a role, and what keeps it (4.3, 4.7).

use super::{Fact, hold};
use crate::differential::place;
use crate::differential::program::Program;
use crate::differential::tally::Tally;
use crate::servers::{block_on, for_each_major};

#[test]
fn facts_about_dropping_roles() {
    hold(FACTS);
}

/// Three databases in which the role owns 2, 1 and 3 objects, met by the server in another order than that of their OIDs.
#[test]
fn what_depends_on_a_role_in_other_databases_is_counted() {
    for_each_major(|server| block_on(elsewhere(server.major)));
}

async fn elsewhere(major: u16) {
    let own = place::start(major).await;
    let (admin, _) = place::connect(&own, "rdsadmin", "postgres").await;
    for statement in ["CREATE DATABASE one", "CREATE DATABASE two", "CREATE DATABASE three", "CREATE ROLE x"]
    {
        admin.batch_execute(statement).await.expect(statement);
    }
    let owned = [
        ("two", "CREATE SCHEMA a AUTHORIZATION x"),
        ("three", "CREATE SCHEMA a; GRANT USAGE ON SCHEMA a TO x; CREATE SCHEMA b AUTHORIZATION x"),
        (
            "one",
            "CREATE SCHEMA a AUTHORIZATION x; CREATE SCHEMA b AUTHORIZATION x; CREATE TABLE a.t (a serial); ALTER TABLE a.t OWNER TO x",
        ),
        ("three", "ALTER DEFAULT PRIVILEGES FOR ROLE x GRANT SELECT ON TABLES TO PUBLIC"),
    ];
    for (database, statements) in owned {
        let (client, _) = place::connect(&own, "rdsadmin", database).await;
        client.batch_execute(statements).await.expect(statements);
    }
    let (mut tally, mut details) = (Tally::default(), Vec::new());
    for database in ["postgres", "two"] {
        let mut program = Program::begin(&own, database, major, &[], "public").await;
        details.push(program.step("DROP ROLE x", &mut tally).await.detail.expect("a DETAIL"));
    }
    assert!(tally.disagreements.is_empty(), "PostgreSQL {major}: {:?}", tally.disagreements);
    let [elsewhere, here] = details.as_slice() else { panic!("{details:?}") };
    assert_eq!(elsewhere.lines().next(), Some("1 object in database two"));
    assert_eq!(elsewhere.lines().nth(1), Some("3 objects in database three"));
    assert_eq!(here.lines().next(), Some("owner of schema a"));
}

const FACTS: &[Fact] = &[
    Fact {
        name: "4.3 what is refused before anything is looked at, role by role",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE plain%",
        steps: &[
            ("DROP ROLE CURRENT_USER", "22023"),
            ("DROP USER SESSION_USER", "22023"),
            ("DROP ROLE public", "22023"),
            ("DROP ROLE nobody%", "42704"),
            ("DROP ROLE nobody%, CURRENT_USER", "42704"),
            ("DROP ROLE IF EXISTS nobody%, CURRENT_USER", "22023"),
            ("DROP GROUP IF EXISTS nobody%", "00000"),
            ("DROP ROLE rdsadmin", "55006"),
            ("SET ROLE a%", "ok"),
            ("DROP ROLE nobody%", "42501"),
            ("RESET ROLE", "ok"),
            ("SET SESSION AUTHORIZATION plain%", "ok"),
            ("DROP ROLE IF EXISTS nobody%", "42501"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("DROP ROLE a%, b%", "ok"),
        ],
        ends: &[("SELECT string_agg(rolname, ' ') FROM pg_roles WHERE rolname ~ '%$'", "plain%")],
    },
    Fact {
        name: "4.3 neither the current user nor the session user goes",
        majors: 13..=18,
        set_up: "CREATE ROLE s% SUPERUSER; CREATE ROLE c% SUPERUSER; CREATE ROLE r%",
        steps: &[
            ("SET SESSION AUTHORIZATION s%", "ok"),
            ("SET ROLE c%", "ok"),
            ("DROP ROLE s%", "55006"),
            ("DROP ROLE c%", "55006"),
            ("DROP ROLE r%, c%", "55006"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.3 up to 15 CREATEROLE drops any role but a superuser, named once",
        majors: 13..=15,
        set_up: "CREATE ROLE cr% CREATEROLE; CREATE ROLE su% SUPERUSER; CREATE ROLE r%; CREATE ROLE p%",
        steps: &[
            ("SET SESSION AUTHORIZATION cr%", "ok"),
            ("DROP ROLE su%", "42501"),
            ("DROP ROLE p%, p%", "42704"),
            ("DROP ROLE IF EXISTS p%, p%", "00000"),
            ("DROP ROLE r%", "ok"),
            ("DROP ROLE cr%", "55006"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.3 since 16 it takes ADMIN on every role, seen after the memberships of those before it went",
        majors: 16..=18,
        set_up: "CREATE ROLE cr% CREATEROLE; CREATE ROLE su% SUPERUSER; CREATE ROLE r%; CREATE ROLE p%; CREATE ROLE q%; \
                 CREATE ROLE g%; GRANT p%, q% TO cr% WITH ADMIN OPTION; GRANT g% TO q% WITH ADMIN OPTION",
        steps: &[
            ("DROP ROLE r%, r%", "ok"),
            ("SET SESSION AUTHORIZATION cr%", "ok"),
            ("DROP ROLE su%", "42501"),
            ("DROP ROLE pg_monitor", "42501"),
            ("DROP ROLE p%, p%", "42501"),
            ("DROP ROLE q%, g%", "42501"),
            ("DROP ROLE g%, q%", "ok"),
            ("DROP ROLE p%", "ok"),
            ("DROP ROLE p%", "42704"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.3 what initdb made stays",
        majors: 13..=18,
        set_up: "CREATE ROLE s% SUPERUSER",
        steps: &[
            ("DROP ROLE pg_monitor", "2BP01"),
            ("SET SESSION AUTHORIZATION s%", "ok"),
            ("DROP ROLE rdsadmin", "2BP01"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.3 memberships on both sides, comments and settings go with the role",
        majors: 13..=18,
        set_up: "CREATE ROLE r%; CREATE ROLE g%; CREATE ROLE m%; GRANT g% TO r%; GRANT r% TO m%; COMMENT ON ROLE r% IS 'x'; \
                 ALTER ROLE r% SET work_mem = '1MB'; ALTER ROLE r% IN DATABASE fact% SET work_mem = '2MB'; ALTER ROLE m% SET work_mem = '1MB'",
        steps: &[("DROP ROLE r%", "ok")],
        ends: &[
            (
                "SELECT count(*)::text FROM pg_auth_members JOIN pg_roles r ON r.oid IN (roleid, member) AND r.rolname ~ '%$'",
                "0",
            ),
            ("SELECT count(*)::text FROM pg_shdescription WHERE description = 'x'", "0"),
            (
                "SELECT count(*)::text FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = setrole WHERE r.oid IS NULL AND setrole <> 0",
                "0",
            ),
        ],
    },
    Fact {
        name: "4.3 up to 15 the grantor of a membership may go",
        majors: 13..=15,
        set_up: "CREATE ROLE g%; CREATE ROLE m%; CREATE ROLE by%; GRANT g% TO m% GRANTED BY by%",
        steps: &[("DROP ROLE by%", "ok"), ("GRANT g% TO m% WITH ADMIN OPTION", "ok")],
        ends: &[],
    },
    Fact {
        name: "4.3 since 16 the memberships that it granted keep a role, but for those of roles that go with it",
        majors: 16..=18,
        set_up: "CREATE ROLE g%; CREATE ROLE h%; CREATE ROLE m%; CREATE ROLE n%; CREATE ROLE \"By%\"; GRANT g%, h% TO \"By%\" WITH ADMIN OPTION; \
                 GRANT h% TO n% GRANTED BY \"By%\"; GRANT g% TO m% GRANTED BY \"By%\"; GRANT g% TO n% GRANTED BY \"By%\"",
        steps: &[
            ("DROP ROLE \"By%\"", "2BP01"),
            ("REVOKE g% FROM n% GRANTED BY \"By%\"", "ok"),
            ("GRANT g% TO n% GRANTED BY \"By%\"", "ok"),
            ("DROP ROLE \"By%\"", "2BP01"),
            ("DROP ROLE \"By%\", h%", "2BP01"),
            ("DROP ROLE \"By%\", h%, m%, n%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.3 what a role owns keeps it, each kind in the server's words, by OID",
        majors: 14..=18,
        set_up: "CREATE ROLE o%; GRANT CREATE ON DATABASE fact% TO o%; GRANT CREATE ON SCHEMA public TO o%; SET ROLE o%; CREATE SCHEMA \"My schema\"; \
                 CREATE TABLE t (a serial PRIMARY KEY, b text); CREATE INDEX ON t (b); CREATE TABLE \"My schema\".\"T\" (a int); CREATE TABLE p (a int) PARTITION BY LIST (a); \
                 CREATE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW mv AS SELECT 1; CREATE SEQUENCE \"My schema\".sq; \
                 CREATE TYPE c AS (a int); CREATE TYPE e AS ENUM ('x'); CREATE DOMAIN \"My schema\".d AS int; CREATE TYPE r AS RANGE (subtype = int); \
                 CREATE FUNCTION f(a int, \"My schema\".\"T\", c[], OUT x int, VARIADIC e[]) LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE \"My schema\".pr(\"char\") LANGUAGE sql AS ''; \
                 CREATE AGGREGATE agg(int) (sfunc = int4pl, stype = int); CREATE FUNCTION \"My schema\".f(a timestamp, b pg_catalog.int2vector) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                 SELECT lo_create(4000000); RESET ROLE; CREATE TYPE shell; ALTER TYPE shell OWNER TO o%; ALTER DATABASE fact% OWNER TO o%; CREATE FOREIGN DATA WRAPPER w; \
                 CREATE SERVER sv FOREIGN DATA WRAPPER w; ALTER SERVER sv OWNER TO o%; CREATE FOREIGN TABLE ft (a int) SERVER sv; ALTER TABLE ft OWNER TO o%; \
                 CREATE USER MAPPING FOR o% SERVER sv; CREATE USER MAPPING FOR public SERVER sv; CREATE LANGUAGE lang% HANDLER plpgsql_call_handler; ALTER LANGUAGE lang% OWNER TO o%",
        steps: &[
            ("DROP ROLE o%", "2BP01"),
            ("SET search_path = \"My schema\", pg_catalog, public", "ok"),
            ("DROP ROLE o%", "2BP01"),
            ("SET search_path = ''", "ok"),
            ("DROP ROLE o%", "2BP01"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.3 what has an owner and no privileges keeps it too, each kind in the server's words",
        majors: 13..=18,
        set_up: "CREATE ROLE o% SUPERUSER; SET ROLE o%; CREATE SCHEMA \"S\"; CREATE TYPE public.c AS (a int); CREATE FUNCTION public.cmp(public.c, public.c) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; \
                 CREATE FUNCTION \"S\".neg(public.c) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE OPERATOR public.=== (leftarg = public.c, rightarg = public.c, function = public.cmp); \
                 CREATE OPERATOR \"S\".!! (rightarg = public.c, function = \"S\".neg); CREATE OPERATOR FAMILY public.fam USING btree; CREATE OPERATOR FAMILY \"S\".hfam USING hash; \
                 CREATE OPERATOR CLASS \"S\".\"Ops\" FOR TYPE int4 USING btree FAMILY public.fam AS OPERATOR 3 =(int4, int4); CREATE COLLATION \"S\".\"Col\" FROM \"C\"; CREATE COLLATION public.\"C\" FROM \"POSIX\"; \
                 CREATE CONVERSION public.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; CREATE TABLE public.t (a int, b int); CREATE STATISTICS \"S\".st ON a, b FROM public.t; \
                 CREATE TEXT SEARCH CONFIGURATION public.english (COPY = simple); CREATE TEXT SEARCH DICTIONARY \"S\".dict (TEMPLATE = simple); CREATE PUBLICATION \"Pub\"; \
                 CREATE SUBSCRIPTION \"Sub%\" CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false); CREATE FUNCTION public.et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; \
                 CREATE EVENT TRIGGER \"Et\" ON sql_drop EXECUTE FUNCTION public.et(); ALTER EVENT TRIGGER \"Et\" DISABLE",
        steps: &[
            ("DROP ROLE o%", "2BP01"),
            ("SET search_path = \"S\", pg_catalog, public", "ok"),
            ("DROP ROLE o%", "2BP01"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.3 privileges, default privileges and policies keep a role too",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; CREATE ROLE o%; CREATE SCHEMA s; CREATE TABLE t (a int, \"B\" int); CREATE TABLE s.t (a int); CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                 CREATE DOMAIN s.d AS int; SELECT lo_create(77); CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w; \
                 GRANT SELECT ON t TO x%; GRANT SELECT (\"B\"), UPDATE (a), SELECT (ctid) ON t TO x%; GRANT INSERT ON s.t TO x% WITH GRANT OPTION; SET ROLE x%; SELECT 1; RESET ROLE; \
                 GRANT EXECUTE ON FUNCTION f TO x%; GRANT USAGE ON TYPE s.d TO x%; GRANT USAGE ON TYPE t TO x%; GRANT USAGE ON SCHEMA s TO x%; \
                 GRANT SELECT ON LARGE OBJECT 77 TO x%; GRANT USAGE ON FOREIGN DATA WRAPPER w TO x%; GRANT USAGE ON FOREIGN SERVER sv TO x%; GRANT USAGE ON LANGUAGE plpgsql TO x%; \
                 GRANT CONNECT ON DATABASE fact% TO x%; GRANT CREATE ON TABLESPACE pg_default TO x%; \
                 ALTER DEFAULT PRIVILEGES FOR ROLE x% GRANT SELECT ON TABLES TO o%; ALTER DEFAULT PRIVILEGES FOR ROLE o% IN SCHEMA s GRANT SELECT ON SEQUENCES TO x%; \
                 ALTER DEFAULT PRIVILEGES FOR ROLE o% GRANT ALL ON FUNCTIONS TO x%; ALTER DEFAULT PRIVILEGES FOR ROLE o% GRANT ALL ON TYPES TO x%; ALTER DEFAULT PRIVILEGES FOR ROLE o% GRANT ALL ON SCHEMAS TO x%; \
                 CREATE POLICY p ON t TO x%; CREATE POLICY \"P\" ON s.t TO o%, x%, x%",
        steps: &[
            ("DROP ROLE x%", "2BP01"),
            ("SET search_path = s", "ok"),
            ("DROP ROLE x%", "2BP01"),
            ("DROP ROLE o%", "2BP01"),
            ("REVOKE ALL ON TABLESPACE pg_default FROM x%", "ok"),
            ("REVOKE ALL ON public.t FROM x%", "ok"),
            ("DROP ROLE x%", "2BP01"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.3 a parameter's row, and default privileges of large objects",
        majors: 18..=18,
        set_up: "CREATE ROLE x%; GRANT SET ON PARAMETER work_mem TO x%; ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO x%",
        steps: &[
            ("DROP ROLE x%", "2BP01"),
            ("GRANT SET ON PARAMETER foo.bar TO x%", "ok"),
            ("GRANT SET ON PARAMETER bar.foo TO x%", "ok"),
            ("DROP ROLE x%", "2BP01"),
            ("REVOKE SET ON PARAMETER work_mem, foo.bar, bar.foo FROM x%", "ok"),
            ("DROP ROLE x%", "2BP01"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.3 one hundred are told, the rest are counted, other databases after them",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; DO $$ BEGIN FOR i IN 1..101 LOOP EXECUTE 'CREATE SCHEMA s' || i; EXECUTE 'GRANT USAGE ON SCHEMA s' || i || ' TO x%'; END LOOP; END $$",
        steps: &[
            ("DROP ROLE x%", "2BP01"),
            ("REVOKE USAGE ON SCHEMA s7 FROM x%", "ok"),
            ("DROP ROLE x%", "2BP01"),
            ("GRANT USAGE ON SCHEMA s7 TO x%", "ok"),
            ("GRANT ALL ON DATABASE fact% TO x%", "ok"),
            ("DROP ROLE x%", "2BP01"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.7 an owner's mention in its own ACL is no dependency, a grantor's is",
        majors: 13..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE g%; CREATE ROLE x%; CREATE TABLE t (a int); ALTER TABLE t OWNER TO o%; GRANT SELECT ON t TO g% WITH GRANT OPTION; \
                 SET ROLE g%; GRANT SELECT ON t TO x%; RESET ROLE; GRANT INSERT ON t TO x%",
        steps: &[
            ("DROP ROLE o%", "2BP01"),
            ("DROP ROLE g%", "2BP01"),
            ("DROP ROLE x%", "2BP01"),
            ("REVOKE SELECT ON t FROM g% CASCADE", "ok"),
            ("DROP ROLE g%", "ok"),
            ("DROP ROLE x%", "2BP01"),
            ("REVOKE ALL ON t FROM x%", "ok"),
            ("DROP ROLE x%", "ok"),
            ("REVOKE ALL ON t FROM o%", "ok"),
            ("DROP ROLE o%", "2BP01"),
        ],
        ends: &[],
    },
];
