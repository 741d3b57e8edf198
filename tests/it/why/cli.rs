//! The command: formats, names, errors.

use crate::apply::{Place, place};
use crate::cli::{code, run, text};
use crate::servers::{block_on, for_each_major};
use serde_json::Value;

fn why(place: &Place<'_>, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = ["why", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = run(place, &arguments);
    assert_eq!(code(&output), 0, "{arguments:?}: {output:?}");
    serde_json::from_str(&text(&output.stdout)).expect("JSON")
}

#[test]
fn the_answer_has_the_keys_of_the_contract() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let yes = why(&place, &["{boss}", "select", "s.t"]);
        assert_eq!((&yes["answer"], &yes["grantable"]), (&Value::Bool(true), &Value::Bool(true)), "{yes}");
        assert_eq!(yes["paths"][0][0]["role"], place.boss.as_str());
        assert_eq!(yes["paths"][0][0]["by"], "owner");
        assert_eq!(yes["paths"][0][0]["grantor"], place.boss.as_str());
        let no = why(&place, &["{outsider}", "SELECT", "s.t"]);
        assert_eq!((&no["answer"], &no["paths"]), (&Value::Bool(false), &Value::Array(vec![])), "{no}");
        for key in ["grantable", "paths", "missing", "reachable", "indirect", "row_security"] {
            assert!(no.get(key).is_some(), "{key}: {no}");
        }
        let what: Vec<&str> =
            no["missing"].as_array().unwrap().iter().filter_map(|m| m["what"].as_str()).collect();
        assert!(what.contains(&"privilege") && what.contains(&"login"), "{no}");
        let root = why(&place, &["{root}", "SELECT", "s.t"]);
        assert_eq!(root["paths"][0][0]["by"], "superuser", "{root}");
        let public = why(&place, &["PUBLIC", "TEMP", "database {database}"]);
        assert_eq!(
            (&public["answer"], &public["privilege"]),
            (&Value::Bool(true), &"TEMPORARY".into()),
            "{public}"
        );
    });
}

#[test]
fn text_and_csv_say_it_too() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let output = run(&place, &["why", "{boss}", "SELECT", "s.t"]);
        let said = text(&output.stdout);
        assert_eq!(code(&output), 0);
        assert!(
            said.starts_with(&format!("Why can {} SELECT on s.t?\nyes, by 1 path\n", place.boss)),
            "{said}"
        );
        assert!(said.contains("as the owner") && said.contains("needs too: USAGE on schema s"), "{said}");
        let output = run(&place, &["why", "{outsider}", "SELECT", "s.t"]);
        let said = text(&output.stdout);
        assert!(said.contains("\nno\n") && said.contains("missing: the privilege"), "{said}");
        assert_eq!(code(&output), 0, "no is an answer");
        let output = run(&place, &["why", "--format", "csv", "{boss}", "SELECT", "s.t"]);
        let said = text(&output.stdout);
        let expected = format!("{boss},SELECT,table,s.t,,true,true,{boss},owner,{boss}\n", boss = place.boss);
        assert!(said.ends_with(&expected), "{said}");
        assert!(
            said.starts_with("role,privilege,type,identity,column,answer,grantable,path,by,grantor\n"),
            "{said}"
        );
    });
}

#[test]
fn names_are_read_as_the_server_reads_them() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let sql = "CREATE SCHEMA x; CREATE TYPE x.x AS ENUM ('a'); CREATE SEQUENCE x.x2; SET search_path = x;
                   CREATE TYPE x2 AS ENUM ('a');
                   CREATE TABLE x.\"T t\" (a int, \"B b\" int);
                   CREATE FUNCTION x.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
                   CREATE FUNCTION x.f(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
                   CREATE PROCEDURE x.p() LANGUAGE sql AS 'SELECT 1'";
        let sql = sql.replace("CREATE TYPE x2 AS ENUM ('a');", "CREATE DOMAIN x.single AS int;");
        block_on(async {
            let admin = server.superuser(&place.database).await;
            admin.batch_execute(&sql).await.expect("objects");
        });
        for (privilege, object, kind, identity, column) in [
            ("SELECT", "X.\"T t\"", "table", "x.\"T t\"", None),
            ("Select", "table x.\"T t\"", "table", "x.\"T t\"", None),
            ("SELECT", "x.\"T t\".a", "table", "x.\"T t\"", Some("a")),
            ("SELECT", "x.\"T t\"(\"B b\")", "table", "x.\"T t\"", Some("\"B b\"")),
            ("SELECT(\"B b\")", "x.\"T t\"", "table", "x.\"T t\"", Some("\"B b\"")),
            ("SELECT", "column x.\"T t\".a", "table", "x.\"T t\"", Some("a")),
            ("SELECT", "x.\"T t\".ctid", "table", "x.\"T t\"", Some("ctid")),
            ("EXECUTE", "x.f(integer)", "function", "x.f(integer)", None),
            ("EXECUTE", "x.f(int, text)", "function", "x.f(integer,pg_catalog.text)", None),
            ("EXECUTE", "x.p", "procedure", "x.p()", None),
            ("EXECUTE", "PROCEDURE x.p()", "procedure", "x.p()", None),
            ("USAGE", "x", "schema", "x", None),
            ("CREATE", "schema x", "schema", "x", None),
            ("USAGE", "x.x", "type", "x.x", None),
            ("USAGE", "x.x2", "sequence", "x.x2", None),
            ("USAGE", "domain x.single", "type", "x.single", None),
            ("USAGE", "type int4", "type", "integer", None),
            ("USAGE", "plpgsql", "language", "plpgsql", None),
            ("CREATE", "pg_default", "tablespace", "pg_default", None),
            ("CONNECT", "{database}", "database", "{database}", None),
        ] {
            let answer = why(&place, &["{outsider}", privilege, object]);
            let identity = identity.replace("{database}", &place.database);
            assert_eq!((&answer["type"], &answer["identity"]), (&kind.into(), &identity.into()), "{object}");
            assert_eq!(answer["column"].as_str(), column, "{object}");
        }
        if server.major >= 15 {
            let answer = why(&place, &["{root}", "SET", "parameter WORK_MEM"]);
            assert_eq!((&answer["identity"], &answer["answer"]), (&"work_mem".into(), &true.into()));
            let answer = why(&place, &["{outsider}", "alter system", "log_min_duration_statement"]);
            assert_eq!(answer["answer"], false);
        }
    });
}

#[test]
fn what_cannot_be_understood_is_told_in_a_line_and_a_hint() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let unknown = if server.major >= 17 { "MAINTAINS" } else { "MAINTAIN" };
        for (arguments, expected) in [
            (["no_such_role", "SELECT", "s.t"], "role \"no_such_role\" does not exist"),
            (["{clerk}", unknown, "s.t"], "unrecognized privilege type"),
            (["{clerk}", "ALL", "s.t"], "one privilege"),
            (["{clerk}", "SELECT, INSERT", "s.t"], "one privilege"),
            (["{clerk}", "SELECT", "s.tt"], "relation \"s.tt\" does not exist"),
            (["{clerk}", "EXECUTE", "schema s"], "EXECUTE is no privilege of a schema"),
            (["{clerk}", "SELECT", "s.t.nothing"], "column \"nothing\""),
            (["{clerk}", "SELECT", "view s.t"], "\"s.t\" is a table, not a view"),
            (["{clerk}", "SELECT", "s.t TO x; DROP TABLE s.t; --"], "invalid name"),
            (["{clerk}", "SELECT", "s.t, s.t"], "one object"),
            (["{clerk}", "USAGE", "nothing.here"], "there is no"),
        ] {
            let output = run(&place, &["why", arguments[0], arguments[1], arguments[2]]);
            let said = text(&output.stderr);
            assert_eq!(code(&output), 2, "{arguments:?}: {output:?}");
            assert!(said.starts_with("rolescope: ") && said.contains(expected), "{arguments:?}: {said}");
            assert!(output.stdout.is_empty());
        }
        let near = text(&run(&place, &["why", "{clerk}", "SELECT", "s.tt"]).stderr);
        assert!(near.contains("HINT:  Near it: s.t"), "{near}");
    });
}
