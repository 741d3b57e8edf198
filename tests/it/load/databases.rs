//! Every database that the user may connect to, on real servers.

use crate::servers::{Server, block_on, connect, for_each_major_async, instance, options, server};
use rolescope::cluster::{Class, Cluster, Databases, Oid};
use rolescope::demo::Instance;
use rolescope::server::load::{AT_ONCE, DatabasesProgress, load_databases};
use rolescope::server::password::NoPrompt;
use rolescope::server::{self, Arguments, Connection, Environment, LoadError, Settings, load};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Client;

/// A server of one's own with these databases in it, each with a schema, a table and a grant, and a login `loader`.
async fn cluster(major: u16, databases: &[&str]) -> (Instance, Client) {
    let instance = instance(&options(major).set("log_connections", "on"));
    let admin = connect(&instance, "rdsadmin", instance.password(), "postgres").await;
    admin
        .batch_execute("CREATE ROLE loader LOGIN PASSWORD 'loader'; CREATE ROLE reader")
        .await
        .expect("roles");
    for database in databases {
        admin.batch_execute(&format!("CREATE DATABASE \"{database}\"")).await.expect("CREATE DATABASE");
    }
    (instance, admin)
}

async fn fill(instance: &Instance, database: &str) -> Client {
    let client = connect(instance, "rdsadmin", instance.password(), database).await;
    let sql = format!(
        "CREATE SCHEMA s_{database}; CREATE TABLE s_{database}.t (a int); GRANT SELECT ON s_{database}.t TO reader"
    );
    client.batch_execute(&sql).await.expect("a table");
    client
}

async fn loader(instance: &Instance, database: &str) -> Connection {
    let conninfo = instance.conninfo_with_password("loader", "loader", database);
    let arguments = Arguments { connection: Some(conninfo), ..Arguments::default() };
    let settings = Settings::resolve(&arguments, &Environment::default()).expect("settings");
    server::connect(&settings, &mut NoPrompt).await.expect("a connection")
}

async fn all(connection: &Connection, templates: bool) -> Result<Databases, LoadError> {
    load_databases(connection, templates, AT_ONCE, usize::MAX, |_| ()).await
}

fn names(databases: &Databases) -> Vec<&str> {
    databases.loaded.iter().map(|one| one.database_name()).collect()
}

fn left_out(databases: &Databases) -> Vec<(&str, &str)> {
    databases.left_out.iter().map(|one| (&*one.database, &*one.because)).collect()
}

#[test]
fn every_database_that_the_user_may_connect_to_and_no_other() {
    for_each_major_async(async |server: &Server| {
        let closed = ["closed", "off", "model", "rdsadmin", "RdsAdmin"];
        let (instance, admin) = cluster(server.major, &[&["one", "two", "main"][..], &closed].concat()).await;
        for database in ["one", "two", "main"] {
            fill(&instance, database).await;
        }
        for sql in [
            "REVOKE CONNECT ON DATABASE closed FROM PUBLIC",
            "ALTER DATABASE off ALLOW_CONNECTIONS false",
            "ALTER DATABASE model IS_TEMPLATE true",
            "GRANT CONNECT ON DATABASE rdsadmin, \"RdsAdmin\" TO loader",
            "ALTER ROLE loader IN DATABASE two SET search_path = s_two",
            "ALTER ROLE reader SET work_mem = '1MB'; COMMENT ON ROLE reader IS 'reads'",
        ] {
            admin.batch_execute(sql).await.expect(sql);
        }
        let connection = loader(&instance, "main").await;
        let databases = all(&connection, false).await.expect("load");
        assert_eq!(names(&databases), ["main", "one", "postgres", "two"]);
        let provider = "It belongs to the provider and is never connected to.";
        assert_eq!(
            left_out(&databases),
            [
                ("RdsAdmin", provider),
                ("closed", "The user lacks CONNECT on it."),
                ("model", "It is a template."),
                ("off", "It allows no connections (datallowconn is off)."),
                ("rdsadmin", provider),
                ("template0", "It allows no connections (datallowconn is off)."),
                ("template1", "It is a template."),
            ]
        );
        for one in &databases.loaded {
            let alone = loader(&instance, one.database_name()).await;
            same(one, &load(&alone.client, |_| ()).await.expect("load"));
            shared(&databases.loaded[0], one);
        }
        let with_templates = all(&connection, true).await.expect("load");
        assert_eq!(names(&with_templates), ["main", "model", "one", "postgres", "template1", "two"]);
        let log = std::fs::read_to_string(instance.log_path()).expect("the log");
        assert!(log.contains("user=loader database=two"), "connections are logged");
        assert!(!log.to_lowercase().contains("database=rdsadmin"), "the provider's is connected to");
    });
}

/// As if it had been loaded alone.
fn same(one: &Cluster, alone: &Cluster) {
    assert!(one.objects.iter().eq(alone.objects.iter()), "{}", one.database_name());
    assert_eq!(one.objects.columns(), alone.objects.columns());
    assert!(one.roles.iter().eq(alone.roles.iter()) && one.memberships.iter().eq(alone.memberships.iter()));
    assert_eq!((one.database, &one.session, one.flavor), (alone.database, &alone.session, alone.flavor));
    assert_eq!((&one.role_settings, &one.role_comments), (&alone.role_settings, &alone.role_comments));
    assert_eq!(one.dependencies, alone.dependencies);
    assert_eq!((&one.default_acls, &one.policies), (&alone.default_acls, &alone.policies));
    assert_eq!((&one.encoding, one.read_only), (&alone.encoding, alone.read_only));
    assert_eq!(one.access_methods, alone.access_methods);
    assert_eq!(one.parameters.iter().count(), alone.parameters.iter().count());
    assert_eq!(one.event_triggers, alone.event_triggers);
}

/// Ten thousand roles are there once, not once a database; and objects that all have are the same in all.
fn shared(first: &Cluster, one: &Cluster) {
    assert!(one.roles.is_shared_with(&first.roles) && one.memberships.is_shared_with(&first.memberships));
    assert!(Arc::ptr_eq(&one.role_settings, &first.role_settings) && !one.role_settings.is_empty());
    assert!(Arc::ptr_eq(&one.role_comments, &first.role_comments) && !one.role_comments.is_empty());
    assert!(Arc::ptr_eq(one.dependencies.counts(), first.dependencies.counts()));
    for name in ["main", "two", "rdsadmin"] {
        let id = first.objects.by_name(Class::Database, Oid(0), name)[0];
        assert_eq!(one.objects.get(id), first.objects.get(id));
    }
}

/// A database that is locked is left out; the others are there. No more than so many are loaded at once.
#[test]
fn what_is_locked_is_left_out_and_few_are_loaded_at_once() {
    for_each_major_async(async |server: &Server| {
        let others = ["d1", "d2", "d3", "d4", "d5", "d6"];
        let (instance, admin) = cluster(server.major, &[&["main"][..], &others].concat()).await;
        let mut holders = Vec::new();
        for database in others {
            let holder = fill(&instance, database).await;
            if ["d1", "d2"].contains(&database) {
                holder.batch_execute("BEGIN; LOCK pg_catalog.pg_policy").await.expect("LOCK");
            }
            holders.push(holder);
        }
        let connection = loader(&instance, "main").await;
        let mut told = Vec::new();
        let loading = load_databases(&connection, false, 2, usize::MAX, |progress| told.push(progress));
        let watching = async {
            // Both places are taken by databases that wait, and nobody else has come.
            wait(&admin, 2).await;
            // They wait until their lock_timeout.
            let mut most = 0;
            loop {
                most = most.max(sessions(&admin, "").await);
                assert!(most <= 2, "{most} at once");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let databases = tokio::select! {
            databases = loading => databases.expect("load"),
            () = watching => unreachable!("it watches for ever"),
        };
        assert_eq!(names(&databases), ["main", "d3", "d4", "d5", "d6", "postgres"]);
        let [d1, d2, ("template0", _), ("template1", _)] = left_out(&databases)[..] else {
            panic!("{:?}", databases.left_out)
        };
        let locked = "Cannot read pg_policy: canceling statement due to lock timeout (SQLSTATE 55P03).";
        assert_eq!((d1, d2), (("d1", locked), ("d2", locked)));
        let last = told.last().expect("progress");
        let DatabasesProgress::Others { done: 7, of: 7, objects } = last else { panic!("{last:?}") };
        assert!(*objects > 1000, "{objects}");
        assert!(matches!(told.first(), Some(DatabasesProgress::Connected(_))));
    });
}

async fn sessions(admin: &Client, filter: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'loader' AND datname <> 'main' {filter}"
    );
    admin.query_one(&sql, &[]).await.expect("pg_stat_activity").get(0)
}

async fn wait(admin: &Client, number: i64) {
    while sessions(admin, "AND wait_event_type = 'Lock'").await != number {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A server may count refusals and lock the account: the first refusal is the last, however many databases there are.
#[test]
fn a_password_that_is_refused_is_not_sent_again() {
    for_each_major_async(async |server: &Server| {
        let others = ["d1", "d2", "d3", "d4", "d5", "d6"];
        let (instance, admin) = cluster(server.major, &[&["main"][..], &others].concat()).await;
        let connection = loader(&instance, "main").await;
        admin.batch_execute("ALTER ROLE loader PASSWORD 'another'").await.expect("ALTER ROLE");
        let databases = all(&connection, false).await.expect("load");
        assert_eq!(names(&databases), ["main"]);
        let (refused, unasked): (Vec<_>, Vec<_>) = left_out(&databases)
            .into_iter()
            .filter(|(database, _)| !database.starts_with("template"))
            .partition(|(_, because)| because.starts_with("Password authentication failed"));
        let [(first, _)] = refused[..] else { panic!("{refused:?} {unasked:?}") };
        let because = format!("The password was refused for database \"{first}\" and is not sent again.");
        assert_eq!(unasked.len(), others.len(), "{unasked:?}");
        assert!(unasked.iter().all(|(_, why)| *why == because), "{unasked:?}");
        let log = std::fs::read_to_string(instance.log_path()).expect("the log");
        assert_eq!(log.matches("password authentication failed").count(), 1, "{log}");
    });
}

/// What the program says of a cluster, and that a database refuses when it comes to it is no failure.
#[test]
fn a_database_that_refuses_is_left_out_with_the_servers_words() {
    block_on(async {
        let server = server(17);
        let (instance, admin) = cluster(server.major, &["main", "crowded"]).await;
        admin.batch_execute("ALTER DATABASE crowded CONNECTION LIMIT 0").await.expect("ALTER DATABASE");
        let connection = loader(&instance, "main").await;
        let databases = all(&connection, false).await.expect("load");
        assert_eq!(left_out(&databases)[0], ("crowded", "Too many connections for database \"crowded\"."));
        let program = std::process::Command::new(env!("CARGO_BIN_EXE_rolescope"))
            .args(["status", "--all-databases", "--format", "json"])
            .arg(instance.conninfo_with_password("loader", "loader", "main"))
            .output()
            .expect("the program");
        let said: serde_json::Value = serde_json::from_slice(&program.stdout).expect("JSON");
        assert_eq!(said["left_out"]["crowded"], "Too many connections for database \"crowded\".");
        assert!(said["databases"]["postgres"]["objects"].as_u64().expect("a number") > 1000, "{said}");
        assert!(program.stderr.is_empty(), "progress is for terminals: {program:?}");
    });
}
