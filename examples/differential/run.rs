//! The programs of a seed, on servers side by side.

use crate::Options;
use crate::differential::program::Step;
use crate::differential::state::Scope;
use crate::differential::tally::Disagreement;
use crate::differential::world::World;
use crate::differential::{Program, place, programs};
use crate::report::Report;
use crate::servers::block_on;
use rolescope::demo::Instance;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Programs that one server runs before it makes room for the next.
const CHUNK: u64 = 40;
const SEARCH_PATH: &str = "s1, s2, public";

/// Some programs of one major.
struct Chunk {
    major: u16,
    programs: std::ops::Range<u64>,
}

/// Runs all, so many servers at a time; a report for each major.
pub fn all(options: &Options, seed: u64) -> Vec<Report> {
    let chunks = chunks(options);
    let (next, reports) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<u16, Report>::new()));
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let report = block_on(run(options, seed, chunk));
                    let mut reports = reports.lock().expect("nobody panics with it");
                    reports.entry(chunk.major).or_insert_with(|| Report::new(chunk.major)).add(report);
                }
            });
        }
    });
    reports.into_inner().expect("nobody panics with it").into_values().collect()
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

async fn run(options: &Options, seed: u64, chunk: &Chunk) -> Report {
    let own = place::start(chunk.major).await;
    let mut report = Report::new(chunk.major);
    for number in chunk.programs.clone() {
        let mut place = Place { own: &own, options, major: chunk.major, seed, number };
        place.program(&mut report).await;
    }
    report
}

/// One program of the seed.
pub struct Place<'p> {
    own: &'p Instance,
    options: &'p Options,
    major: u16,
    seed: u64,
    number: u64,
}

impl Place<'_> {
    fn world(&self, rng: &mut fastrand::Rng) -> World {
        World::random(rng, self.major, self.number)
    }

    fn rng(&self) -> fastrand::Rng {
        // What is near in a seed must not be near in what comes of it.
        fastrand::Rng::with_seed(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(self.number))
    }

    async fn begin(&self, world: &World) -> Program {
        let (first, _) = place::connect(self.own, "rdsadmin", "postgres").await;
        let create = format!("CREATE DATABASE {}", world.database);
        first.batch_execute(&create).await.expect("CREATE DATABASE");
        Program::begin_looking_at(
            Scope::Near,
            self.own,
            &world.database,
            self.major,
            &world.set_up,
            SEARCH_PATH,
        )
        .await
    }

    async fn program(&mut self, report: &mut Report) {
        let mut rng = self.rng();
        let mut world = self.world(&mut rng);
        let mut program = self.begin(&world).await;
        for _ in 0..self.options.length {
            let text = programs::statement(&mut rng, &world, &self.options.only);
            let user = program.user();
            let step = program.advance(&text).await;
            if self.options.verbose {
                println!("{} {user}: {text}: {:?}", self.major, step.said);
            }
            report.count(&text, &step);
            if let Step { unsupported: None, wrong, .. } = &step
                && !wrong.is_empty()
            {
                let disagreement = Disagreement { statement: text, user, wrong: wrong.clone() };
                report.found(self.number, disagreement);
            }
            world.roles = program.roles();
        }
        let wrong = program.end().await;
        if !wrong.is_empty() {
            let statement = "(at the end of the program)".to_owned();
            report.found(self.number, Disagreement { statement, user: String::new(), wrong });
        }
        place::clean(self.own, self.major, &world.database).await;
    }
}
