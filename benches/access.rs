//! Effective privileges over everything.
//!
//! First all rows of a server with 1,000 roles and 2,000 tables, as CSV through a pipe, connecting and loading included:
//! `rolescope access` beside a recursive CTE that has the server work out the same rows, beside asking
//! has_table_privilege() for each, and beside whatever tools ROLESCOPE_BENCH_TOOLS names. The rows must be the same.
//!
//! Then counting for 5,000 roles and 50,000 tables, with few different ACLs and with hardly two alike: in which time, in
//! how much memory beside what the cluster takes, and how that compares with asking for each role and table singly.
//!
//! `cargo bench --bench access`. ROLESCOPE_BENCH_MAJOR (18), _ROLES (1000), _TABLES (2000); ROLESCOPE_BENCH_TOOLS:
//! `label=command` by lines, run by sh with libpq's environment variables set.

use rolescope::access::{Access, Asked, Grid, Universe};
use rolescope::cluster::{
    Acl, AclItem, AclTarget, Cluster, Detail, Kind, Membership, Memberships, Name, Object, Objects, Oid,
    Privileges, Role, Roles, View,
};
use rolescope::demo::{Binaries, Instance, Options};
use rolescope::server::load;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const RUNS: usize = 3;

fn size(name: &str, default: u32) -> u32 {
    let value = std::env::var(format!("ROLESCOPE_BENCH_{name}")).ok();
    value.map_or(default, |v| v.parse().unwrap_or_else(|_| panic!("ROLESCOPE_BENCH_{name} is no number")))
}

fn main() {
    // cargo test --benches runs it too, and it is no test.
    if !std::env::args().any(|argument| argument == "--bench") {
        return println!("run it with cargo bench --bench access");
    }
    let major = size("MAJOR", 18) as u16;
    let options = Options::new(Binaries::pinned(major).expect("a server"))
        .set("fsync", "off")
        .set("autovacuum", "off")
        .set("shared_buffers", "256MB")
        .set("work_mem", "256MB")
        .set("max_locks_per_transaction", "4096");
    let instance = Instance::start(&options).expect("a running server");
    let server = Server { instance: &instance };
    server.psql("made", &cluster());
    server.psql("analyzed", "VACUUM ANALYZE");
    println!("PostgreSQL {major}, {} roles, {} tables", size("ROLES", 1000), size("TABLES", 2000));
    server.compare(major);
    let loaded = tokio::runtime::Runtime::new().expect("a runtime").block_on(server.load());
    for (name, different) in [("few ACLs differ", 200), ("hardly two ACLs are alike", u32::MAX)] {
        count(name, &big(&loaded, different));
    }
}

/// Groups in groups, members in several of them; tables of forty owners, granted to a dozen groups and roles each.
fn cluster() -> String {
    let (roles, tables) = (size("ROLES", 1000), size("TABLES", 2000));
    let groups = (roles / 10).max(2);
    format!(
        "DO $$ BEGIN
         FOR i IN 1..{roles} LOOP EXECUTE format('CREATE ROLE r%s', i); END LOOP;
         FOR i IN 2..{groups} LOOP EXECUTE format('GRANT r%s TO r%s', 1 + (i * 13) % ((i + 1) / 2), i); END LOOP;
         FOR i IN {groups} + 1..{roles} LOOP
             EXECUTE format('GRANT r%s, r%s TO r%s', 1 + i % {groups}, 1 + (i * 7) % {groups}, i);
         END LOOP;
         CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO r1, r2;
         FOR i IN 1..{tables} LOOP
             EXECUTE format('CREATE TABLE shop.t%s (id int, name text, amount numeric)', i);
             EXECUTE format('ALTER TABLE shop.t%s OWNER TO r%s', i, 1 + i % 40);
         END LOOP;
         FOR i IN 1..{tables} LOOP
             EXECUTE format('GRANT SELECT ON shop.t%s TO r%s, r%s, r%s, r%s', i, 1 + i % {groups},
                 1 + (i * 3) % {groups}, 1 + (i * 11) % {groups}, 1 + (i * 17) % {roles});
             EXECUTE format('GRANT INSERT, UPDATE ON shop.t%s TO r%s, r%s WITH GRANT OPTION', i,
                 1 + (i * 5) % {groups}, 1 + (i * 19) % {roles});
             EXECUTE format('GRANT DELETE ON shop.t%s TO r%s', i, 1 + (i * 23) % {roles});
         END LOOP; END $$"
    )
}

/// Every effective privilege of users' roles on users' tables and schemas, on `public` and the database.
fn cte(major: u16) -> String {
    let inherits = if major >= 16 {
        "m.inherit_option"
    } else {
        "(SELECT rolinherit FROM pg_roles WHERE oid = m.member)"
    };
    format!(
        "WITH RECURSIVE reach AS (
             SELECT oid AS role, oid AS grantee FROM pg_roles WHERE oid >= 16384
             UNION
             SELECT r.role, m.roleid FROM reach r JOIN pg_auth_members m ON m.member = r.grantee WHERE {inherits}
         ), everybody AS (
             SELECT role, grantee FROM reach UNION ALL SELECT oid, 0 FROM pg_roles WHERE oid >= 16384
         ), things AS (
             SELECT 'table' AS type, format('%I.%I', nspname, relname) AS identity, relowner AS owner,
                    coalesce(relacl, acldefault('r', relowner)) AS acl
             FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
             WHERE c.oid >= 16384 AND relkind IN ('r', 'p')
             UNION ALL
             SELECT 'schema', quote_ident(nspname), nspowner, coalesce(nspacl, acldefault('n', nspowner))
             FROM pg_namespace WHERE oid >= 16384 OR nspname = 'public'
             UNION ALL
             SELECT 'database', quote_ident(datname), datdba, coalesce(datacl, acldefault('d', datdba))
             FROM pg_database WHERE datname = current_database()
         ), items AS (
             SELECT type, identity, owner, grantee, privilege_type, is_grantable FROM things, aclexplode(acl)
         )
         SELECT rolname, type, identity, '' AS \"column\", privilege_type,
                CASE WHEN bool_or(is_grantable OR o.role IS NOT NULL) THEN 'true' ELSE 'false' END
         FROM items JOIN everybody e USING (grantee) JOIN pg_roles r ON r.oid = e.role
         LEFT JOIN reach o ON o.role = e.role AND o.grantee = items.owner
         GROUP BY rolname, type, identity, privilege_type"
    )
}

/// What has_table_privilege() says of each role and table: no schemas, no grant options, no reasons.
const ONE_BY_ONE: &str = "SELECT rolname, 'table', c.oid::regclass, '', p, ''
    FROM pg_roles r, pg_class c,
         unnest('{INSERT,SELECT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p
    WHERE r.oid >= 16384 AND c.oid >= 16384 AND relkind = 'r' AND has_table_privilege(r.oid, c.oid, p)";

/// Grants as the standard's view has them: to whom something was granted, and nobody through a role.
const STANDARD: &str = "SELECT grantee, 'table', table_name, '', privilege_type, ''
    FROM information_schema.table_privileges WHERE table_schema = 'shop'";

/// How long something took, its rows, and a sum over them that does not depend on their order.
struct Run {
    took: Duration,
    rows: u64,
    sum: u64,
}

struct Server<'a> {
    instance: &'a Instance,
}

impl Server<'_> {
    fn conninfo(&self) -> String {
        self.instance.conninfo_with_password("rdsadmin", self.instance.password(), "postgres")
    }

    async fn load(&self) -> Cluster {
        let settings = rolescope::server::Arguments {
            connection: Some(self.conninfo()),
            ..rolescope::server::Arguments::default()
        };
        let environment = rolescope::server::Environment::default();
        let settings = rolescope::server::Settings::resolve(&settings, &environment).expect("settings");
        let mut prompt = rolescope::server::password::NoPrompt;
        let connection = rolescope::server::connect(&settings, &mut prompt).await.expect("a connection");
        load::load(&connection.client, |_| ()).await.expect("load")
    }

    /// Rows of CSV that a command writes.
    fn lines(&self, command: &mut Command) -> Run {
        let started = Instant::now();
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let (mut rows, mut sum) = (0, 0_u64);
        let mut out = BufReader::with_capacity(1 << 20, child.stdout.take().expect("a pipe"));
        let mut line = Vec::new();
        // Reading the bytes is part of the time, comparing them is not: only a tenth is looked at.
        while out.read_until(b'\n', &mut line).expect("output") > 0 {
            rows += 1;
            if line.len() % 10 == 0 {
                sum = sum.wrapping_add(hash(&line));
            }
            line.clear();
        }
        let took = started.elapsed();
        assert!(child.wait().expect("an end").success(), "{command:?}");
        Run { took, rows, sum }
    }

    fn psql(&self, what: &str, sql: &str) {
        let started = Instant::now();
        let mut psql = Command::new("psql");
        psql.args(["-XqAt", "-c", sql, "-d", &self.conninfo()])
            .env("PGOPTIONS", "-c client_min_messages=warning");
        let status = psql.status();
        assert!(status.expect("psql").success(), "{sql}");
        println!("{what} in {} s", started.elapsed().as_secs());
    }

    fn copy(&self, query: &str) -> Run {
        let sql = format!("COPY ({query}) TO STDOUT (FORMAT csv)");
        self.lines(Command::new("psql").args(["-XqAt", "-c", &sql, "-d", &self.conninfo()]))
    }

    fn rolescope(&self) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolescope"));
        command.args(["access", "--format", "csv", &self.conninfo()]);
        let mut run = self.lines(&mut command);
        run.rows -= 1;
        run
    }

    fn compare(&self, major: u16) {
        let ours = median((0..RUNS).map(|_| self.rolescope()).collect());
        let theirs = median((0..RUNS).map(|_| self.copy(&cte(major))).collect());
        self.same_rows(major);
        let say = |name: &str, run: &Run| {
            let ratio = run.took.as_secs_f64() / ours.took.as_secs_f64();
            println!("  {name:<44} {:>10} rows {:>8} ms {ratio:>7.1}", run.rows, run.took.as_millis());
        };
        println!("all rows as CSV, load included");
        say("rolescope access, with via", &ours);
        say("recursive CTE, the same without via", &theirs);
        say("has_table_privilege() for each, tables only", &self.copy(ONE_BY_ONE));
        say("information_schema.table_privileges", &self.copy(STANDARD));
        for tool in std::env::var("ROLESCOPE_BENCH_TOOLS").unwrap_or_default().lines() {
            let Some((label, command)) = tool.split_once('=') else { continue };
            let mut shell = Command::new("sh");
            shell
                .args(["-c", command])
                .env("PGHOST", "localhost")
                .env("PGPORT", self.instance.port().to_string());
            shell.env("PGUSER", "rdsadmin").env("PGPASSWORD", self.instance.password());
            shell.env("PGDATABASE", "postgres").env("PGSSLMODE", "require");
            say(label, &self.lines(&mut shell));
        }
    }

    /// Both say the same of the same roles and things, sorted and compared whole.
    fn same_rows(&self, major: u16) {
        let sorted = |bytes: Vec<u8>, columns: usize| {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let cut = |line: &str| line.split(',').take(columns).collect::<Vec<_>>().join(",");
            let mut lines: Vec<String> = text.lines().map(cut).collect();
            lines.sort_unstable();
            lines
        };
        let mut ours = Command::new(env!("CARGO_BIN_EXE_rolescope"));
        let ours = ours.args(["access", "--format", "csv", &self.conninfo()]).output().expect("rows").stdout;
        let ours: Vec<u8> = ours.splitn(2, |b| *b == b'\n').nth(1).expect("a header").to_vec();
        let sql = format!("COPY ({}) TO STDOUT (FORMAT csv)", cte(major));
        let mut theirs = Command::new("psql");
        let theirs =
            theirs.args(["-XqAt", "-c", &sql, "-d", &self.conninfo()]).output().expect("rows").stdout;
        let theirs = String::from_utf8(theirs).expect("UTF-8").replace(",\"\",", ",,");
        assert!(sorted(ours, 6) == sorted(theirs.into_bytes(), 6), "the rows are not the same");
        println!("the rows of both are the same");
    }
}

fn hash(line: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

fn median(mut runs: Vec<Run>) -> Run {
    assert!(runs.iter().all(|run| (run.rows, run.sum) == (runs[0].rows, runs[0].sum)), "runs differ");
    runs.sort_by_key(|run| run.took);
    runs.swap_remove(RUNS / 2)
}

/// 5,000 roles in 500 groups, 50,000 tables with 20 items in each ACL.
fn big(like: &Cluster, different: u32) -> Arc<Cluster> {
    const ROLES: u32 = 5_000;
    const GROUPS: u32 = 500;
    let role =
        |n: u32| Role { oid: Oid(100_000 + n), name: format!("r{n}"), inherit: true, ..Role::default() };
    let membership = |group: u32, member: u32| Membership {
        role: Oid(100_000 + group),
        member: Oid(100_000 + member),
        grantor: Oid(10),
        admin: false,
        inherit: Some(true),
        set: Some(true),
    };
    let nested = (1..GROUPS).map(|n| membership((n - 1) / 3, n));
    let members = (GROUPS..ROLES).flat_map(|n| [membership(n % GROUPS, n), membership(n * 7 % GROUPS, n)]);
    let acl = |seed: u32| -> Acl {
        let item = |n: u32| AclItem {
            grantee: Oid(100_000 + (seed.wrapping_mul(2_654_435_761) >> 8).wrapping_add(n * 37) % ROLES),
            grantor: Oid(100_000),
            privileges: [Privileges::SELECT, Privileges(0b1111), Privileges(0b111_1111)][(n % 3) as usize],
            options: if n.is_multiple_of(5) { Privileges::SELECT } else { Privileges::NONE },
        };
        (0..20).map(item).collect()
    };
    let shared: Vec<Acl> = (0..different.min(50_000)).map(acl).collect();
    let table = |n: u32| Object {
        oid: Oid(1_000_000 + n),
        kind: Kind::Table,
        schema: Oid(2200),
        name: Name::from(format!("t{n}")),
        owner: Oid(100_000 + n % 40),
        acl: shared.get((n as usize) % shared.len()).cloned(),
        detail: Detail::None,
    };
    let database = Object {
        oid: like.database,
        kind: Kind::Database,
        schema: Oid(0),
        name: Name::from("orders"),
        owner: Oid(100_000),
        acl: None,
        detail: Detail::None,
    };
    Arc::new(Cluster {
        roles: Roles::new((0..ROLES).map(role).collect()),
        memberships: Memberships::new(nested.chain(members).collect()),
        objects: Objects::new((0..50_000).map(table).chain([database]).collect(), Vec::new()),
        ..like.clone()
    })
}

fn count(name: &str, cluster: &Arc<Cluster>) {
    let view = View::new(Arc::clone(cluster));
    // From here on the peak counts anew.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let started = Instant::now();
    let grid = Grid::new(&view, &Asked::all(Universe::default()));
    let count = grid.count();
    let took = started.elapsed();
    let peak = memory("VmHWM");
    println!(
        "{name}: {} effective privileges of 5,000 roles on 50,000 tables ({} units) counted in {} ms; \
         {} MiB at the peak, the cluster among it",
        count.held,
        grid.units().len(),
        took.as_millis(),
        peak / 1024
    );
    let access = Access::new(&view);
    let tables = cluster.objects.iter().map(|(id, _)| AclTarget::whole(id)).step_by(5_000);
    let started = Instant::now();
    let mut asked = 0_u64;
    for target in tables {
        for role in cluster.roles.iter() {
            std::hint::black_box(access.held(role.oid, target));
            asked += 1;
        }
    }
    let each = started.elapsed().as_secs_f64() / asked as f64;
    let all = each * 5_000.0 * 50_001.0;
    println!("  asked singly it would take {all:.0} s, {:.0} times as long", all / took.as_secs_f64());
}

fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}
