//! Names: schemas, search_path, ALL .. IN SCHEMA, routines, grantees (2.1, 2.7).

use super::{Fact, hold};

#[test]
fn facts_about_names() {
    hold(FACTS);
}

const FACTS: &[Fact] = &[
    Fact {
        name: "2.1 a schema needs USAGE, named or in the search path",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE x%; CREATE SCHEMA s; CREATE TABLE s.t (a int); GRANT SELECT ON s.t TO a% WITH GRANT OPTION",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("GRANT SELECT ON s.t TO x%", "42501"),
            ("SET search_path = s, public", "ok"),
            ("GRANT SELECT ON t TO x%", "42P01"),
            ("GRANT SELECT ON nowhere.t TO x%", "3F000"),
            ("RESET ROLE", "ok"),
            ("GRANT USAGE ON SCHEMA s TO a%", "ok"),
            ("SET ROLE a%", "ok"),
            ("GRANT SELECT ON t TO x%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.1 a third part must be this database",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; CREATE TABLE t (a int)",
        steps: &[
            ("GRANT SELECT ON elsewhere.public.t TO x%", "0A000"),
            ("GRANT SELECT ON fact%.public.t TO x%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.1 grantees: none is reserved, unknown ones are errors, objects come first",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; CREATE TABLE t (a int)",
        steps: &[
            ("GRANT SELECT ON t TO none", "42939"),
            ("GRANT SELECT ON t TO nobody%", "42704"),
            ("GRANT SELECT ON missing TO nobody%", "42P01"),
            ("GRANT nonsense ON t TO nobody%", "42704"),
            ("GRANT SELECT ON t, t TO x%, x%, GROUP x%", "ok"),
            ("GRANT SELECT ON t TO CURRENT_USER, SESSION_USER", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.1 CURRENT_ROLE as a grantee needs 14",
        majors: 14..=18,
        set_up: "CREATE TABLE t (a int)",
        steps: &[("GRANT SELECT ON t TO CURRENT_ROLE", "ok")],
        ends: &[],
    },
    Fact {
        name: "2.1 CURRENT_ROLE is no role in 13",
        majors: 13..=13,
        set_up: "CREATE TABLE t (a int)",
        steps: &[("GRANT SELECT ON t TO CURRENT_ROLE", "42601")],
        ends: &[],
    },
    Fact {
        name: "2.1 other kinds that are not there",
        majors: 13..=18,
        set_up: "CREATE ROLE x%",
        steps: &[
            ("GRANT CONNECT ON DATABASE nowhere TO x%", "3D000"),
            ("GRANT USAGE ON SCHEMA nowhere TO x%", "3F000"),
            ("GRANT USAGE ON LANGUAGE nowhere TO x%", "42704"),
            ("GRANT CREATE ON TABLESPACE nowhere TO x%", "42704"),
            ("GRANT USAGE ON FOREIGN DATA WRAPPER nowhere TO x%", "42704"),
            ("GRANT USAGE ON FOREIGN SERVER nowhere TO x%", "42704"),
            ("GRANT SELECT ON LARGE OBJECT 1 TO x%", "42704"),
            ("GRANT EXECUTE ON FUNCTION nowhere() TO x%", "42883"),
            ("GRANT EXECUTE ON FUNCTION nowhere TO x%", "42883"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.7 ALL TABLES IN SCHEMA: all but sequences; nothing there is no error",
        majors: 13..=16,
        set_up: "CREATE ROLE x%; CREATE SCHEMA s; CREATE SCHEMA empty; CREATE TABLE s.t (a serial); CREATE VIEW s.v AS SELECT 1; CREATE TYPE s.c AS (a int)",
        steps: &[
            ("GRANT SELECT ON ALL TABLES IN SCHEMA s TO x%", "ok"),
            ("GRANT SELECT ON ALL TABLES IN SCHEMA empty TO x%", "ok"),
            ("GRANT USAGE ON ALL SEQUENCES IN SCHEMA s TO x%", "ok"),
        ],
        ends: &[(
            "SELECT string_agg(relname || relacl::text, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 's'::regnamespace",
            "t{rdsadmin=arwdDxt/rdsadmin,x%=r/rdsadmin} t_a_seq{rdsadmin=rwU/rdsadmin,x%=U/rdsadmin} v{rdsadmin=arwdDxt/rdsadmin,x%=r/rdsadmin}",
        )],
    },
    Fact {
        name: "2.7 FUNCTIONS are all but procedures, PROCEDURES only those",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; CREATE SCHEMA s; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                 CREATE PROCEDURE s.p() LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE s.a(int) (sfunc = int4pl, stype = int)",
        steps: &[
            ("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA s TO x%", "ok"),
            ("GRANT EXECUTE ON FUNCTION s.p() TO x%", "42809"),
            ("GRANT EXECUTE ON PROCEDURE s.f() TO x%", "42809"),
            ("GRANT EXECUTE ON ROUTINE s.p(), s.f(), s.a(int) TO x%", "ok"),
            ("GRANT EXECUTE ON FUNCTION s.a(integer) TO x%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.7 a name alone must be unique",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                 CREATE FUNCTION g(int[], \"char\", char(3), timestamptz) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        steps: &[
            ("GRANT EXECUTE ON FUNCTION f TO x%", "42725"),
            ("GRANT EXECUTE ON FUNCTION f(IN a pg_catalog.int4) TO x%", "ok"),
            ("GRANT EXECUTE ON FUNCTION g TO x%", "ok"),
            (
                "GRANT EXECUTE ON FUNCTION g(integer[3], \"char\", character, timestamp with time zone) TO x%",
                "ok",
            ),
            ("GRANT EXECUTE ON FUNCTION g(int, int) TO x%", "42883"),
            ("GRANT EXECUTE ON FUNCTION f(nowhere) TO x%", "42704"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.7 a name alone that a function and a procedure share is ambiguous in 13",
        majors: 13..=13,
        set_up: "CREATE ROLE x%; CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE f(text) LANGUAGE sql AS 'SELECT 1'",
        steps: &[("GRANT EXECUTE ON FUNCTION f TO x%", "42725")],
        ends: &[],
    },
    Fact {
        name: "2.7 a name alone sees only its kind since 14, and procedures match with OUT arguments",
        majors: 14..=18,
        set_up: "CREATE ROLE x%; CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE f(text) LANGUAGE sql AS 'SELECT 1'; \
                 CREATE PROCEDURE o(int, OUT b text) LANGUAGE sql AS 'SELECT ''x'''",
        steps: &[
            ("GRANT EXECUTE ON FUNCTION f TO x%", "ok"),
            ("GRANT EXECUTE ON PROCEDURE f TO x%", "ok"),
            ("GRANT EXECUTE ON ROUTINE f TO x%", "42725"),
            ("GRANT EXECUTE ON PROCEDURE o(int, text) TO x%", "ok"),
            ("GRANT EXECUTE ON PROCEDURE o(int, OUT text) TO x%", "ok"),
            ("GRANT EXECUTE ON PROCEDURE o(int) TO x%", "ok"),
        ],
        ends: &[],
    },
];
