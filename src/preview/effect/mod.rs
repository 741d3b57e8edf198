//! The difference in effective privileges that changes make, over all roles.
//!
//! Things, and roles, that no privilege question tells apart are asked about once, and only those whom a change can
//! concern are asked about; so it costs what the changes touch, whatever the cluster holds.

mod classes;
mod index;
mod rows;
mod scope;
mod subjects;
#[cfg(test)]
mod tests;

pub(super) use index::Index;
pub use index::in_universe;

use super::{Effect, EffectRow};
use crate::access::{Access, Held, Via};
use crate::cluster::{AclItem, AclTarget, Change, Oid, Privileges, View, predefined};
use classes::{Class, Classes};
use rows::{List, Rows};
use scope::{Scope, TakenEdge, Unit};

/// The effect of `changes`, which lead from one view to the other.
pub(super) fn effect(before: &View, after: &View, changes: &[Change], index: &Index, limit: usize) -> Effect {
    let (access_before, access_after) = (Access::new(before), Access::new(after));
    let mut scope = Scope::new(&access_before, &access_after);
    let units = scope.units(changes, index);
    let taken = subjects::taken(&access_before, changes);
    let mut work = Work {
        before: &access_before,
        after: &access_after,
        classes: Classes::new(&access_before, &access_after, &units, &taken),
        taken,
        ordinary: before.roles().filter(|r| !r.superuser).count() as u64,
        rows: Rows::new(limit),
    };
    units.iter().for_each(|unit| work.unit(unit));
    work.rows.finish(after)
}

struct Work<'a> {
    before: &'a Access<'a>,
    after: &'a Access<'a>,
    classes: Classes<'a>,
    taken: Vec<TakenEdge>,
    /// How many roles are no superusers.
    ordinary: u64,
    rows: Rows,
}

/// What one role holds on one thing before and after; for a column only what the table does not give.
#[derive(Clone, Copy)]
struct States {
    before: Held,
    after: Held,
}

/// Privileges that lost a source, and those whose grant option did.
#[derive(Clone, Copy, Default)]
struct Taken {
    privileges: Privileges,
    options: Privileges,
}

impl States {
    fn gained(self) -> Privileges {
        self.after.privileges.without(self.before.privileges)
    }
    fn lost(self) -> Privileges {
        self.before.privileges.without(self.after.privileges)
    }
    fn stay(self) -> Privileges {
        self.before.privileges & self.after.privileges
    }
}

impl Work<'_> {
    fn unit(&mut self, unit: &Unit) {
        let Some(target) = unit.targets.first().copied() else { return };
        let everybody = if unit.public { Some(self.states(Oid::PUBLIC, target)) } else { None };
        let by_item = self.reduced_items(target);
        let by_edge: Vec<Privileges> = self.taken.iter().map(|edge| self.given_by(edge, target)).collect();
        // Per privilege bit: how many of the roles that are asked about change as everybody else does.
        let mut as_everybody = [0_u64; 16];
        for class in self.classes.of(&unit.roles).iter() {
            let Some(role) = class.first().copied() else { continue };
            let states = self.states(role, target);
            let mut taken = self.taken_from(role, &by_item, &by_edge);
            self.taken_with_rank(role, target, &mut taken);
            self.class(unit, class, states, taken, everybody, &mut as_everybody);
        }
        if let Some(states) = everybody {
            let others = self.ordinary.saturating_sub(unit.roles.len() as u64);
            self.public(unit, states, self.taken_from(Oid::PUBLIC, &by_item, &[]), others, &as_everybody);
        }
    }

    fn states(&self, role: Oid, target: AclTarget) -> States {
        let held =
            |access: &Access<'_>, target| match role != Oid::PUBLIC && access.view().role(role).is_none() {
                true => Held::default(),
                false => access.held(role, target),
            };
        let (before, after) = (held(self.before, target), held(self.after, target));
        if !target.is_column() {
            return States { before, after };
        }
        let whole = AclTarget::whole(target.object);
        let (table_before, table_after) = (held(self.before, whole), held(self.after, whole));
        let own = Privileges::COLUMN.without(table_before.privileges | table_after.privileges);
        let cut = |held: Held, table: Held| Held {
            privileges: held.privileges & own,
            options: (held.options | table.options) & own,
        };
        States { before: cut(before, table_before), after: cut(after, table_after) }
    }

    /// The items that lose anything: the grantee, and what is lost.
    fn reduced_items(&self, target: AclTarget) -> Vec<(Oid, Taken)> {
        let after = self.after.view().items(target);
        let left = |item: &AclItem| {
            let same = |other: &&AclItem| (other.grantee, other.grantor) == (item.grantee, item.grantor);
            after
                .iter()
                .find(same)
                .map_or((Privileges::NONE, Privileges::NONE), |i| (i.privileges, i.options))
        };
        let reduced = self.before.view().items(target).into_iter().map(|item| {
            let (privileges, options) = left(&item);
            let options = item.options.without(options);
            (item.grantee, Taken { privileges: item.privileges.without(privileges), options })
        });
        reduced.filter(|(_, t)| !t.privileges.is_empty() || !t.options.is_empty()).collect()
    }

    /// What a role had on `target` through a membership that is taken away.
    fn given_by(&self, edge: &TakenEdge, target: AclTarget) -> Privileges {
        let items = self.before.view().items(target);
        let granted = items.iter().filter(|item| edge.reaches.contains(&item.grantee));
        let mut given = granted.fold(Privileges::NONE, |p, item| p | item.privileges);
        let rules = [predefined::READ_ALL_DATA, predefined::WRITE_ALL_DATA, predefined::MAINTAIN];
        for rule in rules.into_iter().filter(|rule| edge.reaches.contains(rule)) {
            let held = self.before.held(rule, target).privileges;
            given |= held.without(self.before.held_by_public(target));
        }
        given
    }

    fn taken_from(&self, role: Oid, by_item: &[(Oid, Taken)], by_edge: &[Privileges]) -> Taken {
        let mut taken = Taken::default();
        for (grantee, item) in by_item {
            if *grantee == Oid::PUBLIC || self.before.has_privs_of(role, *grantee) {
                taken.privileges |= item.privileges;
                taken.options |= item.options;
            }
        }
        for (edge, privileges) in self.taken.iter().zip(by_edge) {
            if self.before.has_privs_of(role, edge.member) {
                taken.privileges |= *privileges;
            }
        }
        taken
    }

    /// What goes with being a superuser, or with having the owner's rights: the grant options.
    fn taken_with_rank(&self, role: Oid, target: AclTarget, taken: &mut Taken) {
        let all = Privileges(u16::MAX);
        if self.before.is_superuser(role) && !self.after.is_superuser(role) {
            *taken = Taken { privileges: all, options: all };
        }
        let owner = |access: &Access<'_>| access.view().owner(target.object);
        let (was, is) = (owner(self.before), owner(self.after));
        if was != is && self.before.has_privs_of(role, was) && !self.after.has_privs_of(role, is) {
            taken.options |= all;
        }
    }

    fn class(
        &mut self,
        unit: &Unit,
        class: &Class,
        states: States,
        taken: Taken,
        everybody: Option<States>,
        as_everybody: &mut [u64; 16],
    ) {
        let (mut gained, mut lost) = (states.gained(), states.lost());
        let mut kept = taken.privileges & states.stay();
        if let Some(all) = everybody {
            let with = gained.without(states.after.options) & all.gained();
            let without = lost.without(states.before.options) & all.lost();
            count_bits(with | without, class.len() as u64, as_everybody);
            gained = gained.without(with);
            lost = lost.without(without);
            kept = kept.without(taken.privileges & all.stay() & self.only_public(class, unit));
        }
        self.add(List::Gained, unit, class, gained, states.after.options, false);
        self.add(List::Lost, unit, class, lost, states.before.options, false);
        let stay = states.stay();
        let (had, has) = (stay & states.before.options, stay & states.after.options);
        self.add(List::Gained, unit, class, has.without(had), states.after.options, true);
        self.add(List::Lost, unit, class, had.without(has), states.after.options, true);
        self.add(List::Kept, unit, class, kept, states.after.options, false);
        let options = (taken.options & had & has).without(kept);
        self.add(List::Kept, unit, class, options, states.after.options, true);
    }

    /// What comes to these roles by PUBLIC and by nothing nearer: PUBLIC's row speaks for them.
    fn only_public(&self, class: &Class, unit: &Unit) -> Privileges {
        let (Some(target), Some(role)) = (unit.targets.first().copied(), class.first().copied()) else {
            return Privileges::NONE;
        };
        let all = self.after.held(role, target).privileges;
        let public = |p: &Privileges| self.after.via(role, target, *p) == Some(Via::Public);
        all.iter().filter(public).fold(Privileges::NONE, |sum, p| sum | p)
    }

    fn public(&mut self, unit: &Unit, states: States, taken: Taken, others: u64, as_everybody: &[u64; 16]) {
        let kept = taken.privileges & states.stay();
        for (list, bits) in [(List::Gained, states.gained()), (List::Lost, states.lost()), (List::Kept, kept)]
        {
            for privilege in bits.iter() {
                let changed = as_everybody.get(privilege.0.trailing_zeros() as usize).copied().unwrap_or(0);
                let roles = if list == List::Kept { 0 } else { others + changed };
                let row = |target: &AclTarget| EffectRow {
                    role: Oid::PUBLIC,
                    roles: Some(roles),
                    privilege,
                    target: *target,
                    grantable: false,
                    grant_option_only: false,
                    via: Via::Public,
                };
                self.rows.add(list, unit.targets.len(), unit.targets.iter().map(row));
            }
        }
    }

    fn add(
        &mut self,
        list: List,
        unit: &Unit,
        class: &Class,
        bits: Privileges,
        options: Privileges,
        grant_option_only: bool,
    ) {
        let Some(first) = unit.targets.first().copied() else { return };
        let now = if list == List::Lost && !grant_option_only { self.before } else { self.after };
        for privilege in bits.iter() {
            let of_role = |role: &Oid| {
                let role = *role;
                let via = now.via(role, first, privilege).unwrap_or(Via::Direct);
                unit.targets.iter().map(move |target| EffectRow {
                    role,
                    roles: None,
                    privilege,
                    target: *target,
                    grantable: options.intersects(privilege),
                    grant_option_only,
                    via: via.clone(),
                })
            };
            let count = unit.targets.len() * class.len();
            self.rows.add(list, count, class.iter().flat_map(of_role));
        }
    }
}

fn count_bits(bits: Privileges, roles: u64, counts: &mut [u64; 16]) {
    for (bit, count) in counts.iter_mut().enumerate() {
        *count += roles * u64::from(bits.0 >> bit & 1);
    }
}
