//! What came of a major's programs.

use crate::differential::program::Step;
use crate::differential::tally::{Disagreement, Tally};
use std::collections::BTreeMap;
use std::fmt;

/// Of one major.
pub struct Report {
    major: u16,
    tally: Tally,
    /// The programs that disagreements are from, in step with those of the tally.
    programs: Vec<u64>,
}

impl Report {
    pub fn new(major: u16) -> Report {
        Report { major, tally: Tally::default(), programs: Vec::new() }
    }

    pub fn agrees(&self) -> bool {
        self.tally.disagreements.is_empty()
    }

    pub fn count(&mut self, _statement: &str, step: &Step) {
        self.tally.count_step(step);
    }

    pub fn found(&mut self, program: u64, disagreement: Disagreement) {
        self.programs.push(program);
        self.tally.disagreements.push(disagreement);
    }

    pub fn add(&mut self, other: Report) {
        self.tally.add(other.tally);
        self.programs.extend(other.programs);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "PostgreSQL {}: {}", self.major, self.tally)?;
        list(f, "unsupported", &self.tally.unsupported)?;
        list(f, "error paths", &self.tally.errors)?;
        list(f, "notice paths", &self.tally.notices)?;
        for (program, disagreement) in self.programs.iter().zip(&self.tally.disagreements) {
            writeln!(f, "program {program}: {disagreement}")?;
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, counts: &BTreeMap<String, usize>) -> fmt::Result {
    writeln!(f, "  {title}: {}", counts.len())?;
    counts.iter().try_for_each(|(what, count)| writeln!(f, "  {count:>7}  {what}"))
}
