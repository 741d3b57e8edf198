mod random;
mod same;

use super::*;
use crate::cluster::testing::Builder;
use crate::cluster::{self, Databases, LeftOut, Oid, RoleSetting};
use fastrand::Rng;
use same::assert_same;
use std::sync::Arc;

fn about() -> About {
    About {
        taken: "2026-11-27T11:00:00.5Z".parse().unwrap(),
        host: "db.example.com".to_owned(),
        port: 5432,
        user: "master \"x\"".to_owned(),
        server_version: "16.4 (Debian 16.4-1)".to_owned(),
    }
}

fn random(rng: &mut Rng) -> Databases {
    let (cluster, shared) = (random::cluster(rng), random::shared(rng));
    let databases = rng.usize(1..4);
    let loaded = (0..databases).map(|_| Arc::new(random::database(rng, &cluster, &shared))).collect();
    let left_out = LeftOut { database: "x\u{1b}".to_owned(), because: "It is a template.".to_owned() };
    Databases { loaded, left_out: vec![left_out] }
}

#[test]
fn what_is_written_is_read() {
    for seed in 0..300 {
        let databases = random(&mut Rng::with_seed(seed));
        let bytes = encode(&about(), &databases).unwrap();
        let read = decode(&bytes).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!(read.about, about());
        assert_eq!(read.databases.left_out, databases.left_out);
        assert_eq!(read.databases.loaded.len(), databases.loaded.len());
        for (a, b) in databases.loaded.iter().zip(&read.databases.loaded) {
            assert_same(a, b);
            assert!(b.roles.is_shared_with(&read.databases.loaded[0].roles));
        }
        assert_eq!(encode(&about(), &read.databases).unwrap(), bytes, "seed {seed}");
    }
}

/// Equal ACLs are one in memory, and names that several have.
#[test]
fn what_was_shared_is_shared_again() {
    let mut builder = Builder::new(16);
    let (owner, schema) = (builder.role("owner"), builder.schema("s", Oid(10)));
    for table in ["a", "b"] {
        let table = builder.table(schema, table, owner);
        builder.column(table, 1, "id");
        builder.acl(table, "owner=r/owner");
    }
    let bytes = encode(&about(), &Databases::one(builder.build())).unwrap();
    let read = decode(&bytes).unwrap().databases;
    let objects = &read.loaded[0].objects;
    let acls: Vec<_> = objects.iter().filter_map(|(_, object)| object.acl.clone()).collect();
    assert!(acls.len() == 2 && Arc::ptr_eq(&acls[0], &acls[1]));
    assert!(Arc::ptr_eq(&objects.columns()[0].name, &objects.columns()[1].name));
}

/// Changed or cut anywhere: an error unless nothing is lost, and never a panic.
#[test]
fn damage_is_noticed() {
    let bytes = encode(&about(), &random(&mut Rng::with_seed(5))).unwrap();
    for length in 0..bytes.len() {
        decode(&bytes[..length]).expect_err("cut short");
    }
    let mut rng = Rng::with_seed(1);
    for _ in 0..5_000 {
        let mut damaged = bytes.clone();
        for _ in 0..rng.usize(1..4) {
            let at = rng.usize(..damaged.len());
            match rng.u8(..4) {
                0 => damaged[at] ^= 1 << rng.u8(..8),
                1 => damaged[at] = rng.u8(..),
                2 => damaged.insert(at, rng.u8(..)),
                _ => drop(damaged.remove(at)),
            }
        }
        // zstd's header has a bit that no reader looks at: then everything is there all the same.
        if let Ok(whole) = decode(&damaged) {
            assert!(encode(&whole.about, &whole.databases).unwrap() == bytes, "damaged, and not noticed");
        }
    }
    let doubled = [&bytes[..], &bytes[..]].concat();
    assert_eq!(decode(&doubled).unwrap_err(), damaged_by("something stands behind its end"));
}

fn damaged_by(what: &str) -> SnapshotError {
    SnapshotError::Damaged(what.to_owned())
}

fn file(lines: &[&str]) -> Vec<u8> {
    let mut packer = pack::Packer::new().unwrap();
    for line in lines {
        packer.line(&serde_json::from_str::<serde_json::Value>(line).unwrap()).unwrap();
    }
    packer.finish().unwrap()
}

const HEADER: &str = r#"{"rolescope":"snapshot","format":1,"taken":"2026-11-27T11:00:00Z","host":"h","port":1,
    "user":"u","server_version":"16","later":[1]}"#;

/// Lines that make sense to zstd alone: whoever made them, nothing panics.
#[test]
fn wrong_lines_are_told() {
    let not = |bytes: &[u8]| decode(bytes).unwrap_err();
    assert_eq!(not(b""), SnapshotError::NotASnapshot);
    assert_eq!(not(b"PGDMP"), SnapshotError::NotASnapshot);
    assert_eq!(not(&file(&["{\"a\":1}"])), SnapshotError::NotASnapshot);
    assert_eq!(not(&file(&["{\"rolescope\":\"snapshot\",\"format\":2}"])), SnapshotError::Newer(2));
    assert_eq!(not(&file(&[HEADER])), damaged_by("its end is missing"));
    assert_eq!(not(&file(&[HEADER, r#"{"end":{"lines":2}}"#])), damaged_by("lines are missing"));
    assert_eq!(not(&file(&[HEADER, r#"{"end":{"lines":1}}"#])), damaged_by("there is no database in it"));
    let acl = r#"{"object":{"oid":1,"kind":"table","name":"t","owner":10,"acl":3}}"#;
    assert_eq!(not(&file(&[HEADER, acl])), damaged_by("an ACL is missing"));
    let letter = r#"{"acl":[[0,10,"?",""]]}"#;
    assert_eq!(not(&file(&[HEADER, letter])), damaged_by("a privilege is not known"));
}

/// A little that would fill the memory is given up early.
#[test]
fn a_bomb_is_given_up() {
    let line = format!("{{\"x\":\"{}\"}}", " ".repeat(60_000_000));
    assert_eq!(decode(&file(&[HEADER, &line, &line])).unwrap_err(), damaged_by("it grows too much"));
}

#[test]
fn what_is_not_known_is_passed_over() {
    let database = r#"{"database":{"oid":5,"version":160004,"flavor":"PostgreSQL","session":{"later":1},
        "encoding":{"number":6,"name":"UTF8"},"read_only":false,"server_encoding":"UTF8","later":{}}}"#;
    let role = r#"{"role":{"oid":10,"name":"postgres","superuser":true,"later":1}}"#;
    let lines =
        [HEADER, role, r#"{"later":{"a":[1]}}"#, database, r#"{"later":1}"#, r#"{"end":{"lines":5}}"#];
    let read = decode(&file(&lines)).unwrap();
    let cluster = read.databases.connected().unwrap();
    assert!(cluster.roles.by_name("postgres").unwrap().superuser);
    assert_eq!(cluster.database, Oid(5));
}

/// Applications keep keys in parameters of their own.
#[test]
fn custom_settings_are_hidden() {
    let mut cluster = Arc::unwrap_or_clone(Builder::new(16).build());
    let texts = ["search_path=a.b", "app.jwt_secret=hunter2=x", "work_mem=1MB"].map(str::to_owned);
    cluster.role_settings =
        [RoleSetting { role: Oid(10), database: Oid(0), settings: texts.to_vec() }].into();
    let bytes = encode(&about(), &Databases::one(Arc::new(cluster))).unwrap();
    let read = decode(&bytes).unwrap().databases;
    let settings = &read.loaded[0].role_settings[0].settings;
    assert_eq!(settings[..], ["search_path=a.b", "app.jwt_secret=***", "work_mem=1MB"]);
}
