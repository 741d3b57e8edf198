//! Row-level security of a table, and whether a role is subject to it (`check_enable_rls`, `get_policies_for_relation`).

use super::super::Access;
use super::Question;
use crate::cluster::{Detail, ObjectId, Oid, Privileges};

/// What holds for a role and a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowSecurity {
    /// FORCE: for the owner too.
    pub forced: bool,
    /// Why the policies do not count for the role; none: it is subject to them.
    pub exempt: Option<Exempt>,
    /// The policies for this command.
    pub policies: Vec<AppliedPolicy>,
}

/// Why a role is not subject to policies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is what it says")]
pub enum Exempt {
    Superuser,
    BypassRls,
    Owner,
}

/// A policy of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppliedPolicy {
    /// Its name.
    pub name: String,
    /// `polcmd`.
    pub command: char,
    /// Permissive, or restrictive.
    pub permissive: bool,
    /// For whom.
    pub roles: Vec<Oid>,
    /// Is the role one of those?
    pub applies: bool,
}

impl RowSecurity {
    /// The role is subject to it, and no permissive policy is for it: no row is seen, or may be written.
    pub fn no_rows(&self) -> bool {
        self.exempt.is_none() && !self.policies.iter().any(|policy| policy.permissive && policy.applies)
    }
}

impl Access<'_> {
    /// None where there is none, or where the privilege has nothing to do with rows.
    pub(super) fn row_security(&self, question: Question) -> Option<RowSecurity> {
        self.row_security_of(question.role, question.target.object, question.privilege)
    }

    pub(super) fn row_security_of(
        &self,
        role: Oid,
        relation: ObjectId,
        privilege: Privileges,
    ) -> Option<RowSecurity> {
        let command = match privilege {
            Privileges::SELECT => 'r',
            Privileges::INSERT => 'a',
            Privileges::UPDATE => 'w',
            Privileges::DELETE => 'd',
            _ => return None,
        };
        let object = self.view.object(relation)?;
        let Detail::Relation { row_security: true, force_row_security: forced, .. } = object.detail else {
            return None;
        };
        let exempt = match self.view.role(role) {
            Some(role) if role.superuser => Some(Exempt::Superuser),
            Some(role) if role.bypass_rls => Some(Exempt::BypassRls),
            _ if !forced && self.has_privs_of(role, self.view.owner(relation)) => Some(Exempt::Owner),
            _ => None,
        };
        let all = self.view.base().policies.iter().filter(|policy| policy.relation == relation);
        let fitting = all.filter(|policy| ['*', command].contains(&policy.command));
        let policies = fitting.filter_map(|policy| {
            let roles = self.view.policy(relation, &policy.name)?.to_vec();
            let applies = roles.iter().any(|one| *one == Oid::PUBLIC || self.has_privs_of(role, *one));
            let (name, permissive) = (policy.name.clone(), policy.permissive);
            Some(AppliedPolicy { name, command: policy.command, permissive, roles, applies })
        });
        let mut policies: Vec<AppliedPolicy> = policies.collect();
        policies.sort_by(|a, b| a.name.cmp(&b.name));
        Some(RowSecurity { forced, exempt, policies })
    }
}
