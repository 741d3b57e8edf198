//! Two states of a cluster told apart, in catalog terms and in effective terms. Pure.
//!
//! They may be of two servers, so everything is matched by its name: roles by theirs, objects by type and identity as
//! `pg_identify_object()` gives them. A rename is the old name going and the new one coming.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod catalog;
mod effect;
mod report;
mod roles;
#[cfg(test)]
mod tests;

use crate::cluster::{Cluster, Databases, View};
use std::sync::Arc;

pub use catalog::{Entry, Key};
pub use effect::{Effect, Row, Side};
pub use report::{csv, json, text};

/// What differs.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// Catalog entries, in the order of their names.
    pub entries: Vec<Entry>,
    /// Who gained and who lost what.
    pub effect: Effect,
    /// Databases that only one of the two has loaded, which are not compared.
    pub not_compared: Vec<String>,
}

impl Diff {
    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.effect.gained == 0 && self.effect.lost == 0
    }
}

/// The difference that leads from `before` to `after`. At most `limit` rows of effect are listed; all are counted.
pub fn diff(before: &Databases, after: &Databases, limit: usize) -> Diff {
    let (pairs, not_compared) = pairs(before, after);
    let mut found = Diff { not_compared, ..Diff::default() };
    for (at, (before, after)) in pairs.iter().enumerate() {
        let views = (View::new(Arc::clone(before)), View::new(Arc::clone(after)));
        if at == 0 {
            found.entries.extend(catalog::shared(&views.0, &views.1));
        }
        found.entries.extend(catalog::local(&views.0, &views.1));
        effect::compare(&views.0, &views.1, at == 0, limit, &mut found.effect);
    }
    found
}

type Pair = (Arc<Cluster>, Arc<Cluster>);

/// Databases by name; of two that are alone, each the other's.
fn pairs(before: &Databases, after: &Databases) -> (Vec<Pair>, Vec<String>) {
    if let ([one], [other]) = (before.loaded.as_slice(), after.loaded.as_slice()) {
        return (vec![(Arc::clone(one), Arc::clone(other))], Vec::new());
    }
    let find = |list: &Databases, name: &str| {
        list.loaded.iter().find(|one| one.database_name() == name).map(Arc::clone)
    };
    let (mut pairs, mut alone) = (Vec::new(), Vec::new());
    for one in &before.loaded {
        match find(after, one.database_name()) {
            Some(other) => pairs.push((Arc::clone(one), other)),
            None => alone.push(one.database_name().to_owned()),
        }
    }
    let only_after = after.loaded.iter().map(|one| one.database_name());
    alone.extend(only_after.filter(|name| find(before, name).is_none()).map(str::to_owned));
    (pairs, alone)
}
