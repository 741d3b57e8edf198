//! Servers that take no changes: everything that reads works, previews too, and applying is refused before anything is
//! sent.

use std::os::unix::fs::{MetadataExt, chown};

use rolescope::demo::Instance;
use rolescope::server::apply::{ApplyError, Refusal};
use serde_json::Value;

use super::{opened, run};
use crate::apply::{Place, Planned, Try, own_place};
use crate::cli::journal;
use crate::servers::{Server, for_each_major_async, instance, options};

const GRANT: &str = "GRANT SELECT ON s.t TO {clerk}";

fn said(place: &Place<'_>, arguments: &[&str]) -> (String, String, i32) {
    let named: Vec<String> = arguments.iter().map(|argument| place.named(argument)).collect();
    let conninfo = place.conninfo();
    let arguments: Vec<&str> = named.iter().map(String::as_str).chain([conninfo.as_str()]).collect();
    run(place.folder.path(), &arguments)
}

/// It starts again as a hot standby: of nobody, so it waits for ever for what would come next.
fn into_standby(instance: &Instance) {
    instance.stop();
    let (data, file) = (instance.data_folder(), instance.data_folder().join("standby.signal"));
    std::fs::write(&file, "").expect("standby.signal");
    let owner = std::fs::metadata(data).expect("the data folder");
    chown(&file, Some(owner.uid()), Some(owner.gid())).expect("chown");
    instance.start_again().expect("a standby");
}

const READING: [&[&str]; 4] = [
    &["access", "--format", "csv"],
    &["why", "{clerk}", "SELECT", "s.t", "--format", "json"],
    &["plan", "--format", "json", "-c", GRANT],
    &["audit", "--format", "json"],
];

#[test]
fn a_standby_is_read_and_not_written() {
    for_each_major_async(async |server: &Server| {
        let instance = instance(&options(server.major));
        let place = own_place(&instance, server.major).await;
        let before = READING.map(|arguments| said(&place, arguments));
        let planned = place.plan(GRANT, None).await;
        into_standby(&instance);
        for (arguments, (out, _, code)) in READING.iter().zip(before) {
            let (same, errors, again) = said(&place, arguments);
            assert_eq!((&same, again), (&out, code), "{arguments:?}: {errors}");
        }
        let connection = opened(&place.conninfo()).await;
        assert!(connection.server.in_recovery && connection.pooler.is_none());
        refused(&place, &planned).await;
        assert!(matches!(not_begun(&place, &planned).await, Refusal::ServerReadOnly(_)));
    });
}

#[test]
fn where_read_only_is_the_default_it_stays_so() {
    for_each_major_async(async |server: &Server| {
        let place = crate::apply::place(server).await;
        let planned = place.plan(GRANT, None).await;
        let catch = place.named("ALTER ROLE {boss} SET default_transaction_read_only = on");
        place.as_superuser().await.batch_execute(&catch).await.expect("ALTER ROLE");
        refused(&place, &planned).await;
        assert!(matches!(not_begun(&place, &planned).await, Refusal::ServerReadOnly(_)));
    });
}

/// By the program, which knows it from loading; nothing but what reads is sent.
async fn refused(place: &Place<'_>, planned: &Planned) {
    assert!(planned.plan.is_ok());
    let (out, errors, code) = said(place, &["plan", "-c", GRANT]);
    assert_eq!(code, 0, "{out}{errors}");
    assert!(
        errors.contains("WARNING:  the server is read-only: nothing can be applied there (25006)"),
        "{errors}"
    );
    let (out, errors, code) = said(place, &["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&status["read_only"], code), (&Value::Bool(true), 0), "{errors}");

    let log = std::fs::read_to_string(place.instance.log_path()).expect("the log").len();
    let (out, errors, code) = said(place, &["apply", "--yes", "--format", "json", "-c", GRANT]);
    assert_eq!(code, 1, "{out}{errors}");
    assert!(
        errors.starts_with("rolescope: the server is read-only: it takes no changes (25006)\nHINT:  "),
        "{errors}"
    );
    assert!(out.contains("\"applied\":\"not_run\""), "{out}");
    let text = std::fs::read_to_string(place.instance.log_path()).expect("the log");
    let (ours, writes) = (format!("{}@", place.boss), "ISOLATION LEVEL READ COMMITTED");
    assert!(
        !text[log..].lines().any(|line| line.contains(&ours) && line.contains(writes)),
        "{}",
        &text[log..]
    );
    assert_eq!(journal(place), "");
}

/// Where it became so since the preview, the connection tells.
async fn not_begun(place: &Place<'_>, planned: &Planned) -> Refusal {
    match place.apply_plan(planned, &planned.plan, &Try::default()).await {
        Err(ApplyError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}
