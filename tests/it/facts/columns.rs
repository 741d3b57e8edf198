//! Relations and their columns, and what a kind of object refuses (2.1, 2.5, 2.8).

use super::{Fact, hold};

#[test]
fn facts_about_columns_and_kinds() {
    hold(FACTS);
}

const ATTACL: &str = "SELECT string_agg(attname || attacl::text, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 't'::regclass";

const FACTS: &[Fact] = &[
    Fact {
        name: "2.5 revoking from a table revokes from its columns, system columns too",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int, y int); GRANT SELECT (x, ctid), INSERT (y) ON t TO a%",
        steps: &[("REVOKE SELECT ON t FROM a%", "ok")],
        ends: &[(ATTACL, "y{a%=a/rdsadmin}")],
    },
    Fact {
        name: "1.3 a column's ACL that is empty is NULL again, and a REVOKE leaves NULL what is NULL",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int, y int)",
        steps: &[
            ("REVOKE SELECT (x) ON t FROM a%", "ok"),
            ("GRANT SELECT (y), UPDATE (y) ON t TO a%", "ok"),
            ("REVOKE ALL (y) ON t FROM a%", "ok"),
        ],
        ends: &[(ATTACL, "NULL")],
    },
    Fact {
        name: "2.5 a column that is gone keeps its ACL up to 16, and no role for it",
        majors: 13..=16,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int, gone int); GRANT SELECT (gone) ON t TO a%; ALTER TABLE t DROP COLUMN gone",
        steps: &[
            ("REVOKE SELECT ON t FROM a%", "ok"),
            ("GRANT SELECT (gone) ON t TO a%", "42703"),
            ("DROP ROLE a%", "ok"),
        ],
        ends: &[(
            "SELECT array_length(attacl, 1)::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum = 2",
            "1",
        )],
    },
    Fact {
        name: "2.5 a column that is gone has no ACL since 17",
        majors: 17..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int, gone int); GRANT SELECT (gone) ON t TO a%; ALTER TABLE t DROP COLUMN gone",
        steps: &[("REVOKE SELECT ON t FROM a%", "ok"), ("DROP ROLE a%", "ok")],
        ends: &[(
            "SELECT attacl::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum = 2",
            "NULL",
        )],
    },
    Fact {
        name: "2.5 each column warns for itself: six of the system and two more",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int, gone int, y int); ALTER TABLE t DROP COLUMN gone; GRANT INSERT ON t TO a%",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("REVOKE SELECT ON t FROM a%", "01006 01006 01006 01006 01006 01006 01006 01006 01006"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.5 a view has no system columns to warn about",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE VIEW t AS SELECT 1 AS x, 2 AS y; GRANT INSERT ON t TO a%",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("REVOKE SELECT ON t FROM a%", "01006 01006 01006"),
            ("GRANT SELECT (ctid) ON t TO a%", "42703"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.5 the table's option counts for its columns",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE TABLE t (x int, y int); GRANT SELECT ON t TO a% WITH GRANT OPTION",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("GRANT SELECT (x) ON t TO b%", "ok"),
            ("GRANT INSERT (x) ON t TO b%", "01007"),
        ],
        ends: &[(ATTACL, "x{b%=r/a%}")],
    },
    Fact {
        name: "2.5 hole: column items under a table's option outlive it",
        majors: 13..=18,
        set_up: "CREATE ROLE m%; CREATE ROLE p%; CREATE TABLE t (x int, y int); GRANT SELECT ON t TO m% WITH GRANT OPTION; \
                 SET ROLE m%; GRANT SELECT (x) ON t TO p%; RESET ROLE",
        steps: &[
            ("REVOKE ALL ON t FROM m% CASCADE", "ok"),
            ("REVOKE SELECT (x) ON t FROM p%", "ok"),
            ("SET ROLE m%", "ok"),
            ("REVOKE SELECT (x) ON t FROM p%", "42501"),
            ("RESET ROLE", "ok"),
            ("GRANT SELECT (x) ON t TO m% WITH GRANT OPTION", "ok"),
            ("REVOKE SELECT (x) ON t FROM m% CASCADE", "ok"),
        ],
        ends: &[(ATTACL, "NULL")],
    },
    Fact {
        name: "2.3 a caller with only column privileges gets the error for the table part",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE TABLE t (x int, y int); GRANT SELECT (x) ON t TO a%",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("GRANT SELECT ON t TO b%", "42501"),
            ("GRANT SELECT (x) ON t TO b%", "01007"),
            ("GRANT SELECT (y) ON t TO b%", "42501"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.3 ALL on a column is guessed from the bits",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE TABLE t (x int, y int); GRANT SELECT (x) ON t TO a% WITH GRANT OPTION",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("GRANT ALL (x) ON t TO b%", "ok"),
            ("GRANT SELECT (x), INSERT (x), UPDATE (x), REFERENCES (x) ON t TO b%", "ok"),
            ("GRANT SELECT (x), INSERT (x) ON t TO b%", "01007"),
        ],
        ends: &[(ATTACL, "x{a%=r*/rdsadmin,b%=r/a%}")],
    },
    Fact {
        name: "2.1 words and columns that a kind does not know",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int); CREATE SEQUENCE s; CREATE TYPE c AS (x int)",
        steps: &[
            ("GRANT nonsense ON t TO a%", "42601"),
            ("GRANT \"SELECT\" ON t TO a%", "42601"),
            ("GRANT EXECUTE ON t TO a%", "0LP01"),
            ("GRANT USAGE ON t TO a%", "0LP01"),
            ("GRANT USAGE (x) ON t TO a%", "0LP01"),
            ("GRANT SELECT (nope) ON t TO a%", "42703"),
            ("GRANT SELECT (x) ON SCHEMA public TO a%", "0LP01"),
            ("GRANT SELECT, DELETE ON s TO a%", "0LP01"),
            ("GRANT DELETE ON s TO a%", "0LP01"),
            ("GRANT DELETE ON SEQUENCE s TO a%", "0LP01"),
            ("GRANT SELECT ON SEQUENCE t TO a%", "42809"),
            ("GRANT SELECT (last_value) ON s TO a%", "ok"),
            ("GRANT INSERT (last_value) ON s TO a%", "0LP01"),
            ("GRANT SELECT ON c TO a%", "42809"),
        ],
        ends: &[(
            "SELECT relacl::text FROM pg_class WHERE relname = 's'",
            "{rdsadmin=rwU/rdsadmin,a%=r/rdsadmin}",
        )],
    },
    Fact {
        name: "2.1 RULE did nothing up to 17",
        majors: 13..=17,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int)",
        steps: &[("GRANT RULE ON t TO a%", "ok"), ("GRANT SELECT, RULE ON t TO a%", "ok")],
        ends: &[],
    },
    Fact {
        name: "2.1 RULE is no privilege in 18",
        majors: 18..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int)",
        steps: &[("GRANT RULE ON t TO a%", "42601")],
        ends: &[],
    },
    Fact {
        name: "2.8 types: array types refused, row types and domains taken",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int); CREATE TYPE e AS ENUM ('x'); CREATE DOMAIN d AS int",
        steps: &[
            ("GRANT USAGE ON TYPE _e TO a%", "0LP01"),
            ("GRANT USAGE ON DOMAIN e TO a%", "42809"),
            ("GRANT USAGE ON TYPE t, d TO a%", "ok"),
            ("GRANT USAGE ON DOMAIN d TO a%", "ok"),
            ("GRANT USAGE ON TYPE nope TO a%", "42704"),
        ],
        ends: &[(
            "SELECT typacl::text FROM pg_type WHERE typname = 'd'",
            "{=U/rdsadmin,rdsadmin=U/rdsadmin,a%=U/rdsadmin}",
        )],
    },
    Fact {
        name: "2.1 an array type as DOMAIN: refused as an array up to 17",
        majors: 13..=17,
        set_up: "CREATE ROLE a%; CREATE TYPE e AS ENUM ('x')",
        steps: &[("GRANT USAGE ON DOMAIN _e TO a%", "0LP01")],
        ends: &[],
    },
    Fact {
        name: "2.1 an array type as DOMAIN: no domain in 18, which looks at that first",
        majors: 18..=18,
        set_up: "CREATE ROLE a%; CREATE TYPE e AS ENUM ('x'); CREATE TYPE r AS RANGE (subtype = int)",
        steps: &[
            ("GRANT USAGE ON DOMAIN _e TO a%", "42809"),
            ("GRANT USAGE ON DOMAIN r_multirange TO a%", "42809"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.1 multirange types are taken up to 16",
        majors: 14..=16,
        set_up: "CREATE ROLE a%; CREATE TYPE r AS RANGE (subtype = int)",
        steps: &[("GRANT USAGE ON TYPE r_multirange TO a%", "ok")],
        ends: &[],
    },
    Fact {
        name: "2.1 multirange types are refused since 17",
        majors: 17..=18,
        set_up: "CREATE ROLE a%; CREATE TYPE r AS RANGE (subtype = int)",
        steps: &[("GRANT USAGE ON TYPE r_multirange TO a%", "0LP01")],
        ends: &[],
    },
    Fact {
        name: "2.1 untrusted languages and indexes",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (x int PRIMARY KEY)",
        steps: &[
            ("GRANT USAGE ON LANGUAGE c TO a%", "42809"),
            ("GRANT USAGE ON LANGUAGE sql TO a%", "ok"),
            ("GRANT SELECT ON t_pkey TO a%", "42809"),
        ],
        ends: &[],
    },
];
