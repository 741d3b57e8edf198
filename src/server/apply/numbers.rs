//! Roles that the plan makes have another OID on the server.

use crate::cluster::{
    Acl, AclItem, DefaultAcl, Membership, Memberships, Oid, Policy, Role, RoleSetting, Roles,
};
use crate::server::load::{Entry, Graph};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The plan's OIDs by the server's. What is read back is said in the plan's.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers(BTreeMap<Oid, Oid>);

impl Numbers {
    /// The role that the plan knows as `planned` is `found` on the server.
    pub(super) fn add(&mut self, planned: Oid, found: Oid) {
        self.0.insert(found, planned);
    }

    /// The server's OID of a role of the plan.
    pub(super) fn on_server(&self, planned: Oid) -> Oid {
        self.0.iter().find(|(_, plan)| **plan == planned).map_or(planned, |(found, _)| *found)
    }

    fn oid(&self, found: Oid) -> Oid {
        self.0.get(&found).copied().unwrap_or(found)
    }

    fn acl(&self, acl: &Acl) -> Acl {
        let item = |item: &AclItem| AclItem {
            grantee: self.oid(item.grantee),
            grantor: self.oid(item.grantor),
            ..*item
        };
        acl.iter().map(item).collect()
    }

    /// What was read of an object.
    pub(super) fn entry(&self, entry: Entry) -> Entry {
        match self.0.is_empty() {
            true => entry,
            false => Entry {
                owner: self.oid(entry.owner),
                acl: entry.acl.as_ref().map(|acl| self.acl(acl)),
                ..entry
            },
        }
    }

    /// What was read besides.
    pub(super) fn graph(&self, graph: Graph) -> Graph {
        if self.0.is_empty() {
            return graph;
        }
        let membership = |row: &Membership| {
            let renumbered = Membership {
                role: self.oid(row.role),
                member: self.oid(row.member),
                grantor: self.oid(row.grantor),
                ..*row
            };
            (renumbered, graph.memberships.oid(row.key()))
        };
        // They are sorted by OID: new roles come last here and there.
        let default_acl = |row: &DefaultAcl| DefaultAcl {
            role: self.oid(row.role),
            acl: self.acl(&row.acl),
            ..row.clone()
        };
        let policy = |row: &Policy| Policy {
            roles: row.roles.iter().map(|role| self.oid(*role)).collect(),
            ..row.clone()
        };
        let roles = graph.roles.iter().map(|role| Role { oid: self.oid(role.oid), ..role.clone() });
        let settings = graph.role_settings.iter();
        Graph {
            roles: Roles::new(roles.collect()),
            memberships: Memberships::with_oids(graph.memberships.iter().map(membership).collect()),
            default_acls: graph.default_acls.iter().map(default_acl).collect(),
            role_settings: settings
                .map(|row| RoleSetting { role: self.oid(row.role), ..row.clone() })
                .collect(),
            role_comments: Arc::new(
                graph.role_comments.iter().map(|(r, c)| (self.oid(*r), c.clone())).collect(),
            ),
            policies: graph.policies.iter().map(policy).collect(),
            event_triggers: graph.event_triggers,
        }
    }
}
