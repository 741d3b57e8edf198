//! The rules of PostgreSQL's privilege system as programs can meet them, each with a sign by which it shows, so that a
//! run can tell which it never met.

mod memberships;
mod objects;
mod roles;

use crate::differential::program::Step;
use std::ops::RangeInclusive;

/// A rule, in which majors it holds, and how it shows.
pub struct Rule {
    /// Of the specification.
    pub section: &'static str,
    pub words: &'static str,
    pub majors: RangeInclusive<u16>,
    sign: Sign,
}

/// How a rule shows. Fragments are of messages, in whatever case the statement is written.
enum Sign {
    /// An error with this SQLSTATE whose message, detail or hint has the fragment.
    Error(&'static str, &'static str),
    /// A notice or warning with this SQLSTATE and fragment.
    Notice(&'static str, &'static str),
    /// A statement with all these fragments that is accepted.
    Accepted(&'static [&'static str]),
    /// The same, and an entry whose name starts like this is changed.
    Changes(&'static [&'static str], &'static str),
    /// The same, and nothing is changed.
    ChangesNothing(&'static [&'static str]),
}

use Sign::{Accepted, Changes, ChangesNothing, Error, Notice};

const ALL: RangeInclusive<u16> = 13..=18;
const OLD: RangeInclusive<u16> = 13..=15;
const NEW: RangeInclusive<u16> = 16..=18;

/// Every rule that holds in a major.
pub fn of(major: u16) -> impl Iterator<Item = &'static Rule> {
    let all = objects::RULES.iter().chain(memberships::RULES).chain(roles::RULES);
    all.filter(move |rule| rule.majors.contains(&major))
}

impl Rule {
    /// Does this step show it?
    pub fn shows(&self, statement: &str, step: &Step) -> bool {
        let said = &step.said;
        let has = |text: &Option<String>, part: &str| text.as_deref().is_some_and(|text| text.contains(part));
        let accepted =
            |parts: &[&str]| said.sqlstate.is_none() && parts.iter().all(|part| statement.contains(part));
        match self.sign {
            Error(sqlstate, part) => {
                said.sqlstate.as_deref() == Some(sqlstate)
                    && [&said.message, &said.detail, &said.hint].into_iter().any(|text| has(text, part))
            }
            Notice(sqlstate, part) => {
                said.notices.iter().any(|told| told.sqlstate == sqlstate && told.message.contains(part))
            }
            Accepted(parts) => accepted(parts),
            Changes(parts, entry) => {
                accepted(parts) && step.changed.iter().any(|changed| changed.starts_with(entry))
            }
            ChangesNothing(parts) => accepted(parts) && step.changed.is_empty(),
        }
    }
}
