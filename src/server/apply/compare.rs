//! What was predicted against what was found.

use super::accounting::Account;
use super::fresh::Graph;
use super::observe::Observed;
use super::outcome::{Difference, Mismatch, Said, Stop};
use crate::cluster::{AclTarget, Change, EntryKey, Membership, Memberships, View};
use crate::guard;
use crate::preview::{Plan, Planner, Step};
use crate::simulate::{Notice, Severity};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Compares what the server said, in order where the order can be known.
pub(super) fn notices(step: &Step, said: &[Said], english: bool) -> Result<(), Difference> {
    let text = |message: &str| if english { message.to_owned() } else { String::new() };
    let predicted = step.notices.iter().map(|n| (severity(n), n.sqlstate.to_owned(), text(&n.message)));
    let found = said.iter().map(|s| (s.severity.as_str(), s.sqlstate.clone(), text(&s.message)));
    let mut predicted: Vec<_> = predicted.collect();
    let mut found: Vec<_> = found.collect();
    if step.any_order {
        predicted.sort();
        found.sort();
    }
    if predicted == found {
        return Ok(());
    }
    Err(Difference::Notices { predicted: step.notices.clone(), found: said.to_vec() })
}

fn severity(notice: &Notice) -> &'static str {
    match notice.severity {
        Severity::Notice => "NOTICE",
        Severity::Warning => "WARNING",
    }
}

/// Compares entry by entry, counts what was written, and asks the guard about what really changed.
///
/// The answer is what others have changed of the memberships meanwhile: rows that differ, that the plan does not touch,
/// and that, by the count of rows written, are not this transaction's.
pub(super) fn verify(planner: &Planner, plan: &Plan, observed: &Observed) -> Result<Vec<Change>, Stop> {
    let catalogs = Account::of(&plan.steps, &plan.after).differences(&observed.writes);
    let members_as_planned = catalogs.iter().all(|catalog| catalog.catalog != "pg_auth_members");
    let mut wrong: Vec<(usize, Mismatch)> = Vec::new();
    let found = observed.changes.iter().chain(&observed.memberships);
    let mut found: BTreeMap<EntryKey, &Change> = found.map(|c| (key(plan, c), c)).collect();
    for (key, (step, predicted)) in net_changes(plan) {
        let found = found.remove(&key);
        let predicted = (!predicted.is_noop()).then_some(predicted);
        if predicted.as_ref() != found {
            wrong.push((step, Mismatch { predicted, found: found.cloned() }));
        }
    }
    let is_others = |change: &&Change| members_as_planned && matches!(change, Change::Membership { .. });
    let (others, ours): (Vec<&Change>, Vec<&Change>) = found.into_values().partition(is_others);
    let rest = ours.into_iter().map(|found| Mismatch { predicted: None, found: Some(found.clone()) });
    wrong.extend(rest.map(|mismatch| (usize::MAX, mismatch)));
    // What is protected is said first: it is the graver matter.
    let view = View::new(Arc::clone(plan.after.base()));
    let changes = observed.changes.iter().chain(&observed.memberships).filter(|c| !others.contains(c));
    guard::check_changes(changes, &view, planner.protected()).map_err(Difference::Protected)?;
    if let Some(step) = wrong.iter().map(|(step, _)| *step).min() {
        let entries = wrong.into_iter().map(|(_, mismatch)| mismatch).collect();
        return Err(Stop::at(step, Difference::Entries(entries)));
    }
    let mut rows = observed.strange.clone();
    rows.extend(unaccounted(&plan.steps, &plan.after, &observed.rewritten));
    if !catalogs.is_empty() || !rows.is_empty() {
        return Err(Difference::Writes { catalogs, rows }.into());
    }
    Ok(others.into_iter().cloned().collect())
}

/// The graph as it would be without this transaction.
pub(super) fn without_ours(plan: &Plan, now: Graph, others: &[Change]) -> Graph {
    let key = |row: &Membership| row.key();
    let mut rows: BTreeMap<_, Membership> =
        plan.after.base().memberships.iter().map(|r| (key(r), *r)).collect();
    for change in others {
        let Change::Membership { before, after } = change else { continue };
        if let Some(row) = before {
            rows.remove(&key(row));
        }
        rows.extend(after.iter().map(|row| (key(row), *row)));
    }
    Graph { memberships: Memberships::new(rows.into_values().collect()), ..now }
}

/// ACLs that were written though no statement is on them.
pub(super) fn unaccounted(steps: &[Step], names: &View, rewritten: &[AclTarget]) -> Vec<String> {
    let known = |target: &&AclTarget| steps.iter().any(|step| step.written.contains(target));
    let name = |target: &AclTarget| match names.object(target.object) {
        Some(object) => format!("{} {}", object.kind.type_name(), object.name),
        None => "an object".to_owned(),
    };
    rewritten.iter().filter(|target| !known(target)).map(name).collect()
}

/// A catalog entry's identity. Before 16, a pair has one row, and its grantor may change within it.
fn key(plan: &Plan, change: &Change) -> EntryKey {
    change.key(plan.after.base().version.major() >= 16)
}

/// What all steps together make of each entry, with the last step that touches it.
fn net_changes(plan: &Plan) -> BTreeMap<EntryKey, (usize, Change)> {
    let mut net: BTreeMap<EntryKey, (usize, Change)> = BTreeMap::new();
    for (at, step) in plan.steps.iter().enumerate() {
        for change in &step.changes {
            let key = key(plan, change);
            let together = match net.remove(&key) {
                Some((_, earlier)) => earlier.then(change),
                None => change.clone(),
            };
            net.insert(key, (at, together));
        }
    }
    net
}
