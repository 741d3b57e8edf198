//! Roles that no privilege question about the touched things tells apart: thousands of members of one group, asked
//! about once.

use super::scope::{TakenEdge, Unit};
use crate::access::{Access, Mode};
use crate::cluster::{AclTarget, Oid, predefined};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// So few roles are asked about one by one.
const FEW: usize = 8;

/// Roles with the same answers; at least one.
pub(super) type Class = Vec<Oid>;

pub(super) struct Classes<'a> {
    before: &'a Access<'a>,
    after: &'a Access<'a>,
    /// Everybody whose privileges a question about the touched things can ask for.
    mentioned: FxHashSet<Oid>,
    /// By the list of roles, which units share.
    known: FxHashMap<*const Oid, Rc<[Class]>>,
}

/// Itself if it is mentioned, the mentioned roles that it inherits from, and whether it is there and a superuser;
/// before and after.
type Signature = (Option<Oid>, [Vec<Oid>; 2], [Option<bool>; 2]);

impl<'a> Classes<'a> {
    pub fn new(before: &'a Access<'a>, after: &'a Access<'a>, units: &[Unit], taken: &[TakenEdge]) -> Self {
        let mut mentioned: FxHashSet<Oid> = taken.iter().map(|edge| edge.member).collect();
        mentioned.extend([predefined::READ_ALL_DATA, predefined::WRITE_ALL_DATA, predefined::MAINTAIN]);
        for target in units.iter().filter(|unit| unit.roles.len() > FEW).filter_map(|u| u.targets.first()) {
            for view in [before.view(), after.view()] {
                mentioned.insert(view.owner(target.object));
                for target in [AclTarget::whole(target.object), *target] {
                    mentioned.extend(view.items(target).iter().map(|item| item.grantee));
                }
            }
        }
        Classes { before, after, mentioned, known: FxHashMap::default() }
    }

    /// The roles of a unit in classes, in the order of their first roles.
    pub fn of(&mut self, roles: &Rc<[Oid]>) -> Rc<[Class]> {
        if roles.len() <= FEW {
            return roles.iter().map(|role| vec![*role]).collect();
        }
        if let Some(classes) = self.known.get(&roles.as_ptr()) {
            return Rc::clone(classes);
        }
        let classes = self.grouped(roles);
        self.known.insert(roles.as_ptr(), Rc::clone(&classes));
        classes
    }

    fn grouped(&self, roles: &[Oid]) -> Rc<[Class]> {
        let mut at: FxHashMap<Signature, usize> = FxHashMap::default();
        let mut classes: Vec<Class> = Vec::new();
        for role in roles {
            let next = classes.len();
            let index = *at.entry(self.signature(*role)).or_insert(next);
            match classes.get_mut(index) {
                Some(class) => class.push(*role),
                None => classes.push(vec![*role]),
            }
        }
        classes.into()
    }

    fn signature(&self, role: Oid) -> Signature {
        let reached = |access: &Access<'_>| {
            let mut reached = access.reaches(role, Mode::Inherit);
            reached.retain(|r| self.mentioned.contains(r));
            reached.sort_unstable();
            reached
        };
        let itself = self.mentioned.contains(&role).then_some(role);
        let superuser = |access: &Access<'_>| access.view().role(role).map(|role| role.superuser);
        let both = [self.before, self.after];
        (itself, both.map(reached), both.map(superuser))
    }
}
