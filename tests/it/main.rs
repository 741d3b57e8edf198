//! The integration tests: one program, so that it links once and its tests share their servers.

mod apply;
mod aws;
mod cli;
mod connecting;
mod demo;
#[allow(dead_code, reason = "the example of the same name uses more of it")]
mod differential;
mod effects;
mod explorer;
mod facts;
mod findings;
mod grammar;
mod grid;
mod harness;
mod house;
mod identity;
mod libpq;
mod life;
mod load;
mod passwords;
mod pty;
mod python;
mod random_programs;
mod removal;
mod secrets;
mod servers;
mod snapshot;
mod terminal;
mod why;

// Statements at random are drawn by the library's own unit tests' code, which names it so.
use rolescope::sql;
