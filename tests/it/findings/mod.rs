//! Findings on real servers: each by a state that has it, a near one that has not, and by running what would mend it.
//!
//! `%` in a name stands for the case's own suffix (`_c7`), since roles are shared by a whole server, and `@` for its
//! database. The connected user is a superuser that is not the bootstrap superuser.

mod demo;
mod next;
mod objects;
mod rds;
mod roles;
mod ways;

use crate::differential::place;
use crate::servers::{block_on, for_each_major, instance, options};
use jiff::Timestamp;
use rolescope::cluster::{Cluster, View};
use rolescope::demo::Instance;
use rolescope::findings::report::place as named;
use rolescope::findings::{Finding, Options, findings};
use rolescope::guard::{DEFAULT, Protected};
use rolescope::preview::Planner;
use rolescope::server::load;
use std::ops::RangeInclusive;
use std::sync::Arc;
use tokio_postgres::Client;

/// Who is connected.
const BOSS: &str = "boss";

/// One kind of finding.
pub struct Case {
    pub code: &'static str,
    pub majors: RangeInclusive<u16>,
    /// Before anything.
    pub set_up: &'static str,
    /// Nearly it: no finding.
    pub near: &'static str,
    /// On top of that: a finding.
    pub bad: &'static str,
    /// Its objects and its roles, comma separated.
    pub objects: &'static str,
    pub roles: &'static str,
    /// Is there a statement that mends it?
    pub mended: bool,
}

/// A server for findings alone; `superuser` is the bootstrap superuser.
pub fn own(major: u16, superuser: &str) -> Instance {
    let mut wanted = options(major);
    wanted.hba.push("local all all trust".to_owned());
    wanted.superuser = superuser.to_owned();
    instance(&wanted)
}

pub async fn connect(own: &Instance, user: &str, database: &str) -> Client {
    place::connect(own, user, database).await.0
}

pub async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

/// Runs the cases of one file on every major.
pub fn hold(cases: &'static [Case]) {
    for_each_major(|server| block_on(hold_on(server.major, cases)));
}

async fn hold_on(major: u16, cases: &'static [Case]) {
    let own = own(major, "postgres");
    let admin = connect(&own, "postgres", "postgres").await;
    run(&admin, "CREATE ROLE boss SUPERUSER LOGIN").await;
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate().filter(|(_, case)| case.majors.contains(&major)) {
        run(&admin, &format!("CREATE DATABASE db_c{number}")).await;
        let found = case.on(&own, number).await;
        wrong.extend(found.into_iter().map(|w| format!("case {number}, {}: {w}", case.code)));
    }
    assert!(wrong.is_empty(), "PostgreSQL {major}:\n{}", wrong.join("\n"));
}

/// What is found in a database, by its connected user.
pub async fn look(client: &Client) -> (Arc<Cluster>, Vec<Finding>) {
    let cluster = Arc::new(load(client, |_| ()).await.expect("a load"));
    let planner = Planner::new(Arc::clone(&cluster), Protected::new(DEFAULT.iter().copied()));
    let found = findings(&planner, &Options::at(Timestamp::now()));
    (cluster, found)
}

/// Objects and roles as a case names them.
pub fn subjects(view: &View, finding: &Finding) -> (String, String) {
    let objects: Vec<String> = finding.objects.iter().map(|target| named(view, *target)).collect();
    let roles: Vec<String> = finding.roles.iter().map(|role| view.role_name(*role)).collect();
    (objects.join(", "), roles.join(", "))
}

impl Case {
    async fn on(&self, own: &Instance, number: usize) -> Vec<String> {
        let suffix = format!("_c{number}");
        let text = |sql: &str| sql.replace('%', &suffix).replace('@', &format!("db{suffix}"));
        let client = connect(own, BOSS, &text("@")).await;
        run(&client, &text(self.set_up)).await;
        let mut wrong = Vec::new();
        // Roles of other cases are on the same server.
        let mine = |view: &View, finding: &Finding| {
            let (objects, roles) = subjects(view, finding);
            let own_roles = finding.roles.is_empty() || roles.contains("PUBLIC") || roles.ends_with(&suffix);
            finding.code.text() == self.code && own_roles && (self.objects.is_empty() == objects.is_empty())
        };
        run(&client, &text(self.near)).await;
        let (cluster, found) = look(&client).await;
        let view = View::new(cluster);
        wrong
            .extend(found.iter().filter(|f| mine(&view, f)).map(|f| format!("found too soon: {}", f.reason)));

        run(&client, &text(self.bad)).await;
        let (cluster, found) = look(&client).await;
        let view = View::new(cluster);
        let found: Vec<&Finding> = found.iter().filter(|f| mine(&view, f)).collect();
        let [finding] = found.as_slice() else {
            wrong.push(format!("{} found: {found:?}", found.len()));
            return wrong;
        };
        let expected = (text(self.objects), text(self.roles));
        if subjects(&view, finding) != expected {
            wrong.push(format!("expected {expected:?}, found {:?}", subjects(&view, finding)));
        }
        match &finding.mend {
            Ok(statements) if self.mended => {
                let script = format!("BEGIN; {}; COMMIT", statements.join("; "));
                if let Err(error) = client.batch_execute(&script).await {
                    wrong.push(format!("{script}: {error:?}"));
                }
                let (cluster, found) = look(&client).await;
                let view = View::new(cluster);
                let left = found.iter().filter(|f| mine(&view, f));
                wrong.extend(left.map(|f| format!("still found after {script}: {}", f.reason)));
            }
            Ok(statements) => wrong.push(format!("mended unexpectedly: {statements:?}")),
            Err(why) if self.mended => wrong.push(format!("not mended: {why}")),
            Err(_) => {}
        }
        wrong
    }
}

/// A finding of that code about that role.
pub fn about<'f>(view: &View, found: &'f [Finding], code: &str, role: &str) -> Option<&'f Finding> {
    let role = view.role_by_name(role).map(|r| r.oid)?;
    found.iter().find(|f| f.code.text() == code && f.roles.contains(&role))
}
