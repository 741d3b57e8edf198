//! The effect and the undo against the servers: random programs, and after each statement every role's every
//! privilege as `has_*_privilege()` answers, before and after, compared with the preview made before.

mod catalogs;
mod compare;
pub mod held;
mod states;

use crate::differential::programs;
use crate::differential::programs::Family;
use crate::differential::seed;
use crate::differential::world::World;
use crate::servers::{block_on, connect, for_each_major, instance, options};
use catalogs::{Catalogs, catalogs};
use held::{Held, held};
use rolescope::cluster::{Change, Cluster, Oid};
use rolescope::guard::Protected;
use rolescope::preview::{Plan, PlanOptions, Planner, Step, Verdict};
use rolescope::server::load;
use rolescope::simulate::Session;
use rolescope::sql;
use std::sync::Arc;
use tokio_postgres::Client;

/// Statements a major.
const STATEMENTS: usize = 120;
/// A new cluster after so many.
const PROGRAM: usize = 60;
/// Grants that a program begins with, so that there is something to take away.
const GRANTS: usize = 25;

/// What else can be taken back. Roles are dropped by [`role_or_owner`], so that some are left.
const FAMILIES: [Family; 8] = [
    Family::AlterRole,
    Family::AlterGroup,
    Family::RoleSetting,
    Family::RenameRole,
    Family::CreateRole,
    Family::DefaultPrivileges,
    Family::Owner,
    Family::Comment,
];

#[test]
fn effects_and_undos_are_what_the_servers_say() {
    let seed = seed();
    println!("ROLESCOPE_SEED={seed}");
    for_each_major(|server| block_on(programs_on(server.major, seed)));
}

async fn programs_on(major: u16, seed: u64) {
    // Its superuser has another name: as rdsadmin nothing would get past the guard.
    let mut wanted = options(major);
    wanted.superuser = "postgres".into();
    let own = instance(&wanted);
    let first = connect(&own, "postgres", own.password(), "postgres").await;
    let mut tally = Tally::default();
    for round in 0..(STATEMENTS / PROGRAM) as u64 {
        let database = format!("db_{round}");
        first.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
        let mut rng = fastrand::Rng::with_seed(seed.wrapping_mul(77).wrapping_add(round));
        let world = World::random(&mut rng, major, round);
        let admin = connect(&own, "postgres", own.password(), &database).await;
        for statement in &world.set_up {
            admin.batch_execute(statement).await.unwrap_or_else(|e| panic!("{major}: {statement}: {e:?}"));
        }
        for _ in 0..GRANTS {
            admin.batch_execute(&grant(&mut rng, &world)).await.expect("GRANT");
        }
        let client = connect(&own, "postgres", own.password(), &database).await;
        let mut program = Program::begin(major, seed, admin, client).await;
        for _ in 0..PROGRAM {
            if rng.bool() {
                program.step("RESET SESSION AUTHORIZATION", &mut tally).await;
            }
            let text = match rng.usize(..5) {
                0 => revoke(&mut rng, &world),
                1 => role_or_owner(&mut rng, &world, &database),
                2 => programs::statement(&mut rng, &world, &FAMILIES),
                _ => programs::statement(&mut rng, &world, &Family::GRANTS),
            };
            program.step(&text, &mut tally).await;
        }
    }
    println!("PostgreSQL {major}: {tally:?}");
    let enough = tally.rows > 10 && tally.undone > 2;
    assert!(enough, "PostgreSQL {major}: hardly anything happened: {tally:?}");
}

fn grant(rng: &mut fastrand::Rng, world: &World) -> String {
    let what =
        rng.choice(["SELECT", "SELECT, UPDATE", "ALL", "INSERT", "SELECT (a), UPDATE (b)"]).expect("one");
    let table = rng.choice(&world.tables).expect("a table");
    match rng.usize(..8) {
        0 => format!("GRANT {what} ON {table} TO PUBLIC"),
        1..=3 => format!("GRANT {what} ON {table} TO {} WITH GRANT OPTION", world.role(rng)),
        _ => format!("GRANT {what} ON {table} TO {}, {}", world.role(rng), world.role(rng)),
    }
}

fn revoke(rng: &mut fastrand::Rng, world: &World) -> String {
    let table = rng.choice(&world.tables).expect("a table");
    let what = rng.choice(["SELECT", "ALL", "UPDATE", "SELECT (a)"]).expect("one");
    match rng.usize(..6) {
        0 => format!("REVOKE {what} ON {table} FROM PUBLIC"),
        1 => format!("REVOKE GRANT OPTION FOR {what} ON {table} FROM {} CASCADE", world.role(rng)),
        2 => format!("REVOKE {what} ON ALL TABLES IN SCHEMA s1 FROM {} CASCADE", world.role(rng)),
        3 => format!("REVOKE {} FROM {} CASCADE", world.role(rng), world.role(rng)),
        _ => format!("REVOKE {what} ON {table} FROM {} CASCADE", world.role(rng)),
    }
}

/// What changes privileges without being a GRANT.
fn role_or_owner(rng: &mut fastrand::Rng, world: &World, database: &str) -> String {
    let (one, other) = (world.role(rng), world.role(rng));
    let made = format!("made_{}_{database}", rng.usize(..3));
    match rng.usize(..10) {
        0 => format!("ALTER ROLE {one} {}", rng.choice(["SUPERUSER", "NOSUPERUSER"]).expect("one")),
        1 => format!("ALTER ROLE {one} {}", rng.choice(["INHERIT", "NOINHERIT"]).expect("one")),
        2 | 3 => format!("CREATE ROLE {made} IN ROLE {one} ROLE {other}"),
        4 => format!("DROP ROLE {made}"),
        5 => format!("ALTER TABLE {} OWNER TO {one}", rng.choice(&world.tables).expect("a table")),
        6 => format!("ALTER DATABASE {database} OWNER TO {one}"),
        7 => format!("REASSIGN OWNED BY {one} TO {other}"),
        8 => format!("DROP OWNED BY {one}"),
        _ => format!("ALTER SCHEMA s1 OWNER TO {one}"),
    }
}

/// The superuser that the test itself connects as, and settings that each new session of it would have.
fn is_about_the_test(change: &Change) -> bool {
    match change {
        Change::Role { .. } => change.roles().contains(&Oid::BOOTSTRAP),
        Change::Setting { role, .. } => [Oid::BOOTSTRAP, Oid::PUBLIC].contains(role),
        _ => false,
    }
}

#[derive(Default, Debug)]
struct Tally {
    changed: usize,
    rows: u64,
    kept: u64,
    undone: usize,
    partly_undone: usize,
    not_undone: usize,
}

struct Program {
    major: u16,
    seed: u64,
    admin: Client,
    client: Client,
    cluster: Arc<Cluster>,
    session: Session,
    held: Held,
    catalogs: Catalogs,
}

impl Program {
    async fn begin(major: u16, seed: u64, admin: Client, client: Client) -> Program {
        client.batch_execute("SET search_path = s1, s2, public").await.expect("SET");
        let cluster = Arc::new(load(&admin, |_| ()).await.expect("load"));
        let mut session = Session::as_role(&cluster, Oid::BOOTSTRAP);
        session.search_path = ["s1", "s2", "public"].map(str::to_owned).to_vec();
        session.in_transaction = false;
        let held = held(&admin, major).await;
        let catalogs = catalogs(&admin, major).await;
        Program { major, seed, admin, client, cluster, session, held, catalogs }
    }

    async fn step(&mut self, text: &str, tally: &mut Tally) {
        let plan = self.plan(text);
        let [step] = plan.steps.as_slice() else { panic!("{text}: {} statements", plan.steps.len()) };
        // The programs name rdsadmin too, which is no superuser here and protected all the same.
        if plan.block().is_some() || matches!(step.verdict, Verdict::Unsupported(_)) {
            return;
        }
        if step.changes.iter().any(is_about_the_test) {
            return;
        }
        let run = self.client.batch_execute(text).await;
        assert_eq!(run.is_ok(), step.is_ok(), "{}: {text}: {:?} {run:?}", self.whence(), step.verdict);
        if !step.is_ok() {
            return;
        }
        if !step.changes.is_empty() {
            tally.changed += 1;
            let after = held(&self.admin, self.major).await;
            let wrong = compare::difference(step, &plan.after, &self.held, &after);
            assert!(wrong.is_empty(), "{}: {text}\n{wrong}", self.whence());
            tally.rows += step.effect.counts.gained + step.effect.counts.lost;
            tally.kept += step.effect.counts.kept;
            self.undo(step, &after, tally).await;
            self.held = after;
            self.catalogs = catalogs(&self.admin, self.major).await;
            self.cluster = Arc::new(load(&self.admin, |_| ()).await.expect("load"));
        }
        self.session = plan.session_after.clone();
    }

    fn plan(&self, text: &str) -> Plan {
        let planner = Planner::new(Arc::clone(&self.cluster), Protected::default());
        let all = PlanOptions { effect_limit: usize::MAX, ..PlanOptions::default() };
        planner.plan(self.session.clone(), &all, sql::parse_script(text, &sql::Options::new(self.major)))
    }

    /// Runs the undo as a new session of the superuser would, and takes it back.
    async fn undo(&self, step: &Step, after: &Held, tally: &mut Tally) {
        let Ok(undo) = &step.undo else {
            tally.not_undone += 1;
            return;
        };
        let (text, whence) = (&step.text, self.whence());
        self.admin.batch_execute("BEGIN").await.expect("BEGIN");
        for statement in &undo.statements {
            let run = self.admin.batch_execute(statement).await;
            run.unwrap_or_else(|e| panic!("{whence}: undo of {text}: {statement}: {e:?}"));
        }
        let back = held(&self.admin, self.major).await;
        if catalogs::is_partial(undo) {
            tally.partly_undone += 1;
        } else {
            let wrong = back.by_oids_of(&self.held).unlike(&self.held)
                + &catalogs(&self.admin, self.major).await.unlike(&self.catalogs, undo);
            assert!(wrong.is_empty(), "{whence}: undo of {text}: {undo:?}\n{wrong}");
        }
        self.admin.batch_execute("ROLLBACK").await.expect("ROLLBACK");
        tally.undone += usize::from(!back.unlike(after).is_empty());
    }

    fn whence(&self) -> String {
        format!("PostgreSQL {}, ROLESCOPE_SEED={}", self.major, self.seed)
    }
}
