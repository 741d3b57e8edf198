//! Names, shared: the same column name stands on thousands of tables.

use crate::cluster::Name;
use rustc_hash::FxHashSet;

/// The names seen so far.
#[derive(Default)]
pub(super) struct Names(FxHashSet<Name>);

impl Names {
    /// The first one that equals it.
    pub fn shared(&mut self, name: Name) -> Name {
        if let Some(known) = self.0.get(&name) {
            return Name::clone(known);
        }
        self.0.insert(Name::clone(&name));
        name
    }
}
