//! The programs of a seed, on servers side by side.

use crate::Options;
use crate::differential::state::Scope;
use crate::differential::tally::Disagreement;
use crate::differential::{place as server, programs};
use crate::place::Place;
use crate::report::Report;
use crate::servers::block_on;
use crate::shrink::{Least, shrink, shrink_end};
use crate::signature::{self, Signature};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Programs that one server runs before it makes room for the next.
const CHUNK: u64 = 40;

/// Some programs of one major.
struct Chunk {
    major: u16,
    programs: std::ops::Range<u64>,
}

/// Runs all, so many servers at a time; a report for each major.
pub fn all(options: &Options, seed: u64) -> Vec<Report> {
    let chunks = chunks(options);
    let run = Run { options, seed, shrunk: Mutex::default(), reports: Mutex::default() };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run.chunk(chunk);
                }
            });
        }
    });
    run.reports.into_inner().expect("nobody panics with it").into_values().collect()
}

/// The majors in turn, so that none comes last as a whole.
fn chunks(options: &Options) -> Vec<Chunk> {
    let programs = match options.program {
        Some(one) => one..one + 1,
        None => 0..options.statements.div_ceil(options.length),
    };
    let starts = (programs.start..programs.end).step_by(CHUNK as usize);
    let chunk = |start: u64, major| Chunk { major, programs: start..programs.end.min(start + CHUNK) };
    starts.flat_map(|start| options.majors.0.iter().map(move |major| chunk(start, *major))).collect()
}

/// What all threads share.
struct Run<'r> {
    options: &'r Options,
    seed: u64,
    /// What was shrunk already, on whatever major.
    shrunk: Mutex<BTreeSet<Signature>>,
    reports: Mutex<BTreeMap<u16, Report>>,
}

impl Run<'_> {
    /// A server that is gone, or a panic of the model, ends a program and not the run.
    fn chunk(&self, chunk: &Chunk) {
        let mut programs = chunk.programs.clone();
        while !programs.is_empty() {
            let mut at = programs.start;
            let rest = programs.clone();
            let ran = catch_unwind(AssertUnwindSafe(|| block_on(self.programs(chunk.major, rest, &mut at))));
            if let Err(panic) = ran {
                let words =
                    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "it panicked".to_owned());
                let statement = format!("(program {at})");
                let disagreement = Disagreement { statement, user: String::new(), wrong: words };
                let mut report = Report::new(chunk.major);
                report.found(at, &disagreement, None);
                self.add(report);
            }
            programs.start = at + 1;
        }
    }

    async fn programs(&self, major: u16, programs: std::ops::Range<u64>, at: &mut u64) {
        let own = server::start(major).await;
        for number in programs {
            *at = number;
            let place = Place { own: &own, major, seed: self.seed, number };
            let report = self.program(&place).await;
            self.add(report);
        }
    }

    fn add(&self, report: Report) {
        let mut reports = self.reports.lock().expect("nobody panics with it");
        reports.entry(report.major).or_insert_with(|| Report::new(report.major)).add(report);
    }

    async fn program(&self, place: &Place<'_>) -> Report {
        let mut report = Report::new(place.major);
        let mut rng = place.rng();
        let mut world = place.world(&mut rng);
        let mut program = place.begin(&world.database, &world.set_up, Scope::Near).await;
        let mut statements = Vec::new();
        let mut wrong = Vec::new();
        for _ in 0..self.options.length {
            let text = programs::statement(&mut rng, &world, &self.options.only);
            let user = program.user();
            let step = program.advance(&text).await;
            if self.options.verbose {
                println!("{} {user}: {text}: {:?}", place.major, step.said);
            }
            report.count(&text, &step);
            statements.push(text.clone());
            if !step.wrong.is_empty() {
                wrong.push((statements.len(), Disagreement { statement: text, user, wrong: step.wrong }));
            }
            world.roles = program.roles();
        }
        let end = program.end().await;
        place.clean(&world.database).await;
        for (at, disagreement) in wrong {
            let signature = signature::of(&disagreement);
            let least = match self.is_new(&signature) {
                true => shrink(place, &world, &statements[..at], signature).await,
                false => None,
            };
            self.tell(&mut report, place, &disagreement, least);
        }
        if !end.is_empty() {
            let statement = "(at the end of the program)".to_owned();
            let disagreement = Disagreement { statement, user: String::new(), wrong: end };
            let least = match self.is_new(&signature::of(&disagreement)) {
                true => shrink_end(place, &world, &statements).await,
                false => None,
            };
            self.tell(&mut report, place, &disagreement, least);
        }
        report
    }

    fn is_new(&self, signature: &Signature) -> bool {
        let mut shrunk = self.shrunk.lock().expect("nobody panics with it");
        shrunk.len() < self.options.show && shrunk.insert(signature.clone())
    }

    /// At once, for a run is long.
    fn tell(
        &self,
        report: &mut Report,
        place: &Place<'_>,
        disagreement: &Disagreement,
        least: Option<Least>,
    ) {
        if let Some(least) = &least {
            println!("PostgreSQL {}, --seed {} --program {}:\n{least}", place.major, self.seed, place.number);
        }
        report.found(place.number, disagreement, least);
    }
}
