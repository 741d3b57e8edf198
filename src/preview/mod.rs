//! What changes mean: who gains, who loses, what stays, warnings, risk, the undo. Pure.
//!
//! The explorer, `plan` and `apply` all ask the one [`Planner`].
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod effect;
mod plan;
pub mod report;
mod risk;
mod step;
mod undo;
mod warnings;

pub use effect::in_universe;
pub use plan::{OnError, Passwords, Plan, PlanOptions, Planner};
pub use step::{Counts, Effect, EffectRow, NoUndo, Risk, Step, Undo, Verdict, Warning};
