//! Connections and servers that end before, during and after COMMIT.

use super::proxy::Proxy;
use super::{Try, difference, own_place, place};
use crate::servers::{block_on, for_each_major_async, instance, options};
use rolescope::demo::MAJORS;
use rolescope::server::apply::{Difference, Fate, Progress, apply};
use rolescope::server::password::NoPrompt;
use rolescope::server::{Arguments, Environment, Running, Settings, connect};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Client;

const GRANT: &str = "GRANT SELECT ON s.t TO {clerk}; GRANT {team} TO {clerk}";

/// The answer to COMMIT is lost, not COMMIT: the server is asked, and says committed.
#[test]
fn a_lost_answer_to_commit_is_found_out_as_committed() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let proxy = Proxy::start(place.instance.port());
        let lose = |progress| {
            if progress == Progress::Committing {
                proxy.lose_answers(Duration::from_millis(500));
            }
        };
        let how = Try { progress: &lose, port: Some(proxy.port), ..Try::default() };
        let applied = place.apply(GRANT, &how).await;
        assert_eq!(applied.fate, Fate::Committed, "{applied:#?}");
        assert!(
            applied.because.as_deref().is_some_and(|because| because.contains("asked again")),
            "{applied:?}"
        );
        assert!(place.acl("s.t").await.unwrap().contains(&place.clerk));
        assert_eq!(place.journal_lines()[1]["applied"], "committed");
    });
}

/// Whoever stops an apply does not stop the question what became of COMMIT; and where that cannot be read, it is asked
/// again, and nothing concluded.
#[test]
fn stopping_an_apply_does_not_stop_the_question_what_became_of_it() {
    for_each_major_async(async |server| {
        let instance = instance(&options(server.major));
        let place = own_place(&instance, server.major).await;
        let holder = place.as_superuser().await;
        let proxy = Proxy::start(instance.port());
        // What is asked waits for a lock, as long as the test wants.
        let hold = |progress| match progress {
            Progress::Committing => proxy.lose_answers(Duration::from_millis(200)),
            Progress::Resolving => tokio::task::block_in_place(|| {
                let lock = holder.batch_execute("BEGIN; LOCK pg_catalog.pg_default_acl");
                tokio::runtime::Handle::current().block_on(lock).expect("LOCK");
            }),
            _ => {}
        };
        let planned = place.plan(GRANT, Some(proxy.port)).await;
        let (running, journal) = (Running::default(), place.journal());
        let opener = planned.connection.opener().running(&running);
        let how = Try { progress: &hold, ..Try::default() };
        let how = super::options(&how, &journal);
        let mut applying = pin!(apply(&opener, &planned.planner, &planned.plan, &how));
        let stopping = async {
            let superuser = place.as_superuser().await;
            let asking = waiting(&superuser, 0).await;
            for _ in 0..5 {
                running.cancel().await;
            }
            assert_eq!(waiting(&superuser, 0).await, asking);
            let log = std::fs::read_to_string(instance.log_path()).expect("the log");
            assert!(!log.contains("canceling statement due to user request"), "{log}");

            superuser.execute("SELECT pg_cancel_backend($1)", &[&asking]).await.expect("cancelled");
            waiting(&superuser, asking).await;
            holder.batch_execute("ROLLBACK").await.expect("ROLLBACK");
        };
        tokio::select! {
            applied = &mut applying => panic!("it ends before it is asked again: {applied:#?}"),
            () = stopping => {}
        }
        let applied = applying.await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(applied.fate, Fate::Committed, "{applied:#?}");
    });
}

/// What prints the password may ask a person, or cost something: it is not run for a server that is not there.
#[test]
fn no_password_is_fetched_for_a_server_that_is_gone() {
    for_each_major_async(async |server| {
        let instance = instance(&options(server.major));
        let place = own_place(&instance, server.major).await;
        let ran = place.folder.path().join("ran");
        let arguments = Arguments {
            connection: Some(instance.conninfo("boss", &place.database)),
            password_command: Some(format!("echo run >> '{}'; echo boss", ran.display())),
            ..Arguments::default()
        };
        let settings = Settings::resolve(&arguments, &Environment::default()).expect("settings");
        let connection = connect(&settings, &mut NoPrompt).await.expect("a connection");
        let planned = place.plan(GRANT, None).await;
        let kill = |progress| {
            if progress == Progress::Committing {
                instance.kill();
            }
        };
        let how = Try { progress: &kill, resolve_timeout: Duration::from_secs(2), ..Try::default() };
        let (opener, journal) = (connection.opener(), place.journal());
        let how = super::options(&how, &journal);
        let applied = apply(&opener, &planned.planner, &planned.plan, &how).await.expect("an outcome");
        assert_eq!(applied.fate, Fate::Unknown, "{applied:#?}");
        // For the first connection and for that of the transaction.
        assert_eq!(std::fs::read_to_string(ran).expect("runs").lines().count(), 2);
    });
}

/// The session of the program that waits for a lock, and is not this one.
async fn waiting(superuser: &Client, other: i32) -> i32 {
    let sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'rolescope' \
               AND wait_event_type = 'Lock' AND pid <> $1";
    loop {
        match superuser.query_opt(sql, &[&other]).await.expect("pg_stat_activity") {
            Some(row) => return row.get(0),
            None => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// COMMIT itself is lost: the server is asked, and says aborted.
#[test]
fn a_commit_that_never_arrives_is_found_out_as_rolled_back() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let before = place.catalogs().await;
        let proxy = Proxy::start(place.instance.port());
        let cut = |progress| {
            if progress == Progress::Committing {
                proxy.cut();
            }
        };
        let how = Try { progress: &cut, port: Some(proxy.port), ..Try::default() };
        let applied = place.apply(GRANT, &how).await;
        assert_eq!(applied.fate, Fate::RolledBack, "{applied:#?}");
        assert_eq!(place.catalogs().await, before);
        assert_eq!(place.journal_lines()[1]["applied"], "rolled_back");
    });
}

#[test]
fn a_connection_that_ends_before_commit_has_changed_nothing() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let before = place.catalogs().await;
        for when in [Progress::Checking, Progress::Running { step: 1, of: 2 }, Progress::Verifying] {
            let proxy = Proxy::start(place.instance.port());
            let cut = |progress| {
                if progress == when {
                    proxy.cut();
                }
            };
            let how = Try { progress: &cut, port: Some(proxy.port), ..Try::default() };
            let applied = place.apply(GRANT, &how).await;
            assert_eq!(applied.fate, Fate::RolledBack, "{when:?}: {applied:#?}");
            let found = difference(&applied);
            assert!(
                matches!(found, Difference::Lost(_) | Difference::Unverifiable(_)),
                "{when:?}: {found:?}"
            );
            assert_eq!(place.catalogs().await, before, "{when:?}");
        }
        assert!(place.journal_lines().is_empty());
    });
}

/// Killed before COMMIT arrives, killed after it was done and before the answer arrives, and never back again.
#[test]
fn a_server_that_is_killed_around_commit() {
    std::thread::scope(|scope| {
        for major in MAJORS {
            scope.spawn(move || block_on(killed(major)));
        }
    });
}

async fn killed(major: u16) {
    let server = Arc::new(instance(&options(major)));
    let place = own_place(&server, major).await;
    let before = place.catalogs().await;

    // The whole of COMMIT is lost with the server; another one starts on the same data.
    let back = Arc::clone(&server);
    let kill = |progress| {
        if progress == Progress::Committing {
            server.kill();
            let back = Arc::clone(&back);
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_secs(1));
                back.start_again().expect("the server starts again");
            });
        }
    };
    let applied = place.apply(GRANT, &Try { progress: &kill, ..Try::default() }).await;
    assert_eq!(applied.fate, Fate::RolledBack, "{major}: {applied:#?}");
    assert_eq!(place.catalogs().await, before, "{major}");

    // COMMIT is done; its answer and then the server are lost.
    let proxy = Proxy::start(server.port());
    let lose = |progress| {
        if progress == Progress::Committing {
            proxy.lose_answers(Duration::from_secs(2));
            let back = Arc::clone(&back);
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_secs(1));
                back.kill();
                back.start_again().expect("the server starts again");
            });
        }
    };
    let how = Try { progress: &lose, port: Some(proxy.port), ..Try::default() };
    let applied = place.apply(GRANT, &how).await;
    assert_eq!(applied.fate, Fate::Committed, "{major}: {applied:#?}");
    assert!(place.acl("s.t").await.unwrap().contains("clerk"), "{major}");

    // Nobody comes back to be asked.
    let kill = |progress| {
        if progress == Progress::Committing {
            server.kill();
        }
    };
    let how = Try { progress: &kill, resolve_timeout: Duration::from_secs(2), ..Try::default() };
    let applied = place.apply("REVOKE SELECT ON s.t FROM {clerk}", &how).await;
    assert_eq!(applied.fate, Fate::Unknown, "{major}: {applied:#?}");
    assert_eq!(place.journal_lines().last().unwrap()["applied"], "unknown");
}
