//! What is as predicted is committed.

use super::{Try, fates, place};
use crate::servers::for_each_major_async;
use rolescope::server::apply::Fate;

/// Every kind of object, columns, memberships, statements that change nothing, CASCADE, session statements.
const SCRIPT: &str = "\
    GRANT SELECT, INSERT ON s.t TO {clerk} WITH GRANT OPTION; \
    GRANT SELECT ON s.t TO {clerk}; \
    GRANT SELECT ON s.t, s.t, s.u TO {outsider}, PUBLIC; \
    GRANT SELECT (a), UPDATE (a, b) ON s.t TO {outsider}; \
    REVOKE UPDATE ON s.t FROM {outsider}; \
    REVOKE SELECT (b) ON s.t FROM {team}; \
    GRANT USAGE ON SCHEMA s TO {clerk}; \
    SET ROLE {team}; RESET ROLE; \
    SET search_path TO s, pg_catalog; \
    GRANT ALL ON v TO {clerk}; \
    GRANT USAGE ON SEQUENCE q TO {clerk}; \
    GRANT EXECUTE ON FUNCTION f() TO {clerk}; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; \
    GRANT USAGE ON TYPE e TO {clerk}; GRANT USAGE ON DOMAIN d TO {clerk}; \
    GRANT SELECT ON LARGE OBJECT 77 TO {clerk}; \
    GRANT CREATE ON DATABASE {database} TO {clerk}; \
    GRANT SELECT ON ALL TABLES IN SCHEMA s TO {team}; \
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA s FROM {clerk}; \
    REVOKE SELECT ON t FROM {clerk} CASCADE; \
    GRANT {team} TO {clerk}, {outsider}; \
    GRANT {team} TO {clerk}; \
    GRANT {team} TO {outsider} WITH ADMIN OPTION; \
    REVOKE ADMIN OPTION FOR {team} FROM {outsider}; \
    REVOKE ADMIN OPTION FOR {team} FROM {clerk}; \
    REVOKE {team} FROM {outsider}; \
    REVOKE {team} FROM {outsider};";

#[test]
fn what_is_as_predicted_is_committed_and_verified() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let applied = place.apply(SCRIPT, &Try::default()).await;
        assert_eq!(applied.fate, Fate::Committed, "{applied:#?}");
        assert!(fates(&applied).iter().all(|fate| *fate == Fate::Committed));
        assert!(applied.entries_verified >= 12, "{}", applied.entries_verified);
        assert!(place.is_member(&place.clerk, &place.team).await);
        assert!(!place.is_member(&place.outsider, &place.team).await);
        let journal = place.journal_lines();
        assert_eq!(journal.len(), 2);
        assert_eq!(journal[1]["applied"], "committed");
        assert_eq!(journal[0]["xid"].as_u64(), applied.xid);
    });
}

/// A whole way and back: the undo is applied like any other plan, and everybody can do what they could.
#[test]
fn the_undo_can_be_applied_too() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let planned = place.plan("GRANT SELECT ON s.t TO {clerk}; GRANT {team} TO {clerk}", None).await;
        let undo = |at: usize| planned.plan.steps[at].undo.clone().expect("an undo").statements.join("; ");
        let back = format!("{}; {}", undo(1), undo(0));
        let applied = place.apply_plan(&planned, &planned.plan, &Try::default()).await.unwrap();
        assert_eq!(applied.fate, Fate::Committed, "{applied:#?}");
        assert!(place.is_member(&place.clerk, &place.team).await);
        let applied = place.apply(&back, &Try::default()).await;
        assert_eq!(applied.fate, Fate::Committed, "{applied:#?}");
        assert!(!place.is_member(&place.clerk, &place.team).await);
        assert!(!place.acl("s.t").await.unwrap_or_default().contains(&place.clerk));
    });
}

/// Rows of parameters come and go (15+).
#[test]
fn parameters_are_verified_though_their_rows_come_and_go() {
    for_each_major_async(async |server| {
        if server.major < 15 {
            return;
        }
        let place = place(server).await;
        let options = format!("GRANT SET ON PARAMETER work_mem TO {} WITH GRANT OPTION", place.boss);
        place.as_superuser().await.batch_execute(&options).await.unwrap();
        let script =
            "GRANT SET ON PARAMETER work_mem TO {clerk}; REVOKE SET ON PARAMETER work_mem FROM {clerk}";
        let applied = place.apply(script, &Try::default()).await;
        assert_eq!(applied.fate, Fate::Committed, "{applied:#?}");
    });
}
