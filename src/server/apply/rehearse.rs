//! A rehearsal: the same transaction, rolled back. What it changed becomes the preview.

use super::accounting::Account;
use super::compare;
use super::error::ApplyError;
use super::fresh;
use super::observe::{self, Before, Observed};
use super::outcome::{Difference, Said};
use super::request::{ApplyOptions, Progress};
use super::transaction::Transaction;
use super::writes::Writes;
use crate::cluster::{AclTarget, Change, Memberships, View};
use crate::preview::{Plan, Planner, Step, Verdict};
use crate::server::Opener;
use crate::simulate::{Certainty, Notice, ServerError, Session, Severity};
use crate::sql::Parsed;
use std::sync::Arc;

/// What a rehearsal found.
#[derive(Debug)]
pub struct Rehearsal {
    /// What the statements really do, and certain now: to be shown, and then applied.
    pub plan: Plan,
    /// Why the plan cannot be applied all the same: it does what no preview can show.
    pub difference: Option<Difference>,
}

/// Runs `script` in a transaction, reads back what it did, and rolls back. `plan` is its prediction.
///
/// # Errors
/// As [`apply`](super::apply) has them.
pub async fn rehearse(
    opener: &Opener,
    planner: &Planner,
    plan: &Plan,
    script: Vec<Parsed>,
    options: &ApplyOptions<'_>,
) -> Result<Rehearsal, ApplyError> {
    super::request::check_rehearsal(plan, options)?;
    (options.progress)(Progress::Connecting);
    let transaction = Transaction::begin(opener, options).await?;
    (options.progress)(Progress::Checking);
    let plan = match fresh::unchanged(&transaction, planner, plan, options).await {
        Ok(plan) => plan,
        Err(stop) => return Ok(Rehearsal { plan: plan.clone(), difference: Some(*stop.difference) }),
    };
    let planner = Planner::new(Arc::clone(plan.after.base()), planner.protected().clone());
    let mut rehearsing = Rehearsing::new(transaction, &planner, options);
    let ended = rehearsing.run(script).await;
    rehearsing.transaction.rollback().await;
    Ok(Rehearsal { plan: rehearsing.plan, difference: ended.err() })
}

struct Rehearsing<'a> {
    transaction: Transaction,
    planner: &'a Planner,
    options: &'a ApplyOptions<'a>,
    /// What was found so far.
    plan: Plan,
    memberships: Memberships,
    writes: Writes,
}

impl<'a> Rehearsing<'a> {
    fn new(transaction: Transaction, planner: &'a Planner, options: &'a ApplyOptions<'a>) -> Self {
        let cluster = Arc::clone(planner.cluster());
        let memberships = cluster.memberships.clone();
        let session_after = Session::of_login(&cluster);
        let after = View::new(cluster);
        let plan = Plan { steps: Vec::new(), not_run: 0, blocked_later: None, after, session_after };
        Rehearsing { transaction, planner, options, plan, memberships, writes: Writes::new() }
    }

    /// Statement by statement, until one fails, is blocked, or does what cannot be shown.
    async fn run(&mut self, script: Vec<Parsed>) -> Result<(), Difference> {
        self.writes = self.transaction.writes().await?;
        let of = script.len();
        for (at, parsed) in script.into_iter().enumerate() {
            (self.options.progress)(Progress::Running { step: at, of });
            self.step(parsed).await?;
            if !self.plan.is_ok() {
                self.plan.not_run = of - at - 1;
                return Ok(());
            }
        }
        Ok(())
    }

    async fn step(&mut self, parsed: Parsed) -> Result<(), Difference> {
        let before = self.plan.after.clone();
        let session = self.plan.session_after.clone();
        let mut one = self.planner.plan_from(before.clone(), session, &self.options.plan, vec![parsed]);
        let Some(mut step) = one.steps.pop() else { return Ok(()) };
        let uncertain = std::mem::take(&mut step.certainty) != Certainty::Certain;
        match &step.verdict {
            Verdict::Ok => {}
            // Uncertain: then the server has the last word.
            Verdict::Error(_) if uncertain => {}
            _ => {
                self.plan.steps.push(step);
                return Ok(());
            }
        }
        let said = match self.transaction.run(&step.text).await {
            Ok(said) => said,
            Err(Difference::Error(said)) => {
                step.verdict = Verdict::Error(server_error(&said));
                self.plan.steps.push(step);
                return Ok(());
            }
            Err(lost) => return Err(lost),
        };
        let names = &one.after;
        let since = Before { names, state: &before, memberships: &self.memberships, writes: &self.writes };
        let touched = step.changes.iter().chain(self.plan.changes()).filter_map(|change| match change {
            Change::Acl { target, .. } => Some(*target),
            _ => None,
        });
        let observed = observe::observe(&self.transaction, &since, touched).await?;
        step.notices = said.iter().filter_map(notice).collect();
        self.found(step, &before, one, observed)
    }

    /// The step as it was found to be, if all that it wrote can be shown.
    fn found(
        &mut self,
        mut step: Step,
        before: &View,
        one: Plan,
        observed: Observed,
    ) -> Result<(), Difference> {
        let predicted_ok = step.is_ok();
        step.written = written(&step, predicted_ok, &observed.changes);
        step.changes = observed.changes;
        // Rows that others wrote meanwhile are none of the statement's.
        if observed.writes.contains_key("pg_auth_members") {
            step.changes.extend(observed.memberships);
        }
        let mut after = one.after;
        after.apply_all(step.changes.iter());
        let catalogs = Account::of(std::slice::from_ref(&step), &after).differences(&observed.writes);
        let mut rows = observed.strange;
        rows.extend(compare::unaccounted(std::slice::from_ref(&step), &after, &observed.rewritten));
        step = self.planner.rehearsed(step, before, &after, &self.options.plan);
        self.plan.steps.push(step);
        self.plan.after = after;
        self.plan.session_after = one.session_after;
        (self.memberships, self.writes) = (observed.now.memberships, observed.total);
        if catalogs.is_empty() && rows.is_empty() {
            return Ok(());
        }
        Err(Difference::Writes { catalogs, rows })
    }
}

/// The rows that were written: those predicted, and once more each that came out otherwise. Whether that is all is
/// seen from the numbers.
fn written(step: &Step, predicted_ok: bool, found: &[Change]) -> Vec<AclTarget> {
    let mut written = if predicted_ok { step.written.clone() } else { Vec::new() };
    for change in found {
        let Change::Acl { target, .. } = change else { continue };
        if !step.changes.contains(change) {
            written.push(*target);
        }
    }
    written
}

fn notice(said: &Said) -> Option<Notice> {
    let severity = match said.severity.as_str() {
        "NOTICE" => Severity::Notice,
        "WARNING" => Severity::Warning,
        _ => return None,
    };
    Some(Notice { severity, sqlstate: interned(&said.sqlstate), message: said.message.clone() })
}

fn server_error(said: &Said) -> ServerError {
    ServerError {
        sqlstate: interned(&said.sqlstate),
        message: said.message.clone(),
        detail: said.detail.clone(),
        hint: said.hint.clone(),
    }
}

/// Predictions know their SQLSTATEs when they are built. One that a server made up is kept for good: five bytes, once
/// a message of a rehearsal.
fn interned(sqlstate: &str) -> &'static str {
    const KNOWN: &[&str] = &["00000", "01000", "01006", "01007", "0LP01", "2BP01", "42501", "42704", "P0001"];
    match KNOWN.iter().find(|known| **known == sqlstate) {
        Some(known) => known,
        None => Box::leak(sqlstate.to_owned().into_boxed_str()),
    }
}
