//! How large a snapshot file is and how long it takes to write and to read: 10,000 roles, 50,000 memberships, 200,000
//! objects, 2,000,000 ACL items; where few ACLs differ, as in life, and where no two are alike.
//!
//! `cargo bench --bench snapshot`.

use rolescope::cluster::{
    Acl, AclItem, Cluster, Column, Databases, Detail, Kind, Membership, Memberships, Object, ObjectId,
    Objects, Oid, Privileges, Role, Roles, Version,
};
use rolescope::snapshot::{About, decode, encode};
use std::sync::Arc;
use std::time::Instant;

const FIRST: u32 = 20_000;

fn roles(number: u32) -> Vec<Role> {
    let role = |n| Role {
        oid: Oid(FIRST + n),
        name: format!("r{n}"),
        inherit: true,
        connection_limit: -1,
        ..Role::default()
    };
    (0..number).map(role).collect()
}

fn memberships(number: u32, roles: u32) -> Vec<(Membership, Option<Oid>)> {
    let groups = (roles / 10).max(1);
    let row = |n: u32| Membership {
        role: Oid(FIRST + (n * 7 + n / 1000) % groups),
        member: Oid(FIRST + groups + n % (roles - groups)),
        grantor: Oid(10),
        admin: false,
        inherit: Some(true),
        set: Some(true),
    };
    (0..number).map(|n| (row(n), Some(Oid(FIRST + roles + n)))).collect()
}

/// One of `different`, from a number that looks like chance.
fn acl(table: u32, different: u32, items: u32, roles: u32) -> Acl {
    let key = (table % different).wrapping_mul(2_654_435_761);
    let (start, stride) = (key % roles, 1 + 2 * (key >> 8 & 31));
    let words = [(0b10, 0), (0b11, 0), (0b1111, 0), (0b10, 0b10)];
    let item = |n: u32| {
        let (privileges, options) = words[((start + n) % 4) as usize];
        AclItem {
            grantee: Oid(FIRST + (start + n * stride) % roles),
            grantor: Oid(10),
            privileges: Privileges(privileges),
            options: Privileges(options),
        }
    };
    (0..items).map(item).collect()
}

/// Each table with a TOAST table, its index, and two types.
fn objects(tables: u32, different: u32, items: u32, roles: u32) -> Objects {
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    for n in 0..tables {
        let (oid, name) = (100_000 + n * 5, format!("t{n}"));
        let of = |of| Detail::Type { of: Oid(of) };
        let relation = |part_of| Detail::Relation {
            row_security: false,
            force_row_security: false,
            is_partition: false,
            security_invoker: false,
            owned_by: Oid(0),
            part_of: Oid(part_of),
        };
        let toast = format!("pg_toast_{oid}");
        let table = ObjectId(rows.len() as u32);
        let acl = Some(acl(n, different, items, roles));
        for (at, kind, name, acl, detail) in [
            (0, Kind::Table, name.clone(), acl, relation(0)),
            (1, Kind::RowType, name.clone(), None, of(oid)),
            (2, Kind::ArrayType, format!("_{name}"), None, of(oid + 1)),
            (3, Kind::Toast, toast.clone(), None, relation(oid)),
            (4, Kind::Index, format!("{toast}_index"), None, relation(oid + 3)),
        ] {
            let (schema, owner) = (Oid(2200), Oid(10));
            rows.push(Object { oid: Oid(oid + at), kind, schema, name: name.into(), owner, acl, detail });
        }
        let names = ["id", "name", "created", "amount", "note"].into_iter().zip(1..);
        let column =
            |(name, attnum): (&str, i16)| Column { relation: table, attnum, name: name.into(), acl: None };
        columns.extend(names.map(column));
    }
    Objects::new(rows, columns)
}

fn cluster(tables: u32, role_number: u32, different: u32, items: u32) -> Cluster {
    Cluster {
        database: Oid(5),
        roles: Roles::new(roles(role_number)),
        memberships: Memberships::with_oids(memberships(role_number * 5, role_number)),
        objects: objects(tables, different, items, role_number),
        ..Cluster::empty(Version(180_001))
    }
}

fn main() {
    // `cargo test` runs this without --bench: then once on little, to see that it works.
    let measure = std::env::args().any(|argument| argument == "--bench");
    let (tables, roles, items) = if measure { (40_000, 10_000, 50) } else { (100, 100, 5) };
    let about = About {
        taken: "2026-01-01T00:00:00Z".parse().expect("a time"),
        host: "localhost".to_owned(),
        port: 5432,
        user: "postgres".to_owned(),
        server_version: "18.1".to_owned(),
    };
    for (what, different) in [("few ACLs differ", 400), ("all ACLs differ", u32::MAX)] {
        let databases = Databases::one(Arc::new(cluster(tables, roles, different, items)));
        let started = Instant::now();
        let bytes = encode(&about, &databases).expect("bytes");
        let written = started.elapsed();
        let started = Instant::now();
        let read = decode(&bytes).expect("a snapshot");
        let took = started.elapsed();
        assert_eq!(read.databases.loaded[0].objects.len(), databases.loaded[0].objects.len());
        let (written, took) = (written.as_millis(), took.as_millis());
        println!("{what}: {} bytes, written in {written} ms, read in {took} ms", bytes.len());
    }
}
