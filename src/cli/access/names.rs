//! The objects of a grid in the order of their names.

use crate::access::Grid;
use crate::cluster::{AclTarget, Class};
use crate::sql::identity::object_identity;

/// An object or column, and the unit that it is in.
pub struct Named {
    class: Class,
    pub identity: String,
    pub target: AclTarget,
    pub unit: usize,
}

/// By catalog, name, and column.
pub fn by_name(grid: &Grid<'_>) -> Vec<Named> {
    let mut names: Vec<Named> = Vec::new();
    for (at, unit) in grid.units().iter().enumerate() {
        let class = unit.kind.class();
        let identity = |target: &AclTarget| object_identity(grid.view(), target.object);
        names.extend(unit.targets.iter().map(|target| Named {
            class,
            identity: identity(target),
            target: *target,
            unit: at,
        }));
    }
    names.sort_by(|a, b| {
        (a.class, &a.identity, a.target.attnum).cmp(&(b.class, &b.identity, b.target.attnum))
    });
    names
}
