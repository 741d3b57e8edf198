//! What came of a major's programs.

use crate::differential::program::Step;
use crate::differential::tally::{Disagreement, Tally};
use crate::rules;
use crate::shrink::Least;
use crate::signature::{self, Signature};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Of one major.
pub struct Report {
    pub major: u16,
    tally: Tally,
    found: BTreeMap<Signature, Found>,
    /// Which rules were not met yet, by their place.
    unmet: BTreeSet<usize>,
}

/// Disagreements of one kind.
struct Found {
    count: usize,
    /// The first program that has one.
    program: u64,
    first: Disagreement,
    least: Option<Least>,
}

impl Report {
    pub fn new(major: u16) -> Report {
        Report {
            major,
            tally: Tally::default(),
            found: BTreeMap::new(),
            unmet: (0..rules::of(major).count()).collect(),
        }
    }

    pub fn agrees(&self) -> bool {
        self.found.is_empty()
    }

    pub fn count(&mut self, statement: &str, step: &Step) {
        self.tally.count_step(step);
        // Tens of thousands of statements: what was met is not asked for again.
        let unmet = std::mem::take(&mut self.unmet);
        let rules: Vec<_> = rules::of(self.major).collect();
        self.unmet = unmet.into_iter().filter(|at| !rules[*at].shows(statement, step)).collect();
    }

    pub fn found(&mut self, program: u64, disagreement: &Disagreement, least: Option<Least>) {
        let found = Found { count: 1, program, first: disagreement.clone(), least };
        self.put(signature::of(disagreement), found);
    }

    fn put(&mut self, signature: Signature, new: Found) {
        match self.found.get_mut(&signature) {
            None => drop(self.found.insert(signature, new)),
            Some(found) => {
                found.count += new.count;
                found.least = found.least.take().or(new.least);
            }
        }
    }

    pub fn add(&mut self, other: Report) {
        self.tally.add(other.tally);
        self.unmet.retain(|rule| other.unmet.contains(rule));
        other.found.into_iter().for_each(|(signature, found)| self.put(signature, found));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { major, tally, found, unmet } = self;
        let disagreements: usize = found.values().map(|found| found.count).sum();
        writeln!(f, "PostgreSQL {major}: {tally}, {disagreements} disagreements of {} kinds", found.len())?;
        list(f, "unsupported", &tally.unsupported)?;
        list(f, "error paths", &tally.errors)?;
        list(f, "notice paths", &tally.notices)?;
        writeln!(f, "  rules never exercised: {} of {}", unmet.len(), rules::of(*major).count())?;
        for (_, rule) in rules::of(*major).enumerate().filter(|(at, _)| unmet.contains(at)) {
            writeln!(f, "           {} {}", rule.section, rule.words)?;
        }
        for (signature, Found { count, program, first, least }) in found {
            writeln!(f, "  {count} times, first in program {program}: {signature}")?;
            match least {
                Some(least) => writeln!(f, "{least}")?,
                None => writeln!(f, "{first}")?,
            }
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, counts: &BTreeMap<String, usize>) -> fmt::Result {
    writeln!(f, "  {title}: {}", counts.len())?;
    counts.iter().try_for_each(|(what, count)| writeln!(f, "  {count:>7}  {what}"))
}
