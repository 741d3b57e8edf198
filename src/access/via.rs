//! How a privilege comes to a role.

use super::effective::predefined_rules;
use super::{Access, Mode};
use crate::cluster::{AclItem, AclKind, AclTarget, Oid, Privileges};

/// The way by which a role has a privilege: the shortest, as one says it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Via {
    /// Superusers have everything.
    Superuser,
    /// It owns the object, and the owner's own item gives it.
    Owner,
    /// Granted to the role itself.
    Direct,
    /// Granted to everybody.
    Public,
    /// From the role to the one that was granted it, both included.
    Chain(Vec<Oid>),
    /// By the rule of a predefined role, such as pg_read_all_data.
    Predefined(Oid),
}

/// One way in full: from the role to a source of the privilege.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Source {
    /// From the role to the grantee (or the owner, or the predefined role), both included; just the role for what
    /// is its own or PUBLIC's.
    pub chain: Vec<Oid>,
    /// What stands at its end.
    pub by: By,
    /// Can it be handed on, by this way?
    pub grantable: bool,
}

/// What stands at the end of a way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum By {
    /// An ACL item with that grantee and grantor.
    Item {
        /// Who has it: the last of the chain, or PUBLIC.
        grantee: Oid,
        /// Who gave it.
        grantor: Oid,
    },
    /// The role is a superuser.
    Superuser,
    /// The last of the chain is a predefined role whose rule gives it.
    Predefined,
}

impl Access<'_> {
    /// How `role` has `privilege` on `target`; none where it does not have it.
    pub fn via(&self, role: Oid, target: AclTarget, privilege: Privileges) -> Option<Via> {
        let sources = self.sources(role, target, privilege);
        let owner = self.view.owner(target.object);
        let rank = |s: &Source| match s.by {
            By::Superuser => (0, 0),
            By::Item { grantee, .. } if grantee == role => (1, 0),
            By::Item { grantee: Oid::PUBLIC, .. } => (2, 0),
            By::Item { .. } => (3, s.chain.len()),
            By::Predefined => (4, s.chain.len()),
        };
        let best = sources.into_iter().min_by_key(rank)?;
        Some(match best.by {
            By::Superuser => Via::Superuser,
            By::Item { grantee, .. } if grantee == role && role == owner => Via::Owner,
            By::Item { grantee, .. } if grantee == role => Via::Direct,
            By::Item { grantee: Oid::PUBLIC, .. } => Via::Public,
            By::Item { .. } => Via::Chain(best.chain),
            By::Predefined => Via::Predefined(best.chain.last().copied()?),
        })
    }

    /// Every source of `privilege` on `target` for `role`, each with a shortest chain to it; shortest first.
    ///
    /// For a superuser that is being one, and nothing else.
    pub fn sources(&self, role: Oid, target: AclTarget, privilege: Privileges) -> Vec<Source> {
        if !self.held(role, target).privileges.intersects(privilege) {
            return Vec::new();
        }
        if self.is_superuser(role) {
            return vec![Source { chain: vec![role], by: By::Superuser, grantable: true }];
        }
        let owner = self.view.owner(target.object);
        let mut sources: Vec<Source> = self
            .view
            .items(target)
            .iter()
            .filter(|item| item.privileges.intersects(privilege))
            .filter_map(|item| self.by_item(role, item, privilege, owner))
            .collect();
        sources.extend(self.by_predefined(role, target, privilege));
        sources.sort_by_key(|s| s.chain.len());
        sources
    }

    fn by_item(&self, role: Oid, item: &AclItem, privilege: Privileges, owner: Oid) -> Option<Source> {
        let chain = match item.grantee {
            Oid::PUBLIC => vec![role],
            grantee => self.chain(role, grantee, Mode::Inherit)?,
        };
        let by = By::Item { grantee: item.grantee, grantor: item.grantor };
        Some(Source { chain, by, grantable: item.grantee == owner || item.options.intersects(privilege) })
    }

    /// The predefined roles whose rule gives the privilege on objects of that kind.
    pub(super) fn predefined_rules(&self, kind: AclKind, privilege: Privileges) -> Vec<Oid> {
        let version = self.view.base().version;
        let gives = |(_, since, gives): &&(Oid, u16, Privileges)| {
            version.major() >= *since && (*gives & kind.all(version)).intersects(privilege)
        };
        predefined_rules(kind).iter().filter(gives).map(|(rule, ..)| *rule).collect()
    }

    fn by_predefined(&self, role: Oid, target: AclTarget, privilege: Privileges) -> Vec<Source> {
        let Some(object) = self.view.object(target.object).filter(|_| !target.is_column()) else {
            return Vec::new();
        };
        let rules = self.predefined_rules(object.kind.acl_kind(), privilege);
        let chains = rules.into_iter().filter_map(|rule| self.chain(role, rule, Mode::Inherit));
        chains.map(|chain| Source { chain, by: By::Predefined, grantable: false }).collect()
    }
}
