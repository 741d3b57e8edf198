//! A rehearsal: the same transaction, rolled back. What it changed becomes the preview.

use super::accounting::Account;
use super::compare;
use super::error::ApplyError;
use super::fresh;
use super::made::Made;
use super::observe::{self, Before, Observed};
use super::order;
use super::outcome::{Difference, Said};
use super::request::{ApplyOptions, Progress};
use super::transaction::Transaction;
use super::writes::Writes;
use crate::cluster::{AclTarget, Change, ObjectId, Oid, Version, View};
use crate::preview::{Plan, Planner, Step, Verdict};
use crate::server::Opener;
use crate::server::load::Graph;
use crate::simulate::{Certainty, Notice, ServerError, Session, Severity};
use crate::sql::Parsed;
use rustc_hash::FxHashSet;
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
    let difference = rehearsing.run(script).await.err();
    rehearsing.transaction.rollback(difference.as_ref()).await;
    Ok(Rehearsal { plan: rehearsing.plan, difference })
}

struct Rehearsing<'a> {
    transaction: Transaction,
    planner: &'a Planner,
    options: &'a ApplyOptions<'a>,
    /// What was found so far.
    plan: Plan,
    /// Roles, memberships and the like as the last step left them.
    graph: Graph,
    writes: Writes,
    made: Made,
}

impl<'a> Rehearsing<'a> {
    fn new(transaction: Transaction, planner: &'a Planner, options: &'a ApplyOptions<'a>) -> Self {
        let cluster = Arc::clone(planner.cluster());
        let graph = Graph::of(&cluster);
        let session_after = Session::of_login(&cluster);
        let after = View::new(cluster);
        let plan = Plan { steps: Vec::new(), not_run: 0, blocked_later: None, after, session_after };
        let (writes, made) = (Writes::new(), Made::default());
        Rehearsing { transaction, planner, options, plan, graph, writes, made }
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
        self.made.by(&step, &mut self.transaction).await?;
        let (graph, writes, numbers) = (&self.graph, &self.writes, &self.made.numbers);
        let since = Before { names: &one.after, state: &before, graph, writes, numbers };
        let base = before.base();
        let changes = step.changes.iter().chain(self.plan.changes());
        let touched = changes.flat_map(|change| observe::targets_of(change, |id| base.followers_of(id)));
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
        // Rows that others wrote meanwhile are none of the statement's.
        let ours = |change: &Change| {
            compare::catalog_of_row(change).is_some_and(|catalog| observed.writes.contains_key(catalog))
        };
        let found = observed.rows.into_iter().filter(ours);
        let predicted = if predicted_ok { step.changes.as_slice() } else { &[] };
        let version = before.base().version;
        let found = as_seen(predicted, found.collect(), &observed.now, version);
        step.rows = written_rows(&step, predicted_ok, &found, version);
        let mut changes = without_followers(observed.changes, before);
        changes.extend(found);
        order::in_order(&mut changes, predicted, &one.after);
        step.changes = changes;
        let mut after = one.after;
        after.apply_all(step.changes.iter());
        let catalogs = Account::of(std::slice::from_ref(&step), &after, before.clone());
        let catalogs = catalogs.differences(&observed.writes);
        let mut rows = observed.strange;
        rows.extend(compare::unaccounted(std::slice::from_ref(&step), &after, &observed.rewritten));
        step = self.planner.rehearsed(step, before, &after, &self.options.plan);
        self.plan.steps.push(step);
        self.plan.after = after;
        self.plan.session_after = one.session_after;
        (self.graph, self.writes) = (observed.now, observed.total);
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

/// The rows that were written: those predicted, and once each entry that came out otherwise.
fn written_rows(step: &Step, predicted_ok: bool, found: &[Change], version: Version) -> Vec<Change> {
    let by_grantor = version.major() >= 16;
    let key = |change: &Change| change.key(by_grantor);
    let as_predicted = |row: &&Change| {
        let now = found.iter().find(|change| key(change) == key(row));
        now == step.changes.iter().find(|change| key(change) == key(row))
    };
    let predicted = step.rows.iter().filter(|_| predicted_ok).filter(as_predicted);
    let mut rows: Vec<Change> = predicted.cloned().collect();
    let other = found.iter().filter(|change| !rows.iter().any(|row| key(row) == key(change)));
    let other: Vec<Change> = other.cloned().collect();
    rows.extend(other);
    rows
}

/// What was found, and as predicted where no difference can be seen: passwords cannot.
fn as_seen(predicted: &[Change], found: Vec<Change>, now: &Graph, version: Version) -> Vec<Change> {
    let by_grantor = version.major() >= 16;
    let visible = |change: &Change| compare::visible(change.clone(), now);
    let of = |change: &Change| predicted.iter().find(|p| p.key(by_grantor) == change.key(by_grantor));
    let hidden = predicted.iter().filter(|change| !change.is_noop() && visible(change).is_none()).cloned();
    let seen = found.into_iter().map(|found| match of(&found) {
        Some(predicted) if visible(predicted) == visible(&found) => predicted.clone(),
        _ => found,
    });
    hidden.chain(seen).collect()
}

/// What follows an object that gets another owner has no entry of its own.
fn without_followers(changes: Vec<Change>, before: &View) -> Vec<Change> {
    let base = before.base();
    let given = changes.iter().filter_map(|change| match change {
        Change::Owner { object, after, .. } => Some((*object, *after)),
        _ => None,
    });
    let followers = given.flat_map(|(id, owner)| base.followers_of(id).into_iter().map(move |f| (f, owner)));
    let followers: FxHashSet<(ObjectId, Oid)> = followers.collect();
    let follows = |change: &Change| matches!(change, Change::Owner { object, after, .. } if followers.contains(&(*object, *after)));
    changes.into_iter().filter(|change| !follows(change)).collect()
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
