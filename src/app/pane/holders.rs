//! Who has a privilege.

use crate::access::{Access, By, Mode};
use crate::app::snapshot::Snapshot;
use crate::cluster::{AclKind, AclTarget, Oid, Privileges, predefined};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Where a privilege on something comes from.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Roots {
    everybody: bool,
    /// Grantees and predefined roles, sorted.
    roles: Vec<Oid>,
}

/// The roles to start from, and the privilege, where it must be asked for.
type Question = (Vec<Oid>, Option<Privileges>);

/// Who has which privilege on one object or column.
///
/// Found from the ACL's grantees down to their members, so it costs what the answer holds and not what the cluster
/// holds; privileges that come from the same roles are looked for once.
pub struct Holders<'s> {
    snapshot: &'s Snapshot,
    access: Access<'s>,
    target: AclTarget,
    known: FxHashMap<Question, Rc<Vec<Oid>>>,
}

impl<'s> Holders<'s> {
    /// Of an object or a column. For a column, what its table gives counts too.
    pub fn new(snapshot: &'s Snapshot, target: AclTarget) -> Holders<'s> {
        Holders { snapshot, access: Access::new(snapshot.view()), target, known: FxHashMap::default() }
    }

    /// Everybody or not, and the roles that have it by more than PUBLIC, in no order.
    pub fn of(&mut self, privilege: Privileges) -> (bool, Rc<Vec<Oid>>) {
        let Roots { everybody, roles } = self.roots(privilege);
        // On system catalogs the server takes away what an ACL gives: there each privilege is asked for.
        let object = self.snapshot.object(self.target.object);
        let asked = object.is_some_and(|o| !o.oid.is_user_made()).then_some(privilege);
        let key = (roles, asked);
        if let Some(found) = self.known.get(&key) {
            return (everybody, Rc::clone(found));
        }
        let found = Rc::new(self.below(&key.0, asked));
        self.known.insert(key, Rc::clone(&found));
        (everybody, found)
    }

    /// The same in reading order.
    pub fn sorted(&mut self, privilege: Privileges) -> (bool, Vec<Oid>) {
        let (everybody, found) = self.of(privilege);
        let mut roles = found.to_vec();
        roles.sort_by_cached_key(|r| (self.snapshot.index().role_rank(*r), *r));
        (everybody, roles)
    }

    fn roots(&self, privilege: Privileges) -> Roots {
        let view = self.snapshot.view();
        let whole = AclTarget::whole(self.target.object);
        let mut roots = Roots::default();
        let column = self.target.is_column().then_some(self.target);
        for target in [Some(whole), column].into_iter().flatten() {
            for item in view.items(target).iter().filter(|i| i.privileges.intersects(privilege)) {
                match item.grantee {
                    Oid::PUBLIC => roots.everybody = true,
                    grantee => roots.roles.push(grantee),
                }
            }
        }
        roots.roles.extend(self.rules(whole, privilege));
        roots.roles.sort_unstable();
        roots.roles.dedup();
        roots
    }

    fn below(&self, roots: &[Oid], asked: Option<Privileges>) -> Vec<Oid> {
        let mut found: FxHashSet<Oid> = self.snapshot.index().superusers().iter().copied().collect();
        for root in roots {
            found.extend(self.access.reached_by(*root, Mode::Inherit));
        }
        found.retain(|r| self.snapshot.view().role(*r).is_some());
        if let Some(privilege) = asked {
            found.retain(|r| self.holds(*r, privilege));
        }
        found.into_iter().collect()
    }

    fn holds(&self, role: Oid, privilege: Privileges) -> bool {
        let held = match self.target.is_column() {
            true => self.access.held_on_column(role, self.target.object, self.target.attnum),
            false => self.access.held(role, self.target),
        };
        held.privileges.intersects(privilege)
    }

    /// The predefined roles whose rule gives it. Asked of themselves, so that the rules stand in one place.
    fn rules(&self, target: AclTarget, privilege: Privileges) -> Vec<Oid> {
        let kind = self.snapshot.object(target.object).map(|o| o.kind.acl_kind());
        if !matches!(kind, Some(AclKind::Relation | AclKind::Sequence | AclKind::Schema)) {
            return Vec::new();
        }
        let known = [predefined::READ_ALL_DATA, predefined::WRITE_ALL_DATA, predefined::MAINTAIN];
        let gives = |rule: &Oid| {
            self.snapshot.view().role(*rule).is_some()
                && self.access.sources(*rule, target, privilege).iter().any(|s| s.by == By::Predefined)
        };
        known.into_iter().filter(gives).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::{company, snapshot};

    /// The list is made from grantees downwards; every role is asked here, one by one.
    #[test]
    fn those_who_hold_it_are_those_of_whom_the_server_would_say_so() {
        for major in [13, 15, 16, 18] {
            let snapshot = snapshot(company(major).build());
            let mut compared = 0;
            for (id, object) in snapshot.cluster().objects.iter() {
                let columns = snapshot.view().columns_of(id).iter().map(|c| AclTarget::column(id, c.attnum));
                for target in columns.chain([AclTarget::whole(id)]) {
                    let kind = if target.is_column() { AclKind::Column } else { object.kind.acl_kind() };
                    for privilege in kind.all(snapshot.cluster().version).iter() {
                        let (everybody, mut found) = Holders::new(&snapshot, target).sorted(privilege);
                        let holds = |r: &Oid| Holders::new(&snapshot, target).holds(*r, privilege);
                        let mut asked: Vec<Oid> =
                            snapshot.view().roles().map(|r| r.oid).filter(holds).collect();
                        if everybody {
                            assert_eq!(asked.len(), snapshot.cluster().roles.len());
                            asked.retain(|r| found.contains(r));
                        }
                        found.sort();
                        assert_eq!(found, asked, "{} on {}, {major}", privilege.name(), object.name);
                        compared += 1;
                    }
                }
            }
            assert!(compared > 30, "{compared}");
        }
    }
}
