mod drawn;
mod effects;
mod spellings;

use super::{Block, Protected};
use crate::cluster::testing::Builder;
use crate::preview::{PlanOptions, Planner, Verdict};
use crate::simulate::Session;

/// A cluster as on RDS: rdsadmin made it, `dba` is the master user, and `boss` another superuser.
fn rds(major: u16) -> Builder {
    let mut b = Builder::with_bootstrap(major, "rdsadmin");
    b.role_with("boss", |r| r.superuser = true);
    for name in ["owner", "readers", "alice", "bob", "RDSADMIN", "rdsadmin2"] {
        b.role(name);
    }
    let dba = b.oid("dba");
    for name in ["rds_superuser", "rds_iam", "rds_password"] {
        let role = b.role_with(name, |r| r.login = false);
        b.member_with(role, dba, |row| row.admin = true);
    }
    for name in ["readers", "owner"] {
        b.member_with(b.oid(name), dba, |row| row.admin = true);
    }
    let owner = b.oid("owner");
    let shop = b.schema("shop", owner);
    b.acl(b.last(), "owner=UC/owner,=U/owner");
    let orders = b.table(shop, "orders", owner);
    b.column(orders, 1, "id");
    b.column(orders, 2, "rdsadmin");
    b.table(shop, "rdsadmin", owner);
    b.schema("rdsadmin", owner);
    b.acl(b.last(), "owner=UC/owner,=U/owner");
    b
}

/// What becomes of the last statement of a script of `user`.
fn verdict(b: &Builder, user: &str, script: &str) -> Verdict {
    let cluster = b.build();
    let session = Session::as_role(&cluster, b.oid(user));
    let plan =
        Planner::new(cluster, Protected::default()).plan_text(session, &PlanOptions::default(), script);
    plan.steps.last().expect("a step").verdict.clone()
}

fn blocked(b: &Builder, user: &str, script: &str) -> Block {
    match verdict(b, user, script) {
        Verdict::Blocked(block) => block,
        other => panic!("{script} is not blocked: {other:?}"),
    }
}

#[track_caller]
fn passes(b: &Builder, user: &str, script: &str) {
    if let Verdict::Blocked(block) = verdict(b, user, script) {
        panic!("{script} is blocked: it {}", block.what);
    }
}

#[track_caller]
fn is_ok(b: &Builder, user: &str, script: &str) {
    assert_eq!(verdict(b, user, script), Verdict::Ok, "{script}");
}
