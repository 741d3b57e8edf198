//! How long findings take on a large cluster: 10,000 roles, 50,000 memberships, 200,000 tables and 2,000,000 ACL items;
//! once where few ACLs differ, as in life, and once where hardly two tables have the same.
//!
//! `cargo bench --bench findings`.

use rolescope::cluster::{
    Acl, AclItem, Cluster, Detail, Kind, LoginSession, Membership, Memberships, Name, Object, Objects, Oid,
    Privileges, Role, Roles, Version,
};
use rolescope::findings::{Options, findings};
use rolescope::guard::Protected;
use rolescope::preview::Planner;
use std::sync::Arc;
use std::time::Instant;

const ROLES: u32 = 10_000;
const MEMBERSHIPS: u32 = 50_000;
const TABLES: u32 = 200_000;
const ITEMS: u32 = 10;

fn main() {
    // cargo test --benches runs it too, and it is no test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return println!("run it with cargo bench --bench findings");
    }
    for (name, different) in [("few ACLs differ", 400), ("all ACLs differ", TABLES)] {
        let planner = Planner::new(cluster(different), Protected::default());
        let started = Instant::now();
        let found = findings(&planner, &Options::at(jiff::Timestamp::now()));
        println!("{name}: {} findings after {} ms", found.len(), started.elapsed().as_millis());
    }
}

fn cluster(different: u32) -> Arc<Cluster> {
    let acls: Vec<Acl> = (0..different).map(acl).collect();
    let object = |oid, kind, schema, name: String, acl| Object {
        oid: Oid(oid),
        kind,
        schema: Oid(schema),
        name: Name::from(name),
        owner: role(1),
        acl,
        detail: Detail::None,
    };
    let mut objects = vec![
        object(16384, Kind::Database, 0, "orders".to_owned(), None),
        object(16385, Kind::Schema, 0, "shop".to_owned(), None),
    ];
    objects.extend((0..TABLES).map(|n| {
        let acl = acls.get((n % different) as usize).cloned();
        object(1_000_000 + n, Kind::Table, 16385, format!("t{n}"), acl)
    }));
    Arc::new(Cluster {
        database: Oid(16384),
        session: LoginSession { user: Oid(10), ..LoginSession::default() },
        roles: roles(),
        memberships: memberships(),
        objects: Objects::new(objects, Vec::new()),
        ..Cluster::empty(Version(160_004))
    })
}

fn role(n: u32) -> Oid {
    Oid(20_000 + n)
}

/// One in ten is a group; the last of them holds a superuser's membership.
fn roles() -> Roles {
    let bootstrap = Role { oid: Oid(10), name: "postgres".to_owned(), superuser: true, ..Role::default() };
    let made = (0..ROLES).map(|n| Role {
        oid: role(n),
        name: format!("r{n}"),
        login: n >= ROLES / 10,
        inherit: true,
        superuser: n == 2,
        ..Role::default()
    });
    Roles::new(std::iter::once(bootstrap).chain(made).collect())
}

fn memberships() -> Memberships {
    let groups = ROLES / 10;
    let row = |group, member, admin| Membership {
        role: role(group),
        member: role(member),
        grantor: Oid(10),
        admin,
        inherit: Some(true),
        set: Some(true),
    };
    let mut rows: Vec<Membership> = (0..MEMBERSHIPS)
        .map(|n| row(3 + (n * 7 + n / 1000) % (groups - 3), groups + n % (ROLES - groups), n % 100 == 0))
        .collect();
    // Groups in groups, and one that leads to the superuser.
    rows.extend((4..groups).map(|n| row(3 + n % 3, n + 3, false)).filter(|r| r.member < role(groups)));
    rows.push(row(2, 3, false));
    Memberships::new(rows)
}

/// Of other grantees each, some with grant option, some handed on.
fn acl(number: u32) -> Acl {
    let item = |n: u32| {
        let grantee = role(1 + (number * 31 + n * 13) % (ROLES - 1));
        let options = if n.is_multiple_of(4) { Privileges::SELECT } else { Privileges::NONE };
        AclItem { grantee, grantor: role(1), privileges: Privileges::SELECT | Privileges::INSERT, options }
    };
    (0..ITEMS).map(item).collect()
}
