//! What `apply` makes of a session and a server that go: the exit status, what is said, and the journal.

use std::process::Stdio;
use std::time::Duration;

use rolescope::demo::Instance;

use super::{program, said};
use crate::apply::{Place, own_place, place};
use crate::cli::journal;
use crate::servers::{Server, for_each_major_async, instance, options};

const GRANT: [&str; 7] =
    ["apply", "--yes", "--lock-timeout", "0", "--format", "json", "-cGRANT SELECT ON s.t TO {clerk}"];

/// Runs it, does something once its session waits for what is named, and tells how it ended.
async fn interrupted(
    place: &Place<'_>,
    event: &str,
    meanwhile: impl AsyncFnOnce(i32),
) -> (String, String, i32) {
    let arguments: Vec<String> = GRANT.iter().map(|argument| place.named(argument)).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = program(place.folder.path(), &arguments);
    command.arg(place.conninfo()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program");
    let superuser = place.as_superuser().await;
    let waiting = "SELECT pid FROM pg_stat_activity WHERE usename = $1 AND application_name = 'rolescope' \
                   AND wait_event = $2";
    let pid = loop {
        match superuser.query_opt(waiting, &[&place.boss, &event]).await.expect("pg_stat_activity") {
            Some(row) => break row.get(0),
            None => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    };
    meanwhile(pid).await;
    said(child.wait_with_output().expect("its output"))
}

async fn killed(place: &Place<'_>, pid: i32) {
    let superuser = place.as_superuser().await;
    superuser.execute("SELECT pg_terminate_backend($1)", &[&pid]).await.expect("killed");
}

/// Before COMMIT is sent there is nothing to be found out: it is rolled back.
#[test]
fn a_session_that_is_killed_before_commit_is_rolled_back() {
    for_each_major_async(async |server: &Server| {
        let place = place(server).await;
        let superuser = place.as_superuser().await;
        superuser.batch_execute("BEGIN; GRANT SELECT ON s.t TO PUBLIC").await.expect("GRANT");
        let (out, errors, code) =
            interrupted(&place, "transactionid", async |pid| killed(&place, pid).await).await;
        superuser.batch_execute("ROLLBACK").await.expect("ROLLBACK");
        assert_eq!(code, 1, "{out}{errors}");
        assert!(
            errors.starts_with("rolescope: rolled back: The connection was lost before COMMIT"),
            "{errors}"
        );
        assert!(out.contains("\"applied\":\"rolled_back\"") && out.contains("\"kind\":\"lost\""), "{out}");
        assert!(place.acl("s.t").await.is_none());
        assert_eq!(journal(&place), "");
    });
}

/// COMMIT waits for a standby that never comes, so that it is under way as long as it takes.
fn with_commit_that_waits(major: u16) -> Instance {
    instance(&options(major).set("synchronous_standby_names", "nobody").set("synchronous_commit", "local"))
}

#[test]
fn commit_under_way_is_found_out_or_told_as_unknown() {
    for_each_major_async(async |server: &Server| {
        let instance = with_commit_that_waits(server.major);
        let place = own_place(&instance, server.major).await;
        let waits = place.named("ALTER ROLE {boss} IN DATABASE {database} SET synchronous_commit = on");
        place.as_superuser().await.batch_execute(&waits).await.expect("ALTER ROLE");

        // Killed there, it has committed; its answer was lost.
        let (out, errors, code) = interrupted(&place, "SyncRep", async |pid| killed(&place, pid).await).await;
        assert_eq!(code, 0, "{out}{errors}");
        assert!(out.contains("\"applied\":\"committed\""), "{out}");
        assert!(place.acl("s.t").await.unwrap().contains("clerk"));
        assert!(journal(&place).contains("\"applied\":\"committed\""), "{}", journal(&place));

        // The server goes for good: nobody can say.
        let revoke = "SET synchronous_commit = local; REVOKE SELECT ON s.t FROM clerk";
        place.as_boss().await.batch_execute(revoke).await.expect(revoke);
        let (out, errors, code) = interrupted(&place, "SyncRep", async |_| instance.kill()).await;
        assert_eq!(code, 1, "{out}{errors}");
        assert!(errors.starts_with("rolescope: the outcome is unknown: "), "{errors}");
        assert!(out.contains("\"applied\":\"unknown\""), "{out}");
        assert!(journal(&place).contains("\"applied\":\"unknown\""), "{}", journal(&place));
    });
}
