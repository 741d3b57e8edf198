use super::{blocked, is_ok, passes, rds, verdict};
use crate::cluster::{Kind, Oid, View};
use crate::guard::{Protected, Rule, check_changes};
use crate::preview::Verdict;

#[test]
fn a_session_of_a_protected_role_changes_nothing() {
    let b = rds(16);
    for statement in [
        "GRANT readers TO alice",
        "REVOKE SELECT ON shop.orders FROM alice",
        "CREATE ROLE carl",
        "GRANT readers TO CURRENT_USER",
    ] {
        blocked(&b, "rdsadmin", statement);
    }
    is_ok(&b, "rdsadmin", "SET search_path = shop");
    assert_eq!(blocked(&b, "rdsadmin", "SET ROLE boss; GRANT readers TO alice").rule, Rule::ActsAs);
    assert_eq!(
        blocked(&b, "rdsadmin", "SET SESSION AUTHORIZATION boss; RESET SESSION AUTHORIZATION").rule,
        Rule::ActsAs
    );
}

#[test]
fn a_grantor_that_the_server_writes_is_no_reason() {
    // A superuser's grants of roles are recorded as the bootstrap superuser's (16+).
    for major in 16..=18 {
        let b = rds(major);
        is_ok(&b, "boss", "GRANT readers TO alice");
        is_ok(&b, "boss", "REVOKE rds_iam FROM dba");
        is_ok(&b, "dba", "GRANT readers TO alice WITH ADMIN OPTION");
        blocked(&b, "boss", "GRANT readers TO alice GRANTED BY rdsadmin");
    }
    for major in 13..=15 {
        let b = rds(major);
        is_ok(
            &b,
            "dba",
            "GRANT readers TO alice; GRANT readers TO alice WITH ADMIN OPTION; REVOKE readers FROM alice",
        );
        is_ok(&b, "dba", "REVOKE rds_iam FROM dba");
    }
}

#[test]
fn items_of_a_protected_role_are_out_of_reach_without_being_named() {
    let mut b = rds(15);
    let (owner, rdsadmin) = (b.oid("owner"), b.oid("rdsadmin"));
    let shop = b.schema("stock", owner);
    b.acl(b.last(), "owner=UC/owner,=U/owner");
    let items = b.table(shop, "items", owner);
    b.acl(items, "owner=arwdDxt/owner,alice=r*/owner,rdsadmin=r/alice,bob=r/owner");
    let block = blocked(&b, "owner", "REVOKE SELECT ON stock.items FROM alice CASCADE");
    assert_eq!((block.rule, block.role.as_str()), (Rule::Changes, "rdsadmin"));
    assert_eq!(block.what, "changes an entry of rdsadmin in the privileges on table stock.items");
    is_ok(&b, "owner", "REVOKE SELECT ON stock.items FROM bob");
    is_ok(&b, "owner", "GRANT UPDATE ON stock.items TO bob");

    let theirs = b.table(shop, "theirs", rdsadmin);
    blocked(&b, "boss", "GRANT SELECT ON ALL TABLES IN SCHEMA stock TO bob");
    blocked(&b, "boss", "GRANT SELECT ON stock.theirs TO bob");
    b.acl(theirs, "rdsadmin=arwdDxt/rdsadmin,alice=r*/rdsadmin");
    is_ok(&b, "alice", "GRANT SELECT ON stock.theirs TO bob");
}

#[test]
fn what_is_not_predicted_is_looked_into() {
    let mut b = rds(16);
    let (owner, rdsadmin) = (b.oid("owner"), b.oid("rdsadmin"));
    let stock = b.schema("stock", owner);
    let theirs = b.table(stock, "theirs", rdsadmin);
    b.add(Kind::Function, stock, "f", rdsadmin);
    let mine = b.table(stock, "mine", owner);
    assert_eq!(blocked(&b, "boss", "ALTER TABLE stock.theirs OWNER TO alice").rule, Rule::Owner);
    assert_eq!(blocked(&b, "boss", "ALTER FUNCTION stock.f() OWNER TO alice").rule, Rule::Owner);
    blocked(&b, "boss", "SET search_path = stock; ALTER TABLE theirs OWNER TO alice");
    passes(&b, "boss", "ALTER TABLE stock.mine OWNER TO alice");
    passes(&b, "boss", "DROP OWNED BY owner");
    passes(&b, "boss", "REASSIGN OWNED BY owner TO alice");
    passes(&b, "boss", "DROP ROLE alice");

    b.acl(mine, "owner=arwdDxtm/owner,rdsadmin=r/owner");
    blocked(&b, "boss", "ALTER TABLE stock.mine OWNER TO alice");
    blocked(&b, "boss", "DROP OWNED BY owner");
    blocked(&b, "boss", "REASSIGN OWNED BY owner TO alice");
    b.acl(mine, "owner=arwdDxtm/owner");
    b.acl(theirs, "rdsadmin=arwdDxt/rdsadmin,alice=r/rdsadmin");
    blocked(&b, "boss", "DROP OWNED BY alice");
    passes(&b, "alice", "DROP OWNED BY alice");

    let (bob, readers) = (b.oid("bob"), b.oid("readers"));
    b.member_with(readers, rdsadmin, |row| row.grantor = bob);
    blocked(&b, "boss", "DROP OWNED BY bob");
    blocked(&b, "boss", "DROP ROLE readers");
}

#[test]
fn what_really_changed_is_asked_about_again() {
    let b = rds(16);
    let view = View::new(b.build());
    let row = |role: Oid, member: Oid, grantor: Oid| crate::cluster::Change::Membership {
        before: None,
        after: Some(crate::cluster::Membership {
            role,
            member,
            grantor,
            admin: false,
            inherit: Some(true),
            set: Some(true),
        }),
    };
    let [readers, alice, rdsadmin] = ["readers", "alice", "rdsadmin"].map(|name| b.oid(name));
    let protected = Protected::default();
    assert_eq!(check_changes(&[row(readers, alice, rdsadmin)], &view, &protected), Ok(()));
    assert!(check_changes(&[row(readers, rdsadmin, alice)], &view, &protected).is_err());
    assert!(check_changes(&[row(rdsadmin, alice, alice)], &view, &protected).is_err());
    // Another protected role's grants are its own; only the bootstrap superuser's are the server's.
    let mut names = vec!["readers".to_owned()];
    let readers_protected = Protected::new(names.drain(..));
    assert!(check_changes(&[row(alice, rdsadmin, readers)], &view, &readers_protected).is_err());
}

#[test]
fn a_block_says_which_rule_and_which_role() {
    let b = rds(16);
    let block = blocked(&b, "dba", "GRANT readers TO rdsadmin");
    assert_eq!(block.to_string(), "the statement targets rdsadmin (member)");
    assert!(block.reason().starts_with("rdsadmin is the provider's own superuser"));
    assert!(matches!(verdict(&b, "dba", "CREATE TABLE carl ()"), Verdict::Unsupported(_)));
}
