//! The other databases of the cluster.

use super::Snapshot;
use crate::cluster::{Class, Oid};
use std::sync::Arc;

/// Another database than the one that is looked at.
#[derive(Clone, Debug)]
pub struct Other {
    /// Its OID: names can be given anew.
    pub database: Oid,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub state: OtherState,
    /// What was loaded is of an earlier time than the database that is looked at.
    pub is_older: bool,
}

/// What is known of another database.
#[derive(Clone, Debug)]
pub enum OtherState {
    /// It was not loaded yet: whoever goes there loads it.
    Waiting,
    /// It is being loaded.
    Loading,
    /// It was loaded.
    Loaded(Arc<Snapshot>),
    /// It was not, and why.
    LeftOut(String),
}

impl Other {
    /// This is known of it now.
    pub fn new(database: Oid, name: String, state: OtherState) -> Other {
        Other { database, name, state, is_older: false }
    }

    /// What is in it, where that was loaded.
    pub fn loaded(&self) -> Option<&Arc<Snapshot>> {
        match &self.state {
            OtherState::Loaded(snapshot) => Some(snapshot),
            OtherState::Waiting | OtherState::Loading | OtherState::LeftOut(_) => None,
        }
    }
}

impl Snapshot {
    /// The cluster's other databases, by name.
    pub fn others(&self) -> &[Other] {
        &self.others
    }

    /// The other database of that OID.
    pub fn other(&self, database: Oid) -> Option<&Other> {
        self.others.iter().find(|other| other.database == database)
    }

    /// With this known of another database. Until it is loaded again, what was loaded before stays in sight.
    #[must_use]
    pub fn with(&self, other: Other) -> Snapshot {
        let mut with = self.clone();
        if other.database == self.cluster().database {
            return with;
        }
        match with.others.iter_mut().find(|known| known.database == other.database) {
            Some(known)
                if known.loaded().is_some()
                    && matches!(other.state, OtherState::Loading | OtherState::Waiting) =>
            {
                known.is_older = true;
            }
            Some(known) => *known = other,
            None => with.others.push(other),
        }
        with.others.sort_by(|a, b| a.name.cmp(&b.name));
        with
    }

    /// With what `old` knows of other databases, as far as they still exist.
    #[must_use]
    pub fn with_others_of(&self, old: &Snapshot) -> Snapshot {
        let state = OtherState::Loaded(Arc::new(old.alone()));
        let current = Other::new(old.cluster().database, old.database_name().to_owned(), state);
        let exists =
            |other: &&Other| self.cluster().objects.by_oid(Class::Database, other.database).is_some();
        old.others.iter().chain([&current]).filter(exists).fold(self.alone(), |with, o| with.with(o.clone()))
    }

    /// The same cluster, looking at another database; none where that is not loaded.
    pub fn turned(&self, database: Oid) -> Option<Snapshot> {
        let chosen = self.other(database)?.loaded()?;
        Some(chosen.with_others_of(self))
    }

    fn alone(&self) -> Snapshot {
        Snapshot { one: Arc::clone(&self.one), others: Vec::new() }
    }
}
