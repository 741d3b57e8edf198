//! Counting without building.

use super::cells::{Cells, bits};
use super::{Grid, Unit};
use crate::cluster::{Kind, Privileges};
use std::collections::BTreeMap;

/// How many effective privileges there are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// (role, object or column, privilege).
    pub held: u64,
    /// Those of them that can be handed on.
    pub grantable: u64,
    /// By kind, whether it is columns of that kind, and privilege: held and grantable.
    pub by: BTreeMap<(Kind, bool, Privileges), (u64, u64)>,
    /// How many objects and columns.
    pub targets: u64,
}

impl Count {
    pub(super) fn add(&mut self, grid: &Grid<'_>, unit: &Unit, cells: &mut Cells) {
        let size = unit.targets.len() as u64;
        self.targets += size;
        for bit in bits(cells.fill(grid, unit) & grid.privileges) {
            cells.held[bit].keep(&grid.shown);
            let held = size * cells.held[bit].count();
            let grantable = size * cells.held[bit].count_with(&cells.options[bit]);
            if held > 0 {
                let by = self.by.entry((unit.kind, unit.columns, Privileges(1 << bit))).or_default();
                *by = (by.0 + held, by.1 + grantable);
                self.held += held;
                self.grantable += grantable;
            }
        }
    }

    /// Another database's.
    pub fn join(&mut self, other: &Count) {
        self.held += other.held;
        self.grantable += other.grantable;
        self.targets += other.targets;
        for (key, (held, grantable)) in &other.by {
            let by = self.by.entry(*key).or_default();
            *by = (by.0 + held, by.1 + grantable);
        }
    }
}
