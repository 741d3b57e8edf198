//! What a statement means, whatever its spelling, and in which versions.

use super::{error, one, statement};
use crate::sql::ast::*;
use crate::sql::print;

/// Spellings and the canonical one.
#[test]
fn spellings_mean_the_same() {
    let table = [
        ("grant select on t to a", "GRANT SELECT ON TABLE t TO a"),
        ("GRANT SELECT ON TABLE \"t\" TO GROUP A", "GRANT SELECT ON TABLE t TO a"),
        ("grant all privileges on s.t to \"public\"", "GRANT ALL ON TABLE s.t TO PUBLIC"),
        ("grant all (x) on t to \"PUBLIC\"", "GRANT ALL (x) ON TABLE t TO \"PUBLIC\""),
        ("grant \"select\" (a, \"B\"), foo on t to a", "GRANT SELECT (a, \"B\"), foo ON TABLE t TO a"),
        ("grant usage on sequence to a", "GRANT USAGE ON TABLE sequence TO a"),
        ("grant usage on sequence sequence to a", "GRANT USAGE ON SEQUENCE sequence TO a"),
        ("grant select on large to a", "GRANT SELECT ON TABLE large TO a"),
        ("grant select on large object 1, +2, -3 to a", "GRANT SELECT ON LARGE OBJECT 1, 2, -3 TO a"),
        ("revoke grant option for all on t from a restrict", "REVOKE GRANT OPTION FOR ALL ON TABLE t FROM a"),
        ("grant U&\"rds\\0061dmin\" to RdsAdmin", "GRANT rdsadmin TO rdsadmin"),
        ("grant a to u&\"!0061\" uescape '!'", "GRANT a TO a"),
        ("grant a to b with admin option", "GRANT a TO b WITH ADMIN OPTION"),
        ("revoke admin option for a from b", "REVOKE ADMIN OPTION FOR a FROM b"),
        ("revoke admin from b", "REVOKE admin FROM b"),
        ("create user x with encrypted password 'p'", "CREATE USER x PASSWORD 'p'"),
        ("create role x in group a user b", "CREATE ROLE x IN ROLE a ROLE b"),
        ("alter user x user y", "ALTER ROLE x USER y"),
        ("alter user x set time zone local", "ALTER ROLE x SET timezone TO DEFAULT"),
        ("alter role all set search_path = a, 'B'", "ALTER ROLE ALL SET search_path TO a, 'B'"),
        ("alter group a rename to b", "ALTER ROLE a RENAME TO b"),
        ("drop group if exists a", "DROP ROLE IF EXISTS a"),
        ("alter procedural language l owner to x", "ALTER LANGUAGE l OWNER TO x"),
        ("alter table only (t) owner to x", "ALTER TABLE ONLY t OWNER TO x"),
        ("set session role 'A'", "SET ROLE 'A'"),
        ("set \"Role\" = none", "SET ROLE NONE"),
        ("set schema 'a b'", "SET search_path TO 'a b'"),
        ("reset session_authorization", "RESET SESSION AUTHORIZATION"),
        ("set session session authorization default", "RESET SESSION AUTHORIZATION"),
        (
            "grant execute on function f(int, a text) to x",
            "GRANT EXECUTE ON FUNCTION f(pg_catalog.int4, a text) TO x",
        ),
        (
            "grant usage on foreign server s, \"S\" to current_user",
            "GRANT USAGE ON FOREIGN SERVER s, \"S\" TO CURRENT_USER",
        ),
        (
            "alter default privileges in schema s for user a grant select on tables to b",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA s FOR ROLE a GRANT SELECT ON TABLES TO b",
        ),
    ];
    for (spelling, canonical) in table {
        for major in 13..=18 {
            assert_eq!(print(&statement(spelling, major), major), canonical, "{spelling}");
        }
    }
}

/// Statements, the first version that takes them, and what the one before says.
#[test]
fn versions_differ() {
    let table = [
        ("grant select on t to a granted by b", 14, "syntax error at or near \"granted\"", 23),
        ("revoke select on t from a granted by b", 14, "syntax error at or near \"granted\"", 26),
        ("grant a to current_role", 14, "syntax error at or near \"current_role\"", 11),
        ("grant set on parameter work_mem to a", 15, "syntax error at or near \"work_mem\"", 23),
        ("grant alter system on parameter work_mem to a", 15, "syntax error at or near \"system\"", 12),
        ("grant a to b with inherit false", 16, "syntax error at or near \"inherit\"", 18),
        ("revoke set option for a from b", 16, "syntax error at or near \"option\"", 11),
        (
            "alter default privileges grant select on large objects to a",
            18,
            "syntax error at or near \"large\"",
            41,
        ),
    ];
    for (text, since, message, position) in table {
        for major in 13..since {
            let error = error(text, major);
            assert_eq!((error.sqlstate, error.message.as_str()), ("42601", message), "{text} in {major}");
            assert_eq!(error.position, Some(position), "{text} in {major}");
        }
        (since..=18).for_each(|major| drop(statement(text, major)));
    }
}

#[test]
fn errors_are_the_servers() {
    let table = [
        ("grant", "42601", "syntax error at end of input", Some(5)),
        ("grant select on t to none", "42939", "role name \"none\" is reserved", Some(21)),
        ("grant select on t to \"none\" foo", "42939", "role name \"none\" is reserved", Some(21)),
        ("create role \"public\"", "42939", "role name \"public\" is reserved", Some(12)),
        ("create role session_user", "42939", "SESSION_USER cannot be used as a role name here", Some(12)),
        ("create role é foo", "42601", "unrecognized role option \"foo\"", Some(14)),
        ("grant a to é select", "42601", "syntax error at or near \"select\"", Some(13)),
        (
            "create role x unencrypted password 'a'",
            "0A000",
            "UNENCRYPTED PASSWORD is no longer supported",
            Some(14),
        ),
        (
            "grant select on a.b.c.d to x",
            "42601",
            "improper qualified name (too many dotted names): a.b.c.d",
            Some(16),
        ),
        ("grant a to \"\"", "42601", "zero-length delimited identifier at or near \"\"\"\"", Some(11)),
        ("grant a to E'\\xff'", "22021", "invalid byte sequence for encoding \"UTF8\": 0xff", None),
        ("grant a to nulls first", "42601", "syntax error at or near \"nulls\"", Some(11)),
        ("grant a to b\0", "22021", "invalid byte sequence for encoding \"UTF8\": 0x00", None),
        ("grnat a to b", "42601", "syntax error at or near \"grnat\"", Some(0)),
        ("grant a to b /* c", "42601", "unterminated /* comment at or near \"/* c\"", Some(13)),
        ("alter table t owner x", "42601", "syntax error at or near \"x\"", Some(20)),
        (
            "grant execute on function f(float(54)) to x",
            "22023",
            "precision for type float must be less than 54 bits",
            Some(34),
        ),
    ];
    for (text, sqlstate, message, position) in table {
        let error = error(text, 18);
        assert_eq!((error.sqlstate, error.message.as_str()), (sqlstate, message), "{text}");
        assert_eq!(error.position, position, "{text}");
    }
}

/// Of a token behind the one it refuses the server tells only where it had to read that far.
#[test]
fn notices_end_where_the_server_stops_reading() {
    let long = "z".repeat(64);
    let table = [
        (format!("create role x nosuch {long}"), 0),
        (format!("create role x U&\"nosuch\" {long}"), 1),
        (format!("create role x U&\"nosuch\" U&\"{long}\""), 0),
        (format!("create role {long} nosuch"), 1),
        (format!("grant select on a.b.c.d {long}"), 1),
        (format!("grant a to none {long}"), 0),
    ];
    for (text, notices) in table {
        let parsed = one(&text, 18);
        assert!(parsed.result.is_err(), "{text}");
        assert_eq!(parsed.notices.len(), notices, "{text}");
    }
}

#[test]
fn what_is_read_ahead_is_refused_first() {
    for text in ["grant a to U&\"none\" 'abc", "grant select on a.b.c.d 'abc"] {
        assert_eq!(error(text, 18).message, "unterminated quoted string at or near \"'abc\"");
    }
    assert_eq!(error("grant a to none 'abc", 18).message, "role name \"none\" is reserved");
}

#[test]
fn every_slot_of_a_role_is_found() {
    let table: [(&str, &[&str]); 17] = [
        ("grant select on b to r1, r2 granted by r3", &["r1", "r2", "r3"]),
        ("grant r1, r2 to r3 granted by r4", &["r1", "r2", "r3", "r4"]),
        ("revoke admin option for r1 from r2 granted by r3", &["r1", "r2", "r3"]),
        (
            "create role r1 role r2 user r3 admin r4 in role r5 in group r6",
            &["r1", "r2", "r3", "r4", "r5", "r6"],
        ),
        ("alter role r1 user r2, r3", &["r1", "r2", "r3"]),
        ("alter group r1 drop user r2", &["r1", "r2"]),
        ("alter role r1 in database d set role = r2", &["r1", "r2"]),
        ("alter role r1 set \"Session_Authorization\" = r2", &["r1", "r2"]),
        ("alter role r1 rename to r2", &["r1", "r2"]),
        ("drop role if exists r1, r2", &["r1", "r2"]),
        ("alter default privileges for role r1 for role r2 grant all on types to r3", &["r1", "r2", "r3"]),
        ("alter function f(t) owner to r1", &["r1"]),
        ("reassign owned by r1, r2 to r3", &["r1", "r2", "r3"]),
        ("drop owned by r1, r2", &["r1", "r2"]),
        ("comment on role r1 is 'r2'", &["r1"]),
        ("set local role r1", &["r1"]),
        ("set session authorization 'r1'", &["r1"]),
    ];
    for (text, expected) in table {
        let statement = statement(text, 18);
        let names: Vec<&str> = statement.roles().iter().map(|slot| name_of(slot.role)).collect();
        assert_eq!(names, expected, "{text}");
    }
    assert_eq!(statement("alter role all reset all", 18).roles()[0].role, RoleRef::All);
    assert!(statement("set role none", 18).roles().is_empty());
}

fn name_of(role: RoleRef<'_>) -> &str {
    match role {
        RoleRef::Spec(RoleSpec::Name(name)) => name,
        RoleRef::Name(name) => name,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_understood_is_unsupported() {
    let table = [
        ("select 1", "SELECT"),
        ("create table t (a int)", "CREATE TABLE"),
        ("create or replace view v as select 1", "CREATE VIEW"),
        ("alter table t add column c int", "ALTER TABLE"),
        ("alter table t owner to a, add column c int", "ALTER TABLE"),
        ("create user mapping for x server s", "CREATE USER"),
        ("begin", "BEGIN"),
        ("set statement_timeout = 3", "SET"),
        ("comment on table t is 'x'", "COMMENT"),
        ("grant a to :name", "GRANT"),
        ("grant a to :\"name\"", "GRANT"),
        ("\\c other", "\\c"),
    ];
    for (text, command) in table {
        match statement(text, 17) {
            Statement::Unsupported(unsupported) => assert_eq!(unsupported.command, command, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    let open = statement("select 'a; grant b to c", 17);
    assert!(
        matches!(&open, Statement::Unsupported(other) if other.reason.contains("unterminated quoted string"))
    );
}

#[test]
fn long_names_are_cut_and_the_server_says_so() {
    let long = "é".repeat(32);
    let parsed = one(&format!("grant a{long} to b"), 18);
    let message = format!("identifier \"a{long}\" will be truncated to \"a{}\"", "é".repeat(31));
    assert_eq!(parsed.notices.len(), 1);
    assert_eq!((parsed.notices[0].sqlstate, parsed.notices[0].message.as_str()), ("42622", message.as_str()));
}
