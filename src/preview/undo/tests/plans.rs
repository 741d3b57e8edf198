use super::orders;
use crate::cluster::testing::Builder;
use crate::cluster::{AclTarget, View};
use crate::guard::Protected;
use crate::preview::{Plan, PlanOptions, Planner, Undo};
use crate::simulate::Session;

/// The undo of a whole script, and the state after it.
fn undone(b: &Builder, user: &str, script: &str) -> (Undo, View) {
    let cluster = b.build();
    let planner = Planner::new(cluster.clone(), Protected::default());
    let session = || Session::as_role(&cluster, b.oid(user));
    let plan: Plan = planner.plan_text(session(), &PlanOptions::default(), script);
    assert!(plan.is_ok(), "{:?}", plan.steps.last().map(|step| &step.verdict));
    let undo = planner.undo(&plan).expect("an undo");
    let options = crate::sql::Options::new(cluster.version.major());
    let parsed = crate::sql::parse_script(&undo.statements.join(";\n"), &options);
    let back = planner.plan_from(plan.after, session(), &PlanOptions::default(), parsed);
    assert!(back.is_ok(), "{:?}", back.steps.last().map(|step| &step.verdict));
    (undo, back.after)
}

#[test]
fn a_role_and_what_it_was_granted_go() {
    let (b, t) = orders(16);
    let script =
        "CREATE ROLE x; GRANT SELECT ON shop.orders TO x; GRANT readers TO x; COMMENT ON ROLE x IS 'x'";
    let (undo, state) = undone(&b, "postgres", script);
    assert_eq!(undo.statements, ["REVOKE SELECT ON TABLE shop.orders FROM x", "DROP ROLE x"]);
    assert!(state.role_by_name("x").is_none());
    assert_eq!(state.items(t), View::new(b.build()).items(t));
}

#[test]
fn a_password_of_a_new_role_is_no_hindrance() {
    let (b, _) = orders(16);
    let (undo, _) = undone(&b, "postgres", "CREATE ROLE x PASSWORD 'a'; ALTER ROLE x PASSWORD 'b'");
    assert_eq!((undo.statements, undo.differs), (vec!["DROP ROLE x".to_owned()], None));
}

#[test]
fn a_role_is_dropped_and_comes_back_with_its_grants() {
    let (mut b, t) = orders(16);
    b.acl(t.object, "owner=arwdDxt/owner,alice=r*/owner,bob=r/alice");
    let script = "REVOKE ALL ON shop.orders FROM alice CASCADE; DROP ROLE alice";
    let (undo, state) = undone(&b, "postgres", script);
    assert_eq!(
        undo.statements,
        [
            "CREATE ROLE alice LOGIN",
            "GRANT SELECT ON TABLE shop.orders TO alice WITH GRANT OPTION",
            "SET ROLE alice",
            "GRANT SELECT ON TABLE shop.orders TO bob",
            "RESET ROLE"
        ]
    );
    let alice = state.role_by_name("alice").expect("alice").oid;
    assert!(state.items(t).iter().any(|item| item.grantor == alice && item.grantee == b.oid("bob")));
    let differs = undo.differs.unwrap();
    assert_eq!(differs, "alice has a new OID. A password of alice, if there was one, is gone.");
}

#[test]
fn names_that_were_swapped_are_swapped_again() {
    let (b, _) = orders(16);
    let script =
        "ALTER ROLE alice RENAME TO tmp; ALTER ROLE bob RENAME TO alice; ALTER ROLE tmp RENAME TO bob";
    let (undo, state) = undone(&b, "postgres", script);
    assert_eq!(undo.statements.len(), 3);
    assert_eq!(state.role(b.oid("alice")).expect("alice").name, "alice");
    assert_eq!(state.role(b.oid("bob")).expect("bob").name, "bob");
}

#[test]
fn a_parameters_first_grant_is_taken_back() {
    let (b, _) = orders(16);
    let (undo, state) = undone(&b, "postgres", "GRANT SET ON PARAMETER my.own TO alice");
    assert_eq!(undo.statements, ["REVOKE SET ON PARAMETER my.own FROM alice"]);
    assert_eq!(undo.differs, None);
    let id = state.find_parameter("my.own").expect("a parameter");
    assert_eq!(state.acl(AclTarget::whole(id)), None);
}

#[test]
fn the_role_that_ran_a_statement_is_taken_again() {
    let (mut b, t) = orders(16);
    b.acl(t.object, "owner=arwdDxt/owner");
    let (owner, dba) = (b.oid("owner"), b.oid("dba"));
    b.member_with(owner, dba, |row| row.inherit = Some(false));
    let script = "SET ROLE owner; GRANT SELECT ON shop.orders TO alice; RESET ROLE";
    let (undo, _) = undone(&b, "dba", script);
    assert_eq!(
        undo.statements,
        ["SET ROLE owner", "REVOKE SELECT ON TABLE shop.orders FROM alice", "RESET ROLE"]
    );
}
