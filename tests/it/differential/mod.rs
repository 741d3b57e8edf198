//! The model against the servers: random programs of privilege statements, predicted first, then run, and every
//! error, notice and catalog entry compared. `random_programs` does a few in each test run, the example `differential`
//! as many as one likes.

pub mod place;
pub mod program;
pub mod programs;
pub mod said;
pub mod state;
pub mod tally;
pub mod world;

/// A number out of the environment.
pub fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// A seed that was not used before.
pub fn seed_of_now() -> u64 {
    let since =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock after 1970");
    since.as_secs()
}
