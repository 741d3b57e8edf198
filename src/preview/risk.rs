//! How firmly to ask before a statement runs.

use super::{EffectRow, Risk, Step};
use crate::cluster::{Change, Membership, Oid, Role, View};
use crate::sql::identity::object_identity;
use rustc_hash::FxHashMap;

/// From how many changed entries on a statement is one about many objects.
const MANY: usize = 20;

/// Enter is enough while nobody loses anything and neither PUBLIC, a superuser, ADMIN nor many objects are in it.
pub(super) fn risk(step: &Step, view: &View) -> Risk {
    if !step.is_ok() || step.changes.is_empty() {
        return Risk::Low;
    }
    let effect = &step.effect;
    if effect.counts.lost > 0 {
        let name = named(&step.changes, view).unwrap_or_else(|| most_affected(&effect.lost, view));
        return high(name, format!("{} lost", privileges(effect.counts.lost)));
    }
    if let Some(row) = effect.gained.iter().find(|row| row.role == Oid::PUBLIC) {
        let name = object_identity(view, row.target.object);
        return high(name, "PUBLIC, which is everybody, gains a privilege".to_owned());
    }
    if let Some(risk) =
        step.changes.iter().find_map(|change| role(change).or_else(|| membership(change, view)))
    {
        return risk;
    }
    if step.changes.len() >= MANY {
        let name = most_affected(&effect.gained, view);
        let name = if name.is_empty() { first_object(&step.changes, view) } else { name };
        return high(name, format!("{} entries change", step.changes.len()));
    }
    Risk::Low
}

fn high(name: String, because: String) -> Risk {
    Risk::High { name, because }
}

fn privileges(n: u64) -> String {
    if n == 1 { "1 privilege is".to_owned() } else { format!("{n} privileges are") }
}

/// What the statement itself is about, where that is one thing: the member whose membership changes, or the object.
fn named(changes: &[Change], view: &View) -> Option<String> {
    let mut names = changes.iter().map(|change| match change {
        Change::Membership { before, after } => after.or(*before).map(|row| view.role_name(row.member)),
        Change::Acl { target, .. } => Some(object_identity(view, target.object)),
        Change::Owner { object, .. } => Some(object_identity(view, *object)),
        Change::Policy { relation, .. } => Some(object_identity(view, *relation)),
        Change::Role { before, after, .. } => {
            before.as_ref().or(after.as_ref()).map(|role| role.name.clone())
        }
        Change::DefaultAcl { key, .. } => Some(view.role_name(key.role)),
        Change::Setting { role, .. } | Change::Comment { role, .. } => Some(view.role_name(*role)),
    });
    let first = names.next()??;
    names.all(|name| name.as_ref() == Some(&first)).then_some(first)
}

/// The role or the object that most rows are about; a role where both are in as many.
fn most_affected(rows: &[EffectRow], view: &View) -> String {
    let mut roles: FxHashMap<Oid, usize> = FxHashMap::default();
    let mut objects: FxHashMap<_, usize> = FxHashMap::default();
    for row in rows {
        *objects.entry(row.target.object).or_default() += 1;
        if row.role != Oid::PUBLIC {
            *roles.entry(row.role).or_default() += 1;
        }
    }
    let role = roles.into_iter().max_by_key(|(role, n)| (*n, std::cmp::Reverse(*role)));
    let object = objects.into_iter().max_by_key(|(id, n)| (*n, std::cmp::Reverse(*id)));
    match (role, object) {
        (Some((role, of_role)), Some((_, of_object))) if of_role >= of_object => view.role_name(role),
        (_, Some((object, _))) => object_identity(view, object),
        (Some((role, _)), None) => view.role_name(role),
        (None, None) => String::new(),
    }
}

fn first_object(changes: &[Change], view: &View) -> String {
    let object = changes.iter().find_map(|change| match change {
        Change::Acl { target, .. } => Some(target.object),
        Change::Owner { object, .. } => Some(*object),
        _ => None,
    });
    object.map(|id| object_identity(view, id)).unwrap_or_default()
}

/// A role that goes, is shut out, or gets past what others are checked for.
fn role(change: &Change) -> Option<Risk> {
    let Change::Role { before, after, .. } = change else { return None };
    let Some(after) = after else {
        let name = before.as_ref()?.name.clone();
        return Some(high(name.clone(), format!("{name} is dropped")));
    };
    let name = after.name.clone();
    let gets = |attribute: fn(&Role) -> bool| {
        attribute(after) && !before.as_ref().is_some_and(|role| attribute(role))
    };
    let because = if gets(|role| role.superuser) {
        format!("{name} becomes a superuser")
    } else if gets(|role| role.bypass_rls) {
        format!("{name} gets past row-level security")
    } else if gets(|role| role.replication) {
        format!("{name} can copy the whole cluster")
    } else if before.as_ref().is_some_and(|role| role.login) && !after.login {
        format!("{name} can no longer log in")
    } else {
        return None;
    };
    Some(high(name, because))
}

/// A membership that goes or gets less, comes with ADMIN, or is in a superuser.
fn membership(change: &Change, view: &View) -> Option<Risk> {
    let Change::Membership { before, after } = change else { return None };
    let row = after.or(*before)?;
    let (role, member) = (view.role_name(row.role), view.role_name(row.member));
    let had = |option: fn(&Membership) -> bool| before.as_ref().is_some_and(option);
    let has = |option: fn(&Membership) -> bool| after.as_ref().is_some_and(option);
    let less = |option: fn(&Membership) -> bool| had(option) && !has(option);
    let because = if after.is_none() {
        format!("{member} is no longer a member of {role}")
    } else if less(|m| m.admin) || less(|m| m.inherit == Some(true)) || less(|m| m.set == Some(true)) {
        format!("{member} loses an option of its membership in {role}")
    } else if has(|m| m.admin) && !had(|m| m.admin) {
        format!("{member} can hand on membership in {role}")
    } else if before.is_none() && view.role(row.role).is_some_and(|r| r.superuser) {
        format!("{role} is a superuser")
    } else {
        return None;
    };
    Some(high(member, because))
}
