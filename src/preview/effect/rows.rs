//! The rows of an effect: all counted, as many kept as may be shown.

use crate::cluster::{Oid, View};
use crate::preview::{Counts, Effect, EffectRow};

/// Which list a row belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum List {
    Gained,
    Lost,
    Kept,
}

/// Collects rows.
pub(super) struct Rows {
    limit: usize,
    effect: Effect,
}

impl Rows {
    pub fn new(limit: usize) -> Self {
        Rows { limit, effect: Effect::default() }
    }

    /// Counts `count` rows, and builds as many of them as there is room for.
    pub fn add(&mut self, list: List, count: usize, rows: impl Iterator<Item = EffectRow>) {
        let Effect { gained, lost, kept, counts } = &mut self.effect;
        let (into, counter) = match list {
            List::Gained => (gained, &mut counts.gained),
            List::Lost => (lost, &mut counts.lost),
            List::Kept => (kept, &mut counts.kept),
        };
        *counter += count as u64;
        let room = self.limit.saturating_sub(into.len());
        into.extend(rows.take(room));
    }

    /// The rows in the order of objects, columns, privileges and role names; what is lost first of all when there
    /// is not room for everything.
    pub fn finish(mut self, view: &View) -> Effect {
        let mut room = self.limit;
        let Effect { gained, lost, kept, .. } = &mut self.effect;
        for list in [lost, gained, kept] {
            list.sort_by_cached_key(|row| {
                let name = (row.role != Oid::PUBLIC).then(|| view.role_name(row.role));
                (row.target, row.privilege, name, row.grant_option_only)
            });
            list.truncate(room);
            room -= list.len();
        }
        self.effect
    }
}

impl Counts {
    /// Nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Counts::default()
    }
}
