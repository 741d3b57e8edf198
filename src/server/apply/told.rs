//! What others have changed, in sentences.

use super::fresh::Graph;
use super::observe::membership_changes;
use crate::cluster::{AclItem, AclKind, AclTarget, Change, Cluster, Oid, effective_items};
use crate::preview::Plan;
use crate::server::load::Entry;

/// What happened to one entry that the plan touches: who has what now, and who gave it.
pub(super) fn entry(plan: &Plan, target: AclTarget, found: Option<&Entry>) -> Vec<String> {
    let before = Entry::in_cluster(plan.after.base(), target);
    let one = match (&before, found) {
        (Some(before), None) => format!("The {} is gone.", name(before)),
        (Some(before), Some(found)) if before.owner != found.owner => {
            format!("The owner of {} is {} now.", name(found), plan.after.role_name(found.owner))
        }
        (Some(before), Some(found)) if before.acl != found.acl => {
            return acl(plan, &items(plan, target, before), &items(plan, target, found), &name(found));
        }
        (Some(before), Some(found)) => format!("The {} is {} now.", name(before), name(found)),
        (None, Some(found)) => return acl(plan, &[], &items(plan, target, found), &name(found)),
        (None, None) => "An object is gone.".to_owned(),
    };
    vec![one]
}

fn items(plan: &Plan, target: AclTarget, entry: &Entry) -> Vec<AclItem> {
    let kind = if target.is_column() { AclKind::Column } else { entry.kind.acl_kind() };
    effective_items(entry.acl.as_ref(), kind, entry.owner, plan.after.base().version)
}

/// Item by item, as (grantee, grantor) is what makes one.
fn acl(plan: &Plan, before: &[AclItem], after: &[AclItem], on: &str) -> Vec<String> {
    let role = |oid| plan.after.role_name(oid);
    let same = |a: &AclItem, b: &AclItem| (a.grantee, a.grantor) == (b.grantee, b.grantor);
    let mut what = Vec::new();
    for item in after.iter().filter(|item| !before.contains(item)) {
        let had = before.iter().find(|old| same(old, item)).map(|old| old.privileges).unwrap_or_default();
        let (grantee, grantor) = (role(item.grantee), role(item.grantor));
        let come = item.privileges.without(had);
        let lost = had.without(item.privileges);
        if !come.is_empty() {
            what.push(format!("{grantee} has {} on {on} now, granted by {grantor}.", come.names()));
        }
        if !lost.is_empty() {
            what.push(format!("{grantee} has no {} on {on} from {grantor} any more.", lost.names()));
        }
        if come.is_empty() && lost.is_empty() {
            what.push(format!("{grantee} has other grant options on {on} now, from {grantor}."));
        }
    }
    for item in before.iter().filter(|item| !after.iter().any(|new| same(new, item))) {
        let (grantee, grantor) = (role(item.grantee), role(item.grantor));
        what.push(format!("{grantee} has no {} on {on} from {grantor} any more.", item.privileges.names()));
    }
    if what.is_empty() {
        what.push(format!("The privileges on {on} are stored otherwise now, and mean the same."));
    }
    what
}

fn name(entry: &Entry) -> String {
    let schema = entry.schema_name.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    let column = entry.column.as_ref().map(|column| format!("column {column} of ")).unwrap_or_default();
    format!("{column}{} {schema}{}", entry.kind.type_name(), entry.name)
}

/// How roles, memberships and event triggers differ, a sentence each; empty: not at all.
pub(super) fn graph(base: &Cluster, now: &Graph) -> Vec<String> {
    let Graph { roles, memberships, event_triggers } = now;
    let name = |oid: Oid| match roles.get(oid).or(base.roles.get(oid)) {
        Some(role) => role.name.clone(),
        None => oid.to_string(),
    };
    let mut what: Vec<String> = Vec::new();
    for change in membership_changes(&base.memberships, memberships, base.version) {
        let Change::Membership { before, after } = change else { continue };
        what.extend(match (before, after) {
            (None, Some(m)) => {
                let (member, role, grantor) = (name(m.member), name(m.role), name(m.grantor));
                Some(format!("{member} is a member of {role} now, granted by {grantor}."))
            }
            (Some(m), None) => Some(format!("{} is no member of {} any more.", name(m.member), name(m.role))),
            (Some(_), Some(m)) => Some(format!(
                "The membership of {} in {} has other options now.",
                name(m.member),
                name(m.role)
            )),
            (None, None) => None,
        });
    }
    for role in roles.iter().filter(|role| base.roles.get(role.oid) != Some(role)) {
        let new = base.roles.get(role.oid).is_none();
        what.push(format!("The role {} {} now.", role.name, if new { "is there" } else { "is another" }));
    }
    let gone = base.roles.iter().filter(|role| roles.get(role.oid).is_none());
    what.extend(gone.map(|role| format!("The role {} is gone.", role.name)));
    if base.event_triggers != *event_triggers {
        what.push("The event triggers are others now.".to_owned());
    }
    what
}
