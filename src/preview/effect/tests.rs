use super::{Index, effect};
use crate::access::Via;
use crate::cluster::testing::Builder;
use crate::cluster::{AclTarget, Change, Cluster, Kind, Membership, Oid, Privileges as P, View};
use crate::preview::{Counts, Effect, EffectRow};
use std::sync::Arc;

struct Shop {
    builder: Builder,
    owner: Oid,
    readers: Oid,
    alice: Oid,
    bob: Oid,
    orders: AclTarget,
}

/// shop.orders of `owner`; alice is in `readers`, bob is not.
fn shop(major: u16) -> Shop {
    let mut builder = Builder::new(major);
    let [owner, readers, alice, bob] = ["owner", "readers", "alice", "bob"].map(|name| builder.role(name));
    builder.member(readers, alice);
    let schema = builder.schema("shop", owner);
    let orders = AclTarget::whole(builder.table(schema, "orders", owner));
    Shop { builder, owner, readers, alice, bob, orders }
}

fn change(builder: &Builder, target: AclTarget, after: &str) -> Change {
    let cluster = builder.build();
    let before = View::new(cluster).acl(target).cloned();
    Change::Acl { target, before, after: Some(builder.parse_acl(after)) }
}

fn of(cluster: &Arc<Cluster>, changes: &[Change], limit: usize) -> Effect {
    let before = View::new(Arc::clone(cluster));
    let mut after = before.clone();
    after.apply_all(changes);
    effect(&before, &after, changes, &Index::new(cluster), limit)
}

fn who(rows: &[EffectRow]) -> Vec<(Oid, P)> {
    rows.iter().map(|r| (r.role, r.privilege)).collect()
}

#[test]
fn a_grant_to_a_group_reaches_its_members() {
    let s = shop(15);
    let grant = change(&s.builder, s.orders, "owner=arwdDxt/owner,readers=r/owner");
    let effect = of(&s.builder.build(), &[grant], 10);
    assert_eq!(who(&effect.gained), [(s.alice, P::SELECT), (s.readers, P::SELECT)]);
    assert_eq!(effect.gained[0].via, Via::Chain(vec![s.alice, s.readers]));
    assert_eq!(effect.gained[1].via, Via::Direct);
    assert_eq!(effect.counts, Counts { gained: 2, lost: 0, kept: 0 });
}

#[test]
fn the_default_written_out_changes_nothing() {
    let s = shop(17);
    let noop = change(&s.builder, s.orders, "owner=arwdDxtm/owner");
    assert_eq!(of(&s.builder.build(), &[noop], 10), Effect::default());
}

#[test]
fn what_stays_by_another_path_is_kept() {
    let mut s = shop(16);
    s.builder.acl(s.orders.object, "owner=arwdDxt/owner,readers=r/owner,alice=r/owner");
    let revoke = change(&s.builder, s.orders, "owner=arwdDxt/owner,alice=r/owner");
    let effect = of(&s.builder.build(), &[revoke], 10);
    assert_eq!(who(&effect.lost), [(s.readers, P::SELECT)]);
    assert_eq!(who(&effect.kept), [(s.alice, P::SELECT)]);
    assert_eq!(effect.kept[0].via, Via::Direct);
}

#[test]
fn public_is_one_row_that_counts_whom_it_changes_anything_for() {
    let mut s = shop(13);
    s.builder.acl(s.orders.object, "owner=arwdDxt/owner,readers=r*/owner");
    let grant = change(&s.builder, s.orders, "owner=arwdDxt/owner,readers=r*/owner,=r/owner");
    let cluster = s.builder.build();
    let effect = of(&cluster, std::slice::from_ref(&grant), 10);
    // Not owner, readers, alice and the superuser.
    let others = cluster.roles.len() as u64 - 4;
    assert_eq!(effect.gained.len(), 1);
    assert_eq!((effect.gained[0].role, effect.gained[0].roles), (Oid::PUBLIC, Some(others)));

    let view = View::new(Arc::clone(&cluster));
    let mut after = view.clone();
    after.apply(&grant);
    let back = [grant.reversed()];
    let effect = super::effect(&after, &view, &back, &Index::new(&cluster), 10);
    assert_eq!((effect.lost.len(), effect.lost[0].roles), (1, Some(others)));
    assert_eq!(
        who(&effect.kept),
        [(s.alice, P::SELECT), (s.owner, P::SELECT), (s.readers, P::SELECT)],
        "a source was taken from everybody"
    );
}

#[test]
fn a_grant_option_alone_is_a_row_of_its_own() {
    let mut s = shop(18);
    s.builder.acl(s.orders.object, "owner=arwdDxtm/owner,bob=r/owner");
    let grant = change(&s.builder, s.orders, "owner=arwdDxtm/owner,bob=r*/owner");
    let effect = of(&s.builder.build(), &[grant], 10);
    assert_eq!(who(&effect.gained), [(s.bob, P::SELECT)]);
    assert!(effect.gained[0].grantable && effect.gained[0].grant_option_only);
}

#[test]
fn a_column_counts_only_where_the_table_gives_nothing() {
    let mut s = shop(15);
    let id = s.builder.column(s.orders.object, 1, "id");
    s.builder.acl(s.orders.object, "owner=arwdDxt/owner,alice=r/owner");
    let grant = change(&s.builder, id, "readers=r/owner,bob=rw/owner");
    let effect = of(&s.builder.build(), &[grant], 10);
    let rows = who(&effect.gained);
    assert_eq!(rows, [(s.bob, P::SELECT), (s.readers, P::SELECT), (s.bob, P::UPDATE)], "not alice");
    assert!(effect.gained.iter().all(|row| row.target == id));
}

fn row(s: &Shop, role: Oid, member: Oid) -> Membership {
    let cluster = s.builder.build();
    let option = (cluster.version.major() >= 16).then_some(true);
    Membership { role, member, grantor: Oid::BOOTSTRAP, admin: false, inherit: option, set: option }
}

#[test]
fn a_membership_brings_all_that_the_group_has() {
    for major in 13..=18 {
        let mut s = shop(major);
        let schema = s.builder.oid("owner");
        s.builder.acl(s.orders.object, "owner=arwdDxt/owner,readers=r/owner");
        let payments = AclTarget::whole(s.builder.table(schema, "payments", s.owner));
        s.builder.acl(payments.object, "owner=arwdDxt/owner,readers=rw*/owner");
        let grant = Change::Membership { before: None, after: Some(row(&s, s.readers, s.bob)) };
        let cluster = s.builder.build();
        let effect = of(&cluster, std::slice::from_ref(&grant), 10);
        assert_eq!(effect.counts, Counts { gained: 3, lost: 0, kept: 0 });
        assert!(effect.gained.iter().all(|r| r.via == Via::Chain(vec![s.bob, s.readers])));
        assert_eq!(effect.gained.iter().filter(|r| r.grantable).count(), 1);
        let few = of(&cluster, &[grant], 1);
        assert_eq!((few.gained.len(), few.counts.gained), (1, 3), "counted although not listed");
    }
}

#[test]
fn a_membership_taken_away_leaves_what_comes_by_another() {
    let mut s = shop(16);
    let staff = s.builder.role("staff");
    s.builder.member(s.readers, staff).member(staff, s.alice);
    s.builder.acl(s.orders.object, "owner=arwdDxt/owner,readers=r/owner");
    let taken = row(&s, s.readers, s.alice);
    let effect = of(&s.builder.build(), &[Change::Membership { before: Some(taken), after: None }], 10);
    assert_eq!(effect.counts, Counts { gained: 0, lost: 0, kept: 1 });
    assert_eq!(effect.kept[0].via, Via::Chain(vec![s.alice, staff, s.readers]));
}

#[test]
fn members_of_predefined_roles_gain_by_their_rules() {
    use crate::cluster::predefined::READ_ALL_DATA;
    let s = shop(15);
    let grant = Change::Membership { before: None, after: Some(row(&s, READ_ALL_DATA, s.readers)) };
    let effect = of(&s.builder.build(), &[grant], 100);
    // SELECT on the table, USAGE on the schemas shop and public, for the group and for alice.
    assert_eq!(effect.counts.gained, 6);
    assert!(effect.gained.iter().all(|r| r.via == Via::Predefined(READ_ALL_DATA)));
}

#[test]
fn before_16_a_member_without_inherit_gains_nothing() {
    let mut s = shop(15);
    let carl = s.builder.role_with("carl", |r| r.inherit = false);
    s.builder.acl(s.orders.object, "owner=arwdDxt/owner,readers=r/owner");
    let grant = Change::Membership { before: None, after: Some(row(&s, s.readers, carl)) };
    assert_eq!(of(&s.builder.build(), &[grant], 10), Effect::default());
}

#[test]
fn membership_in_an_owner_makes_everything_grantable() {
    let mut s = shop(16);
    let schema = s.builder.oid("owner");
    s.builder.add(Kind::Function, schema, "total", s.owner);
    let grant = Change::Membership { before: None, after: Some(row(&s, s.owner, s.bob)) };
    let effect = of(&s.builder.build(), &[grant], 100);
    let execute: Vec<_> = effect.gained.iter().filter(|r| r.privilege == P::EXECUTE).collect();
    assert_eq!(execute.len(), 1, "EXECUTE is PUBLIC's already, but now it can be handed on");
    assert!(execute[0].grant_option_only && execute[0].grantable && execute[0].via == Via::Public);
}

#[test]
fn statements_before_count() {
    let s = shop(17);
    let cluster = s.builder.build();
    let mut before = View::new(Arc::clone(&cluster));
    before.apply(&change(&s.builder, s.orders, "owner=arwdDxtm/owner,readers=r/owner"));
    let grant = Change::Membership { before: None, after: Some(row(&s, s.readers, s.bob)) };
    let mut after = before.clone();
    after.apply(&grant);
    let effect = super::effect(&before, &after, &[grant], &Index::new(&cluster), 10);
    assert_eq!(who(&effect.gained), [(s.bob, P::SELECT)]);
}

#[test]
fn many_members_are_counted_as_one_by_one() {
    let mut s = shop(16);
    // Twelve who differ in nothing, one who has it already, and one who owns the table.
    for n in 0..12 {
        let member = s.builder.role(&format!("member_{n}"));
        s.builder.member(s.readers, member);
    }
    s.builder.member(s.readers, s.bob).member(s.readers, s.owner);
    s.builder.acl(s.orders.object, "owner=arwdDxt/owner,bob=r/owner");
    let grant = change(&s.builder, s.orders, "owner=arwdDxt/owner,bob=r/owner,readers=r/owner");
    let cluster = s.builder.build();
    let effect = of(&cluster, std::slice::from_ref(&grant), 100);
    // readers, alice and the twelve.
    assert_eq!((effect.gained.len(), effect.counts.gained), (14, 14));
    let chains = effect.gained.iter().filter(|row| row.via == Via::Chain(vec![row.role, s.readers])).count();
    assert_eq!(chains, 13, "each has a chain of its own");
    let few = of(&cluster, std::slice::from_ref(&grant), 3);
    assert_eq!((few.gained.len(), few.counts.gained), (3, 14));
    let view = View::new(Arc::clone(&cluster));
    let mut after = view.clone();
    after.apply(&grant);
    let back = super::effect(&after, &view, &[grant.reversed()], &Index::new(&cluster), 100);
    assert_eq!((back.counts.lost, back.counts.kept), (14, 2));
    assert_eq!(who(&back.kept), [(s.bob, P::SELECT), (s.owner, P::SELECT)]);
}
