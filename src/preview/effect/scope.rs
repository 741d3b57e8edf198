//! What of a cluster a statement's changes can have an effect on: units of equal things, and the roles to ask about.

use super::index::{Index, in_universe};
use crate::access::{Access, Mode};
use crate::cluster::{Acl, AclKind, AclTarget, Change, Membership, ObjectId, Oid, View};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Things that no privilege question tells apart, before and after, and whom to ask about.
pub(super) struct Unit {
    pub targets: Vec<AclTarget>,
    pub roles: Rc<[Oid]>,
    /// PUBLIC's own item changes, so that every role may be concerned.
    pub public: bool,
}

/// A way from a member to a group that handed on privileges before and is, as a row, taken away.
pub(super) struct TakenEdge {
    pub member: Oid,
    pub reaches: FxHashSet<Oid>,
}

pub(super) struct Scope<'a> {
    before: &'a Access<'a>,
    after: &'a Access<'a>,
    reached: FxHashMap<Oid, Rc<[Oid]>>,
}

/// What makes two touched things equal.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    kind: AclKind,
    owner: Oid,
    /// System relations follow rules of their own, one by one.
    system: Option<ObjectId>,
    acls: [Option<Acl>; 4],
}

impl<'a> Scope<'a> {
    pub fn new(before: &'a Access<'a>, after: &'a Access<'a>) -> Self {
        Scope { before, after, reached: FxHashMap::default() }
    }

    /// Everything that has these roles' privileges before or after.
    pub fn reached_by(&mut self, role: Oid) -> Rc<[Oid]> {
        let (before, after) = (self.before, self.after);
        let reached = self.reached.entry(role).or_insert_with(|| {
            let mut roles = before.reached_by(role, Mode::Inherit);
            roles.extend(after.reached_by(role, Mode::Inherit));
            tidy(before, roles)
        });
        Rc::clone(reached)
    }

    /// The units that the changes touch.
    pub fn units(&mut self, changes: &[Change], index: &Index) -> Vec<Unit> {
        let members = self.concerned_members(changes);
        let mut touched: Vec<AclTarget> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Acl { target, .. } => Some(*target),
                _ => None,
            })
            .collect();
        self.with_columns(&mut touched);
        let mut units: Vec<Unit> = Vec::new();
        if !members.is_empty() {
            self.by_membership(changes, index, &touched, &members, &mut units);
        }
        for targets in self.group(touched) {
            if let Some(unit) = self.touched_unit(targets, &members) {
                units.push(unit);
            }
        }
        units
    }

    /// Roles whose memberships change, and who inherits from them.
    fn concerned_members(&mut self, changes: &[Change]) -> Rc<[Oid]> {
        let mut roles = Vec::new();
        for row in changes.iter().filter_map(either_row) {
            roles.extend(self.reached_by(row.member).iter().copied());
        }
        tidy(self.before, roles)
    }

    /// The units that the group side of the changed memberships has to do with.
    fn by_membership(
        &self,
        changes: &[Change],
        index: &Index,
        touched: &[AclTarget],
        members: &Rc<[Oid]>,
        units: &mut Vec<Unit>,
    ) {
        let mut groups: FxHashSet<Oid> = FxHashSet::default();
        for row in changes.iter().filter_map(either_row) {
            groups.extend(self.before.reaches(row.role, Mode::Inherit));
            groups.extend(self.after.reaches(row.role, Mode::Inherit));
        }
        // What statements before this one changed is not as the index has it.
        let view = self.before.view();
        let cluster = view.base();
        let mut overlaid: Vec<AclTarget> = view.changed_acls().collect();
        self.with_columns(&mut overlaid);
        let aside: FxHashSet<AclTarget> = overlaid.iter().chain(touched).copied().collect();
        for targets in index.units_of(groups) {
            let targets: Vec<AclTarget> = match aside.is_empty() {
                true => targets.to_vec(),
                false => targets.iter().filter(|t| !aside.contains(t)).copied().collect(),
            };
            if !targets.is_empty() {
                units.push(Unit { targets, roles: Rc::clone(members), public: false });
            }
        }
        let touched: FxHashSet<AclTarget> = touched.iter().copied().collect();
        overlaid.retain(|t| !touched.contains(t));
        overlaid.retain(|t| view.object(t.object).is_some_and(|o| in_universe(cluster, o)));
        for targets in self.group(overlaid) {
            units.push(Unit { targets, roles: Rc::clone(members), public: false });
        }
    }

    /// With a table come its columns that have an ACL: whether they count depends on the table's.
    fn with_columns(&self, targets: &mut Vec<AclTarget>) {
        let mut more = Vec::new();
        for target in targets.iter().filter(|t| !t.is_column()) {
            for view in [self.before.view(), self.after.view()] {
                let columns = view.column_acls(target.object).into_iter();
                more.extend(columns.map(|(attnum, _)| AclTarget::column(target.object, attnum)));
            }
        }
        targets.extend(more);
        // System columns are no rows of `access`.
        targets.retain(|t| t.attnum >= 0);
        targets.sort_unstable();
        targets.dedup();
    }

    fn group(&self, targets: Vec<AclTarget>) -> Vec<Vec<AclTarget>> {
        let mut at: FxHashMap<Key, usize> = FxHashMap::default();
        let mut groups: Vec<Vec<AclTarget>> = Vec::new();
        for target in targets {
            let Some(key) = self.key(target) else { continue };
            let next = groups.len();
            let index = *at.entry(key).or_insert(next);
            match groups.get_mut(index) {
                Some(group) => group.push(target),
                None => groups.push(vec![target]),
            }
        }
        groups
    }

    fn key(&self, target: AclTarget) -> Option<Key> {
        let (before, after) = (self.before.view(), self.after.view());
        let object = before.object(target.object).or_else(|| after.object(target.object))?;
        let whole = AclTarget::whole(target.object);
        let column = |view: &View| target.is_column().then(|| view.acl(target).cloned()).flatten();
        Some(Key {
            kind: if target.is_column() { AclKind::Column } else { object.kind.acl_kind() },
            owner: object.owner,
            system: (object.oid < Oid::FIRST_NORMAL).then_some(target.object),
            acls: [before.acl(whole).cloned(), after.acl(whole).cloned(), column(before), column(after)],
        })
    }

    /// Those who have what the differing items' grantees have.
    fn touched_unit(&mut self, targets: Vec<AclTarget>, members: &Rc<[Oid]>) -> Option<Unit> {
        let target = *targets.first()?;
        let mut grantees = self.differing(AclTarget::whole(target.object));
        if target.is_column() {
            grantees.extend(self.differing(target));
        }
        let public = grantees.contains(&Oid::PUBLIC);
        if public {
            grantees.extend(self.everyone_named(target));
        }
        let mut roles: Vec<Oid> = members.to_vec();
        for grantee in grantees.into_iter().filter(|g| *g != Oid::PUBLIC) {
            roles.extend(self.reached_by(grantee).iter().copied());
        }
        let roles = tidy(self.before, roles);
        (public || !roles.is_empty()).then_some(Unit { targets, roles, public })
    }

    /// Grantees whose items differ.
    fn differing(&self, target: AclTarget) -> FxHashSet<Oid> {
        let (before, after) = (self.before.view().items(target), self.after.view().items(target));
        let gone = before.iter().filter(|item| !after.contains(item));
        let come = after.iter().filter(|item| !before.contains(item));
        gone.chain(come).map(|item| item.grantee).collect()
    }

    /// Everybody who may have more than PUBLIC has.
    fn everyone_named(&self, target: AclTarget) -> Vec<Oid> {
        use crate::cluster::predefined as p;
        let view = self.before.view();
        let mut roles = vec![view.owner(target.object), p::READ_ALL_DATA, p::WRITE_ALL_DATA, p::MAINTAIN];
        roles.retain(|role| view.role(*role).is_some());
        for view in [view, self.after.view()] {
            for target in [AclTarget::whole(target.object), target] {
                roles.extend(view.items(target).iter().map(|item| item.grantee));
            }
        }
        roles
    }

    /// The edges whose rows go or no longer hand on.
    pub fn taken(&self, changes: &[Change]) -> Vec<TakenEdge> {
        let mut edges = Vec::new();
        for change in changes {
            let Change::Membership { before: Some(row), after } = change else { continue };
            let still = after.is_some_and(|row| self.hands_on(&row));
            if self.hands_on(row) && !still {
                let reaches = self.before.reaches(row.role, Mode::Inherit).into_iter().collect();
                edges.push(TakenEdge { member: row.member, reaches });
            }
        }
        edges
    }

    fn hands_on(&self, row: &Membership) -> bool {
        let member = || self.before.view().role(row.member).is_some_and(|r| r.inherit);
        row.inherit.unwrap_or_else(member)
    }
}

/// Existing roles that are no superusers, each once, by OID.
fn tidy(access: &Access<'_>, mut roles: Vec<Oid>) -> Rc<[Oid]> {
    roles.retain(|role| access.view().role(*role).is_some_and(|r| !r.superuser));
    roles.sort_unstable();
    roles.dedup();
    roles.into()
}

fn either_row(change: &Change) -> Option<&Membership> {
    match change {
        Change::Membership { before, after } => before.as_ref().or(after.as_ref()),
        _ => None,
    }
}
