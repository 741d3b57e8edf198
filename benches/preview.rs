//! Previews on a cluster of 50,000 tables and 10,000 roles, beside the same on 500 tables and 100 roles: what a
//! preview costs must come from what the statement touches, not from what the cluster holds.

use rolescope::cluster::{
    Acl, AclItem, Cluster, Detail, Kind, LoginSession, Membership, Memberships, Name, Object, Objects, Oid,
    Privileges, Role, Roles, Version,
};
use rolescope::guard::Protected;
use rolescope::preview::{PlanOptions, Planner};
use rolescope::simulate::Session;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SUPERUSER: Oid = Oid(10);
const DATABASE: Oid = Oid(16384);
const SCHEMA: Oid = Oid(16385);
const FIRST_ROLE: u32 = 100_000;
const FIRST_TABLE: u32 = 1_000_000;

/// Roles in groups of ten, each group in the group before; every table granted to a hundred of them and more.
fn cluster(tables: u32, roles: u32) -> Arc<Cluster> {
    let role = |n: u32| Role {
        oid: Oid(FIRST_ROLE + n),
        name: format!("role_{n}"),
        inherit: true,
        login: true,
        connection_limit: -1,
        ..Role::default()
    };
    let mut rows: Vec<Role> = (0..roles).map(role).collect();
    rows.push(Role {
        oid: SUPERUSER,
        name: "postgres".into(),
        superuser: true,
        inherit: true,
        ..Role::default()
    });
    let membership = |n: u32| Membership {
        role: Oid(FIRST_ROLE + n / 10),
        member: Oid(FIRST_ROLE + n),
        grantor: SUPERUSER,
        admin: false,
        inherit: Some(true),
        set: Some(true),
    };
    // The upper half of the roles stands alone, so that a statement can touch few.
    let memberships = (10..roles / 2).map(membership).collect();
    let object = |oid: Oid, kind: Kind, schema: Oid, name: String, acl: Option<Acl>| Object {
        oid,
        kind,
        schema,
        name: Name::from(name),
        owner: SUPERUSER,
        acl,
        detail: Detail::None,
    };
    let item = |grantee: Oid, privileges: Privileges| AclItem {
        grantee,
        grantor: SUPERUSER,
        privileges,
        options: Privileges::NONE,
    };
    let mut objects = vec![
        object(DATABASE, Kind::Database, Oid(0), "orders".into(), None),
        object(SCHEMA, Kind::Schema, Oid(0), "shop".into(), None),
    ];
    let all = Privileges(0b111_1111);
    let acls: Vec<Acl> = (0..64u32)
        .map(|seed| {
            let others = (0..10).map(|n| item(Oid(FIRST_ROLE + 1 + (seed * 7 + n) % 90), Privileges::SELECT));
            std::iter::once(item(SUPERUSER, all)).chain(others).collect()
        })
        .collect();
    objects.extend((0..tables).map(|n| {
        let acl = acls.get(n as usize % acls.len()).cloned();
        object(Oid(FIRST_TABLE + n), Kind::Table, SCHEMA, format!("table_{n}"), acl)
    }));
    Arc::new(Cluster {
        database: DATABASE,
        session: LoginSession {
            user: SUPERUSER,
            search_path: vec!["shop".into()],
            ..LoginSession::default()
        },
        roles: Roles::new(rows),
        memberships: Memberships::new(memberships),
        objects: Objects::new(objects, Vec::new()),
        ..Cluster::empty(Version(160_014))
    })
}

/// The median of several runs.
fn time(planner: &Planner, statement: &str, runs: usize) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let session = Session::of_login(planner.cluster());
            let start = Instant::now();
            let plan = black_box(planner.plan_text(session, &PlanOptions::default(), black_box(statement)));
            let took = start.elapsed();
            assert!(plan.is_ok(), "{statement}: {:?}", plan.steps.first().map(|s| &s.verdict));
            took
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    // `cargo test` runs this without --bench: then once each, to see that it works.
    let measure = std::env::args().any(|argument| argument == "--bench");
    let (runs, tables, roles) = if measure { (21, 50_000, 10_000) } else { (1, 500, 100) };
    let small = Planner::new(cluster(500, 100), Protected::default());
    let large = Planner::new(cluster(tables, roles), Protected::default());
    // The index over the cluster is made once, at the first preview.
    let start = Instant::now();
    time(&large, "GRANT SELECT ON table_1 TO role_60", 1);
    println!("first preview with its index, {tables} tables, {roles} roles: {:?}", start.elapsed());
    time(&small, "GRANT SELECT ON table_1 TO role_60", 1);
    for (what, statement) in [
        ("one table, to one role", "GRANT INSERT ON table_7 TO role_60"),
        ("one table, to PUBLIC", "GRANT SELECT ON table_7 TO PUBLIC"),
        ("one table, from a group at the top", "REVOKE SELECT ON table_7 FROM role_50"),
        ("a membership that brings its group's tables", "GRANT role_5 TO role_70"),
        ("five tables by name", "GRANT UPDATE ON table_1, table_2, table_3, table_4, table_5 TO role_60"),
        ("all tables of the schema", "GRANT UPDATE ON ALL TABLES IN SCHEMA shop TO role_60"),
    ] {
        let (floor, took) = (time(&small, statement, runs), time(&large, statement, runs));
        let ratio = took.as_secs_f64() / floor.as_secs_f64();
        println!("{what}: {took:?}, {ratio:.1} times the same on 500 tables and 100 roles ({floor:?})");
    }
}
