//! Random clusters and random programs of privilege statements on real servers: predicted first, then run, and compared
//! in every error, notice and catalog entry. A disagreement is shrunk to a program as short as can be.
//!
//! `cargo run --release --example differential -- --majors 13..18 --statements 20000 --seed 7`

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/differential/mod.rs"]
mod differential;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/servers.rs"]
mod servers;

mod place;
mod report;
mod rules;
mod run;
mod shrink;
mod signature;

use clap::Parser;
use differential::programs::Family;
use std::process::ExitCode;

/// What to run.
#[derive(Parser, Clone, Debug)]
struct Options {
    /// Majors: `13..18`, or `13,16,18`.
    #[arg(long, default_value = "13..18", value_parser = majors)]
    majors: Majors,
    /// Statements a major.
    #[arg(long, default_value_t = 2000)]
    statements: u64,
    /// Where randomness starts; another seed, other programs.
    #[arg(long)]
    seed: Option<u64>,
    /// Only the program of this number, out of those that the seed gives.
    #[arg(long)]
    program: Option<u64>,
    /// Statements a program.
    #[arg(long, default_value_t = 200)]
    length: u64,
    /// Only statements of these families.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Family>,
    /// Servers at a time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Print each statement and what the server said.
    #[arg(long)]
    verbose: bool,
    /// Distinct disagreements to shrink and show, for each major.
    #[arg(long, default_value_t = 10)]
    show: usize,
}

#[derive(Clone, Debug)]
struct Majors(Vec<u16>);

fn majors(text: &str) -> Result<Majors, String> {
    let number = |text: &str| text.trim().parse::<u16>().map_err(|e| format!("{text}: {e}"));
    let wanted = match text.split_once("..") {
        Some((first, last)) => (number(first)?..=number(last.trim_start_matches('='))?).collect(),
        None => text.split(',').map(number).collect::<Result<Vec<_>, _>>()?,
    };
    match wanted.iter().find(|major| !servers::MAJORS.contains(major)) {
        Some(major) => Err(format!("PostgreSQL {major} is not among {:?}", servers::MAJORS)),
        None => Ok(Majors(wanted)),
    }
}

fn main() -> ExitCode {
    let mut options = Options::parse();
    let seed = *options.seed.get_or_insert_with(|| fastrand::u64(..1_000_000));
    println!("--seed {seed}");
    let reports = run::all(&options, seed);
    for report in &reports {
        println!("{report}");
    }
    match reports.iter().all(report::Report::agrees) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
