//! Is everything that the preview was computed from still so?

use super::observe::touched;
use super::outcome::{Difference, Mismatch, Stop};
use super::request::ApplyOptions;
use super::told;
use super::transaction::Transaction;
use crate::cluster::{AclTarget, Change, Class, View};
use crate::preview::{Effect, EffectRow, Plan, Planner, Step};
use crate::server::load::{Entries, Entry, Graph, read_entries};
use crate::simulate::Session;
use crate::sql::Parsed;
use std::sync::Arc;

/// The plan as it is now, the same in every entry, effect and notice; or what differs.
pub(super) async fn unchanged(
    transaction: &Transaction,
    planner: &Planner,
    plan: &Plan,
    options: &ApplyOptions<'_>,
) -> Result<Plan, Stop> {
    let base = plan.after.base();
    let targets = touched(plan);
    // Its owner is the implicit member of pg_database_owner.
    let database = base.objects.by_oid(Class::Database, base.database).map(AclTarget::whole);
    let all: Vec<AclTarget> = targets.iter().copied().chain(database).collect();
    let read = read_entries(transaction.reader(), &plan.after, true, &all).await;
    let mut read = read.map_err(Difference::from)?;
    let owner = |entry: Option<Entry>| entry.map(|entry| entry.owner);
    if let Some(database) = database
        && owner(read.entries.pop().flatten()) != owner(Entry::in_cluster(base, database))
    {
        let what = vec!["The database has another owner.".to_owned()];
        return Err(Stop::at(0, Difference::Changed { what, entries: Vec::new() }));
    }
    if let Some((step, difference)) = entries_differ(plan, &targets, &read) {
        return Err(Stop::at(step, difference));
    }
    still(planner, plan, read.graph.take().unwrap_or_default(), options)
}

/// The plan on these roles, memberships and other rows, the same in every effect and notice; or what differs.
pub(super) fn still(
    planner: &Planner,
    plan: &Plan,
    now: Graph,
    options: &ApplyOptions<'_>,
) -> Result<Plan, Stop> {
    let base = plan.after.base();
    let what = told::graph(base, &now);
    if what.is_empty() {
        return Ok(plan.clone());
    }
    let cluster = now.in_place_of(base);
    let planner = Planner::new(Arc::new(cluster), planner.protected().clone());
    let again = match plan.steps.iter().any(|step| step.rehearsed) {
        true => restated(&planner, plan, options),
        false => plan_again(&planner, plan, options),
    };
    match plan.steps.iter().zip(&again.steps).position(|(a, b)| !same(a, b)) {
        None if again.steps.len() == plan.steps.len() => Ok(again),
        step => Err(Stop::at(step.unwrap_or(0), Difference::Changed { what, entries: Vec::new() })),
    }
}

/// Entries that the plan touches and that are not as the preview knew them.
fn entries_differ(plan: &Plan, targets: &[AclTarget], read: &Entries) -> Option<(usize, Difference)> {
    let base = plan.after.base();
    let pairs = targets.iter().zip(&read.entries);
    let before = |target: AclTarget| Entry::in_cluster(base, target);
    let differ: Vec<_> = pairs.filter(|(target, found)| before(**target) != **found).collect();
    let (first, _) = differ.first()?;
    let touches = |step: &Step| {
        step.changes.iter().any(|change| match change {
            Change::Acl { target, .. } => target == *first,
            Change::Owner { object, .. } => *object == first.object,
            _ => false,
        })
    };
    let step = plan.steps.iter().position(touches).unwrap_or(0);
    let acl = |entry: &Option<Entry>| entry.as_ref().and_then(|entry| entry.acl.clone());
    let mismatch = |(target, found): &(&AclTarget, &Option<Entry>)| {
        let known = acl(&before(**target));
        let predicted = Change::Acl { target: **target, before: known.clone(), after: known.clone() };
        let found = Change::Acl { target: **target, before: known, after: acl(found) };
        Mismatch { predicted: Some(predicted), found: Some(found) }
    };
    let what =
        differ.iter().flat_map(|(target, found)| told::entry(plan, **target, found.as_ref())).collect();
    Some((step, Difference::Changed { what, entries: differ.iter().map(mismatch).collect() }))
}

/// The same statements on the rows of now.
fn plan_again(planner: &Planner, plan: &Plan, options: &ApplyOptions<'_>) -> Plan {
    let session = Session::of_login(planner.cluster());
    planner.plan(session, &options.plan, plan.steps.iter().map(parsed).collect())
}

/// What a rehearsal found does not come out of predicting again: the same changes, and what they mean now.
fn restated(planner: &Planner, plan: &Plan, options: &ApplyOptions<'_>) -> Plan {
    let mut after = View::new(Arc::clone(planner.cluster()));
    let mut steps = Vec::new();
    for step in &plan.steps {
        let before = after.clone();
        after.apply_all(&step.changes);
        steps.push(planner.rehearsed(step.clone(), &before, &after, &options.plan));
    }
    Plan { steps, after, session_after: plan.session_after.clone(), not_run: 0, blocked_later: None }
}

/// What the lexer said, it says whatever the cluster: it is left out here and in [`same`].
pub(super) fn parsed(step: &Step) -> Parsed {
    Parsed {
        text: step.text.clone(),
        masked: step.masked.clone(),
        offset: 0,
        line: step.line,
        notices: Vec::new(),
        result: step.statement.clone(),
    }
}

/// Whether a person who saw the one has seen the other.
fn same(shown: &Step, now: &Step) -> bool {
    shown.verdict == now.verdict
        && shown.certainty == now.certainty
        && shown.notices.ends_with(&now.notices)
        && shown.changes == now.changes
        && shown.written == now.written
        && shown.rows == now.rows
        && for_everybody(&shown.effect) == for_everybody(&now.effect)
        && shown.undo == now.undo
}

/// PUBLIC is everybody, those to come too: a role more or less is no other effect.
fn for_everybody(effect: &Effect) -> Effect {
    let rows = |rows: &[EffectRow]| rows.iter().map(|row| EffectRow { roles: None, ..row.clone() }).collect();
    Effect {
        gained: rows(&effect.gained),
        lost: rows(&effect.lost),
        kept: rows(&effect.kept),
        ..effect.clone()
    }
}
