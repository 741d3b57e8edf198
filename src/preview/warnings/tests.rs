use crate::cluster::testing::Builder;
use crate::cluster::{AclTarget, Detail};
use crate::guard::Protected;
use crate::preview::{Passwords, PlanOptions, Planner};
use crate::simulate::Session;

/// shop.orders of `owner`, open to `readers` and its member alice; bob stands aside.
fn shop(major: u16) -> (Builder, AclTarget) {
    let mut b = Builder::with_bootstrap(major, "rdsadmin");
    let [owner, readers, alice, _bob] = ["owner", "readers", "alice", "bob"].map(|name| b.role(name));
    b.member(readers, alice);
    let schema = b.schema("shop", owner);
    b.acl(b.last(), "owner=UC/owner,=U/owner");
    let table = b.table(schema, "orders", owner);
    b.column(table, 1, "id");
    b.acl(table, "owner=arwdDxt/owner,readers=r/owner");
    (b, AclTarget::whole(table))
}

/// The codes and the messages of the last statement's warnings.
fn warnings(b: &Builder, user: &str, script: &str) -> Vec<(&'static str, String)> {
    let cluster = b.build();
    let session = Session::as_role(&cluster, b.oid(user));
    let plan =
        Planner::new(cluster, Protected::default()).plan_text(session, &PlanOptions::default(), script);
    let step = plan.steps.last().expect("a step");
    assert!(step.is_ok(), "{script}: {:?}", step.verdict);
    step.warnings.iter().map(|w| (w.code, w.message.clone())).collect()
}

fn codes(b: &Builder, user: &str, script: &str) -> Vec<&'static str> {
    warnings(b, user, script).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn an_everyday_grant_warns_of_nothing() {
    for major in 13..=18 {
        let (b, _) = shop(major);
        assert_eq!(codes(&b, "owner", "GRANT SELECT, INSERT ON shop.orders TO bob"), [""; 0], "{major}");
        assert_eq!(codes(&b, "owner", "REVOKE SELECT ON shop.orders FROM readers"), [""; 0], "{major}");
    }
}

#[test]
fn a_revoke_that_does_nothing_says_why() {
    let (mut b, t) = shop(16);
    b.acl(t.object, "owner=arwdDxt/owner,bob=r*/owner,alice=r/bob");
    let found = warnings(&b, "owner", "REVOKE SELECT ON shop.orders FROM alice");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "granted_by_other");
    let sql = "SET ROLE bob; REVOKE SELECT ON TABLE shop.orders FROM alice; RESET ROLE";
    assert!(found[0].1.contains(sql), "{}", found[0].1);
}

#[test]
fn what_stays_by_a_group_is_told() {
    let (b, _) = shop(15);
    let found = warnings(&b, "owner", "REVOKE SELECT ON shop.orders FROM alice");
    assert_eq!(
        found,
        [("still_has", "alice still has SELECT on table shop.orders, through readers.".to_owned())]
    );
}

#[test]
fn a_column_of_a_table_that_is_granted_as_a_whole_stays() {
    let (b, _) = shop(15);
    let found = warnings(&b, "owner", "REVOKE SELECT (id) ON shop.orders FROM readers");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.ends_with("column id of shop.orders, by a grant on the whole table."), "{found:?}");
}

#[test]
fn everybody_and_grant_options_and_nothing_new() {
    let (b, _) = shop(17);
    assert_eq!(codes(&b, "owner", "GRANT SELECT ON shop.orders TO PUBLIC"), ["public_grant"]);
    let option = "GRANT SELECT ON shop.orders TO readers WITH GRANT OPTION";
    assert_eq!(codes(&b, "owner", option), ["grant_option_to_group"]);
    assert_eq!(codes(&b, "owner", "GRANT SELECT ON shop.orders TO alice"), ["no_effect"]);
    assert_eq!(codes(&b, "owner", "GRANT SELECT ON shop.orders TO readers"), ["no_effect"]);
}

#[test]
fn what_cannot_be_reached_or_read_is_told() {
    let (mut b, t) = shop(18);
    let stock = b.schema("stock", b.oid("owner"));
    b.table(stock, "items", b.oid("owner"));
    assert_eq!(codes(&b, "owner", "GRANT SELECT ON stock.items TO bob"), ["no_schema_usage"]);
    assert_eq!(codes(&b, "owner", "GRANT UPDATE ON shop.orders TO bob"), ["needs_select"]);
    assert_eq!(
        codes(&b, "owner", "GRANT UPDATE ON shop.orders TO alice"),
        [""; 0],
        "it reads through readers"
    );
    let secured = Detail::Relation {
        part_of: crate::cluster::Oid(0),
        row_security: true,
        force_row_security: false,
        is_partition: false,
        security_invoker: false,
        owned_by: crate::cluster::Oid(0),
    };
    b.detail(t.object, secured);
    assert_eq!(codes(&b, "owner", "GRANT SELECT ON shop.orders TO bob"), ["row_security"]);
}

#[test]
fn cascades_and_owners_and_orphans() {
    let (mut b, t) = shop(16);
    b.acl(t.object, "owner=arwdDxt/owner,bob=r*/owner,alice=r/bob");
    assert_eq!(codes(&b, "owner", "REVOKE SELECT ON shop.orders FROM bob CASCADE"), ["cascade"]);
    assert_eq!(codes(&b, "owner", "REVOKE SELECT ON shop.orders FROM owner"), ["owner_revoked"]);
    b.acl(t.object, "owner=arwdDxt/owner,bob=r*/owner");
    b.column_acl(AclTarget::column(t.object, 1), "alice=r/bob");
    let found = warnings(&b, "owner", "REVOKE SELECT ON shop.orders FROM bob CASCADE");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "orphaned_grant");
    assert!(found[0].1.contains("GRANT SELECT (id) ON TABLE shop.orders TO bob WITH GRANT OPTION"));
}

#[test]
fn memberships_that_make_powerful() {
    let (mut b, _) = shop(16);
    let (readers, dba) = (b.oid("readers"), b.oid("dba"));
    b.member_with(readers, dba, |row| row.admin = true);
    let rds = b.role_with("rds_superuser", |r| r.login = false);
    b.member_with(rds, dba, |row| row.admin = true);
    assert_eq!(codes(&b, "dba", "GRANT readers TO bob"), [""; 0]);
    assert_eq!(codes(&b, "dba", "GRANT readers TO bob WITH ADMIN OPTION"), ["admin_option"]);
    assert_eq!(codes(&b, "dba", "GRANT readers TO bob WITH INHERIT FALSE"), ["not_inherited"]);
    assert_eq!(codes(&b, "dba", "GRANT rds_superuser TO bob"), ["powerful_role"]);
    let owner = b.oid("owner");
    b.member_with(owner, dba, |row| row.admin = true);
    let found = warnings(&b, "dba", "GRANT owner TO bob");
    assert_eq!(
        found,
        [("owned_objects", "bob can alter and drop the 2 objects that owner owns.".to_owned())]
    );
}

#[test]
fn rds_iam_is_told_on_every_path() {
    let (mut b, _) = shop(16);
    let dba = b.oid("dba");
    let [iam, ad] = ["rds_iam", "rds_ad"].map(|name| b.role_with(name, |r| r.login = false));
    for role in [iam, ad, b.oid("readers")] {
        b.member_with(role, dba, |row| {
            row.admin = true;
            row.inherit = Some(false);
            row.set = Some(false);
        });
    }
    let lead = b.role("lead");
    b.member_with(b.oid("readers"), lead, |row| row.inherit = Some(false));
    let found = warnings(&b, "dba", "GRANT rds_iam TO readers");
    assert_eq!(found.iter().map(|(c, _)| *c).collect::<Vec<_>>(), ["rds_iam", "rds_iam"]);
    assert!(found[0].1.contains("will switch readers, alice"), "{found:?}");
    // dba may be switched already: it is a member of rds_iam by its ADMIN row.
    assert!(found[1].1.contains("may switch lead to"), "{found:?}");
    let both = "GRANT rds_iam TO bob; GRANT rds_ad TO bob";
    assert_eq!(codes(&b, "dba", both), ["rds_iam_and_rds_ad"]);
}

/// rds_superuser with `chief` in it, and rds_iam, which `chief` may grant.
fn rds(major: u16) -> Builder {
    let (mut b, _) = shop(major);
    let [chief, boss] = ["chief", "boss"].map(|name| {
        b.role_with(name, |r| {
            r.create_role = true;
            r.login = true;
        })
    });
    let [iam, master, password] =
        ["rds_iam", "rds_superuser", "rds_password"].map(|name| b.role_with(name, |r| r.login = false));
    b.member(master, chief);
    b.member(password, master);
    for role in [iam, b.oid("bob")] {
        b.member_with(role, boss, |row| row.admin = true);
        b.member_with(role, chief, |row| {
            row.admin = true;
            row.inherit = row.inherit.map(|_| false);
            row.set = row.set.map(|_| false);
        });
    }
    b
}

#[test]
fn locking_oneself_or_the_master_user_out_is_told() {
    let mut b = rds(16);
    b.member_with(b.oid("owner"), b.oid("chief"), |row| row.admin = true);
    b.member(b.oid("owner"), b.oid("rds_superuser"));
    assert_eq!(codes(&b, "chief", "GRANT rds_iam TO alice"), ["rds_iam"]);
    // What chief is a member of takes it along: it is a member of rds_iam already, and begins to inherit from it.
    let found = warnings(&b, "chief", "GRANT rds_iam TO owner");
    let codes_found: Vec<_> = found.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes_found, ["rds_iam", "rds_iam_self", "rds_iam_master"], "{found:?}");
    assert!(found[1].1.starts_with("chief is whom you are connected as: your own password will be refused"));
    assert!(found[2].1.starts_with("chief: in rds_superuser"), "{found:?}");
}

#[test]
fn a_password_that_lets_nobody_in_is_told() {
    for (major, inherits, word) in [(15, true, "does"), (18, true, "does"), (18, false, "may")] {
        let mut b = rds(major);
        b.member_with(b.oid("rds_iam"), b.oid("bob"), |row| row.inherit = row.inherit.map(|_| inherits));
        let found = warnings(&b, "chief", "ALTER ROLE bob PASSWORD 'x'");
        let found: Vec<_> = found.iter().filter(|(code, _)| *code == "rds_iam_password").collect();
        assert_eq!(found.len(), 1, "{major}");
        assert!(found[0].1.contains(&format!("this password {word} not let it in")), "{found:?}");
        assert!(!codes(&b, "chief", "ALTER ROLE bob PASSWORD NULL").contains(&"rds_iam_password"));
        assert!(!codes(&b, "chief", "ALTER ROLE bob CONNECTION LIMIT 3").contains(&"rds_iam_password"));
        let made = codes(&b, "boss", "CREATE ROLE svc LOGIN PASSWORD 'x' IN ROLE rds_iam");
        assert!(made.contains(&"rds_iam") && made.contains(&"rds_iam_password"), "{major}: {made:?}");
    }
}

#[test]
fn who_may_not_set_passwords_on_rds_is_told() {
    for major in [13, 16, 18] {
        let b = rds(major);
        for statement in [
            "ALTER ROLE bob PASSWORD 'x'",
            "ALTER ROLE bob PASSWORD NULL",
            "ALTER ROLE bob VALID UNTIL 'infinity'",
            "ALTER ROLE bob RENAME TO rob",
            "CREATE ROLE svc PASSWORD 'x'",
        ] {
            assert!(codes(&b, "boss", statement).contains(&"rds_password"), "{major}: {statement}");
            assert!(!codes(&b, "chief", statement).contains(&"rds_password"), "{major}: {statement}");
        }
        for statement in ["ALTER ROLE bob CONNECTION LIMIT 3", "CREATE ROLE svc LOGIN"] {
            assert!(!codes(&b, "boss", statement).contains(&"rds_password"), "{major}: {statement}");
        }
        let (mut plain, _) = shop(major);
        plain.role_with("boss", |r| r.superuser = true);
        assert!(!codes(&plain, "boss", "ALTER ROLE bob PASSWORD 'x'").contains(&"rds_password"));
    }
}

#[test]
fn a_member_by_another_grantor_or_way_stays_one() {
    let (mut b, _) = shop(17);
    let [readers, alice, bob, dba] = ["readers", "alice", "bob", "dba"].map(|name| b.oid(name));
    b.role_with("rdsadmin2", |r| r.superuser = true);
    b.member_with(readers, dba, |row| row.admin = true);
    b.member_with(readers, alice, |row| row.grantor = dba);
    let found = warnings(&b, "dba", "REVOKE readers FROM alice");
    assert_eq!(found[0].0, "granted_by_other");
    assert_eq!(
        found[0].1, "alice stays a member of readers, granted by rdsadmin.",
        "no way to do it is offered"
    );
    let found = warnings(&b, "rdsadmin2", "REVOKE readers FROM alice");
    assert!(found[0].1.ends_with("Try: REVOKE readers FROM alice GRANTED BY dba"), "{found:?}");
    b.member(alice, bob).member_with(readers, bob, |row| row.grantor = dba);
    let found = warnings(&b, "dba", "REVOKE readers FROM bob");
    assert_eq!(found, [("still_member", "bob stays a member of readers through alice.".to_owned())]);
}

/// The warnings and the notices of a script's last statement, as its passwords get to the server.
fn of_password(major: u16, passwords: Passwords, script: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let (mut b, _) = shop(major);
    let boss = b.role_with("boss", |r| r.superuser = true);
    let cluster = b.build();
    let session = Session::as_role(&cluster, boss);
    let options = PlanOptions { passwords, ..PlanOptions::default() };
    let plan = Planner::new(cluster, Protected::default()).plan_text(session, &options, script);
    assert!(plan.is_ok(), "{script}: {:?}", plan.steps);
    let step = plan.steps.last().expect("a step");
    assert!(!step.masked.contains("sesame"), "{}", step.masked);
    let notices = step.notices.iter().map(|notice| notice.sqlstate);
    (step.warnings.iter().map(|w| w.code).collect(), notices.collect())
}

#[test]
fn a_password_is_sent_as_a_verifier_or_as_it_is_written() {
    let md5 = "SET password_encryption = md5; ALTER ROLE alice PASSWORD 'sesame'";
    let scram = "SET password_encryption = 'scram-sha-256'; CREATE ROLE new PASSWORD 'sesame'";
    for (major, warning_of_md5) in [(13, &[][..]), (17, &[]), (18, &["01P01"])] {
        let sealed = of_password(major, Passwords::Sealed, md5);
        assert_eq!(sealed, (vec!["password_is_scram"], vec![]), "{major}");
        let written = of_password(major, Passwords::AsWritten, md5);
        assert_eq!(written, (vec!["clear_text_password"], warning_of_md5.to_vec()), "{major}");
        assert_eq!(of_password(major, Passwords::Sealed, scram), (vec![], vec![]), "{major}");
    }
}

#[test]
fn a_mask_is_no_password_that_anybody_means() {
    let (codes, _) = of_password(16, Passwords::Sealed, "ALTER ROLE alice PASSWORD '***'");
    assert!(codes.contains(&"password_is_a_mask"), "{codes:?}");
    for script in ["ALTER ROLE alice PASSWORD NULL", "ALTER ROLE alice PASSWORD ''"] {
        assert!(of_password(16, Passwords::AsWritten, script).0.is_empty(), "{script}");
    }
}

#[test]
fn attributes_that_open_or_close_doors() {
    for (major, statement, expected) in [
        (16, "ALTER ROLE bob SUPERUSER", vec!["superuser"]),
        (16, "CREATE ROLE carl BYPASSRLS REPLICATION", vec!["bypass_rls", "replication"]),
        (15, "ALTER ROLE bob CREATEROLE", vec!["create_role"]),
        (16, "ALTER ROLE bob CREATEROLE", vec![]),
        (16, "ALTER ROLE bob NOLOGIN NOINHERIT", vec!["no_login", "inherit_of_new_memberships"]),
        (15, "ALTER ROLE bob NOINHERIT", vec![]),
        (16, "ALTER ROLE bob RENAME TO robert", vec!["renamed"]),
        (16, "DROP ROLE bob", vec![]),
    ] {
        let (b, _) = shop(major);
        let mut b = b;
        b.role_with("root", |role| role.superuser = true);
        let codes = codes(&b, "root", statement);
        let found: Vec<&str> = codes.into_iter().filter(|code| *code != "password_unknown").collect();
        assert_eq!(found, expected, "{major}: {statement}");
    }
}

#[test]
fn default_privileges_are_for_objects_to_come() {
    let (b, _) = shop(16);
    let grant = "ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO bob";
    assert_eq!(codes(&b, "owner", grant), ["objects_to_come"]);
    let revoke = "ALTER DEFAULT PRIVILEGES IN SCHEMA shop REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC";
    assert_eq!(codes(&b, "owner", revoke), ["schema_takes_nothing_away"]);
}

#[test]
fn a_new_owner_can_do_more_than_any_grantee() {
    let (b, _) = shop(16);
    let mut b = b;
    b.role_with("root", |role| role.superuser = true);
    assert!(codes(&b, "root", "ALTER TABLE shop.orders OWNER TO bob").contains(&"new_owner"));
}
