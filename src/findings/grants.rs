//! ACL items that are left over, and grant options that many have.

use super::facts::{Facts, Unit};
use super::mend::{Trial, grantee_name, words};
use super::{Code, Finding, Level};
use crate::cluster::{AclItem, AclTarget, Oid, Privileges, View};
use crate::sql::identity::grant_target;
use std::collections::BTreeMap;

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    if facts.is_wanted(Code::OrphanedGrant) {
        orphaned(facts, found);
    }
    if facts.is_wanted(Code::DroppedRole) {
        found.extend(dropped_roles(facts));
    }
    if facts.is_wanted(Code::BroadGrantOption) {
        broad_options(facts, found);
    }
}

/// What of an item its grantor could not grant now: it does not hold the option itself, and no role grants in the name
/// of another (`select_best_grantor` goes by what is held directly). So no REVOKE reaches the item.
fn lost(item: &AclItem, owner: Oid, items: &[AclItem], table: &[AclItem]) -> Privileges {
    if item.grantor == owner {
        return Privileges::NONE;
    }
    let own = items.iter().chain(table).filter(|i| i.grantee == item.grantor);
    let options = own.fold(Privileges::NONE, |all, i| all | i.options);
    (item.privileges | item.options).without(options)
}

fn is_known(view: &View, role: Oid) -> bool {
    role == Oid::PUBLIC || view.role(role).is_some()
}

fn orphans(view: &View, target: AclTarget) -> Vec<(AclItem, Privileges)> {
    let (owner, items) = (view.owner(target.object), view.items(target));
    let table = if target.is_column() { view.items(AclTarget::whole(target.object)) } else { Vec::new() };
    let known = items.iter().filter(|i| is_known(view, i.grantee) && is_known(view, i.grantor));
    let lost = known.map(|item| (*item, lost(item, owner, &items, &table)));
    lost.filter(|(_, lost)| !lost.is_empty()).collect()
}

/// One finding a grantor.
fn orphaned(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let (view, code) = (facts.view(), Code::OrphanedGrant);
    let mut by_grantor: BTreeMap<Oid, Vec<AclTarget>> = BTreeMap::new();
    for unit in &facts.units {
        let is_lost = |item: &&AclItem| !lost(item, unit.owner, &unit.items, &unit.table).is_empty();
        let left = unit.items.iter().filter(is_lost);
        let known = left.filter(|i| is_known(view, i.grantee) && is_known(view, i.grantor));
        let mut grantors: Vec<Oid> = known.map(|i| i.grantor).collect();
        grantors.sort_unstable();
        grantors.dedup();
        for grantor in
            grantors.into_iter().filter(|g| !facts.accepts_role(code, *g) && !facts.is_protected(*g))
        {
            let targets = unit.targets.iter().filter(|t| !facts.accepts(code, t.object));
            by_grantor.entry(grantor).or_default().extend(targets);
        }
    }
    for (grantor, mut targets) in by_grantor.into_iter().filter(|(_, targets)| !targets.is_empty()) {
        targets.sort_unstable();
        let name = facts.name(grantor);
        let what = match targets.as_slice() {
            [one] => facts.object(one.object),
            many => format!("{} objects", many.len()),
        };
        let reason = format!(
            "{name} granted privileges on {what} and holds the grant option for them no longer: no REVOKE reaches \
             these grants, neither the owner's nor its own, and they keep {name} from being dropped."
        );
        let finding = facts.finding(code, Level::Medium, reason).with_objects(&targets);
        found.push(finding.with_roles(&[grantor]).with_mend(take_over(facts, grantor, &targets)));
    }
}

/// The owner grants the same, so that nobody loses anything; then the grantor gets its option back for as long as it
/// takes to revoke what it granted.
fn take_over(facts: &Facts<'_>, grantor: Oid, targets: &[AclTarget]) -> Result<Vec<String>, String> {
    if targets.len() > 200 {
        return Err(format!("There are {}: too many for one script.", targets.len()));
    }
    let mut trial = Trial::new(facts);
    for target in targets {
        trial = take_over_one(facts, trial, grantor, *target);
    }
    let left = |view: &View, target: &AclTarget| {
        orphans(view, *target).iter().any(|(item, _)| item.grantor == grantor)
    };
    trial.done(&|view| !targets.iter().any(|target| left(view, target)))
}

fn take_over_one<'f>(
    facts: &'f Facts<'f>,
    mut trial: Trial<'f>,
    grantor: Oid,
    target: AclTarget,
) -> Trial<'f> {
    let view = facts.view();
    let Some((keyword, name)) = grant_target(view, target) else { return trial };
    let owner = view.owner(target.object);
    let of = |view: &View, grantee: Oid, by: Oid| {
        let item = view.items(target).into_iter().find(|i| (i.grantee, i.grantor) == (grantee, by));
        item.map_or((Privileges::NONE, Privileges::NONE), |i| (i.privileges, i.options))
    };
    let on = |privileges| format!("{} ON {keyword} {name}", words(view, target, privileges));
    let (mut all, mut grantees) = (Privileges::NONE, Vec::new());
    for (item, lost) in orphans(view, target).into_iter().filter(|(item, _)| item.grantor == grantor) {
        all |= lost;
        grantees.push((item.grantee, lost));
        let (has, may) = of(view, item.grantee, owner);
        let (plain, option) =
            ((item.privileges & lost).without(item.options).without(has), (item.options & lost).without(may));
        for (privileges, end) in [(plain, ""), (option, " WITH GRANT OPTION")] {
            if privileges.is_empty() || item.grantee == owner {
                continue;
            }
            let statement = format!("GRANT {} TO {}{end}", on(privileges), grantee_name(view, item.grantee));
            trial = trial
                .then(statement, &[owner], &|v: &View| of(v, item.grantee, owner).0.contains(privileges));
        }
    }
    let giver = grantee_name(view, grantor);
    let (had, _) = of(view, grantor, owner);
    let given = |v: &View| of(v, grantor, owner).1.contains(all);
    trial = trial.then(format!("GRANT {} TO {giver} WITH GRANT OPTION", on(all)), &[owner], &given);
    // Back to what it held: the plain privilege, or nothing.
    let back = |mut trial: Trial<'f>, cascade: &str, good: &dyn Fn(&View) -> bool| {
        let (keeps, loses) = (all & had, all.without(had));
        for (start, privileges) in [("GRANT OPTION FOR ", keeps), ("", loses)] {
            if !privileges.is_empty() {
                let statement = format!("REVOKE {start}{} FROM {giver}{cascade}", on(privileges));
                trial = trial
                    .then(statement, &[owner], &|v: &View| !of(v, grantor, owner).1.intersects(privileges));
            }
        }
        trial.check(good)
    };
    let gone = |v: &View| orphans(v, target).iter().all(|(item, _)| item.grantor != grantor);
    let cascading = back(trial.clone(), " CASCADE", &gone);
    if cascading.is_well() {
        return cascading;
    }
    // An option that it inherits, too, keeps CASCADE from reaching what it granted: it revokes that itself.
    for (grantee, privileges) in grantees {
        let statement = format!("REVOKE {} FROM {}", on(privileges), grantee_name(view, grantee));
        trial =
            trial.then_as(statement, grantor, &|v: &View| !of(v, grantee, grantor).0.intersects(privileges));
    }
    back(trial, "", &gone)
}

fn dropped_roles(facts: &Facts<'_>) -> Option<Finding> {
    let code = Code::DroppedRole;
    let is_left =
        |item: &AclItem| !facts.known.contains(&item.grantee) || !facts.known.contains(&item.grantor);
    let units = facts.units.iter().filter(|unit| unit.items.iter().any(is_left));
    let targets = units.flat_map(|unit| &unit.targets).filter(|t| !facts.accepts(code, t.object));
    let mut targets: Vec<AclTarget> = targets.copied().collect();
    targets.sort_unstable();
    if targets.is_empty() {
        return None;
    }
    let what = match targets.as_slice() {
        [one] => format!("{} has", facts.object(one.object)),
        many => format!("{} objects have", many.len()),
    };
    let reason = format!(
        "{what} grants to or by a role that is no more: the next role that happens to get its OID would have them, and \
         a dump does not restore cleanly."
    );
    let mend = Err("No statement can name a role that is gone.".to_owned());
    Some(facts.finding(code, Level::Low, reason).with_objects(&targets).with_mend(mend))
}

/// One finding a grantee.
fn broad_options(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let code = Code::BroadGrantOption;
    let mut by_grantee: BTreeMap<Oid, Vec<(AclTarget, Privileges)>> = BTreeMap::new();
    for unit in &facts.units {
        for (grantee, options) in options_of(unit) {
            let has_them = facts.access.has_privs_of(grantee, unit.owner) || facts.is_protected(grantee);
            if has_them || facts.accepts_role(code, grantee) || !facts.is_broad(grantee) {
                continue;
            }
            let targets = unit.targets.iter().filter(|t| !facts.accepts(code, t.object));
            by_grantee.entry(grantee).or_default().extend(targets.map(|target| (*target, options)));
        }
    }
    for (grantee, mut named) in by_grantee.into_iter().filter(|(_, named)| !named.is_empty()) {
        named.sort_unstable();
        let holders = facts.holders(grantee);
        let targets: Vec<AclTarget> = named.iter().map(|(target, _)| *target).collect();
        let privileges = named.iter().fold(Privileges::NONE, |all, (_, options)| all | *options);
        let what = match targets.as_slice() {
            [one] => facts.object(one.object),
            many => format!("{} objects", many.len()),
        };
        let reason = format!(
            "{} has {} WITH GRANT OPTION on {what}: {} logins have it by that ({}), and each of them can grant it to \
             anybody.",
            facts.name(grantee),
            privileges.names(),
            holders.len(),
            facts.names(&holders)
        );
        let gone = |view: &View| {
            let has = |(target, options): &(AclTarget, Privileges)| {
                let mut items = view.items(*target).into_iter();
                items.any(|item| item.grantee == grantee && item.options.intersects(*options))
            };
            !named.iter().any(has)
        };
        let mend = Trial::new(facts).revoke_options(&targets, grantee, privileges).done(&gone);
        let mut roles = vec![grantee];
        roles.extend(holders.iter().filter(|role| **role != grantee));
        let finding = facts.finding(code, Level::Medium, reason).with_objects(&targets);
        found.push(finding.with_roles(&roles).with_mend(mend));
    }
}

/// Grantees with grant options, but for what everybody has anyway.
fn options_of(unit: &Unit) -> Vec<(Oid, Privileges)> {
    let public = super::public::of_public(unit, Privileges(u16::MAX));
    let items = unit.items.iter().filter(|item| item.grantee != Oid::PUBLIC && item.grantee != unit.owner);
    let mut options: BTreeMap<Oid, Privileges> = BTreeMap::new();
    for item in items {
        *options.entry(item.grantee).or_default() |= item.options.without(public);
    }
    options.into_iter().filter(|(_, options)| !options.is_empty()).collect()
}
