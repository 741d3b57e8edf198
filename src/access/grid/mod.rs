//! Effective privileges of everybody on everything, without asking for each role and object singly.
//!
//! Objects that no question tells apart are one [`Unit`]; who has the privileges of a role is a set of role numbers; so
//! what a unit gives is sets put together, and counting is counting bits. Rows are made for one unit at a time.

mod answers;
mod bits;
mod cells;
mod count;
mod members;
#[cfg(test)]
mod tests;
mod units;

pub use answers::{Answer, How};
pub use count::Count;
pub use units::Unit;

use super::effective::predefined_rules;
use super::{Access, Mode, Universe};
use crate::cluster::{Object, ObjectId, Oid, Privileges, Role, Version, View};
use answers::Ranks;
use bits::Bits;
use cells::Cells;
use members::Members;

/// What is to be found out.
pub struct Asked<'a> {
    /// Of which roles and objects at all.
    pub universe: Universe,
    /// And of these, which roles.
    pub role: &'a dyn Fn(&Role) -> bool,
    /// Which objects.
    pub object: &'a dyn Fn(ObjectId, &Object) -> bool,
    /// Which privileges.
    pub privileges: Privileges,
}

impl Asked<'_> {
    /// Everything of a universe.
    pub fn all(universe: Universe) -> Asked<'static> {
        Asked { universe, role: &|_| true, object: &|_, _| true, privileges: !Privileges::NONE }
    }
}

/// Who can do what, over everything that was asked about.
pub struct Grid<'v> {
    access: Access<'v>,
    version: Version,
    lo_compat: bool,
    members: Members,
    everybody: Bits,
    superusers: Bits,
    /// The roles that are asked about.
    shown: Bits,
    privileges: Privileges,
    units: Vec<Unit>,
}

impl<'v> Grid<'v> {
    /// Gets ready to answer: finds the units, and who has the privileges of everyone they mention.
    pub fn new(view: &'v View, asked: &Asked<'_>) -> Grid<'v> {
        let access = Access::new(view);
        let mut members = Members::new(&access);
        let units = units::units(view, asked);
        for unit in &units {
            let acls = [&unit.acl, &unit.column_acl].into_iter().flatten();
            let grantees = acls.flat_map(|acl| acl.iter().map(|item| item.grantee));
            let rules = predefined_rules(unit.kind.acl_kind()).iter().map(|(rule, ..)| *rule);
            members.learn(grantees.chain(rules).chain([unit.owner]).filter(|role| *role != Oid::PUBLIC));
        }
        let base = view.base();
        let chosen = |wanted: &dyn Fn(&Role) -> bool| {
            let mut bits = Bits::new(members.roles().len());
            let roles = members.roles().iter().zip(0..);
            let found = roles.filter(|(oid, _)| view.role(**oid).is_some_and(wanted));
            found.for_each(|(_, number)| bits.add(number));
            bits
        };
        Grid {
            version: base.version,
            lo_compat: base.session.lo_compat_privileges,
            everybody: Bits::all(members.roles().len()),
            superusers: chosen(&|role| role.superuser),
            shown: chosen(&|role| asked.universe.has_role(role) && (asked.role)(role)),
            privileges: asked.privileges,
            members,
            units,
            access,
        }
    }

    /// The view that is asked.
    pub fn view(&self) -> &'v View {
        self.access.view()
    }

    /// The same question of single roles and objects.
    pub fn access(&self) -> &Access<'v> {
        &self.access
    }

    /// The objects and columns that are asked about, those together that have the same answers.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The roles that are asked about, by name.
    pub fn roles(&self) -> impl Iterator<Item = Oid> {
        self.shown.iter().filter_map(|number| self.members.roles().get(number as usize).copied())
    }

    /// The role of that number.
    pub fn role(&self, number: u32) -> Option<Oid> {
        self.members.roles().get(number as usize).copied()
    }

    /// How many numbers there are; roles that are not asked about have some too.
    pub fn numbers(&self) -> usize {
        self.members.roles().len()
    }

    /// From a role to one whose privileges it has, both included, by a shortest way.
    pub fn chain(&self, role: Oid, grantee: Oid) -> Vec<Oid> {
        self.access.chain(role, grantee, Mode::Inherit).unwrap_or_else(|| vec![role, grantee])
    }

    /// How many effective privileges there are. Builds none of them.
    pub fn count(&self) -> Count {
        let mut cells = Cells::new(self.numbers());
        let mut count = Count::default();
        self.units.iter().for_each(|unit| count.add(self, unit, &mut cells));
        count
    }

    /// Answers for one unit after another.
    pub fn answering(&self) -> Answering<'_, 'v> {
        Answering { grid: self, cells: Cells::new(self.numbers()), ranks: Ranks::new(self.numbers()) }
    }
}

/// A grid with the room to work in.
pub struct Answering<'g, 'v> {
    grid: &'g Grid<'v>,
    cells: Cells,
    ranks: Ranks,
}

impl Answering<'_, '_> {
    /// Everything that the roles hold on each object of a unit: by role, then by privilege.
    pub fn unit(&mut self, unit: &Unit) -> Vec<Answer> {
        answers::answers(self.grid, unit, &mut self.cells, &mut self.ranks)
    }
}
