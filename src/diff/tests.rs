//! What is told apart, and what is not.

use super::diff;
use crate::cluster::testing::Builder;
use crate::cluster::{Cluster, Databases, Kind, Oid, RoleSetting};
use crate::snapshot::without_secrets;
use std::sync::Arc;

fn with_setting(setting: &str) -> Cluster {
    let mut builder = Builder::new(16);
    let role = builder.role("app");
    let row = RoleSetting { role, database: Oid(0), settings: vec![setting.to_owned()] };
    Cluster { role_settings: [row].into(), ..(*builder.build()).clone() }
}

#[test]
fn a_value_that_files_hide_is_no_difference() {
    let live = with_setting("app.key=secret");
    let settings: Vec<RoleSetting> = live.role_settings.iter().map(without_secrets).collect();
    let file = Cluster { role_settings: settings.into(), ..live.clone() };
    let [live, file] = [live, file].map(|cluster| Databases::one(Arc::new(cluster)));
    assert!(diff(&file, &live, 10).is_empty());
    let other = Databases::one(Arc::new(with_setting("work_mem=64MB")));
    assert_eq!(diff(&file, &other, 10).entries.len(), 1);
}

/// Of two databases of one cluster, a parameter's grant is told once.
#[test]
fn what_databases_share_is_told_once() {
    let cluster = |granted: bool| {
        let mut builder = Builder::new(16);
        builder.role("app");
        let first = builder.build().database;
        let second = builder.add(Kind::Database, Oid(0), "second", Oid::BOOTSTRAP);
        let second = builder.object_oid(second);
        let parameter = builder.add(Kind::Parameter, Oid(0), "log_statement", Oid::BOOTSTRAP);
        builder.acl(
            parameter,
            if granted { "postgres=sA/postgres,app=s/postgres" } else { "postgres=sA/postgres" },
        );
        let of = |database| Arc::new(Cluster { database, ..(*builder.build()).clone() });
        Databases { loaded: vec![of(first), of(second)], left_out: Vec::new() }
    };
    let found = diff(&cluster(false), &cluster(true), 10);
    assert_eq!((found.effect.gained, found.effect.lost), (1, 0));
}
