//! What is asked for, and whether it may be done at all.

use super::error::{ApplyError, Refusal};
use crate::cluster::Change;
use crate::preview::{Plan, PlanOptions, Step, Verdict};
use crate::server::journal::Journal;
use crate::simulate::Certainty;
use jiff::Timestamp;
use std::time::Duration;

/// How to apply.
pub struct ApplyOptions<'a> {
    /// Give up waiting for a lock; zero never does.
    pub lock_timeout: Duration,
    /// Cancel any statement that runs for longer; zero never does.
    pub statement_timeout: Duration,
    /// How long to ask for the fate of a COMMIT whose answer was lost.
    pub resolve_timeout: Duration,
    /// Refuse to apply anything.
    pub read_only: bool,
    /// How the plan was made; it is made again if roles or memberships have changed meanwhile.
    pub plan: PlanOptions,
    /// Where to write down what is about to be committed.
    pub journal: &'a Journal,
    /// The time now.
    pub clock: &'a (dyn Fn() -> Timestamp + Send + Sync),
    /// Told how far it has come.
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Opening a connection of its own.
    Connecting,
    /// Reading again what the preview was computed from.
    Checking,
    /// Running a statement.
    Running {
        /// Which, from 0.
        step: usize,
        /// Of how many.
        of: usize,
    },
    /// Reading back and comparing.
    Verifying,
    /// The journal is on disk, and COMMIT is next to be sent.
    Committing,
    /// The connection was lost during COMMIT: asking the server what became of it.
    Resolving,
}

/// Whether a plan may be sent at all. Not one byte of it reaches the server if not.
pub(super) fn check(plan: &Plan, options: &ApplyOptions<'_>) -> Result<(), ApplyError> {
    allowed(plan, options)?;
    if let Some((line, error)) = plan.steps.iter().find_map(|s| Some((s.line, s.error()?.clone()))) {
        return Err(Refusal::Fails { line, error }.into());
    }
    match plan.certainty() {
        Certainty::Uncertain { because } => Err(Refusal::Uncertain { because }.into()),
        Certainty::Certain => Ok(()),
    }
}

/// Whether a plan may be rehearsed: its uncertain predictions need not succeed.
pub(super) fn check_rehearsal(plan: &Plan, options: &ApplyOptions<'_>) -> Result<(), ApplyError> {
    allowed(plan, options)?;
    let certain_error = |step: &Step| step.error().filter(|_| step.certainty == Certainty::Certain).cloned();
    match plan.steps.iter().find_map(|step| Some((step.line, certain_error(step)?))) {
        Some((line, error)) => Err(Refusal::Fails { line, error }.into()),
        None => Ok(()),
    }
}

fn allowed(plan: &Plan, options: &ApplyOptions<'_>) -> Result<(), ApplyError> {
    if let Some(block) = plan.block() {
        return Err(Refusal::Blocked(block.clone()).into());
    }
    if options.read_only {
        return Err(Refusal::ReadOnly.into());
    }
    if plan.steps.is_empty() {
        return Err(Refusal::Empty.into());
    }
    let verifiable = |change: &Change| !matches!(change, Change::Policy { .. });
    if let Some(step) = plan.steps.iter().find(|step| !step.changes.iter().all(verifiable)) {
        let reason = "What it changes cannot be read back and verified yet.".to_owned();
        return Err(Refusal::Unsupported { line: step.line, reason }.into());
    }
    let unsupported = plan.steps.iter().find_map(|step| match &step.verdict {
        Verdict::Unsupported(reason) => Some((step.line, reason.clone())),
        _ => None,
    });
    match unsupported {
        Some((line, reason)) => Err(Refusal::Unsupported { line, reason }.into()),
        None => Ok(()),
    }
}
