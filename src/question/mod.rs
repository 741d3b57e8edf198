//! `why`, asked and answered in words: a role, a privilege and an object as the server reads them, and the answer as
//! JSON, CSV and text. Pure.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod ask;
mod csv;
mod json;
mod kinds;
mod mend;
mod object;
mod self_grant;
mod similar;
mod text;

pub use ask::{AskError, ask, ask_line};
pub use csv::{CSV_HEADER, csv_rows};
pub use json::json;
pub use mend::mend;
pub use self_grant::SelfGrant;
pub use text::{Line, Tone, all, heading, rest};

use crate::access::Access;
use crate::access::why::{Bounds, Question, Why};
use crate::cluster::View;
use jiff::Timestamp;

/// A question and all there is to say about it.
#[derive(Clone, PartialEq, Debug)]
pub struct Answered {
    /// What follows from the catalogs.
    pub why: Why,
    /// Statements that the role could run to get it, each predicted.
    pub self_grants: Vec<SelfGrant>,
}

/// Answers. `now` is for passwords that expire; none: nobody knows the time.
pub fn answer(view: &View, question: Question, now: Option<Timestamp>) -> Answered {
    let bounds = Bounds::default();
    let why = Access::new(view).why(question, now, bounds);
    let self_grants = self_grant::predicted(view, &why, bounds.list);
    Answered { why, self_grants }
}
