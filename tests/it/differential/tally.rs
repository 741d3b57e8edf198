//! What came of the statements of many programs.

use super::program::Step;
use super::said::Said;
use std::collections::BTreeMap;

/// Counts, and what was wrong.
#[derive(Default)]
pub struct Tally {
    pub statements: usize,
    pub changed: usize,
    /// By the reason.
    pub unsupported: BTreeMap<String, usize>,
    /// By SQLSTATE and message, names and numbers left out.
    pub errors: BTreeMap<String, usize>,
    pub notices: BTreeMap<String, usize>,
    pub disagreements: Vec<Disagreement>,
}

/// A statement of which the model and the server think differently.
#[derive(Clone, Debug)]
pub struct Disagreement {
    pub statement: String,
    /// As whom.
    pub user: String,
    /// What the server does, and what the model.
    pub wrong: String,
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n  as {}\n{}", self.statement, self.user, self.wrong)
    }
}

impl Tally {
    /// Counts a statement.
    pub fn count_step(&mut self, step: &Step) {
        self.statements += 1;
        self.changed += usize::from(!step.changed.is_empty());
        if let Some(reason) = &step.unsupported {
            *self.unsupported.entry(reason.clone()).or_default() += 1;
        }
        self.count_said(&step.said);
    }

    fn count_said(&mut self, said: &Said) {
        if let (Some(sqlstate), Some(message)) = (&said.sqlstate, &said.message) {
            let detail =
                said.detail.as_deref().map(|detail| format!(" | {}", path(detail))).unwrap_or_default();
            *self.errors.entry(format!("{sqlstate} {}{detail}", path(message))).or_default() += 1;
        }
        for told in &said.notices {
            *self.notices.entry(format!("{} {}", told.sqlstate, path(&told.message))).or_default() += 1;
        }
    }

    /// Adds what another came to.
    pub fn add(&mut self, other: Tally) {
        self.statements += other.statements;
        self.changed += other.changed;
        for (mine, others) in [
            (&mut self.unsupported, other.unsupported),
            (&mut self.errors, other.errors),
            (&mut self.notices, other.notices),
        ] {
            for (key, count) in others {
                *mine.entry(key).or_default() += count;
            }
        }
    }

    /// Statements that ended with an error.
    pub fn failed(&self) -> usize {
        self.errors.values().sum()
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unsupported: usize = self.unsupported.values().sum();
        write!(
            f,
            "{} statements, {} changed something, {} errors, {unsupported} unsupported",
            self.statements,
            self.changed,
            self.failed()
        )
    }
}

/// A message without what is particular to one cluster: quoted names become `%`, numbers `#`, lists end at the first.
pub fn path(message: &str) -> String {
    let mut out = String::new();
    let mut characters = message.lines().next().unwrap_or_default().chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' => {
                // Up to the last quote that could end the name: names have quotes in them.
                while characters.next_if(|c| *c != '"').is_some() {}
                characters.next();
                out.push('%');
            }
            c if c.is_ascii_digit() => {
                while characters.next_if(char::is_ascii_digit).is_some() {}
                out.push('#');
            }
            c => out.push(c),
        }
    }
    out
}
