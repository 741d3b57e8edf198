//! Effective privileges of a role on an object, and every path that gives them. Pure.
//!
//! The questions are PostgreSQL's own (acl.c, aclchk.c), asked of a [`View`](crate::cluster::View).
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod effective;
mod grid;
mod membership;
mod next;
mod universe;
mod via;
pub mod why;

pub use effective::{Held, has_no_effect_of_its_own};
pub use grid::{Answer, Answering, Asked, Count, Grid, How, Unit};
pub use membership::{Access, Mode};
pub use next::{WITH_DEFAULTS, acl_of_next};
pub use universe::Universe;
pub use via::{By, Source, Via};
