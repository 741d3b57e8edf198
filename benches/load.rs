//! How long loading takes beside the least that any loader could take: psql streaming the same catalog columns as
//! text, over the same kind of connection. What counts is the ratio, printed for two clusters of the same size: one
//! where few ACLs differ, as in life, and the worst case, where hardly two tables have the same.
//!
//! `cargo bench --bench load`. The environment sizes it: ROLESCOPE_BENCH_MAJOR (18), _TABLES (40000), _ROLES (10000),
//! _MEMBERSHIPS (50000), _ITEMS (50, in each table's ACL): as it is, 200,000 objects and 2,000,000 ACL items.

use native_tls::{Certificate, TlsConnector};
use postgres_native_tls::MakeTlsConnector;
use rolescope::cluster::Cluster;
use rolescope::demo::{Binaries, Instance, Options};
use rolescope::server::{Progress, load};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

const RUNS: usize = 5;

fn size(name: &str, default: u32) -> u32 {
    let value = std::env::var(format!("ROLESCOPE_BENCH_{name}")).ok();
    value.map_or(default, |v| v.parse().unwrap_or_else(|_| panic!("ROLESCOPE_BENCH_{name} is no number")))
}

fn main() {
    // cargo test --benches runs it too, and it is no test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return println!("run it with cargo bench --bench load");
    }
    let major = size("MAJOR", 18) as u16;
    let binaries = Binaries::pinned(major).expect("a server");
    let options = Options::new(binaries)
        .set("fsync", "off")
        .set("max_wal_size", "8GB")
        .set("autovacuum", "off")
        .set("shared_buffers", "512MB")
        .set("max_locks_per_transaction", "4096");
    let instance = Instance::start(&options).expect("a running server");
    tokio::runtime::Runtime::new().expect("a runtime").block_on(run(&instance, major));
}

async fn run(instance: &Instance, major: u16) {
    let superuser = connect(instance, "rdsadmin", instance.password()).await;
    let started = Instant::now();
    execute(&superuser, "CREATE ROLE reader LOGIN PASSWORD 'reader'").await;
    execute(&superuser, &cluster()).await;
    println!("PostgreSQL {major}, a cluster made in {} s", started.elapsed().as_secs());
    for (name, different) in [("few ACLs differ", 400), ("all ACLs differ", u32::MAX)] {
        execute(&superuser, &acls(different)).await;
        execute(&superuser, "VACUUM ANALYZE").await;
        measure(instance, name).await;
    }
}

async fn execute(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
}

/// Groups with members, and tables with a TOAST table, its index and two types each.
fn cluster() -> String {
    let (roles, memberships, tables) =
        (size("ROLES", 10_000), size("MEMBERSHIPS", 50_000), size("TABLES", 40_000));
    let groups = (roles / 10).max(1);
    format!(
        "DO $$ BEGIN
         FOR i IN 1..{roles} LOOP EXECUTE format('CREATE ROLE r%s', i); END LOOP;
         FOR i IN 0..{memberships} - 1 LOOP
             EXECUTE format('GRANT r%s TO r%s', 1 + (i * 7 + i / 1000) % {groups}, {groups} + 1 + i % ({roles} - {groups}));
         END LOOP;
         FOR i IN 1..{tables} LOOP
             EXECUTE format('CREATE TABLE t%s (id int, name text, created timestamptz, amount numeric, note text)', i);
             IF i % 1000 = 0 THEN COMMIT; END IF;
         END LOOP; END $$"
    )
}

/// An ACL for every table, written straight into the catalog: `different` ones at most.
fn acls(different: u32) -> String {
    let (roles, items) = (size("ROLES", 10_000), size("ITEMS", 50));
    // Another first grantee, another stride and other privileges for each.
    format!(
        "UPDATE pg_class SET relacl = (SELECT array_agg(
             (format('r%s=%s/rdsadmin', 1 + (start + i * stride) % {roles},
                     (ARRAY['r', 'ar', 'arwd', 'r*'])[1 + (start + i) % 4]))::aclitem)
             FROM generate_series(1, {items}) i,
                  (SELECT hashint8(k) & 1073741823 AS start, 1 + 2 * (hashint8(-k) & 31) AS stride
                   FROM (SELECT pg_class.oid::int8 % {different} AS k) which) chosen)
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
}

async fn measure(instance: &Instance, name: &str) {
    let mut loads = Vec::new();
    let mut floors = Vec::new();
    let mut first_stages = Vec::new();
    let mut floor_is = "";
    for _ in 0..RUNS {
        let (first, whole, cluster) = timed_load(instance).await;
        if loads.is_empty() {
            println!("\n{name}: {}", sizes(&cluster));
        }
        loads.push(whole);
        first_stages.push(first);
        let (floor, by) = floor(instance).await;
        floors.push(floor);
        floor_is = by;
    }
    let (whole, first, floor) = (median(loads), median(first_stages), median(floors));
    println!("  roles and memberships after {} ms", first.as_millis());
    println!("  everything after {} ms; {floor_is}: {} ms", whole.as_millis(), floor.as_millis());
    println!("  ratio {:.2}", whole.as_secs_f64() / floor.as_secs_f64());
}

fn sizes(cluster: &Cluster) -> String {
    let objects = cluster.objects.iter().filter_map(|(_, o)| o.acl.as_ref());
    let columns = cluster.objects.columns().iter().filter_map(|c| c.acl.as_ref());
    let items: usize = objects.chain(columns).map(|acl| acl.len()).sum();
    format!(
        "{} roles, {} memberships, {} objects, {} columns, {items} ACL items",
        cluster.roles.len(),
        cluster.memberships.len(),
        cluster.objects.len(),
        cluster.objects.columns().len()
    )
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Until the first stage, until the end, and what was loaded; connecting is not counted.
async fn timed_load(instance: &Instance) -> (Duration, Duration, Cluster) {
    let client = connect(instance, "reader", "reader").await;
    let started = Instant::now();
    let mut first = Duration::ZERO;
    let loading = load(&client, |progress| {
        if let Progress::Roles(_) = progress {
            first = started.elapsed();
        }
    });
    let cluster = loading.await.expect("load");
    (first, started.elapsed(), cluster)
}

/// The same columns as text.
const FLOOR: &[&str] = &[
    "SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
            rolconnlimit, rolvaliduntil FROM pg_roles",
    "SELECT roleid, member, grantor, admin_option FROM pg_auth_members",
    "SELECT oid, nspname, nspowner, nspacl FROM pg_namespace",
    "SELECT oid, relname, relnamespace, relowner, relkind, relnatts, relrowsecurity, relforcerowsecurity,
            relispartition, relacl FROM pg_class",
    "SELECT oid, proname, pronamespace, proowner, prokind, prosecdef, provariadic, proargtypes, proacl FROM pg_proc",
    "SELECT oid, typname, typnamespace, typowner, typtype, typelem, typrelid, typacl FROM pg_type",
    "SELECT attrelid, attnum, attname, attacl FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
     WHERE NOT attisdropped AND attnum > 0 AND relkind IN ('r', 'p', 'v', 'm', 'f')",
];

/// psql where it is installed, connecting not counted apart from its few milliseconds; else the same statements by
/// the simple protocol.
async fn floor(instance: &Instance) -> (Duration, &'static str) {
    let conninfo = instance.conninfo_with_password("reader", "reader", "postgres");
    let mut psql = Command::new("psql");
    psql.args(["-XAt", "-o", "/dev/null", "-d", &conninfo]).stdin(Stdio::null());
    for sql in FLOOR {
        psql.args(["-c", sql]);
    }
    let started = Instant::now();
    if let Ok(status) = psql.status() {
        assert!(status.success(), "psql");
        return (started.elapsed(), "psql -At streams the same columns in");
    }
    let client = connect(instance, "reader", "reader").await;
    let started = Instant::now();
    for sql in FLOOR {
        let rows = client.simple_query(sql).await.expect("rows");
        std::hint::black_box(rows);
    }
    (started.elapsed(), "the simple protocol brings the same columns in")
}

async fn connect(instance: &Instance, user: &str, password: &str) -> Client {
    let pem = std::fs::read(instance.ca_path()).expect("the CA file");
    let authority = Certificate::from_pem(&pem).expect("a certificate");
    let tls = TlsConnector::builder().add_root_certificate(authority).build().expect("TLS");
    let (client, connection) = tokio_postgres::Config::new()
        .host("localhost")
        .hostaddr([127, 0, 0, 1].into())
        .port(instance.port())
        .user(user)
        .password(password)
        .dbname("postgres")
        .ssl_mode(tokio_postgres::config::SslMode::Require)
        .connect(MakeTlsConnector::new(tls))
        .await
        .expect("a connection");
    tokio::spawn(connection);
    client
}
