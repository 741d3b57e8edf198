//! Loading, on real servers of all majors: what is loaded is what the server itself says.

mod databases;
mod entries;
mod errors;
mod oracle;

use crate::servers::{Server, block_on, connect, for_each_major_async, instance, options, server};
use rolescope::cluster::{AclTarget, Class, Cluster, Detail, Flavor, Kind, Oid, RuleEvent, UseBy};
use rolescope::demo::{Instance, MASTER, populate};
use rolescope::server::{Progress, load};
use tokio_postgres::Client;

/// A server of one's own full of everything, its superuser, and an unprivileged login.
pub struct Wild {
    pub instance: Instance,
    pub superuser: Client,
    pub loader: Client,
}

const DATABASE: &str = "wild, \"base";

/// Such a server.
pub async fn wild(major: u16) -> Wild {
    let instance = instance(&options(major));
    let superuser = connect(&instance, "rdsadmin", instance.password(), "postgres").await;
    let quoted = "\"wild, \"\"base\"";
    let prepare = [
        format!("CREATE DATABASE {quoted}"),
        "CREATE ROLE loader LOGIN PASSWORD 'loader'".to_owned(),
        "SET allow_in_place_tablespaces = on".to_owned(),
        "CREATE TABLESPACE \"spa ce\" LOCATION ''".to_owned(),
    ];
    for sql in &prepare {
        superuser.batch_execute(sql).await.unwrap_or_else(|e| panic!("{major}: {sql}: {e:?}"));
    }
    let superuser = connect(&instance, "rdsadmin", instance.password(), DATABASE).await;
    let mut scripts = vec![include_str!("wild.sql")];
    scripts.extend((major < 16).then_some(include_str!("wild_before_16.sql")));
    scripts.extend((major >= 15).then_some(include_str!("wild_since_15.sql")));
    scripts.extend((major >= 16).then_some(include_str!("wild_since_16.sql")));
    scripts.extend((major >= 18).then_some(include_str!("wild_since_18.sql")));
    for script in scripts {
        superuser.batch_execute(script).await.unwrap_or_else(|e| panic!("{major}: {e:?}"));
    }
    let grants = format!(
        "GRANT CREATE ON TABLESPACE \"spa ce\" TO m1; GRANT CONNECT ON DATABASE {quoted} TO m1 WITH GRANT OPTION;
         ALTER ROLE loader SET search_path = 'Odd, path', \"$user\", PUBLIC;
         ALTER ROLE loader SET default_transaction_read_only = on;
         ALTER ROLE loader SET password_encryption = 'md5'; GRANT g1 TO loader; ALTER ROLE loader SET role = g1"
    );
    superuser.batch_execute(&grants).await.expect("grants");
    let loader = connect(&instance, "loader", "loader", DATABASE).await;
    Wild { instance, superuser, loader }
}

#[test]
fn everything_is_loaded_as_the_server_has_it() {
    for_each_major_async(async |server: &Server| {
        let wild = wild(server.major).await;
        let cluster = load(&wild.loader, |_| ()).await.expect("load");
        assert_eq!(cluster.version.major(), server.major);
        oracle::roles(&wild.superuser, &cluster).await;
        oracle::memberships(&wild.superuser, &cluster).await;
        oracle::objects(&wild.superuser, &cluster).await;
        oracle::columns(&wild.superuser, &cluster).await;
        oracle::acls(&wild.superuser, &cluster).await;
        oracle::details(&wild.superuser, &cluster).await;
        oracle::the_rest(&wild.superuser, &wild.loader, &cluster).await;
        session(&cluster);
        shapes(&cluster);
        drop(wild.instance);
    });
}

fn session(cluster: &Cluster) {
    let role = |name| cluster.roles.by_name(name).map(|r| r.oid);
    assert_eq!(Some(cluster.session.user), role("loader"));
    assert_eq!(cluster.session.role, role("g1"));
    assert_eq!(cluster.session.search_path, ["Odd, path", "$user", "public"]);
    assert_eq!(cluster.session.password_encryption, "md5");
    assert!(cluster.session.standard_conforming_strings && !cluster.session.lo_compat_privileges);
    assert!(cluster.read_only, "default_transaction_read_only");
    let database = cluster.objects.by_oid(Class::Database, cluster.database).expect("the database");
    assert_eq!(&*cluster.objects.get(database).expect("it").name, DATABASE);
    assert_eq!(cluster.flavor, Flavor::Rds, "rdsadmin, rds_superuser, and an aurora_version() of a user's");
}

/// What the comparison with the server could pass over if the script did less than it says.
fn shapes(cluster: &Cluster) {
    let schema = cluster.objects.by_name(Class::Schema, Oid(0), "s")[0];
    let schema = cluster.objects.get(schema).expect("s").oid;
    let relation = |name| {
        let id = cluster.objects.by_name(Class::Relation, schema, name)[0];
        (id, cluster.objects.get(id).expect("it"))
    };
    assert_eq!(relation("untouched").1.acl.as_deref().map(<[_]>::len), Some(1), "an explicit default");
    assert_eq!(relation("nobody").1.acl.as_deref(), Some(&[][..]), "empty is not NULL");
    assert_eq!(relation("plain_id_seq").1.acl, None);
    let Detail::Relation { owned_by, .. } = relation("plain_id_seq").1.detail else { panic!("a relation") };
    assert_eq!(owned_by, relation("plain").1.oid);
    assert!(relation("v").1.acl.iter().flat_map(|a| a.iter()).any(|i| i.grantee == Oid(4_123_456_789)));
    let (plain, _) = relation("plain");
    let columns: Vec<_> = cluster.objects.columns_of(plain).iter().map(|c| (c.attnum, &*c.name)).collect();
    assert_eq!(columns, [(-6, "tableoid"), (-1, "ctid"), (1, "id"), (2, "Na \"me"), (4, "n")]);
    let view = rolescope::cluster::View::new(std::sync::Arc::new(cluster.clone()));
    assert_eq!(view.acl(AclTarget::column(plain, 2)).map(|a| a.len()), Some(1));
    for kind in [Kind::Index, Kind::PartitionedIndex, Kind::Toast, Kind::WindowFunction, Kind::RowType] {
        assert!(cluster.objects.iter().any(|(_, o)| o.kind == kind), "{kind:?}");
    }
    let multirange = cluster.objects.iter().any(|(_, o)| o.kind == Kind::Multirange);
    assert_eq!(multirange, cluster.version.major() >= 14);
    let (id, _) = relation("counts");
    let uses = cluster.uses.of_user(id).iter().map(|row| (row.used, &*row.columns));
    let mut uses: Vec<_> = uses.collect();
    uses.sort_unstable();
    let mut named = [(relation("v").0, &[1][..]), (relation("untouched").0, &[])];
    named.sort_unstable();
    assert_eq!(uses, named, "a column of one, none of the other");
    let rule = cluster.uses.of_user(relation("nobody").0);
    assert!(rule.iter().any(|row| row.by == UseBy::Rule(RuleEvent::Insert)), "{rule:?}");
    let users: Vec<_> = cluster.uses.of_used(relation("v").0).map(|row| (row.user, row.by)).collect();
    assert!(users.contains(&(id, UseBy::Rule(RuleEvent::Select))), "{users:?}");
    let body = users.iter().any(|(_, by)| *by == UseBy::Body);
    assert_eq!(body, cluster.version.major() >= 15, "{users:?}");
}

#[test]
fn the_demo_is_aurora_and_a_plain_server_is_not() {
    block_on(async {
        let own = instance(&options(18));
        let plain = connect(&own, "rdsadmin", own.password(), "postgres").await;
        assert_eq!(load(&plain, |_| ()).await.expect("load").flavor, Flavor::PostgreSQL);
        let password = populate(&own).expect("the demo's cluster");
        let master = connect(&own, MASTER, &password, rolescope::demo::DATABASE).await;
        let cluster = load(&master, |_| ()).await.expect("load");
        assert_eq!(cluster.flavor, Flavor::Aurora);
        assert_eq!(cluster.roles.get(cluster.session.user).map(|r| r.name.as_str()), Some(MASTER));
        assert!(!cluster.read_only);
    });
}

/// The explorer loads in a task of its own.
#[test]
fn a_load_can_be_spawned() {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    block_on(async {
        let server = server(17);
        let client = server.superuser("postgres").await;
        let loading = sendable(async move { load(&client, |_| ()).await.map(|cluster| cluster.roles.len()) });
        assert!(tokio::spawn(loading).await.expect("the task").expect("load") > 10);
    });
}

/// The tree shows before the last object has come: the first stage is told first, and its ids stay.
#[test]
fn roles_come_before_objects() {
    for_each_major_async(async |server: &Server| {
        let database = server.fresh_database().await;
        let user = server.fresh_role("loader").await;
        let client = server.connect(&user, &user, &database).await;
        let mut told = Vec::new();
        let cluster = load(&client, |progress| told.push(progress)).await.expect("load");
        let Some(Progress::Roles(first)) = told.first() else { panic!("{:?}", told.first()) };
        assert_eq!(first.roles.len(), cluster.roles.len());
        assert_eq!(first.memberships.len(), cluster.memberships.len());
        assert_eq!(first.database, cluster.database);
        assert!(first.objects.len() >= 4, "databases and tablespaces");
        for (id, object) in first.objects.iter() {
            assert_eq!(cluster.objects.get(id), Some(object));
        }
        let last = told.iter().rev().find_map(|p| match p {
            Progress::Objects { loaded, about } => Some((*loaded, *about)),
            _ => None,
        });
        let (loaded, about) = last.expect("progress");
        assert_eq!(loaded, cluster.objects.len() as u64);
        assert!(about >= loaded && about < loaded * 2, "{about} of {loaded}");
    });
}

/// On the server's own word: nothing is asked of pg_authid, and nothing is run but what reads.
#[test]
fn the_log_shows_reading_alone() {
    for_each_major_async(async |server: &Server| {
        let database = server.fresh_database().await;
        let user = server.fresh_role("logged").await;
        let client = server.connect(&user, &user, &database).await;
        load(&client, |_| ()).await.expect("load");
        let log = std::fs::read_to_string(server.instance.log_path()).expect("the log");
        let statements = statements_of(&log, &user);
        assert!(statements.iter().any(|s| s.contains("pg_catalog.pg_roles")), "{statements:?}");
        assert!(statements.len() > 20, "{statements:?}");
        for statement in &statements {
            assert!(!statement.contains("pg_authid") && !statement.contains("pg_shadow"), "{statement}");
            assert!(!statement.contains("pg_get_userbyid") && !statement.contains("reg"), "{statement}");
            let code =
                statement.lines().find(|line| !line.trim_start().starts_with("--")).unwrap_or_default();
            let starts =
                ["SELECT", "WITH", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL", "COMMIT"];
            assert!(starts.iter().any(|s| code.trim_start().starts_with(s)), "{statement}");
        }
    });
}

/// The logged statements of one user, whole.
fn statements_of(log: &str, user: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut ours = false;
    for line in log.lines() {
        let message =
            ["LOG:  statement: ", "LOG:  execute <unnamed>: "].iter().find_map(|m| line.split_once(m));
        match message {
            Some((prefix, statement)) => {
                ours = prefix.contains(&format!(" {user}@"));
                if ours {
                    out.push(statement.to_owned());
                }
            }
            // The rest of a statement is indented with a tab.
            None if ours && line.starts_with('\t') => {
                let last = out.last_mut().expect("a statement");
                last.push('\n');
                last.push_str(line.trim_start());
            }
            None => ours = false,
        }
    }
    out
}
