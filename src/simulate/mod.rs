//! What the server would do: a statement, a session and a cluster give changes and notices, or the error. Pure.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod outcome;
mod session;

pub use outcome::{Certainty, Notice, Outcome, Prediction, ServerError, Severity, Unsupported};
pub use session::Session;
