//! Several databases of one cluster.

use super::Cluster;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The databases of a cluster that were loaded. What they share is the same in all of them.
#[derive(Clone, Debug)]
pub struct Databases {
    /// The connected one first.
    pub loaded: Vec<Arc<Cluster>>,
    /// Those that were not, and why.
    pub left_out: Vec<LeftOut>,
}

/// A database that was not loaded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its name.
    pub database: String,
    /// Why, in a sentence.
    pub because: String,
}

impl Databases {
    /// Just this one.
    pub fn one(cluster: Arc<Cluster>) -> Databases {
        Databases { loaded: vec![cluster], left_out: Vec::new() }
    }

    /// The connected one.
    pub fn connected(&self) -> Option<&Arc<Cluster>> {
        self.loaded.first()
    }
}
