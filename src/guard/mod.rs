//! Protected roles: nothing that names or changes them gets past. Pure.
//!
//! The guard is asked about a statement before it is predicted, about the changes and the session that the
//! prediction gives, and once more about what the server really changed.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod block;
mod changes;
mod protected;
mod reach;
mod statement;
#[cfg(test)]
mod tests;

pub use block::{Block, Rule};
pub use changes::check_changes;
pub use protected::{ALWAYS, DEFAULT, Protected};
pub use statement::{check_session, check_statement};
