//! Event triggers: they may do anything, behind the preview's back.

use super::{Place, Try, difference, place, run_elsewhere};
use crate::servers::for_each_major_async;
use rolescope::preview::Verdict;
use rolescope::server::apply::{ApplyError, Difference, Fate, Progress, Refusal};

/// A trigger that does `action` after each GRANT, as the superuser, unless it is itself the reason for the GRANT.
fn trigger(place: &Place<'_>, action: &str) -> String {
    place.named(&format!(
        "CREATE OR REPLACE FUNCTION public.meddle() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ \
         BEGIN IF coalesce(current_setting('meddle.busy', true), '') <> 'yes' THEN \
           PERFORM set_config('meddle.busy', 'yes', true); {action}; \
           PERFORM set_config('meddle.busy', '', true); END IF; END $$; \
         DROP EVENT TRIGGER IF EXISTS meddle; \
         CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('GRANT') EXECUTE FUNCTION public.meddle();"
    ))
}

const GRANT: &str = "GRANT SELECT ON s.t TO {clerk}";

#[test]
fn a_trigger_makes_the_plan_uncertain_and_a_rehearsal_shows_what_it_does() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let superuser = place.as_superuser().await;
        superuser.batch_execute(&trigger(&place, "GRANT SELECT ON s.u TO {outsider}")).await.unwrap();
        let planned = place.plan(GRANT, None).await;
        let error = place.apply_plan(&planned, &planned.plan, &Try::default()).await.unwrap_err();
        assert!(matches!(error, ApplyError::Refused(Refusal::Uncertain { .. })), "{error}");
        let before = place.catalogs().await;
        let rehearsal = place.rehearse(&planned, &Try::default()).await;
        assert!(rehearsal.difference.is_none(), "{:#?}", rehearsal.difference);
        assert_eq!(place.catalogs().await, before, "rolled back");
        assert!(place.journal_lines().is_empty());
        assert_eq!(rehearsal.plan.steps[0].changes.len(), 2, "{:#?}", rehearsal.plan.steps[0]);
        assert!(!rehearsal.plan.steps[0].effect.gained.is_empty());
        let applied = place.apply_plan(&planned, &rehearsal.plan, &Try::default()).await.unwrap();
        assert_eq!(applied.fate, Fate::Committed, "{applied:#?}");
        assert!(place.acl("s.u").await.unwrap().contains(&place.outsider));
    });
}

#[test]
fn a_trigger_that_does_something_else_than_rehearsed_is_caught() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let superuser = place.as_superuser().await;
        superuser.batch_execute(&trigger(&place, "GRANT SELECT ON s.u TO {outsider}")).await.unwrap();
        let planned = place.plan(GRANT, None).await;
        let rehearsal = place.rehearse(&planned, &Try::default()).await;
        superuser.batch_execute(&trigger(&place, "GRANT DELETE ON s.u TO {outsider}")).await.unwrap();
        let before = place.catalogs().await;
        let applied = place.apply_plan(&planned, &rehearsal.plan, &Try::default()).await.unwrap();
        assert_eq!(applied.fate, Fate::RolledBack);
        assert!(matches!(difference(&applied), Difference::Entries(_)), "{applied:#?}");
        assert_eq!(place.catalogs().await, before);
    });
}

/// One that comes after the preview; and one that comes after the check, when only reading back can see it.
#[test]
fn a_trigger_that_comes_in_between_is_caught() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let superuser = place.as_superuser().await;
        for action in [
            "GRANT DELETE ON s.u TO {outsider}",
            "GRANT {team} TO {outsider}",
            "COMMENT ON TABLE s.u IS ''meddled''",
            "ALTER TABLE s.u SET (fillfactor = 50)",
            "ALTER TABLE s.t SET (fillfactor = 50)",
            "CREATE TABLE s.new (a int)",
            "ALTER ROLE {outsider} CREATEDB",
            "BEGIN GRANT UPDATE ON s.u TO {outsider}; EXCEPTION WHEN others THEN NULL; END",
            "GRANT UPDATE ON s.u TO rdsadmin",
        ] {
            let action = action.replace("''", "'");
            let sql = trigger(&place, &action);
            let before = place.catalogs().await;
            let (instance, database) = (place.instance, &place.database);
            let meddle = |progress| {
                if matches!(progress, Progress::Running { .. }) {
                    let user = &instance.options().superuser;
                    run_elsewhere(instance, user, instance.password(), database, &sql);
                }
            };
            let how = Try { progress: &meddle, ..Try::default() };
            let applied = place.apply(GRANT, &how).await;
            assert_eq!(applied.fate, Fate::RolledBack, "{action}: {applied:#?}");
            let found = difference(&applied).code();
            assert!(["entries", "writes", "protected"].contains(&found), "{action}: {found}");
            assert_eq!(found == "protected", action.contains("rdsadmin"), "{action}: {found}");
            superuser.batch_execute("DROP EVENT TRIGGER meddle; DROP FUNCTION public.meddle").await.unwrap();
            assert_eq!(place.catalogs().await, before, "{action}");
        }
        let planned = place.plan(GRANT, None).await;
        superuser.batch_execute(&trigger(&place, "PERFORM 1")).await.unwrap();
        let applied = place.apply_plan(&planned, &planned.plan, &Try::default()).await.unwrap();
        assert!(matches!(difference(&applied), Difference::Changed { .. }), "{applied:#?}");
    });
}

#[test]
fn a_trigger_that_fails_fails_the_rehearsal() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let superuser = place.as_superuser().await;
        superuser.batch_execute(&trigger(&place, "RAISE EXCEPTION 'not today'")).await.unwrap();
        let planned = place.plan(GRANT, None).await;
        let rehearsal = place.rehearse(&planned, &Try::default()).await;
        match &rehearsal.plan.steps[0].verdict {
            Verdict::Error(error) => {
                assert_eq!((error.sqlstate, error.message.as_str()), ("P0001", "not today"))
            }
            other => panic!("{other:?}"),
        }
    });
}

/// What no preview can show is not applied, rehearsed or not.
#[test]
fn a_trigger_that_writes_other_catalogs_cannot_be_rehearsed_into_a_preview() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let superuser = place.as_superuser().await;
        superuser.batch_execute(&trigger(&place, "CREATE TABLE s.new (a int)")).await.unwrap();
        let planned = place.plan(GRANT, None).await;
        let before = place.catalogs().await;
        let rehearsal = place.rehearse(&planned, &Try::default()).await;
        match rehearsal.difference {
            Some(Difference::Writes { catalogs, .. }) => {
                assert!(catalogs.iter().any(|c| c.catalog == "pg_attribute"), "{catalogs:?}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(place.catalogs().await, before);
    });
}
