//! A step's effect against the difference of what the server answers before and after.

use super::held::{Held, Key, Thing};
use rolescope::cluster::{AclTarget, Change, Class, Oid, View};
use rolescope::preview::{EffectRow, Step};
use std::collections::{BTreeMap, BTreeSet};

/// How a privilege of a role changed: which list, grantable, and whether it is the grant option alone.
type Changed = (&'static str, bool, bool);

/// What is wrong with the effect; empty where nothing is.
pub fn difference(step: &Step, view: &View, before: &Held, after: &Held) -> String {
    let mut wrong = Vec::new();
    let mut expected = expected(step, view, before, after);
    let (mut public, mut rows) = (BTreeMap::new(), 0_u64);
    for (list, row) in changed_rows(step) {
        let Some(thing) = thing(view, row.target) else { continue };
        rows += 1;
        let privilege = row.privilege.name().to_owned();
        if row.role == Oid::PUBLIC {
            public.insert((thing, privilege), (list, row.roles.expect("PUBLIC counts its roles")));
            continue;
        }
        let key = (oid(view, row.role, before, after), thing, privilege);
        let says = (list, row.grantable, row.grant_option_only);
        match expected.remove(&key) {
            Some(is) if is == says => {}
            is => wrong.push(format!("{key:?}: says {says:?}, is {is:?}")),
        }
    }
    // What is left must have come or gone by PUBLIC.
    let mut left: BTreeMap<(Thing, String), (&'static str, u64)> = BTreeMap::new();
    for ((role, thing, privilege), (list, grantable, option_only)) in expected {
        if grantable || option_only || !public.contains_key(&(thing.clone(), privilege.clone())) {
            wrong.push(format!("{role} {thing:?} {privilege}: {list}, and no row says it"));
            continue;
        }
        left.entry((thing, privilege)).or_insert((list, 0)).1 += 1;
    }
    for (key, says) in public {
        let is = left.get(&key).copied().unwrap_or((says.0, 0));
        if is != says {
            wrong.push(format!("{key:?}: PUBLIC says {says:?}, is {is:?}"));
        }
    }
    wrong.extend(kept(step, view, before, after));
    let counts = step.effect.counts;
    let listed = step.effect.gained.len() + step.effect.lost.len();
    if counts.gained + counts.lost != listed as u64 || rows > listed as u64 {
        wrong.push(format!("counts {counts:?}, lists {listed}"));
    }
    wrong.join("\n")
}

fn changed_rows(step: &Step) -> impl Iterator<Item = (&'static str, &EffectRow)> {
    let gained = step.effect.gained.iter().map(|row| ("gained", row));
    gained.chain(step.effect.lost.iter().map(|row| ("lost", row)))
}

fn expected(step: &Step, view: &View, before: &Held, after: &Held) -> BTreeMap<Key, Changed> {
    let touched: BTreeSet<Thing> = step
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Acl { target, .. } => thing(view, *target),
            Change::Owner { object, .. } => thing(view, AclTarget::whole(*object)),
            _ => None,
        })
        .collect();
    let keys: BTreeSet<&Key> = before.0.keys().chain(after.0.keys()).collect();
    let mut changed = BTreeMap::new();
    for key in keys {
        let (was, is) = (before.0.get(key), after.0.get(key));
        let shown = was.or(is).is_some_and(|a| a.in_universe) || touched.contains(&key.1);
        let change = match (was.map(|a| a.grantable), is.map(|a| a.grantable)) {
            (None, Some(grantable)) => ("gained", grantable, false),
            (Some(grantable), None) => ("lost", grantable, false),
            (Some(false), Some(true)) => ("gained", true, true),
            (Some(true), Some(false)) => ("lost", false, true),
            _ => continue,
        };
        if shown && !by_table(key, before) && !by_table(key, after) {
            changed.insert(key.clone(), change);
        }
    }
    changed
}

/// Does the role hold it on the whole table, so that the column is no row?
fn by_table((role, (catalog, oid, _), privilege): &Key, held: &Held) -> bool {
    let table = (*role, ("pg_class".to_owned(), oid.clone(), 0), privilege.clone());
    catalog == "pg_attribute" && held.0.contains_key(&table)
}

/// What is kept is held before and after.
fn kept(step: &Step, view: &View, before: &Held, after: &Held) -> Vec<String> {
    let mut wrong = Vec::new();
    for row in step.effect.kept.iter().filter(|row| row.role != Oid::PUBLIC) {
        let Some(thing) = thing(view, row.target) else { continue };
        let key = (oid(view, row.role, before, after), thing, row.privilege.name().to_owned());
        let is = (before.0.contains_key(&key), after.0.get(&key).map(|a| a.grantable));
        if is != (true, Some(row.grantable)) {
            wrong.push(format!("{key:?}: says kept, grantable {}, is {is:?}", row.grantable));
        }
    }
    wrong
}

/// A role's OID on the server: one that the statement makes has another in the plan.
fn oid(view: &View, role: Oid, before: &Held, after: &Held) -> u32 {
    let made = || after.1.get(&view.role_name(role)).copied();
    if before.1.values().any(|oid| *oid == role.0) { role.0 } else { made().unwrap_or(role.0) }
}

/// None for what this version has no question for.
fn thing(view: &View, target: AclTarget) -> Option<Thing> {
    let object = view.object(target.object)?;
    let class = object.kind.class();
    if class == Class::LargeObject && view.base().version.major() < 18 || target.attnum < 0 {
        return None;
    }
    let id = if class == Class::Parameter { object.name.to_string() } else { object.oid.to_string() };
    let catalog = if target.is_column() { "pg_attribute" } else { class.catalog() };
    Some((catalog.to_owned(), id, target.attnum))
}
