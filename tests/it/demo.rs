//! The demo's cluster is on every major what it says it is.

use crate::servers::{connect, for_each_major_async, instance, options};
use rolescope::demo::{DATABASE, Instance, MASTER, populate};

/// A filled instance of a major, and the master user's password.
fn filled(major: u16) -> (Instance, String) {
    let instance = instance(&options(major));
    let password = populate(&instance).unwrap_or_else(|error| panic!("PostgreSQL {major}: {error}"));
    (instance, password)
}

#[test]
fn the_demo_fills_every_major() {
    for_each_major_async(async |server| {
        let (instance, password) = filled(server.major);
        let master = connect(&instance, MASTER, &password, DATABASE).await;
        let version: String = master.query_one("SELECT aurora_version()", &[]).await.unwrap().get(0);
        assert!(version.starts_with(&format!("{}.", server.major)), "{version}");
    });
}
