//! What views, rules and routines read or write in their bodies, as far as `pg_depend` records it; and what inherits.

use super::ObjectId;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Something whose body names another object.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Use {
    /// The view, materialized view, table with a rule, or routine.
    pub user: ObjectId,
    /// What of it names the other.
    pub by: UseBy,
    /// The relation or routine that is named.
    pub used: ObjectId,
    /// The columns that are named, ascending; empty: the relation alone (as in `count(*)`), or a routine.
    pub columns: Vec<i16>,
}

/// What of an object names another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum UseBy {
    /// A rule: `SELECT` is what makes a view or materialized view, others rewrite what is written.
    Rule(RuleEvent),
    /// It is the parent, the other inherits from it or is its partition: who may read the parent reads its rows.
    Parent,
    /// The SQL-standard body of a routine (14+). Bodies that are strings record nothing.
    Body,
}

/// `pg_rewrite.ev_type`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "PostgreSQL's own words")]
pub enum RuleEvent {
    Select,
    Update,
    Insert,
    Delete,
}

/// All of them. The system's own views and routines are left out, and what is part of the system itself is recorded
/// nowhere (`IsPinnedObject`): that a view reads `pg_class` cannot be seen.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// Sorted.
    rows: Vec<Use>,
    /// By what is used.
    of_used: FxHashMap<ObjectId, Vec<u32>>,
}

impl Uses {
    /// From rows in any order.
    pub fn new(mut rows: Vec<Use>) -> Self {
        rows.sort_unstable();
        let mut of_used: FxHashMap<ObjectId, Vec<u32>> = FxHashMap::default();
        for (at, row) in rows.iter().enumerate() {
            of_used.entry(row.used).or_default().push(at as u32);
        }
        Uses { rows, of_used }
    }

    /// What names this object, by user.
    pub fn of_used(&self, used: ObjectId) -> impl Iterator<Item = &Use> {
        self.of_used.get(&used).into_iter().flatten().filter_map(|at| self.rows.get(*at as usize))
    }

    /// What this object names.
    pub fn of_user(&self, user: ObjectId) -> &[Use] {
        let start = self.rows.partition_point(|row| row.user < user);
        let end = self.rows.partition_point(|row| row.user <= user);
        self.rows.get(start..end).unwrap_or(&[])
    }

    /// All, sorted.
    pub fn iter(&self) -> std::slice::Iter<'_, Use> {
        self.rows.iter()
    }
}
