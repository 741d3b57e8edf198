//! The least program that still shows a disagreement: statements are taken away in ever smaller parts, then those of
//! the set-up.

use crate::differential::state::Scope;
use crate::differential::tally::Disagreement;
use crate::differential::world::World;
use crate::place::Place;
use crate::signature::{self, Signature};

/// How often a program may be run again for one disagreement.
const PATIENCE: usize = 220;

/// A disagreement, and what it takes to see it.
pub struct Least {
    pub set_up: Vec<String>,
    /// The last is the one that is predicted wrongly.
    pub statements: Vec<String>,
    pub disagreement: Disagreement,
}

/// What is being looked for, and where.
struct Search<'s> {
    place: &'s Place<'s>,
    database: &'s str,
    scope: Scope,
    wanted: Signature,
    runs: usize,
    found: Option<Disagreement>,
}

/// Shrinks a program whose last statement is predicted wrongly. None where it does not happen again.
pub async fn shrink(
    place: &Place<'_>,
    world: &World,
    statements: &[String],
    wanted: Signature,
) -> Option<Least> {
    let database = &*world.database;
    let mut search = Search { place, database, scope: Scope::Near, wanted, runs: 0, found: None };
    if !search.shows(&world.set_up, statements).await {
        return None;
    }
    Some(search.least(&world.set_up, statements).await)
}

/// Shrinks a program after which something differs that is not looked at after each statement.
pub async fn shrink_end(place: &Place<'_>, world: &World, statements: &[String]) -> Option<Least> {
    let database = &*world.database;
    let found = place.replay(database, &world.set_up, statements, Scope::Everything).await;
    let (at, first) = found.first()?;
    let wanted = signature::of(first);
    let mut search = Search { place, database, scope: Scope::Everything, wanted, runs: 0, found: None };
    Some(search.least(&world.set_up, &statements[..=*at]).await)
}

impl Search<'_> {
    async fn least(&mut self, set_up: &[String], statements: &[String]) -> Least {
        let (last, before) = statements.split_last().expect("the statement that is predicted wrongly");
        let mut before = before.to_vec();
        let mut size = before.len().div_ceil(2);
        while size > 0 && self.runs < PATIENCE {
            before = self.without_parts(before, size, Part::Program(set_up, last)).await;
            size /= 2;
        }
        before.push(last.clone());
        let mut set_up = set_up.to_vec();
        let mut size = set_up.len().div_ceil(2);
        while size > 0 && self.runs < PATIENCE * 2 {
            set_up = self.without_parts(set_up, size, Part::SetUp(&before)).await;
            size /= 2;
        }
        let unseen = || Disagreement { statement: last.clone(), user: String::new(), wrong: String::new() };
        Least { set_up, statements: before, disagreement: self.found.take().unwrap_or_else(unseen) }
    }

    /// Without every part of that size that is not needed, the last first.
    async fn without_parts(&mut self, mut all: Vec<String>, size: usize, part: Part<'_>) -> Vec<String> {
        let mut end = all.len();
        while end > 0 && self.runs < PATIENCE * 2 {
            let start = end.saturating_sub(size);
            let fewer = [&all[..start], &all[end..]].concat();
            let shows = match part {
                Part::Program(set_up, last) => {
                    self.shows(set_up, &[&fewer[..], std::slice::from_ref(last)].concat()).await
                }
                Part::SetUp(statements) => self.shows(&fewer, statements).await,
            };
            if shows {
                all = fewer;
            }
            end = start;
        }
        all
    }

    /// Does the last statement still show what is looked for?
    async fn shows(&mut self, set_up: &[String], statements: &[String]) -> bool {
        self.runs += 1;
        let found = self.place.replay(self.database, set_up, statements, self.scope).await;
        let last = found.into_iter().find(|(at, _)| at + 1 == statements.len());
        match last {
            Some((_, disagreement)) if signature::of(&disagreement) == self.wanted => {
                self.found = Some(disagreement);
                true
            }
            _ => false,
        }
    }
}

/// What parts are taken from, and what stays as it is.
#[derive(Clone, Copy)]
enum Part<'p> {
    Program(&'p [String], &'p String),
    SetUp(&'p [String]),
}

impl std::fmt::Display for Least {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.set_up.iter().try_for_each(|statement| writeln!(f, "  {statement};"))?;
        writeln!(f, "  --")?;
        self.statements.iter().try_for_each(|statement| writeln!(f, "  {statement};"))?;
        write!(f, "  as {}\n{}", self.disagreement.user, self.disagreement.wrong)
    }
}
