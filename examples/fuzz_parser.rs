//! Looks for texts that make the parser panic, lose text or take more than linear time:
//! `cargo run --release --example fuzz_parser -- --seconds 60 --seed 1`.
//!
//! First it doubles long inputs of every shape and prints how much longer each takes; then it mutates valid statements
//! until the time is up. A panic ends it, after the text that caused it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use rolescope::sql::{Options, Statement, parse_script, print};

#[path = "../src/sql/tests/mutants.rs"]
mod mutants;

/// What the fuzzer is told.
#[derive(Parser)]
struct Arguments {
    /// How long to go on.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the random numbers start.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    double();
    println!("fuzzing for {} s with --seed {}", arguments.seconds, arguments.seed);
    let mut rng = fastrand::Rng::with_seed(arguments.seed);
    let end = Instant::now() + Duration::from_secs(arguments.seconds);
    let (mut texts, mut bytes, mut understood) = (0u64, 0u64, 0u64);
    while Instant::now() < end {
        let text = mutants::text(&mut rng);
        let options = Options { major: rng.u16(13..=18), standard_conforming_strings: rng.u8(..5) > 0 };
        match catch_unwind(AssertUnwindSafe(|| check(&text, &options))) {
            Ok(statements) => understood += statements,
            Err(_) => {
                println!("{options:?}\n{text:?}");
                return ExitCode::FAILURE;
            }
        }
        texts += 1;
        bytes += text.len() as u64;
    }
    println!("{texts} texts, {bytes} bytes, {understood} statements understood; no panic");
    ExitCode::SUCCESS
}

/// What holds for every text; how many statements were understood.
fn check(text: &str, options: &Options) -> u64 {
    let mut understood = 0;
    let mut at = 0;
    for parsed in parse_script(text, options) {
        assert!(parsed.offset >= at, "statements overlap");
        at = parsed.offset + parsed.text.len();
        assert_eq!(
            text.get(parsed.offset..at),
            Some(parsed.text.as_str()),
            "a statement is no piece of the text"
        );
        match &parsed.result {
            Ok(Statement::Unsupported(_)) => {}
            Ok(statement) => {
                understood += 1;
                let printed = print(statement, options.major);
                let again = parse_script(&printed, options);
                assert_eq!(again.len(), 1, "{printed}");
                assert_eq!(again[0].result.as_ref(), Ok(statement), "{printed}");
            }
            Err(error) => {
                let characters = parsed.text.chars().count();
                assert!(error.position.is_none_or(|position| position <= characters), "{error:?}");
            }
        }
    }
    understood
}

/// The time each long input takes, and how many times that twice the input takes.
fn double() {
    for (name, make) in mutants::SHAPES {
        let time = |bytes| {
            let text = make(bytes);
            let times = (0..3).map(|_| {
                let start = Instant::now();
                parse_script(&text, &Options::new(18));
                start.elapsed()
            });
            times.min().unwrap_or_default()
        };
        let (once, twice) = (time(mutants::LONG), time(2 * mutants::LONG));
        let ratio = twice.as_secs_f64() / once.as_secs_f64();
        println!("{name:32} {:8.1} ms, twice as long {ratio:4.1} times", once.as_secs_f64() * 1e3);
    }
}
