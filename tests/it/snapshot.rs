//! Snapshot files of real servers, and the program with a file in place of a connection.

#[path = "../../src/snapshot/tests/same.rs"]
mod same;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use rolescope::cluster::{self, Cluster, Databases};
use rolescope::demo::{DATABASE, MASTER, populate};
use rolescope::server::load;
use rolescope::snapshot::{About, decode, encode};

use crate::cli::{code, text};
use crate::load::wild;
use crate::pty::Pty;
use crate::servers::{Server, block_on, connect, for_each_major_async, instance, options};
use same::assert_same;

const PROGRAM: &str = env!("CARGO_BIN_EXE_rolescope");

fn round_trip(cluster: Cluster) -> usize {
    let about = About {
        taken: "2026-11-27T11:00:00Z".parse().expect("a time"),
        host: "h".to_owned(),
        port: 1,
        user: "u".to_owned(),
        server_version: "v".to_owned(),
    };
    let databases = Databases::one(std::sync::Arc::new(cluster));
    let bytes = encode(&about, &databases).expect("bytes");
    let read = decode(&bytes).expect("a snapshot");
    assert_eq!(read.about, about);
    assert_same(&databases.loaded[0], &read.databases.loaded[0]);
    bytes.len()
}

/// A cluster full of everything, and the demo's: what is read equals what was loaded, in every table.
#[test]
fn what_servers_have_comes_back() {
    for_each_major_async(async |server: &Server| {
        let wild = wild(server.major).await;
        let cluster = load(&wild.superuser, |_| ()).await.expect("load");
        assert!(cluster.policies.len() + cluster.default_acls.len() > 2 && !cluster.role_settings.is_empty());
        let bytes = round_trip(cluster);
        assert!(bytes < 250_000, "{bytes} bytes");
        drop(wild);
        let own = instance(&options(server.major));
        let password = populate(&own).expect("the demo's cluster");
        let master = connect(&own, MASTER, &password, DATABASE).await;
        round_trip(load(&master, |_| ()).await.expect("load"));
    });
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.env_clear().env("HOME", folder).env("TZ", "UTC").current_dir(folder).args(arguments);
    command.output().expect("the program starts")
}

fn json(output: &Output) -> serde_json::Value {
    assert_eq!(code(output), 0, "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Taken, kept from others' eyes, not overwritten unasked, and read with the server gone.
#[test]
fn a_file_stands_in_place_of_a_server() {
    for_each_major_async(async |server: &Server| {
        let (own, folder) = (instance(&options(server.major)), tempfile::tempdir().expect("a folder"));
        let admin = connect(&own, "rdsadmin", own.password(), "postgres").await;
        let sql = "CREATE ROLE loader LOGIN PASSWORD 's3cret-word'; CREATE TABLE t (a int);
            ALTER ROLE loader SET app.key = 'k3y-word'; GRANT SELECT ON t TO loader";
        admin.batch_execute(sql).await.expect("SQL");
        admin.batch_execute("CREATE DATABASE other").await.expect("SQL");
        let conninfo = own.conninfo_with_password("rdsadmin", own.password(), "postgres");
        let run = |arguments: &[&str]| run(folder.path(), arguments);
        let before = json(&run(&["status", "--all-databases", "--format", "json", &conninfo]));

        let taken = run(&["snapshot", "-o", "a.snap", "--all-databases", &conninfo]);
        assert_eq!((code(&taken), text(&taken.stdout)), (0, String::new()), "{taken:?}");
        assert!(text(&taken.stderr).contains("template1 is left out. It is a template."), "{taken:?}");
        let path = folder.path().join("a.snap");
        let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = run(&["snapshot", "-o", "a.snap", &conninfo]);
        assert!(code(&again) == 2 && text(&again.stderr).contains("is there already"), "{again:?}");
        assert_eq!(code(&run(&["snapshot", "-o", "a.snap", "--all-databases", "--force", &conninfo])), 0);
        let piped = run(&["snapshot", "-o", "-", &conninfo]);
        assert_eq!(decode(&piped.stdout).expect("a snapshot").databases.loaded.len(), 1);
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1, "no leftovers");
        no_secrets(&path);
        drop(admin);
        drop(own);

        let mut after =
            json(&run(&["status", "--snapshot", "a.snap", "--all-databases", "--format", "json"]));
        let taken = after.as_object_mut().expect("an object").remove("snapshot_taken").expect("when");
        assert!(taken.as_str().expect("text").ends_with('Z'));
        let mut before = before;
        for of in [&mut before, &mut after] {
            of["load_ms"] = 0.into();
            of["tls"] = 0.into();
        }
        assert_eq!(before, after);
        let plan = ["plan", "--snapshot", "a.snap", "--format", "json", "-c", "GRANT UPDATE ON t TO loader"];
        let planned = json(&run(&[&plan[..], &["--as", "loader"]].concat()));
        assert_eq!(planned["effect"]["counts"]["gained"], 0, "{planned}");
        let gives = ["plan", "--snapshot", "a.snap", "--format", "json", "-c", "GRANT loader TO pg_monitor"];
        assert_eq!(code(&run(&[&gives[..], &["--as", "rdsadmin"]].concat())), 3);
        usage_errors(&run, &conninfo);
    });
}

fn usage_errors(run: &impl Fn(&[&str]) -> Output, conninfo: &str) {
    for (arguments, words) in [
        (&["plan", "--snapshot", "a.snap", "-c", "SELECT 1"][..], "needs --as"),
        (
            &["apply", "--snapshot", "a.snap", "--yes", "-c", "GRANT SELECT ON t TO loader"],
            "nothing can be applied",
        ),
        (&["status", "--snapshot", "a.snap", conninfo], "in place of a connection"),
        (&["status", "--snapshot", "a.snap", "-h", "localhost"], "in place of a connection"),
        (&["status", "--snapshot", "none.snap"], "could not read snapshot file"),
        (&["snapshot", "--snapshot", "a.snap", "-o", "b.snap"], "taken of a server"),
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).contains(words), "{arguments:?}: {output:?}");
    }
}

/// Neither passwords nor the values of custom parameters are in what zstd gives.
fn no_secrets(path: &Path) {
    let read = decode(&std::fs::read(path).expect("the file")).expect("a snapshot");
    let all = format!("{:?}", read.databases);
    assert!(all.contains("app.key=***") && all.contains("loader"), "it is there");
    for secret in ["s3cret-word", "k3y-word", "SCRAM-SHA-256$"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

/// The explorer on a file: it says what it is, and applies nothing.
#[test]
fn the_explorer_opens_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    block_on(async {
        let own = instance(&options(16));
        let admin = connect(&own, "rdsadmin", own.password(), "postgres").await;
        admin.batch_execute("CREATE ROLE clerk; CREATE TABLE t (a int)").await.expect("SQL");
        let conninfo = own.conninfo_with_password("rdsadmin", own.password(), "postgres");
        assert_eq!(code(&run(folder.path(), &["snapshot", "-o", "a.snap", &conninfo])), 0);
    });
    let file = folder.path().join("a.snap");
    let mut pty = Pty::run(Pty::command(PROGRAM, &["--snapshot", file.to_str().expect("a path")]), 120, 40);
    pty.wait("the snapshot", |screen| {
        let text = screen.contents();
        text.contains("clerk") && text.contains("snapshot") && text.contains("taken 20")
    });
    pty.keys("R");
    pty.wait("no reload", |screen| screen.contents().contains("there is nothing newer to load"));
    pty.keys("q");
    assert_eq!(pty.process.wait_exit().exit_code(), 0);
}
