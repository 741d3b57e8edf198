//! `rolescope access` as scripts and people have it.

use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::apply::{Place, place};
use crate::cli::{code, run, text};
use crate::servers::{block_on, for_each_major, server};

fn access(place: &Place<'_>, more: &[&str]) -> Output {
    let named: Vec<String> = more.iter().map(|argument| place.named(argument)).collect();
    let arguments: Vec<&str> = ["access"].into_iter().chain(named.iter().map(String::as_str)).collect();
    run(place, &arguments)
}

fn csv(output: &Output) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(output.stdout.as_slice());
    reader.records().map(|row| row.expect("CSV").iter().map(str::to_owned).collect()).collect()
}

fn prepared(server: &'static crate::servers::Server) -> Place<'static> {
    block_on(prepare(server))
}

async fn prepare(server: &'static crate::servers::Server) -> Place<'static> {
    let place = place(server).await;
    let sql = "GRANT SELECT ON s.t TO {team} WITH GRANT OPTION; GRANT UPDATE (a) ON s.t TO {clerk};
        CREATE TABLE s.\"Odd, \"\"name\" (a int); GRANT ALL ON s.\"Odd, \"\"name\" TO {outsider};
        CREATE ROLE {team}_b; GRANT {team} TO {team}_b";
    let client = server.superuser(&place.database).await;
    client.batch_execute(&place.named(sql)).await.expect("grants");
    place
}

#[test]
fn rows_are_what_the_contract_has() {
    for_each_major(|server| {
        let place = prepared(server);
        let roles = ["--role", "{team}*", "--object", "s.t", "--privilege", "select"];
        let output = access(&place, &[&roles[..], &["--format", "csv"]].concat());
        assert_eq!(code(&output), 0, "{output:?}");
        let rows = csv(&output);
        let (team, boss) = (&place.team, &place.boss);
        let expected = [
            "role,type,identity,column,privilege,grantable,via".to_owned(),
            format!("{team},table,s.t,,SELECT,true,direct"),
            format!("{team}_b,table,s.t,,SELECT,true,{team}_b > {team}"),
        ];
        assert_eq!(rows.iter().map(|row| row.join(",")).collect::<Vec<_>>(), expected);
        let output = access(&place, &[&roles[..], &["--format", "json"]].concat());
        let lines: Vec<Value> =
            text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["via"], "direct");
        assert_eq!(lines[1]["via"], serde_json::json!([format!("{team}_b"), team]));
        assert_eq!((&lines[1]["grantable"], &lines[1]["column"]), (&Value::Bool(true), &Value::Null));
        let keys: BTreeSet<&String> = lines[0].as_object().unwrap().keys().collect();
        let header: BTreeSet<&String> = rows[0].iter().collect();
        assert_eq!(keys, header);
        let of_column = ["--role", "{clerk}", "--object", "s.t", "--format", "csv"];
        let rows = csv(&access(&place, &of_column));
        assert_eq!(
            rows[1..],
            [[&place.clerk, "table", "s.t", "a", "UPDATE", "false", "direct"].map(str::to_owned).to_vec()]
        );
        let odd = csv(&access(
            &place,
            &[
                "--role",
                "{outsider}",
                "--object",
                "s.\"Odd, \"\"name\"",
                "--privilege",
                "SELECT,TRUNCATE",
                "--format",
                "csv",
            ],
        ));
        assert_eq!(odd.len(), 3);
        assert_eq!(odd[1][2], "s.\"Odd, \"\"name\"");
        let owner = csv(&access(
            &place,
            &["--role", "{boss}", "--object", "s.u", "--privilege", "INSERT", "--format", "csv"],
        ));
        assert_eq!(owner[1][4..], ["INSERT", "true", "owner"], "{boss}");
    });
}

#[test]
fn the_universe_grows_where_it_is_asked_to() {
    let place = prepared(server(16));
    let names = |more: &[&str], column: usize| -> BTreeSet<String> {
        csv(&access(&place, &[&["--format", "csv"], more].concat()))
            .into_iter()
            .skip(1)
            .map(|r| r[column].clone())
            .collect()
    };
    let plain = names(&[], 2);
    assert!(plain.contains("s.t") && plain.contains("public") && plain.contains(&place.database));
    assert!(!plain.iter().any(|identity| identity.starts_with("pg_catalog.")), "{plain:?}");
    assert!(!names(&[], 0).contains("rdsadmin"));
    let system = names(&["--system", "--role", "rdsadmin", "--object", "pg_catalog.pg_c*"], 2);
    assert!(system.contains("pg_catalog.pg_class"), "{system:?}");
    let everywhere = csv(&access(&place, &["--format", "csv", "--all-databases", "--role", "{clerk}"]));
    assert_eq!(everywhere[0].last().map(String::as_str), Some("database"));
    let of_database = |row: &&Vec<String>| row[1] == "database";
    let databases: Vec<&String> = everywhere.iter().filter(of_database).map(|row| &row[2]).collect();
    assert!(databases.contains(&&"postgres".to_owned()) && databases.contains(&&place.database));
    assert!(everywhere.iter().filter(of_database).all(|row| row[7].is_empty()), "listed once");
    let own = everywhere.iter().find(|row| row[2] == "s.t").expect("s.t");
    assert_eq!(own[7], place.database);
}

#[test]
fn counts_are_those_of_the_rows() {
    for_each_major(|server| {
        let place = prepared(server);
        let only = ["--role", "{team}*", "--role", "{boss}", "--object", "s.*"];
        let rows = csv(&access(&place, &[&only[..], &["--format", "csv"]].concat()));
        let counted = access(&place, &[&only[..], &["--count", "--format", "json"]].concat());
        let counted: Value = serde_json::from_str(&text(&counted.stdout)).expect("JSON");
        assert_eq!(counted["count"], rows.len() - 1);
        let grantable = rows.iter().filter(|row| row[5] == "true").count();
        assert_eq!(counted["grantable"], grantable);
        let by: u64 = counted["by"].as_array().unwrap().iter().map(|by| by["count"].as_u64().unwrap()).sum();
        assert_eq!(by, rows.len() as u64 - 1);
        let shown = text(&access(&place, &[&only[..], &["--count"]].concat()).stdout);
        assert!(
            shown.starts_with(&format!("{} effective privileges of 3 roles on ", rows.len() - 1)),
            "{shown}"
        );
    });
}

#[test]
fn people_read_paragraphs() {
    let place = prepared(server(16));
    let (team, boss, clerk) = (&place.team, &place.boss, &place.clerk);
    let output = access(
        &place,
        &[
            "--object",
            "s.t",
            "--privilege",
            "SELECT,UPDATE",
            "--role",
            "{team}*",
            "--role",
            "{boss}",
            "--role",
            "{clerk}",
        ],
    );
    let expected = format!(
        "5 effective privileges of 4 roles on 2 objects and columns\n\n\
         table s.t, owner {boss}\n  SELECT, UPDATE with grant option\n      {boss} (owner)\n  \
         SELECT with grant option\n      {team} (direct)\n      {team}_b (through {team})\n\n\
         column a of table s.t, owner {boss}\n  UPDATE\n      {clerk} (direct)\n"
    );
    assert_eq!(text(&output.stdout), expected);
    let output = access(&place, &["--role", "{team}_b", "--privilege", "SELECT"]);
    let expected = format!(
        "role {team}_b: 1 privilege\n  through {team}\n      SELECT with grant option on table s.t\n"
    );
    assert!(text(&output.stdout).ends_with(&expected), "{}", text(&output.stdout));
    assert!(text(&output.stdout).lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn what_matches_nothing_is_said() {
    let place = prepared(server(16));
    for (more, status, says) in [
        (&["--role", "nobody_at_all"][..], 2, "no role matches \"nobody_at_all\""),
        (&["--object", "s.none"], 2, "no object matches \"s.none\""),
        (&["--object", "s.t", "--object", "s.none", "--format", "csv"], 0, "no object matches \"s.none\""),
        (&["--role", "nobody_at_all", "--format", "json"], 0, "no role matches"),
        (&["--object", "pg_class"], 2, "--system takes its objects too"),
        (&["--role", "a.b"], 2, "improper qualified name"),
        (&["--role", "a("], 2, "is no regular expression"),
        (&["--privilege", "SELEC"], 2, "unrecognized privilege type: \"SELEC\""),
    ] {
        let output = access(&place, more);
        assert_eq!(code(&output), status, "{more:?}: {output:?}");
        assert!(text(&output.stderr).contains(says), "{more:?}: {}", text(&output.stderr));
    }
    let empty = access(&place, &["--role", "nobody_at_all", "--format", "csv"]);
    assert_eq!(text(&empty.stdout), "role,type,identity,column,privilege,grantable,via\n");
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let place = prepared(server(16));
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolescope"))
        .args(["access", "--system", "--format", "csv", &place.conninfo()])
        .env_clear()
        .env("HOME", place.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut some = [0; 100];
    child.stdout.take().expect("a pipe").read_exact(&mut some).expect("a beginning");
    let output = child.wait_with_output().expect("an end");
    assert_eq!((code(&output), text(&output.stderr)), (0, String::new()));
}
