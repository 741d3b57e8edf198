//! Servers that are frozen before COMMIT and in the midst of it: every byte is acknowledged, and nothing is answered.

use super::{Place, Try, difference, own_place};
use crate::servers::{for_each_major_async, instance, options};
use rolescope::server::apply::{Applied, Difference, Fate, Progress};
use std::sync::Arc;
use std::time::Duration;

const GRANT: &str = "GRANT SELECT ON s.t TO {clerk}; GRANT {team} TO {clerk}";

/// Applies to a server that is frozen `when`, and is well again after a while, if that.
async fn frozen(place: &Place<'_>, when: Progress, patience: Duration, thaw: Option<Duration>) -> Applied {
    while_frozen(place, when, patience, thaw, async |how| place.apply(GRANT, how).await)
}

fn while_frozen<T>(
    place: &Place<'_>,
    when: Progress,
    patience: Duration,
    thaw: Option<Duration>,
    work: impl AsyncFnOnce(&Try<'_>) -> T,
) -> T {
    let server = place.instance;
    let done = std::thread::scope(|scope| {
        let freeze = |progress| {
            if progress == when {
                server.pause();
            }
        };
        if let Some(thaw) = thaw {
            scope.spawn(move || {
                std::thread::sleep(thaw);
                server.resume();
            });
        }
        let how = Try {
            statement_timeout: Duration::from_secs(1),
            resolve_timeout: patience,
            progress: &freeze,
            ..Try::default()
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work(&how)))
    });
    server.resume();
    done
}

/// Once a server said nothing, it is not waited for a second time: nothing more is sent to it. It logs all that it gets.
async fn nothing_was_sent_to_roll_back(place: &Place<'_>) {
    let superuser = place.as_superuser().await;
    let here = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rolescope'";
    while superuser.query_one(here, &[]).await.expect("pg_stat_activity").get::<_, i64>(0) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let log = std::fs::read_to_string(place.instance.log_path()).expect("the log");
    assert!(log.contains("BEGIN ISOLATION LEVEL READ COMMITTED") && !log.contains("ROLLBACK"), "{log}");
}

#[test]
fn a_server_that_is_frozen_is_not_waited_for_for_ever() {
    for_each_major_async(async |server| {
        let instance = Arc::new(instance(&options(server.major)));
        let place = own_place(&instance, server.major).await;
        let before = place.catalogs().await;

        // COMMIT was never sent: the server ends the transaction when it finds its other side gone.
        let running = Progress::Running { step: 1, of: 2 };
        for when in [Progress::Checking, running, Progress::Verifying] {
            let applied = frozen(&place, when, Duration::from_secs(60), None).await;
            assert_eq!(applied.fate, Fate::RolledBack, "{when:?}: {applied:#?}");
            let Difference::Lost(why) = difference(&applied) else { panic!("{when:?}: {applied:#?}") };
            assert!(why.contains("no answer from the server"), "{when:?}: {why}");
            assert_eq!(place.catalogs().await, before, "{when:?}");
        }
        let planned = place.plan(GRANT, None).await;
        let rehearse = async |how: &Try<'_>| place.rehearse(&planned, how).await;
        let rehearsal = while_frozen(&place, running, Duration::ZERO, None, rehearse);
        assert!(matches!(rehearsal.difference, Some(Difference::Lost(_))), "{rehearsal:?}");
        drop(planned);
        nothing_was_sent_to_roll_back(&place).await;
        assert!(place.journal_lines().is_empty());

        // COMMIT was sent, and nobody can be asked as long as it takes; it is committed all the same.
        let committing = Progress::Committing;
        let applied = frozen(&place, committing, Duration::from_secs(2), None).await;
        assert_eq!(applied.fate, Fate::Unknown, "{applied:#?}");
        assert!(
            applied.because.as_deref().is_some_and(|because| because.contains("no answer")),
            "{applied:?}"
        );
        assert_eq!(place.journal_lines()[1]["applied"], "unknown");
        while !place.is_member("clerk", "team").await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }

        // It thaws while it is asked.
        let revoke = "REVOKE SELECT ON s.t FROM clerk; REVOKE team FROM clerk";
        place.as_boss().await.batch_execute(revoke).await.expect(revoke);
        let (long, thaw) = (Duration::from_secs(60), Some(Duration::from_secs(15)));
        let applied = frozen(&place, committing, long, thaw).await;
        assert_eq!(applied.fate, Fate::Committed, "{applied:#?}");
        assert_eq!(place.journal_lines()[3]["applied"], "committed");
        assert!(place.is_member("clerk", "team").await);
    });
}
