//! What was predicted against what was found.

use super::accounting::Account;
use super::observe::{Observed, targets_of};
use super::outcome::{Difference, Mismatch, Said, Stop};
use crate::cluster::{AclTarget, Change, EntryKey, Oid, Password, Role, View};
use crate::guard;
use crate::preview::{Plan, Planner, Step};
use crate::server::load::Graph;
use crate::simulate::{Notice, Severity};
use rustc_hash::FxHashSet;
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
/// The answer is what others have changed meanwhile of the rows that are no objects: rows that differ, that the plan
/// does not touch, and that, by the count of rows written, are not this transaction's.
pub(super) fn verify(planner: &Planner, plan: &Plan, observed: &Observed) -> Result<Vec<Change>, Stop> {
    let start = View::new(Arc::clone(plan.after.base()));
    let catalogs = Account::of(&plan.steps, &plan.after, start.clone()).differences(&observed.writes);
    let as_planned = |catalog: &str| catalogs.iter().all(|differs| differs.catalog != catalog);
    let seen = |change: Option<Change>| change.and_then(|change| visible(change, &observed.now));
    let mut wrong: Vec<(usize, Mismatch)> = Vec::new();
    let mut found: BTreeMap<EntryKey, &Change> = observed.all().map(|c| (key(plan, c), c)).collect();
    for (key, (step, predicted)) in net_changes(plan) {
        let found = found.remove(&key).cloned();
        let (predicted, found) = (seen(Some(predicted)), seen(found));
        if predicted != found {
            wrong.push((step, Mismatch { predicted, found }));
        }
    }
    let is_others = |change: &&Change| catalog_of_row(change).is_some_and(as_planned);
    let (others, ours): (Vec<&Change>, Vec<&Change>) = found.into_values().partition(is_others);
    let rest = ours.into_iter().map(|found| Mismatch { predicted: None, found: Some(found.clone()) });
    wrong.extend(rest.map(|mismatch| (usize::MAX, mismatch)));
    // What is protected is said first: it is the graver matter.
    let changes = observed.all().filter(|c| !others.contains(c));
    guard::check_changes(changes, &start, planner.protected()).map_err(Difference::Protected)?;
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

/// What can be seen of a change; none where that is nothing. Of passwords at most the kind.
pub(super) fn visible(change: Change, now: &Graph) -> Option<Change> {
    let seen = match change {
        Change::Role { before, after, .. } => {
            let hidden = !passwords_are_seen(now);
            let row = |role: Option<Box<Role>>| {
                role.map(|mut role| {
                    if hidden {
                        role.password = Password::Unknown;
                    }
                    role
                })
            };
            Change::Role { before: row(before), after: row(after), new_password: false }
        }
        other => other,
    };
    (!seen.is_noop()).then_some(seen)
}

/// Was it read from `pg_authid`?
pub(super) fn passwords_are_seen(now: &Graph) -> bool {
    now.roles.iter().any(|role| role.password != Password::Unknown)
}

/// The catalog of a row that is read back with all others; none of what is read back by OID.
pub(super) fn catalog_of_row(change: &Change) -> Option<&'static str> {
    match change {
        Change::Acl { .. } | Change::Owner { .. } => None,
        Change::Membership { .. } => Some("pg_auth_members"),
        Change::Role { .. } => Some("pg_authid"),
        Change::DefaultAcl { .. } => Some("pg_default_acl"),
        Change::Setting { .. } => Some("pg_db_role_setting"),
        Change::Comment { .. } => Some("pg_shdescription"),
        Change::Policy { .. } => Some("pg_policy"),
    }
}

/// ACLs that were written though no statement is on them.
pub(super) fn unaccounted(steps: &[Step], names: &View, rewritten: &[AclTarget]) -> Vec<String> {
    let base = names.base();
    let owners = steps.iter().flat_map(|step| &step.changes).filter(|c| matches!(c, Change::Owner { .. }));
    let given: FxHashSet<AclTarget> =
        owners.flat_map(|change| targets_of(change, |id| base.followers_of(id))).collect();
    let known = |target: &&AclTarget| {
        given.contains(target) || steps.iter().any(|step| step.written.contains(target))
    };
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

/// What all steps together make of each entry, with the last step that touches it; and what follows the objects that
/// get another owner.
pub(super) fn net_changes(plan: &Plan) -> BTreeMap<EntryKey, (usize, Change)> {
    let objects = &plan.after.base().objects;
    let mut net: BTreeMap<EntryKey, (usize, Change)> = BTreeMap::new();
    for (at, step) in plan.steps.iter().enumerate() {
        for change in &step.changes {
            let key = key(plan, change);
            let together = match net.remove(&key) {
                Some((_, earlier)) => earlier.then(change),
                None => change.clone(),
            };
            net.insert(key, (at, together));
            if let Change::Owner { object, after, .. } = change {
                for object in plan.after.base().followers_of(*object) {
                    let before = objects.get(object).map_or(Oid::PUBLIC, |object| object.owner);
                    let follower = Change::Owner { object, before, after: *after };
                    net.insert(EntryKey::Owner(object), (at, follower));
                }
            }
        }
    }
    net
}
