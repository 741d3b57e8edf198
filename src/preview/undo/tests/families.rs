//! Settings, comments, default privileges and owners.

use super::{orders, undone};
use crate::cluster::testing::Builder;
use crate::cluster::{
    AclTarget, Cluster, Oid, Parameter, ParameterContext, ParameterKind, Parameters, RoleSetting, View,
};
use crate::guard::Protected;
use crate::preview::{PlanOptions, Planner, Undo};
use crate::simulate::Session;
use std::sync::Arc;

/// The undo of a script on a cluster that was changed by hand, and the states before and after it.
fn undone_on(b: &Builder, change: impl FnOnce(&mut Cluster), script: &str) -> (Undo, View, View) {
    let mut cluster = Arc::unwrap_or_clone(b.build());
    change(&mut cluster);
    let cluster = Arc::new(cluster);
    let planner = Planner::new(cluster.clone(), Protected::default());
    let session = || Session::as_role(&cluster, b.oid("postgres"));
    let plan = planner.plan_text(session(), &PlanOptions::default(), script);
    assert!(plan.is_ok(), "{:?}", plan.steps.last().map(|step| &step.verdict));
    let undo = planner.undo(&plan).expect("an undo");
    let back = planner.plan_text(
        session(),
        &PlanOptions::default(),
        &format!("{script};{}", undo.statements.join(";")),
    );
    assert!(back.is_ok(), "{:?}", back.steps.last().map(|step| &step.verdict));
    (undo, View::new(cluster.clone()), back.after)
}

fn with_settings(role: Oid, settings: &[&str]) -> impl FnOnce(&mut Cluster) {
    let settings = settings.iter().map(|text| (*text).to_owned()).collect();
    move |cluster| {
        cluster.role_settings = [RoleSetting { role, database: Oid(0), settings }].into();
        let parameter = |name: &str| Parameter {
            name: name.to_owned(),
            kind: ParameterKind::Text,
            context: ParameterContext::User,
        };
        let known = ["search_path", "work_mem"].map(parameter);
        cluster.parameters = Parameters::new(known, "UTF8".to_owned());
    }
}

const SETTINGS: &[&str] = &["search_path=\"$user\", \"Sales, old\", public", "work_mem=4MB", "my.own=it's"];

#[test]
fn settings_come_back_in_their_order() {
    let (b, _) = orders(16);
    let alice = b.oid("alice");
    for script in [
        "ALTER ROLE alice SET search_path = 'x'",
        "ALTER ROLE alice RESET search_path",
        "ALTER ROLE alice RESET ALL",
        "ALTER ROLE alice SET my.new = 'x'",
        "ALTER ROLE alice RESET work_mem; ALTER ROLE alice SET work_mem = '8MB'",
    ] {
        let (undo, before, after) = undone_on(&b, with_settings(alice, SETTINGS), script);
        let none = Oid(0);
        assert_eq!(
            after.setting(alice, none),
            before.setting(alice, none),
            "{script}: {:?}",
            undo.statements
        );
        assert_eq!(undo.differs, None, "{script}");
    }
}

#[test]
fn a_dropped_role_gets_its_settings_and_its_comment() {
    let (b, _) = orders(16);
    let alice = b.oid("alice");
    let change = |cluster: &mut Cluster| {
        with_settings(alice, SETTINGS)(cluster);
        std::sync::Arc::make_mut(&mut cluster.role_comments).insert(alice, "it's \\ alice".to_owned());
    };
    let (_, before, after) = undone_on(&b, change, "DROP ROLE alice");
    let again = after.role_by_name("alice").expect("alice").oid;
    assert_eq!(after.setting(again, Oid(0)), before.setting(alice, Oid(0)));
    assert_eq!(after.role_comment(again), Some("it's \\ alice"));
}

#[test]
fn comments_come_and_go() {
    let (b, _) = orders(14);
    let (sql, ..) = undone(&b, "postgres", "COMMENT ON ROLE alice IS 'x'");
    assert_eq!(sql, ["COMMENT ON ROLE alice IS NULL"]);
}

#[test]
fn default_privileges_come_and_go() {
    let (b, _) = orders(16);
    let script =
        "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA shop GRANT SELECT ON TABLES TO alice, PUBLIC";
    let (sql, differs, state) = undone(&b, "postgres", script);
    assert_eq!(
        sql,
        ["ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA shop REVOKE SELECT ON TABLES FROM PUBLIC, alice"]
    );
    assert_eq!((differs, state.default_acls().count()), (None, 0));
    let script = "ALTER DEFAULT PRIVILEGES FOR ROLE owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC";
    let (sql, differs, state) = undone(&b, "postgres", script);
    assert_eq!(sql, ["ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC"]);
    assert_eq!((differs, state.default_acls().count()), (None, 0));
}

#[test]
fn an_owner_comes_back_and_what_the_merge_lost() {
    let (mut b, t) = orders(16);
    b.acl(t.object, "owner=arwdDxt/owner,alice=r*/owner,bob=r/alice");
    let (sql, _, state) = undone(&b, "postgres", "ALTER TABLE shop.orders OWNER TO alice");
    assert_eq!(sql[0], "ALTER TABLE shop.orders OWNER TO owner");
    let before = View::new(b.build());
    assert_eq!(state.owner(t.object), b.oid("owner"));
    let sorted = |view: &View, target: AclTarget| {
        let mut items = view.items(target);
        items.sort();
        items
    };
    assert_eq!(sorted(&state, t), sorted(&before, t), "{sql:?}");
}

#[test]
fn what_was_reassigned_and_dropped_comes_back() {
    let (mut b, t) = orders(16);
    b.acl(t.object, "owner=arwdDxt/owner,alice=r/owner");
    let (sql, _, state) = undone(&b, "postgres", "REASSIGN OWNED BY owner TO bob");
    assert_eq!(state.owner(t.object), b.oid("owner"), "{sql:?}");
    let (sql, differs, state) = undone(&b, "postgres", "DROP OWNED BY alice");
    assert_eq!(sql, ["GRANT SELECT ON TABLE shop.orders TO alice"]);
    assert_eq!((differs, state.items(t)), (None, View::new(b.build()).items(t)));
}
