//! One program of a seed on one server: it can be run from the start as often as one likes.

use crate::differential::place;
use crate::differential::program::Program;
use crate::differential::state::Scope;
use crate::differential::tally::Disagreement;
use crate::differential::world::{World, tolerant};
use rolescope::demo::Instance;

const SEARCH_PATH: &str = "s1, s2, public";

/// Where, and which.
pub struct Place<'p> {
    pub own: &'p Instance,
    pub major: u16,
    pub seed: u64,
    pub number: u64,
}

impl Place<'_> {
    /// The generator of this program alone.
    pub fn rng(&self) -> fastrand::Rng {
        // What is near in a seed must not be near in what comes of it.
        fastrand::Rng::with_seed(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(self.number))
    }

    /// Its cluster.
    pub fn world(&self, rng: &mut fastrand::Rng) -> World {
        World::random(rng, self.major, self.number)
    }

    /// A database for it, set up.
    pub async fn begin(&self, database: &str, set_up: &[String], scope: Scope) -> Program {
        let (first, _) = place::connect(self.own, "rdsadmin", "postgres").await;
        first.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
        Program::begin_looking_at(scope, self.own, database, self.major, set_up, SEARCH_PATH).await
    }

    /// The server as new.
    pub async fn clean(&self, database: &str) {
        place::clean(self.own, self.major, database).await;
    }

    /// Runs these statements from the start; every disagreement, with the statement's place.
    pub async fn replay(
        &self,
        database: &str,
        set_up: &[String],
        statements: &[String],
        scope: Scope,
    ) -> Vec<(usize, Disagreement)> {
        // Parts were taken from the set-up, which others may need.
        let set_up: Vec<String> = set_up.iter().map(|statement| tolerant(statement)).collect();
        let mut program = self.begin(database, &set_up, scope).await;
        let mut found = Vec::new();
        for (at, statement) in statements.iter().enumerate() {
            let user = program.user();
            let step = program.advance(statement).await;
            if !step.wrong.is_empty() {
                found.push((at, Disagreement { statement: statement.clone(), user, wrong: step.wrong }));
            }
        }
        drop(program);
        self.clean(database).await;
        found
    }
}
