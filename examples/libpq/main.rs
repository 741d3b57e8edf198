//! Settings at random, resolved by us and by libpq, until the time is up; what they disagree on is shrunk and shown:
//! `cargo run --release --example libpq -- --seconds 60 --seed 1`.

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/libpq/case.rs"]
mod case;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/libpq/judge.rs"]
mod judge;
#[path = "../../tests/it/libpq/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use case::{Agreed, Case, Place};
use clap::Parser;
use judge::Judge;

/// What to do.
#[derive(Parser)]
struct Arguments {
    /// How long to go on.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the random numbers start.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Disagreements to shrink and show.
    #[arg(long, default_value_t = 10)]
    show: usize,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (place, mut judge) = (Place::new(), Judge::start());
    let end = Instant::now() + Duration::from_secs(arguments.seconds);
    let mut cases = 0;
    let mut tally: BTreeMap<Agreed, u64> = BTreeMap::new();
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    while Instant::now() < end && found.len() < arguments.show {
        let seed = arguments.seed.wrapping_add(cases);
        let case = random::case(&mut fastrand::Rng::with_seed(seed));
        cases += 1;
        let words = match case.compare(&place, &mut judge) {
            Ok(agreed) => {
                *tally.entry(agreed).or_default() += 1;
                continue;
            }
            Err(words) => words,
        };
        let kind = kind_of(&words);
        if !found.contains_key(&kind) {
            let (case, words) = shrunk(case, words, &place, &mut judge);
            println!("--seed {seed}: {words}\n{case:#?}");
        }
        *found.entry(kind).or_default() += 1;
    }
    println!(
        "{cases} cases from --seed {}, {} disagreements: {found:#?}\n{tally:?}",
        arguments.seed,
        found.values().sum::<u64>()
    );
    if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a disagreement is about: its words without what is quoted.
fn kind_of(words: &str) -> String {
    words.split('"').step_by(2).collect::<Vec<_>>().join("_").chars().take(60).collect()
}

/// The least that the two still disagree on in the same way.
fn shrunk(mut case: Case, mut words: String, place: &Place, judge: &mut Judge) -> (Case, String) {
    let kind = kind_of(&words);
    loop {
        let smaller = smaller(&case).into_iter().find_map(|smaller| {
            let words = smaller.compare(place, judge).err()?;
            (kind_of(&words) == kind).then_some((smaller, words))
        });
        match smaller {
            Some(smaller) => (case, words) = smaller,
            None => return (case, words),
        }
    }
}

/// The case with one thing less.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    let mut without = |change: &dyn Fn(&mut Case)| {
        let mut smaller = case.clone();
        change(&mut smaller);
        all.push(smaller);
    };
    if case.host.is_some() {
        without(&|case| case.host = None);
    }
    if case.port.is_some() {
        without(&|case| case.port = None);
    }
    if case.user.is_some() {
        without(&|case| case.user = None);
    }
    for name in case.vars.keys() {
        without(&|case| drop(case.vars.remove(name)));
    }
    for at in 0..case.files.len() {
        without(&|case| drop(case.files.remove(at)));
        for shorter in shorter(&case.files[at].text) {
            without(&|case| case.files[at].text = shorter.clone());
        }
    }
    for shorter in case.connection.iter().flat_map(|text| shorter(text)) {
        without(&|case| case.connection = Some(shorter.clone()));
    }
    all
}

/// The text without one piece of it, long pieces first.
fn shorter(text: &str) -> Vec<String> {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let lengths = [64, 16, 4, 1].into_iter().filter(|length| *length < places.len());
    lengths
        .flat_map(|length| places.windows(length + 1))
        .map(|window| format!("{}{}", &text[..window[0]], &text[window[window.len() - 1]..]))
        .collect()
}
