//! What was applied in this session.

use crate::cluster::Oid;
use crate::preview::{Plan, Planner, Undo};
use jiff::civil::DateTime;

/// One applied plan.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The database it was applied in.
    pub database: Oid,
    /// When it was committed, or when its fate was lost.
    pub at: DateTime,
    /// Its statements, passwords masked.
    pub statements: Vec<String>,
    /// The statements that take it back; or why there are none.
    pub undo: Result<Undo, String>,
    /// How many entries were read back; none: nobody knows whether it was committed.
    pub read_back: Option<usize>,
    /// What could not be read back.
    pub unverified: Vec<String>,
}

impl Entry {
    /// For a plan.
    pub fn new(
        planner: Option<&Planner>,
        plan: &Plan,
        at: DateTime,
        read_back: Option<usize>,
        unverified: Vec<String>,
    ) -> Entry {
        let statements = plan.steps.iter().map(|s| s.masked.clone()).collect();
        let undo = match planner.map(|planner| planner.undo(plan)) {
            Some(Ok(undo)) if undo.statements.is_empty() => {
                Err(undo.differs.unwrap_or_else(|| "It changed nothing.".to_owned()))
            }
            Some(undo) => undo.map_err(|no| no.reason),
            None => Err("Nothing is loaded.".to_owned()),
        };
        Entry { database: plan.after.base().database, at, statements, undo, read_back, unverified }
    }

    /// What the pane says of it.
    pub fn facts(&self) -> Vec<String> {
        let at = self.at.strftime("%H:%M:%S");
        let mut facts = vec![match self.read_back {
            Some(1) => format!("committed at {at}, 1 entry read back as previewed"),
            Some(n) => format!("committed at {at}, {n} entries read back as previewed"),
            None => format!("sent at {at}; whether it was committed is not known"),
        }];
        facts.extend(self.unverified.iter().map(|what| format!("not verified: {what}")));
        facts.push(String::new());
        facts.extend(self.statements.iter().map(|s| format!("{s};")));
        facts.push(String::new());
        match &self.undo {
            Ok(undo) => {
                facts.extend(undo.statements.iter().map(|s| format!("undo: {s};")));
                facts.extend(undo.differs.clone());
            }
            Err(why) => facts.push(format!("no undo: {why}")),
        }
        facts
    }
}
