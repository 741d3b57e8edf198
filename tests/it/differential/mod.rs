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

/// Where the randomness of a test starts: `ROLESCOPE_SEED`, else the same place in every run, so that a run judges the
/// change and not its luck. Whoever looks for what nobody has met yet gives another seed, or runs the example.
pub fn seed() -> u64 {
    number("ROLESCOPE_SEED").unwrap_or(20_261_127)
}
