//! The explorer where the server does not do as one would like: frozen, behind a pooler, read-only, with a new password.

use super::Explorer;
use crate::apply::proxy::Proxy;
use crate::life::bouncer::Bouncer;
use crate::servers::{instance, options, server};
use std::os::unix::fs::PermissionsExt;

/// An explorer that has loaded, as a role that may create others.
fn on(own: &rolescope::demo::Instance, more: &str) -> Explorer {
    own.run_local("postgres", "CREATE ROLE maker LOGIN CREATEROLE PASSWORD 'maker'").unwrap();
    let conninfo = own.conninfo_with_password("maker", "maker", "postgres");
    Explorer::run(&[&format!("{conninfo} {more}")], 140, 30).loaded()
}

#[test]
fn ctrl_c_leaves_a_frozen_server_alone_and_what_was_loaded_can_be_looked_at() {
    let own = instance(&options(18));
    let mut explorer = on(&own, "");
    own.pause();
    explorer.pty.keys("R");
    explorer.pty.wait_for("Ctrl-C cancel");
    explorer.pty.keys("\x03");
    explorer.pty.wait_for("Cancelled.");
    // Still everything that reads and previews.
    explorer.pty.keys("/maker\r");
    explorer.pty.wait_for("CREATEROLE");
    explorer.pty.keys(":ALTER ROLE maker SET work_mem = '4MB'");
    explorer.pty.wait_for("undo:");
    explorer.pty.keys("\x03");
    own.resume();
    explorer.pty.keys("R");
    explorer.pty.wait("everything anew", |screen| {
        let text = screen.contents();
        text.contains("· loaded") && !text.contains("Cancelled")
    });
    explorer.quit();
}

#[test]
fn behind_a_pooler_it_previews_and_says_why_it_does_not_apply() {
    let own = instance(&options(17));
    own.run_local("postgres", "CREATE ROLE maker LOGIN CREATEROLE PASSWORD 'maker'").unwrap();
    let bouncer = Bouncer::start(&own, "transaction", &["maker"]);
    let direct = own.conninfo_with_password("maker", "maker", "postgres");
    let pooled = direct.replace(&format!("port={}", own.port()), &format!("port={}", bouncer.port));
    let mut explorer = Explorer::run(&[&pooled], 160, 30).loaded();
    explorer.pty.wait_for("· pooler ·");
    explorer.try_to_apply("ALTER ROLE maker SET work_mem = '4MB'");
    explorer.pty.wait_for("A connection pooler stands between");
    explorer.leave_line();
    explorer.quit();
}

#[test]
fn another_cluster_behind_the_same_name_is_noticed_and_nothing_is_applied_to_it() {
    // Servers of one superuser are copies of one another, which nothing tells apart.
    let [one, other] = ["rdsadmin", "boss"].map(|superuser| {
        let mut wanted = options(16);
        wanted.superuser = superuser.to_owned();
        instance(&wanted)
    });
    for own in [&one, &other] {
        own.run_local("postgres", "CREATE ROLE maker LOGIN CREATEROLE PASSWORD 'maker'").unwrap();
    }
    let proxy = Proxy::start(one.port());
    // Whoever verifies nothing notices nothing by the certificate.
    let conninfo = format!(
        "host=127.0.0.1 port={} user=maker password=maker dbname=postgres sslmode=require sslrootcert=/none",
        proxy.port
    );
    let mut explorer = Explorer::run(&[&conninfo], 140, 30).loaded();
    proxy.lead_to(other.port());
    explorer.try_to_apply("ALTER ROLE maker SET work_mem = '4MB'");
    let asked = explorer.pty.wait_for("Enter applies it");
    assert!(asked.contains(&format!("on postgres @ 127.0.0.1:{}", proxy.port)), "{asked}");
    explorer.pty.keys("\r");
    explorer.pty.wait_for("another cluster answers than the one that was loaded");
    explorer.leave_line();
    proxy.cut();
    explorer.pty.wait_for("It is not tried again: another cluster answers there");
    let settings = "SELECT count(*)::text FROM pg_db_role_setting";
    assert_eq!(other.run_local("postgres", settings).map(|_| ()).map_err(|_| ()), Ok(()));
    // It is a place of its own.
    explorer.pty.keys("C");
    explorer.pty.wait_for("connect to");
    explorer.pty.keys(&format!("{conninfo}\r"));
    explorer.pty.wait("the other one", |screen| {
        let text = screen.contents();
        text.contains("· loaded") && !text.contains("connect to") && !text.contains("not loaded")
    });
    explorer.quit();
}

#[test]
fn where_nothing_can_be_written_it_previews_and_says_so() {
    let own = instance(&options(14));
    let mut explorer = on(&own, "options='-c default_transaction_read_only=on'");
    explorer.pty.wait_for("· read-only ·");
    explorer.try_to_apply("ALTER ROLE maker SET work_mem = '4MB'");
    explorer.pty.wait_for("The server is read-only (25006)");
    explorer.leave_line();
    explorer.quit();
}

#[test]
fn the_password_file_is_read_again_for_each_connection() {
    let server = server(16);
    let folder = tempfile::tempdir().unwrap();
    let passfile = folder.path().join("passwords");
    let write = |password: &str| {
        std::fs::write(&passfile, format!("localhost:*:*:rotated:{password}\n")).unwrap();
        std::fs::set_permissions(&passfile, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    let run = |sql: &str| server.instance.run_local("postgres", sql).unwrap();
    run("CREATE ROLE rotated LOGIN PASSWORD 'first'");
    write("first");
    let conninfo = server.instance.conninfo("rotated", "postgres");
    let explorer =
        Explorer::run(&[&format!("{conninfo} passfile='{}'", passfile.display())], 140, 30).loaded();
    run("ALTER ROLE rotated PASSWORD 'second'");
    write("second");
    run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rotated'");
    explorer.pty.wait_for("Connected again.");
    explorer.quit();
}
