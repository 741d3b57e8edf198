//! SECURITY DEFINER: functions that run with their owner's privileges.

use super::facts::Facts;
use super::mend::Trial;
use super::{Code, Finding, Level};
use crate::cluster::{AclTarget, Detail, ObjectId, Oid, Privileges, View};
use std::collections::BTreeMap;

type Place = (ObjectId, Oid);

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let public = |target: &AclTarget| facts.access.held_by_public(*target).intersects(Privileges::EXECUTE);
    let (mut open, mut unpinned) = (Places::new(), Places::new());
    for (place, target) in definers(facts) {
        if public(&target) && !facts.accepts(Code::DefinerPublic, target.object) {
            open.entry(place).or_default().push(target);
        }
        if is_unpinned(facts, target) && !facts.accepts(Code::DefinerSearchPath, target.object) {
            unpinned.entry(place).or_default().push(target);
        }
    }
    if facts.is_wanted(Code::DefinerPublic) {
        found.extend(open.into_iter().filter_map(|(place, targets)| for_everybody(facts, place, &targets)));
    }
    if facts.is_wanted(Code::DefinerSearchPath) {
        found.extend(unpinned.into_iter().filter_map(|(place, targets)| search_path(facts, place, targets)));
    }
}

type Places = BTreeMap<Place, Vec<AclTarget>>;

/// Those that users made, with the schema they are in and their owner.
fn definers<'f>(facts: &'f Facts<'_>) -> impl Iterator<Item = (Place, AclTarget)> + 'f {
    let objects = &facts.view().base().objects;
    objects.iter().filter_map(move |(id, object)| match object.detail {
        Detail::Routine { security_definer: true, .. } if object.oid.is_user_made() => {
            Some(((facts.schema_of(object)?, object.owner), AclTarget::whole(id)))
        }
        _ => None,
    })
}

fn is_unpinned(facts: &Facts<'_>, target: AclTarget) -> bool {
    let cluster = facts.view().base();
    cluster.objects.get(target.object).is_some_and(|o| cluster.unpinned_definers.contains(&o.oid))
}

fn level(facts: &Facts<'_>, owner: Oid) -> Level {
    if facts.access.is_superuser(owner) { Level::High } else { Level::Medium }
}

fn as_whom(facts: &Facts<'_>, owner: Oid) -> String {
    let what = if facts.access.is_superuser(owner) { "the superuser " } else { "" };
    format!("{what}{}", facts.name(owner))
}

fn what(facts: &Facts<'_>, targets: &[AclTarget]) -> (String, &'static str) {
    match targets {
        [one] => (facts.object(one.object), "runs"),
        many => (format!("{} functions", many.len()), "run"),
    }
}

fn for_everybody(facts: &Facts<'_>, (schema, owner): Place, targets: &[AclTarget]) -> Option<Finding> {
    let strangers = facts.strangers_in(schema, owner);
    if strangers.count == 0 {
        return None;
    }
    let (what, run) = what(facts, targets);
    let reason = format!(
        "PUBLIC may execute {what}, which {run} with the privileges of {}, in {}, which is {}.",
        as_whom(facts, owner),
        facts.object(schema),
        strangers.words()
    );
    let gone = |view: &View| {
        let has = |target: &AclTarget| {
            let mut items = view.items(*target).into_iter();
            items.any(|item| item.grantee == Oid::PUBLIC && item.privileges.intersects(Privileges::EXECUTE))
        };
        !targets.iter().any(has)
    };
    let mend = Trial::new(facts).revoke(targets, Oid::PUBLIC, Privileges::EXECUTE).done(&gone);
    let finding = facts.finding(Code::DefinerPublic, level(facts, owner), reason).with_objects(targets);
    Some(finding.with_roles(&[owner]).with_mend(mend))
}

/// Only where somebody else may execute it: a login that comes to the schema and has not the owner's privileges.
fn search_path(facts: &Facts<'_>, (schema, owner): Place, targets: Vec<AclTarget>) -> Option<Finding> {
    let usage = |role: &Oid| {
        facts.access.held(*role, AclTarget::whole(schema)).privileges.intersects(Privileges::USAGE)
    };
    let strangers: Vec<Oid> =
        facts.logins.iter().copied().filter(|r| !facts.access.has_privs_of(*r, owner)).collect();
    let strangers: Vec<Oid> = strangers.into_iter().filter(usage).collect();
    let called = |target: &AclTarget| {
        let can = |role: &Oid| facts.access.held(*role, *target).privileges.intersects(Privileges::EXECUTE);
        strangers.iter().any(can)
    };
    let targets: Vec<AclTarget> = targets.into_iter().filter(called).collect();
    if targets.is_empty() {
        return None;
    }
    let (what, run) = what(facts, &targets);
    let reason = format!(
        "In {}, {what} {run} with the privileges of {} and the search_path of the caller, who so decides which tables \
         and functions its names without a schema mean.",
        facts.object(schema),
        as_whom(facts, owner)
    );
    let mend = Err(match targets.as_slice() {
        [one] => format!(
            "ALTER {} SET search_path = .., pg_temp names the schemas that it needs; it is not predicted here.",
            said(facts, *one)
        ),
        _ => "ALTER FUNCTION .. SET search_path = .., pg_temp names the schemas that each needs; it is not predicted here."
            .to_owned(),
    });
    let finding = facts.finding(Code::DefinerSearchPath, level(facts, owner), reason).with_objects(&targets);
    Some(finding.with_roles(&[owner]).with_mend(mend))
}

fn said(facts: &Facts<'_>, target: AclTarget) -> String {
    let named = crate::sql::identity::grant_target(facts.view(), target);
    named.map(|(keyword, name)| format!("{keyword} {name}")).unwrap_or_default()
}
