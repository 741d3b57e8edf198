//! What is one step away.

use super::super::{Access, Mode};
use super::{Bounds, Question};
use crate::cluster::Oid;
use rustc_hash::FxHashSet;

/// Roles that have it and that a SET ROLE leads to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reachable {
    /// From the role to the one that has it, both included; the shortest first.
    pub chains: Vec<Vec<Oid>>,
    /// How many there are in all.
    pub count: usize,
}

/// A statement that might bring it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Candidate {
    /// The grant option is held, by ownership too: the privilege can be granted to oneself.
    Privilege,
    /// Membership in this role, which has it: by ADMIN on it, or before 16 by CREATEROLE.
    Membership(Oid),
}

impl Access<'_> {
    /// By SET ROLE. A role behind another that has it already is not told.
    pub(super) fn reachable(&self, question: Question, bounds: Bounds) -> Reachable {
        let has = |role| self.holds(role, question.target).privileges.intersects(question.privilege);
        let mut found = Reachable::default();
        let mut behind: FxHashSet<Oid> = FxHashSet::default();
        for role in self.reaches(question.role, Mode::Set).into_iter().skip(1) {
            let chain = self.chain(question.role, role, Mode::Set).unwrap_or_default();
            let before = chain.len().checked_sub(2).and_then(|at| chain.get(at));
            let is_behind = before.is_some_and(|before| behind.contains(before));
            if is_behind || has(role) {
                behind.insert(role);
            }
            if is_behind || !behind.contains(&role) {
                continue;
            }
            found.count += 1;
            if found.chains.len() < bounds.list {
                found.chains.push(chain);
            }
        }
        found
    }

    /// What is worth predicting, likely ones first.
    pub(super) fn candidates(&self, question: Question, grantable: bool) -> Vec<Candidate> {
        let mut found = Vec::new();
        let Some(role) = self.view.role(question.role) else { return found };
        found.extend(grantable.then_some(Candidate::Privilege));
        let has = |role: &Oid| self.holds(*role, question.target).privileges.intersects(question.privilege);
        let members = self.reaches(role.oid, Mode::Member).into_iter();
        let rows = members.flat_map(|member| self.view.memberships_of(member).iter().filter(|row| row.admin));
        let mut roles: Vec<Oid> = rows.map(|row| row.role).collect();
        if self.major() < 16 && role.create_role {
            roles.extend(self.holders(question));
        }
        let mut seen = FxHashSet::default();
        roles.retain(|other| *other != role.oid && seen.insert(*other) && has(other));
        found.extend(roles.into_iter().map(Candidate::Membership));
        found
    }
}
