//! What everybody holds on the objects of a unit, a set of roles for each privilege.

use super::bits::Bits;
use super::{Grid, Unit};
use crate::access::effective::{SYSTEM_WRITES, predefined_rules};
use crate::cluster::{AclItem, AclKind, Kind, Oid, Privileges, effective_items};

/// How many bits an ACL item has for privileges.
pub(super) const BITS: usize = 16;

/// A set of roles for each privilege, and one for each grant option.
pub(super) struct Cells {
    pub held: [Bits; BITS],
    pub options: [Bits; BITS],
    /// Of the table, where the unit is one of columns.
    table: Option<Box<Cells>>,
}

impl Cells {
    /// Room for so many roles.
    pub fn new(roles: usize) -> Cells {
        let bits = || std::array::from_fn(|_| Bits::new(roles));
        let table = Box::new(Cells { held: bits(), options: bits(), table: None });
        Cells { held: bits(), options: bits(), table: Some(table) }
    }

    /// Works out a unit. Returns the privileges that anybody can hold there.
    ///
    /// The same rules as [`Access::held`](crate::access::Access::held), which is the reference.
    pub fn fill(&mut self, grid: &Grid<'_>, unit: &Unit) -> Privileges {
        let kinds = unit.kind.acl_kind().all(grid.version);
        if !unit.columns {
            self.whole(grid, unit, kinds);
            return kinds;
        }
        let Some(mut table) = self.table.take() else { return Privileges::NONE };
        let all = Privileges::COLUMN & kinds;
        table.whole(grid, unit, all);
        self.clear(Privileges::COLUMN);
        let items = unit.column_acl.iter().flat_map(|acl| acl.iter());
        self.items(grid, unit.owner, items, Privileges::COLUMN);
        for bit in bits(Privileges::COLUMN) {
            // A column is a row of its own only where the table does not give it; the grant option may be the table's.
            self.held[bit].remove_all(&table.held[bit]);
            self.options[bit].add_all(&table.options[bit]);
        }
        table.clear(Privileges::COLUMN);
        self.table = Some(table);
        Privileges::COLUMN
    }

    fn whole(&mut self, grid: &Grid<'_>, unit: &Unit, all: Privileges) {
        self.clear(all);
        let kind = unit.kind.acl_kind();
        let everything = |cells: &mut Cells, roles: &Bits| {
            for bit in bits(all) {
                cells.held[bit].add_all(roles);
                cells.options[bit].add_all(roles);
            }
        };
        if unit.kind == Kind::LargeObject && grid.lo_compat {
            return everything(self, &grid.everybody);
        }
        // A parameter without a row gives nothing.
        if kind != AclKind::Parameter || unit.acl.is_some() {
            let given = if unit.protected { all.without(SYSTEM_WRITES) } else { all };
            match &unit.acl {
                Some(acl) => self.items_of(grid, unit.owner, acl.iter(), given, all),
                None => {
                    let items = effective_items(None, kind, unit.owner, grid.version);
                    self.items_of(grid, unit.owner, items.iter(), given, all);
                }
            }
            for (rule, _, gives) in
                predefined_rules(kind).iter().filter(|(_, since, _)| grid.version.major() >= *since)
            {
                self.give(grid, *rule, *gives & given);
            }
        }
        everything(self, &grid.superusers);
    }

    fn items<'i>(
        &mut self,
        grid: &Grid<'_>,
        owner: Oid,
        items: impl Iterator<Item = &'i AclItem>,
        all: Privileges,
    ) {
        self.items_of(grid, owner, items, all, all);
    }

    /// `aclmask()`: options by ownership, then item by item; privileges within `given`, options within `all`.
    fn items_of<'i>(
        &mut self,
        grid: &Grid<'_>,
        owner: Oid,
        items: impl Iterator<Item = &'i AclItem>,
        given: Privileges,
        all: Privileges,
    ) {
        if let Some(reach) = grid.members.reach(owner) {
            bits(all).for_each(|bit| reach.add_to(&mut self.options[bit]));
        }
        for item in items {
            let options = item.options & all;
            self.give(grid, item.grantee, item.privileges & given);
            if item.grantee == Oid::PUBLIC {
                bits(options).for_each(|bit| self.options[bit].add_all(&grid.everybody));
            } else if let (false, Some(reach)) = (options.is_empty(), grid.members.reach(item.grantee)) {
                bits(options).for_each(|bit| reach.add_to(&mut self.options[bit]));
            }
        }
    }

    fn give(&mut self, grid: &Grid<'_>, grantee: Oid, privileges: Privileges) {
        if privileges.is_empty() {
            return;
        }
        if grantee == Oid::PUBLIC {
            bits(privileges).for_each(|bit| self.held[bit].add_all(&grid.everybody));
        } else if let Some(reach) = grid.members.reach(grantee) {
            bits(privileges).for_each(|bit| reach.add_to(&mut self.held[bit]));
        }
    }

    fn clear(&mut self, all: Privileges) {
        for bit in bits(all) {
            self.held[bit].clear();
            self.options[bit].clear();
        }
    }
}

/// The bits of these privileges.
pub(super) fn bits(privileges: Privileges) -> impl Iterator<Item = usize> {
    privileges.iter().map(|privilege| privilege.0.trailing_zeros() as usize)
}
