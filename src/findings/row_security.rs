//! Row-level security that does not do what it seems to.

use super::facts::Facts;
use super::{Code, Finding, Level};
use crate::access::Held;
use crate::cluster::{AclTarget, Detail, ObjectId};
use crate::sql::identity::object_identity;
use rustc_hash::FxHashMap;

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let view = facts.view();
    let mut policies: FxHashMap<ObjectId, Vec<&str>> = FxHashMap::default();
    for (relation, name, _) in view.policies() {
        policies.entry(relation).or_default().push(name);
    }
    let enabled = |id: ObjectId| {
        let detail = view.object(id).map(|o| &o.detail);
        matches!(detail, Some(Detail::Relation { row_security: true, .. }))
    };
    let mut off: Vec<(ObjectId, usize)> = policies.iter().map(|(id, names)| (*id, names.len())).collect();
    off.retain(|(id, _)| !enabled(*id) && view.object(*id).is_some_and(|o| o.oid.is_user_made()));
    off.sort_unstable();
    if facts.is_wanted(Code::PoliciesOff) {
        let off = off.into_iter().filter(|(id, _)| !facts.accepts(Code::PoliciesOff, *id));
        found.extend(off.map(|(id, count)| policies_off(facts, id, count)));
    }
    let without =
        view.base().objects.iter().map(|(id, _)| id).filter(|id| enabled(*id) && !policies.contains_key(id));
    if facts.is_wanted(Code::NoPolicy) {
        let without = without.filter(|id| !facts.accepts(Code::NoPolicy, *id));
        found.extend(without.filter_map(|id| no_policy(facts, id)));
    }
}

fn policies_off(facts: &Facts<'_>, table: ObjectId, count: usize) -> Finding {
    let name = facts.object(table);
    let have = if count == 1 { "1 policy that does".to_owned() } else { format!("{count} policies that do") };
    let reason = format!("{name} has {have} nothing, since row-level security is not enabled on it.");
    let mend = format!(
        "ALTER TABLE {} ENABLE ROW LEVEL SECURITY makes them hold; it is not predicted here.",
        object_identity(facts.view(), table)
    );
    facts.finding(Code::PoliciesOff, Level::Medium, reason).with_object(table).with_mend(Err(mend))
}

/// Only where somebody has been granted what the missing policy keeps from them.
fn no_policy(facts: &Facts<'_>, table: ObjectId) -> Option<Finding> {
    let owner = facts.view().owner(table);
    let hidden = |role: &crate::cluster::Oid| {
        let bypasses = facts.view().role(*role).is_some_and(|r| r.bypass_rls);
        !bypasses
            && !facts.access.has_privs_of(*role, owner)
            && facts.access.held(*role, AclTarget::whole(table)) != Held::default()
    };
    let mut roles: Vec<_> = facts.logins.iter().copied().filter(hidden).collect();
    roles.sort_unstable();
    if roles.is_empty() {
        return None;
    }
    let reason = format!(
        "{} has row-level security enabled and no policy: {} logins with privileges on it ({}) see and change no row.",
        facts.object(table),
        roles.len(),
        facts.names(&roles)
    );
    let mend = "Which rows are whose only a policy can say: CREATE POLICY is not predicted here.".to_owned();
    let finding = facts.finding(Code::NoPolicy, Level::Low, reason).with_object(table);
    Some(finding.with_roles(&roles).with_mend(Err(mend)))
}
