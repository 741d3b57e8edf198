//! What was applied in this session.

use super::line::undo_script;
use crate::preview::Plan;
use jiff::civil::DateTime;

/// One applied plan.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// When it was committed, or when its fate was lost.
    pub at: DateTime,
    /// Its statements, passwords masked.
    pub statements: Vec<String>,
    /// The statements that take it back; or why there are none.
    pub undo: Result<Vec<String>, String>,
    /// How many entries were read back; none: nobody knows whether it was committed.
    pub read_back: Option<usize>,
    /// What could not be read back.
    pub unverified: Vec<String>,
}

impl Entry {
    /// For a plan.
    pub fn new(plan: &Plan, at: DateTime, read_back: Option<usize>, unverified: Vec<String>) -> Entry {
        let statements = plan.steps.iter().map(|s| s.masked.clone()).collect();
        Entry { at, statements, undo: undo_script(plan), read_back, unverified }
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
            Ok(script) => facts.extend(script.iter().map(|s| format!("undo: {s};"))),
            Err(why) => facts.push(format!("no undo: {why}")),
        }
        facts
    }
}
