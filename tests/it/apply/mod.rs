//! Applying plans on real servers of every major, and what happens to them in real life.

mod families;
mod happy;
mod lost;
mod meanwhile;
mod paused;
pub mod proxy;
mod refused;
mod triggers;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rolescope::demo::Instance;
use rolescope::guard::Protected;
use rolescope::preview::{Plan, PlanOptions, Planner};
use rolescope::server::apply::{
    self, Applied, ApplyError, ApplyOptions, Difference, Fate, Progress, Rehearsal,
};
use rolescope::server::journal::Journal;
use rolescope::server::password::NoPrompt;
use rolescope::server::{Arguments, Connection, Environment, Settings, load};
use rolescope::simulate::Session;
use rolescope::sql;
use tempfile::TempDir;
use tokio_postgres::Client;

use crate::servers::{self, Server};

/// A database of its own with a few objects, all of them boss's.
pub struct Place<'a> {
    pub instance: &'a Instance,
    pub major: u16,
    pub database: String,
    /// Owns everything; may grant `team`.
    pub boss: String,
    pub clerk: String,
    pub outsider: String,
    pub team: String,
    /// A superuser that is not protected.
    pub root: String,
    pub folder: TempDir,
}

/// How an apply is tried.
pub struct Try<'a> {
    pub lock_timeout: Duration,
    pub statement_timeout: Duration,
    pub resolve_timeout: Duration,
    pub read_only: bool,
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
    /// Connect here in place of the server's own port.
    pub port: Option<u16>,
}

impl Default for Try<'_> {
    fn default() -> Self {
        Try {
            lock_timeout: Duration::from_millis(500),
            statement_timeout: Duration::from_secs(30),
            resolve_timeout: Duration::from_secs(60),
            read_only: false,
            progress: &|_| (),
            port: None,
        }
    }
}

/// A loaded cluster and a script's plan.
pub struct Planned {
    pub connection: Connection,
    pub planner: Planner,
    pub plan: Plan,
    pub script: String,
}

const NAMES: [&str; 5] = ["boss", "clerk", "outsider", "team", "root"];

pub async fn place(server: &Server) -> Place<'_> {
    let names = NAMES.map(|stem| server.unique(stem));
    let database = server.unique("applied");
    let superuser = server.superuser("postgres").await;
    place_on(&server.instance, server.major, &superuser, names, database).await
}

/// The same on a server of one's own.
pub async fn own_place(instance: &Instance, major: u16) -> Place<'_> {
    let superuser = superuser(instance, "postgres").await;
    let names = NAMES.map(str::to_owned);
    place_on(instance, major, &superuser, names, "applied".to_owned()).await
}

async fn place_on<'a>(
    instance: &'a Instance,
    major: u16,
    superuser: &Client,
    names: [String; 5],
    database: String,
) -> Place<'a> {
    let [boss, clerk, outsider, team, root] = names;
    let roles = format!(
        "CREATE ROLE {boss} LOGIN CREATEROLE PASSWORD '{boss}'; CREATE ROLE {clerk}; \
         CREATE ROLE {outsider}; CREATE ROLE {team}; \
         CREATE ROLE {root} LOGIN SUPERUSER PASSWORD '{root}'; GRANT {team} TO {boss} WITH ADMIN OPTION;"
    );
    superuser.batch_execute(&roles).await.expect("roles");
    superuser.batch_execute(&format!("CREATE DATABASE {database} OWNER {boss}")).await.expect("a database");
    let place = Place {
        instance,
        major,
        database,
        boss,
        clerk,
        outsider,
        team,
        root,
        folder: tempfile::tempdir().expect("a folder"),
    };
    let objects = "CREATE SCHEMA s; CREATE TABLE s.t (a int, b text); CREATE TABLE s.u (a int); \
                   CREATE VIEW s.v AS SELECT 1 AS a; CREATE SEQUENCE s.q; \
                   CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                   CREATE TYPE s.e AS ENUM ('x'); CREATE DOMAIN s.d AS int; SELECT lo_create(77);";
    place.as_boss().await.batch_execute(objects).await.expect("objects");
    place
}

pub async fn superuser(instance: &Instance, database: &str) -> Client {
    servers::connect(instance, &instance.options().superuser, instance.password(), database).await
}

impl Place<'_> {
    pub async fn as_boss(&self) -> Client {
        servers::connect(self.instance, &self.boss, &self.boss, &self.database).await
    }

    pub async fn as_superuser(&self) -> Client {
        superuser(self.instance, &self.database).await
    }

    /// `{boss}` and the like in a text.
    pub fn named(&self, text: &str) -> String {
        let names = [
            ("{boss}", &self.boss),
            ("{clerk}", &self.clerk),
            ("{outsider}", &self.outsider),
            ("{team}", &self.team),
            ("{root}", &self.root),
            ("{database}", &self.database),
        ];
        names.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    }

    pub fn conninfo(&self) -> String {
        self.conninfo_as(&self.boss)
    }

    /// Passwords are the names.
    pub fn conninfo_as(&self, user: &str) -> String {
        self.instance.conninfo_with_password(user, user, &self.database)
    }

    /// Connects as boss, loads, and predicts.
    pub async fn plan(&self, script: &str, port: Option<u16>) -> Planned {
        self.plan_as(&self.boss, script, port).await
    }

    /// Connects, loads, and predicts.
    pub async fn plan_as(&self, user: &str, script: &str, port: Option<u16>) -> Planned {
        let mut settings = settings(&self.conninfo_as(user));
        if let (Some(port), Some(host)) = (port, settings.hosts.first_mut()) {
            host.port = port;
        }
        let connection = rolescope::server::connect(&settings, &mut NoPrompt).await.expect("a connection");
        let cluster = Arc::new(load::load(&connection.client, |_| ()).await.expect("a cluster"));
        let planner = Planner::new(Arc::clone(&cluster), Protected::default());
        let script = self.named(script);
        let plan = planner.plan_text(Session::of_login(&cluster), &PlanOptions::default(), &script);
        Planned { connection, planner, plan, script }
    }

    /// Plans and applies.
    pub async fn apply(&self, script: &str, how: &Try<'_>) -> Applied {
        let planned = self.plan(script, how.port).await;
        self.apply_plan(&planned, &planned.plan, how).await.unwrap_or_else(|error| panic!("{error}"))
    }

    pub async fn apply_plan(
        &self,
        planned: &Planned,
        plan: &Plan,
        how: &Try<'_>,
    ) -> Result<Applied, ApplyError> {
        let journal = self.journal();
        let opener = planned.connection.opener();
        apply::apply(&opener, &planned.planner, plan, &options(how, &journal)).await
    }

    pub async fn rehearse(&self, planned: &Planned, how: &Try<'_>) -> Rehearsal {
        let journal = self.journal();
        let parsing = sql::Options::new(self.major);
        let script = sql::parse_script(&planned.script, &parsing);
        let opener = planned.connection.opener();
        let options = options(how, &journal);
        let rehearsal = apply::rehearse(&opener, &planned.planner, &planned.plan, script, &options).await;
        rehearsal.unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn journal(&self) -> Journal {
        Journal::in_folder(self.folder.path().join("journal"))
    }

    /// The lines of the journal.
    pub fn journal_lines(&self) -> Vec<serde_json::Value> {
        let Ok(files) = std::fs::read_dir(self.journal().folder()) else { return Vec::new() };
        let text =
            |file: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(file.unwrap().path()).unwrap();
        let text: String = files.map(text).collect();
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// Every ACL and membership there is, as text: what a transaction that left no trace leaves the same.
    pub async fn catalogs(&self) -> Vec<String> {
        let sql = "\
            SELECT 'class ' || oid || ' ' || relacl::text FROM pg_class WHERE relacl IS NOT NULL UNION ALL \
            SELECT 'column ' || attrelid || ' ' || attnum || ' ' || attacl::text FROM pg_attribute \
                WHERE attacl IS NOT NULL UNION ALL \
            SELECT 'proc ' || oid || ' ' || proacl::text FROM pg_proc WHERE proacl IS NOT NULL UNION ALL \
            SELECT 'schema ' || oid || ' ' || nspacl::text FROM pg_namespace WHERE nspacl IS NOT NULL UNION ALL \
            SELECT 'database ' || datacl::text FROM pg_database \
                WHERE datacl IS NOT NULL AND datname = current_database() UNION ALL \
            SELECT 'member ' || roleid || ' ' || member || ' ' || grantor || ' ' || admin_option \
                FROM pg_auth_members m WHERE roleid = $1::oid OR member = $2::oid \
            ORDER BY 1";
        let client = self.as_superuser().await;
        let roles: [&(dyn tokio_postgres::types::ToSql + Sync); 2] =
            [&oid(&client, &self.team).await, &oid(&client, &self.clerk).await];
        let rows = client.query(sql, &roles).await.expect("catalogs");
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// `relacl` of a relation, as text.
    pub async fn acl(&self, relation: &str) -> Option<String> {
        let sql = "SELECT relacl::text FROM pg_class WHERE oid = $1::text::regclass";
        let row = self.as_superuser().await.query_one(sql, &[&relation]).await.expect("a relation");
        row.get(0)
    }

    pub async fn is_member(&self, member: &str, role: &str) -> bool {
        let sql = "SELECT pg_has_role($1::text, $2::text, 'member')";
        self.as_superuser().await.query_one(sql, &[&member, &role]).await.expect("roles").get(0)
    }
}

async fn oid(client: &Client, role: &str) -> u32 {
    client.query_one("SELECT oid FROM pg_roles WHERE rolname = $1", &[&role]).await.expect("a role").get(0)
}

fn settings(conninfo: &str) -> Settings {
    let arguments = Arguments { connection: Some(conninfo.to_owned()), ..Arguments::default() };
    Settings::resolve(&arguments, &Environment::default()).expect("settings")
}

fn options<'a>(how: &'a Try<'_>, journal: &'a Journal) -> ApplyOptions<'a> {
    ApplyOptions {
        lock_timeout: how.lock_timeout,
        statement_timeout: how.statement_timeout,
        resolve_timeout: how.resolve_timeout,
        read_only: how.read_only,
        plan: PlanOptions::default(),
        journal,
        clock: &Timestamp::now,
        progress: how.progress,
    }
}

/// The difference, wherever it shows.
pub fn difference(applied: &Applied) -> &Difference {
    let found = applied.steps.iter().find_map(|step| step.difference.as_ref());
    found.unwrap_or_else(|| panic!("no difference: {applied:?}"))
}

pub fn fates(applied: &Applied) -> Vec<Fate> {
    applied.steps.iter().map(|step| step.fate).collect()
}

/// Runs SQL in a session of its own, from where nothing can be awaited.
pub fn run_elsewhere(instance: &Instance, user: &str, password: &str, database: &str, sql: &str) {
    std::thread::scope(|scope| {
        let work = async {
            let client = servers::connect(instance, user, password, database).await;
            client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        };
        scope.spawn(|| servers::block_on(work)).join().expect("SQL elsewhere");
    });
}
