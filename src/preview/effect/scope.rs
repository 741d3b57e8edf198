//! What of a cluster a statement's changes can have an effect on: units of equal things, and the roles to ask about.

use super::index::{Index, in_universe};
use super::subjects::{edges, whole_roles};
use crate::access::{Access, Mode};
use crate::cluster::{Acl, AclKind, AclTarget, Change, ObjectId, Oid, View};
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
    owners: [Oid; 2],
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
        let whole = whole_roles(changes);
        let edges = edges(self.before.view(), changes);
        let members = self.concerned_members(&edges, &whole);
        let touched = self.touched(changes);
        let mut units: Vec<Unit> = Vec::new();
        if !members.is_empty() {
            let groups = self.groups(&edges);
            self.elsewhere(index.units_of(groups), &touched, &members, &mut units);
        }
        if !whole.is_empty() {
            self.elsewhere(index.all_units(), &touched, &whole.as_slice().into(), &mut units);
        }
        let asked: Vec<Oid> = members.iter().chain(&whole).copied().collect();
        for targets in self.group(touched) {
            if let Some(unit) = self.touched_unit(targets, &asked) {
                units.push(unit);
            }
        }
        units
    }

    /// What has another ACL or another owner, with its columns.
    fn touched(&self, changes: &[Change]) -> Vec<AclTarget> {
        let targets = changes.iter().flat_map(|change| match change {
            Change::Acl { target, .. } => vec![*target],
            Change::Owner { object, .. } => {
                let base = self.before.view().base();
                let followers = base.objects.followers_of(*object, base.version).into_iter();
                let listed =
                    followers.filter(|id| base.objects.get(*id).is_some_and(|o| in_universe(base, o)));
                std::iter::once(*object).chain(listed).map(AclTarget::whole).collect()
            }
            _ => Vec::new(),
        });
        let mut touched: Vec<AclTarget> = targets.collect();
        self.with_columns(&mut touched);
        touched
    }

    /// Roles whose memberships change, and who inherits from them; not those who are asked about anyway.
    fn concerned_members(&mut self, edges: &[(Oid, Oid)], whole: &[Oid]) -> Rc<[Oid]> {
        let mut roles = Vec::new();
        for (_, member) in edges {
            roles.extend(self.reached_by(*member).iter().copied());
        }
        roles.retain(|role| !whole.contains(role));
        tidy(self.before, roles)
    }

    /// The group side of these memberships, and all beyond it.
    fn groups(&self, edges: &[(Oid, Oid)]) -> FxHashSet<Oid> {
        let mut groups = FxHashSet::default();
        for (role, _) in edges {
            groups.extend(self.before.reaches(*role, Mode::Inherit));
            groups.extend(self.after.reaches(*role, Mode::Inherit));
        }
        groups
    }

    /// Units that the statement does not touch, for roles whose privileges there change all the same.
    fn elsewhere(
        &self,
        found: Vec<&[AclTarget]>,
        touched: &[AclTarget],
        roles: &Rc<[Oid]>,
        units: &mut Vec<Unit>,
    ) {
        // What statements before this one changed is not as the index has it.
        let view = self.before.view();
        let cluster = view.base();
        let owners = view.changed_owners().map(AclTarget::whole);
        let mut overlaid: Vec<AclTarget> = view.changed_acls().chain(owners).collect();
        self.with_columns(&mut overlaid);
        let aside: FxHashSet<AclTarget> = overlaid.iter().chain(touched).copied().collect();
        for targets in found {
            let targets: Vec<AclTarget> = match aside.is_empty() {
                true => targets.to_vec(),
                false => targets.iter().filter(|t| !aside.contains(t)).copied().collect(),
            };
            if !targets.is_empty() {
                units.push(Unit { targets, roles: Rc::clone(roles), public: false });
            }
        }
        let touched: FxHashSet<AclTarget> = touched.iter().copied().collect();
        overlaid.retain(|t| !touched.contains(t));
        overlaid.retain(|t| view.object(t.object).is_some_and(|o| in_universe(cluster, o)));
        for targets in self.group(overlaid) {
            units.push(Unit { targets, roles: Rc::clone(roles), public: false });
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
            owners: [before.owner(target.object), after.owner(target.object)],
            system: (object.oid < Oid::FIRST_NORMAL).then_some(target.object),
            acls: [before.acl(whole).cloned(), after.acl(whole).cloned(), column(before), column(after)],
        })
    }

    /// Those who have what the differing items' grantees have.
    fn touched_unit(&mut self, targets: Vec<AclTarget>, asked: &[Oid]) -> Option<Unit> {
        let target = *targets.first()?;
        let mut grantees = self.differing(AclTarget::whole(target.object));
        if target.is_column() {
            grantees.extend(self.differing(target));
        }
        let public = grantees.contains(&Oid::PUBLIC);
        if public {
            grantees.extend(self.everyone_named(target));
        }
        let mut roles: Vec<Oid> = Vec::new();
        let owners = [self.before, self.after].map(|access| access.view().owner(target.object));
        if owners[0] != owners[1] {
            grantees.extend(owners);
        }
        for grantee in grantees.into_iter().filter(|g| *g != Oid::PUBLIC) {
            roles.extend(self.reached_by(grantee).iter().copied());
        }
        // Those who come, go, or are superusers on one side alone are asked about on both.
        let mut roles = tidy(self.before, roles).to_vec();
        roles.extend(asked);
        roles.sort_unstable();
        roles.dedup();
        let roles: Rc<[Oid]> = roles.into();
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
}

/// Existing roles that are no superusers, each once, by OID.
fn tidy(access: &Access<'_>, mut roles: Vec<Oid>) -> Rc<[Oid]> {
    roles.retain(|role| access.view().role(*role).is_some_and(|r| !r.superuser));
    roles.sort_unstable();
    roles.dedup();
    roles.into()
}
