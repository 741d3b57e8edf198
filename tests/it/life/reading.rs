//! A network or a server that goes while it is read from: one clear line, status 2, and never half an answer.

use std::path::Path;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use rolescope::demo::Instance;
use rustix::process::{Pid, Signal, kill_process};

use super::{at_port, program, run, said};
use crate::apply::proxy::Proxy;
use crate::apply::{Place, own_place, place, superuser};
use crate::servers::{Server, block_on, for_each_major, for_each_major_async, instance, options};

/// What happens in mid-load, and the words that tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Cut,
    Reset,
    Terminated,
    /// The server's process of the session is killed: all others end too, and the server recovers.
    BackendKilled,
    Restarted,
    /// Frozen, and never to answer again as long as it is waited for.
    Paused,
    /// Nothing passes any more, and nothing says so.
    Stalled,
}

const ALL: [Trouble; 7] = [
    Trouble::Cut,
    Trouble::Reset,
    Trouble::Terminated,
    Trouble::BackendKilled,
    Trouble::Restarted,
    Trouble::Paused,
    Trouble::Stalled,
];

#[test]
fn trouble_in_mid_load_is_one_clear_line_and_no_answer() {
    for_each_major(|server| {
        let instance = instance(&options(server.major));
        let place = block_on(own_place(&instance, server.major));
        let whole = whole_load(&place);
        for (at, trouble) in ALL.into_iter().enumerate() {
            // Somewhere else each time.
            let bytes = whole * (20 + 10 * at as u64) / 100;
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("kept.snapshot");
            std::fs::write(&file, "as it was").expect("a file");
            let file = file.display().to_string();
            let commands: [&[&str]; 3] = [
                &["snapshot", "--force", "-o", &file],
                &["status", "--format", "json"],
                &["access", "--format", "csv"],
            ];
            // What is waited for in vain takes its time: one command is enough.
            let patient = matches!(trouble, Trouble::Paused | Trouble::Stalled);
            for arguments in &commands[..if patient { 1 } else { 3 }] {
                let (out, errors, code) = through(&place, arguments, bytes, trouble);
                assert_eq!((out.as_str(), code), ("", 2), "{trouble:?} {arguments:?}: {errors}");
                told(trouble, &errors);
                well_again(&instance);
            }
            let files: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
            assert_eq!(files.len(), 1, "{trouble:?}: {files:?}");
            assert_eq!(std::fs::read_to_string(&file).expect("a file"), "as it was", "{trouble:?}");
        }
    });
}

fn told(trouble: Trouble, errors: &str) {
    let mut lines = errors.lines();
    let first = lines.next().unwrap_or_default();
    let words = match trouble {
        Trouble::Paused | Trouble::Stalled => "no answer from the server for 11 s while reading ",
        _ => "the connection was lost while reading ",
    };
    assert!(first.starts_with(&format!("rolescope: {words}")), "{trouble:?}: {errors}");
    assert!(lines.all(|line| line.starts_with("HINT:  ")), "{trouble:?}: {errors}");
}

/// How many bytes a whole load brings.
fn whole_load(place: &Place<'_>) -> u64 {
    let proxy = Proxy::start(place.instance.port());
    let conninfo = at_port(&place.conninfo(), place.instance.port(), proxy.port);
    let (_, errors, code) = run(place.folder.path(), &["status", &conninfo]);
    assert_eq!(code, 0, "{errors}");
    proxy.passed()
}

/// Runs a command that meets trouble once so many bytes have come.
fn through(place: &Place<'_>, arguments: &[&str], bytes: u64, trouble: Trouble) -> (String, String, i32) {
    let proxy = Proxy::start(place.instance.port());
    proxy.hold_after(bytes);
    let conninfo = at_port(&place.conninfo(), place.instance.port(), proxy.port);
    let arguments: Vec<&str> =
        arguments.iter().copied().chain(["--statement-timeout", "1s", &conninfo]).collect();
    let mut child = spawn(place.folder.path(), &arguments);
    assert!(proxy.held(|| child.try_wait().expect("a process").is_some()), "{trouble:?}: it is done already");
    match trouble {
        Trouble::Cut => proxy.cut(),
        Trouble::Reset => proxy.reset(),
        Trouble::Terminated => block_on(terminate(place)),
        Trouble::BackendKilled => {
            let pid = Pid::from_raw(block_on(backend(place))).expect("a process");
            kill_process(pid, Signal::KILL).expect("SIGKILL");
        }
        Trouble::Restarted => place.instance.restart().expect("the server starts again"),
        Trouble::Paused => place.instance.pause(),
        Trouble::Stalled => return said(ended(child)),
    }
    proxy.release();
    let output = ended(child);
    place.instance.resume();
    said(output)
}

fn spawn(home: &Path, arguments: &[&str]) -> Child {
    program(home, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program")
}

/// Its output; a program that waits for ever fails the test, and not the whole run.
fn ended(mut child: Child) -> Output {
    let start = Instant::now();
    while child.try_wait().expect("a process").is_none() {
        if start.elapsed() > Duration::from_secs(180) {
            child.kill().expect("SIGKILL");
            panic!("it waits for ever: {:?}", child.wait_with_output());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().expect("its output")
}

/// The server's process of the program's session.
async fn backend(place: &Place<'_>) -> i32 {
    let sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'rolescope' AND usename = $1";
    place.as_superuser().await.query_one(sql, &[&place.boss]).await.expect("a session").get(0)
}

async fn terminate(place: &Place<'_>) {
    let pid = backend(place).await;
    let sql = "SELECT pg_terminate_backend($1)";
    place.as_superuser().await.execute(sql, &[&pid]).await.expect("pg_terminate_backend");
}

/// Waits until the server lets sessions in again, and the last one of the program is gone.
fn well_again(instance: &Instance) {
    let socket = format!(
        "host='{}' port={} user=rdsadmin dbname=postgres",
        instance.socket_folder().display(),
        instance.port()
    );
    block_on(async {
        while super::open(&socket).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let superuser = superuser(instance, "postgres").await;
        let sql = "SELECT FROM pg_stat_activity WHERE application_name = 'rolescope' AND usename = 'boss'";
        while !superuser.query(sql, &[]).await.expect("pg_stat_activity").is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
}

/// It accepts, or shakes hands halfway, and then says nothing.
#[test]
fn a_handshake_that_stalls_ends_at_the_timeout() {
    for_each_major(|server| {
        let home = tempfile::tempdir().expect("a folder");
        let role = block_on(server.fresh_role("stalled"));
        let conninfo = server.instance.conninfo_with_password(&role, &role, "postgres");
        // Before the server's word about TLS, after it, and in the midst of its certificate.
        for bytes in [0, 1, 500] {
            let proxy = Proxy::start(server.instance.port());
            proxy.hold_after(bytes);
            let conninfo = at_port(&conninfo, server.instance.port(), proxy.port);
            let output = program(home.path(), &["status", &conninfo]).env("PGCONNECT_TIMEOUT", "1").output();
            let (out, errors, code) = said(output.expect("the program"));
            assert_eq!((out.as_str(), code), ("", 2), "{bytes}: {errors}");
            let line = errors.lines().next().unwrap_or_default();
            assert!(line.ends_with("failed: timed out"), "{bytes}: {errors}");
        }
    });
}

/// Each statement of a load has a limit, and when it strikes the flag is named.
#[test]
fn a_statement_of_a_load_ends_in_time() {
    for_each_major_async(async |server: &Server| {
        let place = place(server).await;
        let superuser = place.as_superuser().await;
        superuser.batch_execute("BEGIN; LOCK pg_catalog.pg_policy").await.expect("LOCK");
        // Sooner than the lock is given up.
        let limited = ["status", "--statement-timeout", "900ms", &place.conninfo()];
        let (out, errors, code) = run(place.folder.path(), &limited);
        superuser.batch_execute("ROLLBACK").await.expect("ROLLBACK");
        assert_eq!((out.as_str(), code), ("", 2), "{errors}");
        assert!(errors.contains("canceling statement due to statement timeout (SQLSTATE 57014)"), "{errors}");
        assert!(errors.contains("HINT:  No statement runs for longer than --statement-timeout"), "{errors}");
    });
}
