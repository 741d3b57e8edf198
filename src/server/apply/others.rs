//! What others changed while the transaction ran.

use crate::cluster::{
    Acl, Change, DefaultAcl, DefaultAclKey, Membership, Memberships, Oid, Policy, Role, RoleSetting, Roles,
    View,
};
use crate::preview::Plan;
use crate::server::load::Graph;
use std::sync::Arc;

/// The rows as they would be without this transaction: as they were, with what others changed.
pub(super) fn without_ours(plan: &Plan, now: Graph, others: &[Change]) -> Graph {
    let graph = Graph::of(plan.after.base());
    if others.is_empty() {
        return Graph { event_triggers: now.event_triggers, ..graph };
    }
    let mut theirs = View::new(Arc::clone(plan.after.base()));
    theirs.apply_all(others);
    let membership = |row: &Membership| (*row, now.memberships.oid(row.key()));
    let memberships = theirs.roles().flat_map(|role| theirs.members_of(role.oid)).map(membership).collect();
    let default_acl = |(key, acl): (DefaultAclKey, &Acl)| DefaultAcl {
        oid: now.default_acls.iter().find(|row| row.key() == key).map(|row| row.oid).unwrap_or_default(),
        role: key.role,
        schema: key.schema,
        objtype: key.objtype,
        acl: acl.clone(),
    };
    let setting = |(role, database, settings): (Oid, Oid, &[String])| RoleSetting {
        role,
        database,
        settings: settings.to_vec(),
    };
    let comment = |role: &Role| Some((role.oid, theirs.role_comment(role.oid)?.to_owned()));
    let policies = graph.policies.iter().filter_map(|row| {
        let roles = theirs.policy(row.relation, &row.name)?.to_vec();
        Some(Policy { roles, ..row.clone() })
    });
    Graph {
        roles: Roles::new(theirs.roles().cloned().collect()),
        memberships: Memberships::with_oids(memberships),
        default_acls: theirs.default_acls().map(default_acl).collect(),
        role_settings: theirs.settings().map(setting).collect(),
        role_comments: Arc::new(theirs.roles().filter_map(comment).collect()),
        policies: policies.collect(),
        event_triggers: now.event_triggers,
    }
}
