//! What is never sent.

use super::{Try, place};
use crate::servers::for_each_major_async;
use rolescope::server::apply::{ApplyError, Refusal};

/// What boss's sessions of rolescope sent, as the server logged it.
fn sent(log: &std::path::Path, boss: &str) -> Vec<String> {
    let text = std::fs::read_to_string(log).expect("the log");
    let session = format!(" {boss}@");
    text.lines()
        .filter(|line| line.contains(&session) && line.contains("/rolescope "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_plan_that_may_not_be_applied_is_not_even_begun() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        for (script, wanted) in [
            ("GRANT SELECT ON s.t TO rdsadmin", "blocked"),
            ("GRANT SELECT ON s.u TO {clerk}; GRANT SELECT ON s.t TO U&\"rds\\0061dmin\"", "blocked"),
            ("CREATE TABLE s.x (a int)", "unsupported"),
            ("GRANT SELECT ON s.none TO {clerk}", "42P01"),
            ("", "no statement"),
        ] {
            let planned = place.plan(script, None).await;
            let logged = sent(&place.instance.log_path(), &place.boss).len();
            let error = place.apply_plan(&planned, &planned.plan, &Try::default()).await.unwrap_err();
            assert!(matches!(error, ApplyError::Refused(_)), "{script}: {error}");
            assert!(error.to_string().contains(wanted), "{script}: {error}");
            assert_eq!(
                sent(&place.instance.log_path(), &place.boss).len(),
                logged,
                "{script}: something was sent"
            );
        }
        let planned = place.plan("GRANT SELECT ON s.t TO {clerk}", None).await;
        let how = Try { read_only: true, ..Try::default() };
        let error = place.apply_plan(&planned, &planned.plan, &how).await.unwrap_err();
        assert!(matches!(error, ApplyError::Refused(Refusal::ReadOnly)), "{error}");
    });
}

/// Loading and predicting change nothing: every statement that they send is a SELECT or ends or begins a transaction.
#[test]
fn planning_sends_nothing_that_changes_anything() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        place.plan("GRANT SELECT ON s.t TO {clerk}; GRANT rdsadmin TO {clerk}", None).await;
        let log = sent(&place.instance.log_path(), &place.boss);
        assert!(!log.is_empty(), "the load is in the log");
        let statements = log.iter().filter_map(|line| {
            let at = ["statement: ", "execute <unnamed>: "].iter().find_map(|word| line.split_once(word))?;
            Some(at.1.trim_start().to_owned())
        });
        let harmless = ["SELECT", "WITH", "BEGIN", "COMMIT", "SET ", "--", "SHOW"];
        for statement in statements {
            assert!(harmless.iter().any(|word| statement.starts_with(word)), "{statement}");
        }
    });
}

#[test]
fn a_read_only_server_is_told_from_one_that_is_not() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let read_only = place.named("ALTER DATABASE {database} SET default_transaction_read_only = on");
        place.as_superuser().await.batch_execute(&read_only).await.unwrap();
        let planned = place.plan("GRANT SELECT ON s.t TO {clerk}", None).await;
        assert!(planned.plan.is_ok(), "previews work");
        let error = place.apply_plan(&planned, &planned.plan, &Try::default()).await.unwrap_err();
        assert!(matches!(error, ApplyError::Refused(Refusal::ServerReadOnly(_))), "{error}");
        assert!(error.to_string().contains("25006"));
    });
}

/// Without counts, nobody could see what else was written.
#[test]
fn without_track_counts_nothing_is_applied() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let off = place.named("ALTER DATABASE {database} SET track_counts = off");
        place.as_superuser().await.batch_execute(&off).await.unwrap();
        let planned = place.plan("GRANT SELECT ON s.t TO {clerk}", None).await;
        let error = place.apply_plan(&planned, &planned.plan, &Try::default()).await.unwrap_err();
        assert!(matches!(error, ApplyError::Refused(Refusal::Unverifiable)), "{error}");
    });
}
