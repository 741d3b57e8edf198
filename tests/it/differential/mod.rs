//! The model against the servers: random programs of GRANT, REVOKE and SET, predicted first, then run, and every
//! error, notice and catalog entry compared.

pub mod cluster;
pub mod programs;
mod server_state;

use crate::servers::{block_on, connect, connect_listening, for_each_major, instance, options};
use cluster::World;
use rolescope::cluster::{Oid, View};
use rolescope::simulate::{Prediction, ServerError, Session, Unsupported, simulate};
use rolescope::sql;
pub use server_state::Said;
use server_state::{State, model_state, server_state};
use std::sync::Arc;
use tokio_postgres::Client;

/// Statements a major in CI; ROLESCOPE_STATEMENTS asks for more.
const STATEMENTS: usize = 400;
/// A new cluster after so many statements, so that every seed sees several.
const PROGRAM: usize = 100;

#[test]
fn random_programs_of_grants_are_predicted_exactly() {
    let statements = number("ROLESCOPE_STATEMENTS").unwrap_or(STATEMENTS as u64) as usize;
    let seed = number("ROLESCOPE_SEED").unwrap_or_else(seed_of_now);
    println!("ROLESCOPE_SEED={seed} ROLESCOPE_STATEMENTS={statements}");
    for_each_major(|server| block_on(programs_on(server.major, seed, statements)));
}

pub fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

pub fn seed_of_now() -> u64 {
    let since =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock after 1970");
    since.as_secs()
}

async fn programs_on(major: u16, seed: u64, statements: usize) {
    // A server of its own: memberships and roles of other tests would come and go in between.
    let own = instance(&options(major));
    let client = connect(&own, "rdsadmin", own.password(), "postgres").await;
    let mut tally = Tally::default();
    for round in 0..statements.div_ceil(PROGRAM) as u64 {
        let database = format!("db_{round}");
        client.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
        let mut rng = fastrand::Rng::with_seed(seed.wrapping_mul(1000).wrapping_add(round));
        let world = World::random(&mut rng, major, round);
        let mut program = Program::begin(&own, &database, major, &world.set_up, "s1, s2, public").await;
        for _ in 0..PROGRAM {
            let text = programs::statement(&mut rng, &world);
            program.step(&text, &mut tally).await;
        }
        program.end().await;
    }
    println!("PostgreSQL {major}: {tally}");
    assert!(
        tally.disagreements.is_empty(),
        "PostgreSQL {major}, seed {seed}:\n{}",
        tally.disagreements.join("\n\n")
    );
    assert!(
        tally.changed * 5 > tally.statements,
        "PostgreSQL {major}: programs that hardly do anything: {tally}"
    );
}

/// What came of the statements.
#[derive(Default)]
pub struct Tally {
    statements: usize,
    changed: usize,
    unsupported: usize,
    errors: std::collections::BTreeMap<String, usize>,
    notices: std::collections::BTreeMap<String, usize>,
    pub disagreements: Vec<String>,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Tally { statements, changed, unsupported, errors, notices, disagreements } = self;
        write!(f, "{statements} statements, {changed} changed something, {unsupported} unsupported, ")?;
        write!(f, "errors {errors:?}, notices {notices:?}, {} disagreements", disagreements.len())
    }
}

/// A program under way: the model on one side, a session on the other.
pub struct Program {
    client: Client,
    notices: tokio::sync::mpsc::UnboundedReceiver<tokio_postgres::error::DbError>,
    admin: Client,
    view: View,
    session: Session,
    before: State,
    major: u16,
}

impl Program {
    /// Sets up a database as superuser, loads it, and starts a session with that search_path.
    pub async fn begin(
        own: &rolescope::demo::Instance,
        database: &str,
        major: u16,
        set_up: &[String],
        search_path: &str,
    ) -> Program {
        let admin = connect(own, "rdsadmin", own.password(), database).await;
        for statement in set_up {
            admin.batch_execute(statement).await.unwrap_or_else(|e| panic!("{major}: {statement}: {e:?}"));
        }
        let (client, notices) = connect_listening(own, database).await;
        client.batch_execute(&format!("SET search_path = {search_path}")).await.expect("SET");
        let view = load(&admin).await;
        let mut session = Session::as_role(view.base(), Oid::BOOTSTRAP);
        session.search_path = search_path.split(", ").map(str::to_owned).collect();
        session.in_transaction = false;
        let before = server_state(&admin).await;
        let program = Program { client, notices, admin, view, session, before, major };
        program.compare_start();
        program
    }

    /// A superuser's session beside the one that runs the program.
    pub fn admin(&self) -> &Client {
        &self.admin
    }

    fn compare_start(&self) {
        let model = model_state(&self.view);
        let difference = self.before.difference(&model);
        assert!(
            difference.is_empty(),
            "PostgreSQL {}: loaded otherwise than it stands:\n{difference}",
            self.major
        );
    }

    /// Predicts, runs, compares; after a disagreement the model starts again from what the server has.
    pub async fn step(&mut self, text: &str, tally: &mut Tally) -> Said {
        tally.statements += 1;
        let predicted = self.predict(text);
        let said = server_state::run(&self.client, &mut self.notices, text).await;
        let after = server_state(&self.admin).await;
        if let Some(sqlstate) = &said.sqlstate {
            *tally.errors.entry(sqlstate.clone()).or_default() += 1;
        }
        for (sqlstate, _) in &said.notices {
            *tally.notices.entry(sqlstate.clone()).or_default() += 1;
        }
        tally.changed += usize::from(after != self.before);
        let prediction = match predicted {
            Err(Unsupported { reason }) => {
                tally.unsupported += 1;
                panic!("PostgreSQL {}: {text}: unsupported: {reason}", self.major);
            }
            Ok(prediction) => prediction,
        };
        let mut wrong = self.compare_said(&prediction, &said);
        if let Ok(outcome) = &prediction.result {
            self.view.apply_all(&outcome.changes);
            if let Some(session) = &outcome.session {
                self.session = session.clone();
            }
        }
        wrong.push_str(&after.difference(&model_state(&self.view)));
        self.before = after;
        if !wrong.is_empty() {
            let user = self.view.role_name(self.session.current_user);
            tally.disagreements.push(format!("{text}\n  as {user}\n{wrong}"));
            let few = tally.disagreements.len() < 8;
            assert!(few, "PostgreSQL {}:\n{}", self.major, tally.disagreements.join("\n\n"));
            self.view = load(&self.admin).await;
        }
        said
    }

    fn predict(&mut self, text: &str) -> Result<Prediction, Unsupported> {
        let parsed = sql::parse_script(text, &sql::Options::new(self.major));
        let [parsed] = parsed.as_slice() else { panic!("{text}: {} statements", parsed.len()) };
        match &parsed.result {
            Ok(statement) => simulate(statement, &self.session, &mut self.view),
            Err(error) => Ok(Prediction {
                result: Err(ServerError {
                    sqlstate: error.sqlstate,
                    message: error.message.clone(),
                    detail: error.detail.clone(),
                    hint: error.hint.clone(),
                }),
                notices: Vec::new(),
                any_order: false,
                certainty: Default::default(),
            }),
        }
    }

    fn compare_said(&self, prediction: &Prediction, said: &Said) -> String {
        let mut wrong = String::new();
        let predicted = prediction.result.as_ref().err();
        let sqlstate = predicted.map(|e| e.sqlstate.to_owned());
        // Of a whole schema, whichever object comes first is the one that the error names.
        let text = |e: &ServerError| (e.message.clone(), e.detail.clone(), e.hint.clone());
        let server = said.message.clone().map(|message| (message, said.detail.clone(), said.hint.clone()));
        let same_message = prediction.any_order || predicted.map(text) == server;
        if sqlstate != said.sqlstate || !same_message {
            wrong.push_str(&format!("  error: server {said:?}, model {predicted:?}\n"));
        }
        let mut model: Vec<_> =
            prediction.notices.iter().map(|n| (n.sqlstate.to_owned(), n.message.clone())).collect();
        let mut server = said.notices.clone();
        if prediction.any_order {
            model.sort();
            server.sort();
        }
        // In what order objects of a schema are visited decides which notices come before an error.
        if model != server && !(prediction.any_order && predicted.is_some()) {
            wrong.push_str(&format!("  notices: server {server:?}, model {model:?}\n"));
        }
        wrong
    }

    async fn end(self) {
        self.client.batch_execute("RESET SESSION AUTHORIZATION; RESET ROLE").await.expect("RESET");
    }
}

async fn load(admin: &Client) -> View {
    View::new(Arc::new(rolescope::server::load::load(admin, |_| ()).await.expect("load")))
}
