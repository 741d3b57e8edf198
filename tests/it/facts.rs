//! SEMANTICS, sections 1 to 5: each tricky fact by its name, predicted first and then tried on real servers.
//!
//! `%` in a name stands for the fact's own number (`_7`), since roles are shared by a whole server. Every statement's error,
//! notices and every ACL and membership afterwards are compared with the prediction; what is written here is what the
//! server is known to answer.

mod columns;
mod defaults;
mod drop_owned;
mod drops;
mod effective;
mod event_triggers;
mod grantors;
mod grants;
mod kinds;
mod memberships;
mod names;
mod owners;
mod roles;
mod settings;

use crate::differential::place;
use crate::differential::program::Program;
use crate::differential::tally::Tally;
use crate::servers::block_on;

/// A fact: what is set up as superuser, then the statements with the server's answer, and an ACL in the end.
pub struct Fact {
    pub name: &'static str,
    pub majors: std::ops::RangeInclusive<u16>,
    pub set_up: &'static str,
    /// A statement, and `ok`, the error's SQLSTATE, or the SQLSTATEs of its notices.
    pub steps: &'static [(&'static str, &'static str)],
    /// A query for a text, and what it gives.
    pub ends: &'static [(&'static str, &'static str)],
}

/// Runs the facts of one file on every major.
pub fn hold(facts: &'static [Fact]) {
    crate::servers::for_each_major(|server| block_on(hold_on(server.major, facts)));
}

async fn hold_on(major: u16, facts: &'static [Fact]) {
    let own = place::start(major).await;
    let mut wrong = Vec::new();
    let mut held = 0;
    for (number, fact) in facts.iter().enumerate().filter(|(_, f)| f.majors.contains(&major)) {
        held += 1;
        wrong.extend(fact.on(&own, major, number).await.into_iter().map(|w| format!("{}\n  {w}", fact.name)));
    }
    assert!(wrong.is_empty(), "PostgreSQL {major}:\n{}", wrong.join("\n"));
    assert!(held > 0, "PostgreSQL {major}: no fact tried");
}

impl Fact {
    /// Tries it in a database of its own; what is not as it should be.
    async fn on(&self, own: &rolescope::demo::Instance, major: u16, number: usize) -> Vec<String> {
        let text = |sql: &str| sql.replace('%', &format!("_{number}"));
        let (admin, _) = place::connect(own, "rdsadmin", "postgres").await;
        let database = text("fact%");
        admin.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
        let mut program = Program::begin(own, &database, major, &[text(self.set_up)], "public").await;
        let mut wrong = Vec::new();
        for (statement, expected) in self.steps {
            let mut tally = Tally::default();
            let said = program.step(&text(statement), &mut tally).await;
            wrong.extend(tally.disagreements.iter().map(ToString::to_string));
            wrong
                .extend(tally.unsupported.keys().map(|reason| format!("{statement}: unsupported: {reason}")));
            if said.in_short() != *expected {
                wrong.push(format!("{statement}: expected {expected}, the server says {said:?}"));
            }
        }
        for (query, expected) in self.ends {
            let row = program
                .admin()
                .query_one(&text(query), &[])
                .await
                .unwrap_or_else(|e| panic!("{query}: {e:?}"));
            let found: Option<String> = row.get(0);
            let found = found.as_deref().unwrap_or("NULL");
            if found != text(expected) {
                wrong.push(format!("{query}: expected {}, found {found}", text(expected)));
            }
        }
        wrong
    }
}
