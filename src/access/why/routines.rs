//! SECURITY DEFINER routines: whoever may call one acts with the rights of its owner.

use super::super::Access;
use super::{Bounds, Question};
use crate::cluster::{AclTarget, Class, Detail, ObjectId, Oid, Privileges, UseBy};
use rustc_hash::FxHashSet;

/// Those that the role may call and whose owner has what was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Routines {
    /// Their body names the object, or a view that reads it: `pg_depend` records that of SQL-standard bodies (14+).
    pub recorded: Vec<ObjectId>,
    /// Their body is not read: they may do it.
    pub may: Vec<ObjectId>,
    /// How many of these there are in all.
    pub may_count: usize,
}

/// `trigger` and `event_trigger`: what returns these cannot be called.
const TRIGGERS: [Oid; 2] = [Oid(2279), Oid(3838)];

impl Access<'_> {
    pub(super) fn routines(&self, question: Question, bounds: Bounds) -> Routines {
        let Question { role, privilege, target } = question;
        let mut found = Routines::default();
        if self.is_superuser(role) {
            return found;
        }
        let names = self.names_it(target.object);
        for (id, object) in self.view.base().objects.iter() {
            let Detail::Routine { security_definer: true, returns, sql_body, .. } = object.detail else {
                continue;
            };
            let owner = self.view.owner(id);
            if TRIGGERS.contains(&returns) || self.has_privs_of(role, owner) {
                continue;
            }
            let may_call = self.held(role, AclTarget::whole(id)).privileges.intersects(Privileges::EXECUTE);
            let has = |owner| self.holds(owner, target).privileges.intersects(privilege);
            if !may_call || !self.can_name(role, id) || !has(owner) {
                continue;
            }
            let body = self.view.base().uses.of_user(id).iter().filter(|row| row.by == UseBy::Body);
            let body: Vec<ObjectId> = body.map(|row| row.used).collect();
            let calls = body.iter().any(|used| self.is_routine(*used));
            if body.iter().any(|used| names.contains(used)) {
                found.recorded.push(id);
            } else if !sql_body || calls || !is_recorded(self, target.object) {
                found.may_count += 1;
                if found.may.len() < bounds.list {
                    found.may.push(id);
                }
            }
        }
        found
    }

    fn is_routine(&self, id: ObjectId) -> bool {
        self.view.object(id).is_some_and(|object| object.kind.class() == Class::Routine)
    }

    /// The object, and all that names it, directly or not.
    fn names_it(&self, object: ObjectId) -> FxHashSet<ObjectId> {
        let mut names = FxHashSet::from_iter([object]);
        let mut queue = vec![object];
        while let Some(used) = queue.pop() {
            for by in self.view.base().uses.of_used(used).filter(|by| by.by != UseBy::Body) {
                if names.insert(by.user) {
                    queue.push(by.user);
                }
            }
        }
        names
    }
}

/// Is it recorded of this object who names it? Only of users' relations and routines.
fn is_recorded(access: &Access<'_>, object: ObjectId) -> bool {
    access.view.object(object).is_some_and(|object| {
        object.oid.is_user_made() && matches!(object.kind.class(), Class::Relation | Class::Routine)
    })
}
