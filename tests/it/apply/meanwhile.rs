//! What others do between the preview and COMMIT.

use super::{Place, Try, difference, fates, place, run_elsewhere};
use crate::servers::for_each_major_async;
use rolescope::server::apply::{Difference, Fate, Progress};

/// Applies a plan after others did `meanwhile`: refused, nothing changed but for what the others did.
async fn refused(place: &Place<'_>, script: &str, meanwhile: &str) -> Vec<String> {
    let planned = place.plan(script, None).await;
    assert!(planned.plan.is_ok(), "{:#?}", planned.plan.steps);
    place.as_superuser().await.batch_execute(&place.named(meanwhile)).await.unwrap();
    let before = place.catalogs().await;
    let applied = place.apply_plan(&planned, &planned.plan, &Try::default()).await.unwrap();
    assert_eq!(applied.fate, Fate::RolledBack, "{meanwhile}: {applied:#?}");
    assert_eq!(place.catalogs().await, before, "{meanwhile}");
    assert!(place.journal_lines().is_empty(), "nothing was about to be committed");
    match difference(&applied) {
        Difference::Changed { what, .. } => what.clone(),
        other => panic!("{meanwhile}: {other:?}"),
    }
}

#[test]
fn what_changed_since_the_preview_is_refused_and_named() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let grant = "GRANT SELECT ON s.t TO {team}";
        let what = refused(&place, grant, "GRANT INSERT ON s.t TO {outsider}").await;
        let told = format!("{} has INSERT on table s.t now, granted by {}.", place.outsider, place.boss);
        assert_eq!(what, [told]);
        let what = refused(&place, grant, "GRANT {team} TO {clerk}").await;
        // Other tests make and drop roles, too.
        let told = format!("{} is a member of {} now", place.clerk, place.team);
        assert!(what.iter().any(|what| what.starts_with(&told)), "{what:?}");
        let what = refused(&place, grant, "REVOKE {team} FROM {clerk}").await;
        assert!(what.iter().any(|what| what.contains("no member")), "{what:?}");
        let what = refused(&place, grant, "ALTER TABLE s.t RENAME TO t2").await;
        assert!(what[0].contains("s.t2"), "{what:?}");
        refused(&place, "GRANT SELECT ON s.t2 TO {team}", "ALTER TABLE s.t2 OWNER TO {clerk}").await;
        refused(&place, "GRANT SELECT ON s.u TO {team}", "DROP TABLE s.u").await;
    });
}

/// A change elsewhere in the graph, with the same effect, is no reason to refuse.
#[test]
fn what_changes_nothing_of_the_preview_is_no_reason() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let planned = place.plan("GRANT SELECT ON s.t TO {clerk}; GRANT SELECT ON s.u TO PUBLIC", None).await;
        let meanwhile = place.named("GRANT {outsider} TO {team}; CREATE ROLE {outsider}_2");
        place.as_superuser().await.batch_execute(&meanwhile).await.unwrap();
        let applied = place.apply_plan(&planned, &planned.plan, &Try::default()).await.unwrap();
        assert_eq!(applied.fate, Fate::Committed, "{applied:#?}");
    });
}

/// After the check, while the transaction is open: seen when everything is read back.
#[test]
fn what_changes_while_it_runs_is_seen_when_read_back() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        for meanwhile in [
            "GRANT INSERT ON s.t TO {outsider}",
            "GRANT {team} TO {clerk}",
            "CREATE TABLE s.late (a int); ALTER TABLE s.late OWNER TO {boss}",
        ] {
            let meanwhile = place.named(meanwhile);
            let instance = place.instance;
            let user = &instance.options().superuser;
            let database = &place.database;
            let interfere = |progress| {
                if matches!(progress, Progress::Running { step: 0, .. }) {
                    run_elsewhere(instance, user, instance.password(), database, &meanwhile);
                }
            };
            let how = Try { progress: &interfere, ..Try::default() };
            let applied = place.apply("GRANT SELECT ON ALL TABLES IN SCHEMA s TO {team}", &how).await;
            assert_eq!(applied.fate, Fate::RolledBack, "{meanwhile}: {applied:#?}");
            let found = difference(&applied);
            assert!(["entries", "writes", "changed_since_preview"].contains(&found.code()), "{found:?}");
            assert!(!place.acl("s.v").await.unwrap_or_default().contains(&place.team));
        }
    });
}

#[test]
fn a_lock_that_another_session_holds_ends_in_lock_timeout() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let other = place.as_boss().await;
        other.batch_execute("BEGIN; GRANT UPDATE ON s.t TO PUBLIC").await.unwrap();
        let before = place.catalogs().await;
        let script = "GRANT SELECT ON s.u TO {clerk}; GRANT SELECT ON s.t TO {clerk}";
        let applied = place.apply(script, &Try::default()).await;
        assert_eq!(fates(&applied), [Fate::RolledBack, Fate::RolledBack]);
        match difference(&applied) {
            Difference::Error(said) => assert_eq!(said.sqlstate, "55P03"),
            other => panic!("{other:?}"),
        }
        assert_eq!(place.catalogs().await, before);
        other.batch_execute("ROLLBACK").await.unwrap();
    });
}

/// Predicted to succeed, refused by the server: what came before is rolled back, what comes after is never sent.
#[test]
fn a_statement_that_fails_halfway_rolls_back_what_came_before() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let before = place.catalogs().await;
        let planned = place
            .plan("GRANT SELECT ON s.t TO {clerk}; GRANT SELECT ON s.u TO {clerk}; GRANT USAGE ON SCHEMA s TO {clerk}", None)
            .await;
        let (instance, database) = (place.instance, &place.database);
        let interfere = |progress| {
            if matches!(progress, Progress::Running { step: 1, .. }) {
                run_elsewhere(instance, &place.boss, &place.boss, database, "DROP TABLE s.u");
            }
        };
        let how = Try { progress: &interfere, ..Try::default() };
        let applied = place.apply_plan(&planned, &planned.plan, &how).await.unwrap();
        assert_eq!(fates(&applied), [Fate::RolledBack, Fate::RolledBack, Fate::NotRun]);
        match difference(&applied) {
            Difference::Error(said) => assert_eq!(said.sqlstate, "42P01"),
            other => panic!("{other:?}"),
        }
        assert_eq!(place.catalogs().await, before);
    });
}
