//! pgbouncer in between: everything that reads reads the same, nothing is applied, and a server alone is never taken
//! for a pooler.

use serde_json::Value;
use tokio_postgres::Client;

use super::bouncer::Bouncer;
use super::{at_port, opened, run};
use crate::apply::{Place, own_place, place};
use crate::cli::journal;
use crate::servers::{Server, block_on, connect_at, for_each_major, for_each_major_async, instance, options};

fn through(place: &Place<'_>, bouncer: &Bouncer, user: &str) -> String {
    at_port(&place.conninfo_as(user), place.instance.port(), bouncer.port)
}

fn before<'a>(place: &Place<'a>, mode: &str) -> Bouncer {
    Bouncer::start(place.instance, mode, &[&place.boss, &place.root])
}

/// Each command of these, with `{..}` as the place names it.
const READING: [&[&str]; 4] = [
    &["access", "--format", "csv"],
    &["why", "{clerk}", "SELECT", "s.t", "--format", "json"],
    &[
        "plan",
        "--format",
        "json",
        "-c",
        "GRANT SELECT ON s.t TO {clerk}; GRANT {team} TO {clerk}; CREATE ROLE {clerk}",
    ],
    &["audit", "--format", "json"],
];

fn read(place: &Place<'_>, arguments: &[&str], conninfo: &str) -> (String, String, i32) {
    let named: Vec<String> = arguments.iter().map(|argument| place.named(argument)).collect();
    let arguments: Vec<&str> = named.iter().map(String::as_str).chain([conninfo]).collect();
    run(place.folder.path(), &arguments)
}

#[test]
fn reading_through_a_pooler_is_reading() {
    for_each_major(|server| {
        // Nobody else makes roles and databases there.
        let instance = instance(&options(server.major));
        let place = block_on(own_place(&instance, server.major));
        for mode in ["transaction", "session"] {
            let bouncer = before(&place, mode);
            let (direct, pooled) = (place.conninfo(), through(&place, &bouncer, &place.boss));
            // Most of it looks no different to the one that asks.
            let commands = if mode == "transaction" { &READING[..] } else { &READING[2..3] };
            for arguments in commands {
                let (out, _, code) = read(&place, arguments, &direct);
                let (same, errors, again) = read(&place, arguments, &pooled);
                let differs = out.lines().zip(same.lines()).find(|(one, other)| one != other);
                assert_eq!((differs, again), (None, code), "{mode}: {arguments:?}: {errors}");
                assert!(out.len() > 100 && out.len() == same.len(), "{mode}: {arguments:?}: {errors}");
            }
            statuses(&place, &direct, &pooled);
            if mode == "transaction" {
                snapshots(&place, &direct, &pooled);
            }
        }
    });
}

fn statuses(place: &Place<'_>, direct: &str, pooled: &str) {
    let status = |conninfo: &str| {
        let (out, errors, code) = read(place, &["status", "--format", "json"], conninfo);
        assert_eq!(code, 0, "{errors}");
        serde_json::from_str::<Value>(&out).expect("JSON")
    };
    let (mut direct_status, mut status) = (status(direct), status(pooled));
    assert_eq!((&direct_status["pooler"], &status["pooler"]), (&Value::Bool(false), &Value::Bool(true)));
    // What the server knows of TLS is about the pooler's own connection.
    assert_eq!((&status["tls"]["version"], &status["tls"]["verified"]), (&"unknown".into(), &"full".into()));
    for key in ["port", "load_ms", "pooler", "tls"] {
        status[key].take();
        direct_status[key].take();
    }
    assert_eq!(status, direct_status);
    let (text, ..) = read(place, &["status"], pooled);
    assert!(text.contains("pooler       one stands between"), "{text}");
    let (text, ..) = read(place, &["status"], direct);
    assert!(!text.contains("pooler"), "{text}");
}

fn snapshots(place: &Place<'_>, direct: &str, pooled: &str) {
    let file = |name: &str| place.folder.path().join(name).display().to_string();
    let (one, other) = (file("direct"), file("pooled"));
    for (file, conninfo) in [(&one, direct), (&other, pooled)] {
        let (_, errors, code) = read(place, &["snapshot", "--all-databases", "-o", file], conninfo);
        assert_eq!(code, 0, "{errors}");
    }
    let (out, errors, code) = run(place.folder.path(), &["diff", &one, &other, "--format", "json"]);
    assert_eq!(code, 0, "{out}{errors}");
}

/// What anybody else has set in the session that we get is not what a new session begins with, and stays as it was.
#[test]
fn what_other_clients_left_behind_means_nothing() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let bouncer = before(&place, "transaction");
        let left = [
            (&place.boss, "SET ROLE {team}; SET search_path = nowhere, s; SET TimeZone = 'Asia/Tokyo'"),
            (&place.boss, "SET default_transaction_read_only = on; SET password_encryption = 'md5'"),
            (&place.root, "SET SESSION AUTHORIZATION {clerk}"),
            (&place.root, "RESET SESSION AUTHORIZATION; SET search_path = s; SET lo_compat_privileges = on"),
        ];
        for (user, sql) in left {
            let dirty = block_on(leave(&place, &bouncer, user, &place.named(sql)));
            let script = "GRANT SELECT ON t TO {clerk}; GRANT SELECT ON s.t TO {clerk}; \
                          CREATE ROLE {clerk}_2 PASSWORD 'x' VALID UNTIL '2030-01-01'";
            let plan = ["plan", "--on-error", "continue", "--format", "json", "-c", script];
            let (out, _, code) = read(&place, &plan, &place.conninfo_as(user));
            let pooled = through(&place, &bouncer, user);
            let (same, errors, again) = read(&place, &plan, &pooled);
            assert_eq!((&same, again), (&out, code), "{sql}: {errors}");
            let warning = format!("predicted for a new session of {user}");
            assert!(
                errors.contains("WARNING:  a connection pooler") && errors.contains(&warning),
                "{errors}"
            );
            let (status, ..) = read(&place, &["status", "--format", "json"], &pooled);
            let status: Value = serde_json::from_str(&status).expect("JSON");
            assert_eq!((&status["user"], &status["read_only"]), (&user.as_str().into(), &Value::Bool(false)));
            assert_eq!(block_on(leave(&place, &bouncer, user, "")), dirty, "{sql}: it is not ours to change");
        }
    });
}

/// A client of the same pool that sets something and goes; what the next one finds.
async fn leave(place: &Place<'_>, bouncer: &Bouncer, user: &str, sql: &str) -> Vec<String> {
    let client = connect_at(place.instance, bouncer.port, user, user, &place.database).await;
    client.batch_execute(sql).await.expect(sql);
    drop(client);
    let client = connect_at(place.instance, bouncer.port, user, user, &place.database).await;
    let found = state(&client).await;
    if !sql.is_empty() {
        let (pure, user) = (format!("{user} {user} \"$user\", public UTC off"), user);
        assert_ne!(found.join(" "), pure, "the pool of {user} is not shared");
    }
    found
}

async fn state(client: &Client) -> Vec<String> {
    let sql = "SELECT session_user, current_user, current_setting('search_path'), \
               current_setting('default_transaction_read_only'), current_setting('password_encryption'), \
               current_setting('lo_compat_privileges'), pg_backend_pid()";
    let messages = client.simple_query(sql).await.expect("settings");
    let row = messages.iter().find_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let row = row.expect("a row");
    (0..row.len()).map(|column| row.get(column).unwrap_or_default().to_owned()).collect()
}

#[test]
fn nothing_is_applied_through_a_pooler() {
    for_each_major(|server| {
        let place = block_on(place(server));
        for mode in ["transaction", "session"] {
            let bouncer = before(&place, mode);
            let pooled = through(&place, &bouncer, &place.boss);
            let grant = ["apply", "--yes", "-c", "GRANT SELECT ON s.t TO {clerk}"];
            let (out, errors, code) = read(&place, &grant, &pooled);
            assert_eq!(code, 2, "{mode}: {out}{errors}");
            let line = "rolescope: nothing is applied through a connection pooler: its sessions are not ours alone\n";
            assert!(
                errors.contains(line) && errors.contains("HINT:  Connect to the server itself"),
                "{errors}"
            );
            // What would fail or is protected fails as ever.
            let (.., code) =
                read(&place, &["apply", "--yes", "-c", "GRANT SELECT ON s.t TO rdsadmin"], &pooled);
            assert_eq!(code, 3);
        }
        assert!(block_on(place.acl("s.t")).is_none());
        assert_eq!(journal(&place), "");
    });
}

/// There is no transaction to read in, and that is said.
#[test]
fn statement_pooling_is_refused_in_one_line() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let bouncer = before(&place, "statement");
        for command in [&["status"][..], &["plan", "-c", "GRANT SELECT ON s.t TO {clerk}"]] {
            let (out, errors, code) = read(&place, command, &through(&place, &bouncer, &place.boss));
            assert_eq!((out.as_str(), code), ("", 2), "{errors}");
            let mut lines = errors.lines();
            assert!(
                lines.next().is_some_and(|line| line.starts_with("rolescope: ") && line.contains("pool")),
                "{errors}"
            );
            assert!(lines.next().is_some_and(|line| line.contains("transaction")), "{errors}");
        }
    });
}

/// Over TLS and over a socket, through whatever passes bytes on, and after a cancel request.
#[test]
fn a_server_alone_is_never_taken_for_a_pooler() {
    for_each_major_async(async |server: &Server| {
        let role = server.fresh_role("alone").await;
        let conninfo = server.instance.conninfo_with_password(&role, &role, "postgres");
        let proxy = crate::apply::proxy::Proxy::start(server.instance.port());
        let socket = format!(
            "host='{}' port={} user=rdsadmin dbname=postgres",
            server.instance.socket_folder().display(),
            server.instance.port()
        );
        for conninfo in [&conninfo, &at_port(&conninfo, server.instance.port(), proxy.port), &socket] {
            let connection = opened(conninfo).await;
            assert_eq!(connection.pooler, None, "{conninfo}");
            connection.cancel().cancel().await.expect("a cancel request");
            assert_eq!(connection.opener().open().await.expect("another").pooler, None, "{conninfo}");
        }
    });
}

/// pgbouncer lets no options pass that it doesn't know.
#[test]
fn options_that_a_pooler_refuses_are_told_with_what_to_do() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let bouncer = before(&place, "transaction");
        let pooled = format!("{} options='-c search_path=s'", through(&place, &bouncer, &place.boss));
        let (out, errors, code) = read(&place, &["status"], &pooled);
        assert_eq!((out.as_str(), code), ("", 2), "{errors}");
        assert!(errors.contains("unsupported startup parameter: options"), "{errors}");
        assert!(errors.contains("HINT:  It is a pooler, which takes no options"), "{errors}");
    });
}
