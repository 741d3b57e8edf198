//! Names, shared: a table, its row type and ten thousand columns called `id` hold the same text.

use crate::cluster::Name;
use rustc_hash::FxHashSet;

/// The names seen so far.
#[derive(Default)]
pub(super) struct Names(FxHashSet<Name>);

impl Names {
    /// The one that equals it.
    pub(super) fn shared(&mut self, name: &str) -> Name {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        let new = Name::from(name);
        self.0.insert(new.clone());
        new
    }
}
