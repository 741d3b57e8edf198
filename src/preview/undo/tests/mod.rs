mod families;
mod plans;
mod roles;

use crate::cluster::testing::Builder;
use crate::cluster::{AclTarget, Oid, View};
use crate::guard::Protected;
use crate::preview::{Plan, PlanOptions, Planner};
use crate::simulate::Session;

fn orders(major: u16) -> (Builder, AclTarget) {
    let mut b = Builder::new(major);
    let [owner, readers, _alice, _bob] = ["owner", "readers", "alice", "bob"].map(|name| b.role(name));
    let schema = b.schema("shop", owner);
    let shop = b.last();
    b.acl(shop, "owner=UC/owner,=U/owner");
    let table = b.table(schema, "orders", owner);
    b.column(table, 1, "id");
    b.column(table, 2, "total amount");
    let _ = readers;
    (b, AclTarget::whole(table))
}

fn plan(b: &Builder, user: &str, script: &str) -> Plan {
    let cluster = b.build();
    let session = Session::as_role(&cluster, b.oid(user));
    Planner::new(cluster, Protected::default()).plan_text(session, &PlanOptions::default(), script)
}

/// The undo of the last statement, and the state after it.
fn undone(b: &Builder, user: &str, script: &str) -> (Vec<String>, Option<String>, View) {
    let plan_before = plan(b, user, script);
    let step = plan_before.steps.last().expect("a step");
    assert!(step.is_ok(), "{:?}", step.verdict);
    let undo = step.undo.clone().expect("an undo");
    let cluster = b.build();
    let planner = Planner::new(cluster.clone(), Protected::default());
    let session = Session::as_role(&cluster, b.oid(user));
    let script = sql_script(&undo.statements);
    let parsed = crate::sql::parse_script(&script, &crate::sql::Options::new(cluster.version.major()));
    let back = planner.plan_from(plan_before.after, session, &PlanOptions::default(), parsed);
    assert!(back.is_ok(), "{:?}", back.steps.iter().map(|s| &s.verdict).collect::<Vec<_>>());
    (undo.statements, undo.differs, back.after)
}

fn sql_script(statements: &[String]) -> String {
    statements.join(";\n")
}

#[test]
fn a_grant_is_taken_back() {
    let (b, t) = orders(15);
    let (sql, differs, state) = undone(&b, "owner", "GRANT SELECT, UPDATE ON shop.orders TO alice, bob");
    assert_eq!(sql, ["REVOKE SELECT, UPDATE ON TABLE shop.orders FROM alice, bob"]);
    assert!(differs.is_some(), "the ACL was NULL");
    assert_eq!(state.items(t), View::new(b.build()).items(t));
}

#[test]
fn only_what_came_is_taken_back() {
    let (mut b, t) = orders(15);
    b.acl(t.object, "owner=arwdDxt/owner,alice=r/owner");
    let (sql, differs, state) = undone(&b, "owner", "GRANT SELECT, UPDATE ON shop.orders TO alice");
    assert_eq!(
        (sql.as_slice(), differs),
        (["REVOKE UPDATE ON TABLE shop.orders FROM alice".to_owned()].as_slice(), None)
    );
    assert_eq!(state.acl(t), View::new(b.build()).acl(t));
}

#[test]
fn a_cascade_comes_back_grantor_by_grantor() {
    let (mut b, t) = orders(17);
    b.acl(t.object, "owner=arwdDxtm/owner,alice=r*/owner,bob=r*/alice,readers=r/bob");
    let script = "REVOKE SELECT ON shop.orders FROM alice CASCADE";
    let (sql, _, state) = undone(&b, "postgres", script);
    assert_eq!(
        sql,
        [
            "GRANT SELECT ON TABLE shop.orders TO alice WITH GRANT OPTION",
            "SET ROLE alice",
            "GRANT SELECT ON TABLE shop.orders TO bob WITH GRANT OPTION",
            "RESET ROLE",
            "SET ROLE bob",
            "GRANT SELECT ON TABLE shop.orders TO readers",
            "RESET ROLE"
        ]
    );
    assert_eq!(state.acl(t), View::new(b.build()).acl(t));

    let plan = plan(&b, "owner", script);
    let reason = plan.steps[0].undo.clone().unwrap_err().reason;
    assert_eq!(reason, "SET ROLE alice would fail: permission denied to set role \"alice\".");
}

#[test]
fn columns_that_a_tables_revoke_reaches_come_back() {
    let (mut b, t) = orders(16);
    b.acl(t.object, "owner=arwdDxt/owner,alice=r/owner");
    b.column_acl(AclTarget::column(t.object, 2), "alice=rw/owner");
    let (sql, _, state) = undone(&b, "owner", "REVOKE ALL ON shop.orders FROM alice");
    assert_eq!(
        sql,
        [
            "GRANT SELECT ON TABLE shop.orders TO alice",
            "GRANT SELECT (\"total amount\"), UPDATE (\"total amount\") ON TABLE shop.orders TO alice"
        ]
    );
    let column = AclTarget::column(t.object, 2);
    assert_eq!(state.acl(column), View::new(b.build()).acl(column));
}

#[test]
fn a_tables_grant_taken_back_leaves_its_columns_grants() {
    let (mut b, t) = orders(16);
    let column = AclTarget::column(t.object, 1);
    b.acl(t.object, "owner=arwdDxt/owner");
    b.column_acl(column, "alice=r/owner");
    let (sql, _, state) = undone(&b, "owner", "GRANT SELECT ON shop.orders TO alice");
    assert_eq!(
        sql,
        ["REVOKE SELECT ON TABLE shop.orders FROM alice", "GRANT SELECT (id) ON TABLE shop.orders TO alice"]
    );
    assert_eq!(state.acl(column), View::new(b.build()).acl(column));
}

/// Such a column's items may then stand in another order, though the statement itself never wrote them.
#[test]
fn what_a_tables_revoke_puts_in_another_order_is_said() {
    let (mut b, t) = orders(16);
    let column = AclTarget::column(t.object, 1);
    b.acl(t.object, "owner=arwdDxt/owner");
    b.column_acl(column, "alice=r/owner,bob=r/owner");
    let (_, differs, state) = undone(&b, "owner", "GRANT SELECT ON shop.orders TO alice");
    let was = View::new(b.build());
    assert_ne!(state.acl(column), was.acl(column));
    let mut sorted = state.items(column);
    sorted.sort_unstable_by_key(|item| item.grantee);
    assert_eq!(sorted, was.items(column));
    assert!(differs.unwrap().contains("another order"));
}

#[test]
fn memberships_come_back_with_their_options() {
    let (mut b, _) = orders(16);
    let (readers, alice, dba) = (b.oid("readers"), b.oid("alice"), b.oid("dba"));
    b.member_with(readers, dba, |row| row.admin = true);
    b.member_with(readers, alice, |row| {
        row.grantor = dba;
        row.inherit = Some(false);
    });
    let (sql, differs, state) = undone(&b, "dba", "REVOKE readers FROM alice");
    assert_eq!(sql, ["GRANT readers TO alice WITH INHERIT FALSE"]);
    assert_eq!(differs, None);
    assert_eq!(state.members_of(readers), View::new(b.build()).members_of(readers));

    let (sql, ..) = undone(&b, "dba", "GRANT readers TO bob WITH ADMIN OPTION");
    assert_eq!(sql, ["REVOKE readers FROM bob"]);
    let (sql, _, state) = undone(&b, "dba", "GRANT readers TO alice WITH ADMIN TRUE, INHERIT TRUE");
    assert_eq!(
        sql,
        ["REVOKE ADMIN OPTION FOR readers FROM alice", "GRANT readers TO alice WITH INHERIT FALSE"]
    );
    assert_eq!(state.members_of(readers), View::new(b.build()).members_of(readers));
    // A superuser's REVOKE reaches only what the bootstrap superuser granted, unless it says GRANTED BY.
    let (sql, ..) = undone(&b, "postgres", "REVOKE readers FROM alice GRANTED BY dba");
    assert_eq!(sql, ["GRANT readers TO alice WITH INHERIT FALSE GRANTED BY dba"]);
}

#[test]
fn before_16_the_grantor_may_differ() {
    let (mut b, _) = orders(14);
    let (readers, alice) = (b.oid("readers"), b.oid("alice"));
    let gone = Oid(99_999);
    b.member_with(readers, alice, |row| row.grantor = gone);
    let (sql, differs, _) = undone(&b, "postgres", "REVOKE readers FROM alice");
    assert_eq!(sql, ["GRANT readers TO alice"]);
    assert!(differs.unwrap().contains("grantor"));
}

#[test]
fn a_scripts_role_is_taken_again() {
    let (mut b, t) = orders(16);
    b.acl(t.object, "owner=arwdDxt/owner");
    let (owner, dba) = (b.oid("owner"), b.oid("dba"));
    b.member_with(owner, dba, |row| row.inherit = Some(false));
    let (sql, ..) = undone(&b, "dba", "SET ROLE owner; GRANT SELECT ON shop.orders TO alice");
    assert_eq!(sql, ["SET ROLE owner", "REVOKE SELECT ON TABLE shop.orders FROM alice", "RESET ROLE"]);
}
