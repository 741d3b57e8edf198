//! What keeps a role from being dropped and is not seen from the objects that are loaded (`pg_shdepend`).

use super::{Class, Name, Oid};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Rows of `pg_shdepend` about roles: how many there are in each database, and those of the loaded one, or of what all
/// databases share, that neither an owner, an ACL, a policy nor a membership tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// The loaded one.
    database: Oid,
    /// The same for all databases of a cluster, and shared by them.
    counts: Arc<DependencyCounts>,
    here: FxHashMap<Oid, Vec<Dependency>>,
}

/// Databases and how much in each depends on a role, in the order of the server's list, by role.
pub type DependencyCounts = FxHashMap<Oid, Vec<(Oid, u64)>>;

/// Something that depends on a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// The OID of its catalog.
    pub catalog: Oid,
    /// Its OID.
    pub oid: Oid,
    /// A column, or 0.
    pub part: i32,
    /// `deptype`: `o` owner, `a` ACL, `r` policy, `i` initial privileges (17+).
    pub kind: char,
    /// The server of a user mapping.
    pub server: Option<Name>,
}

impl Dependencies {
    /// Of this database, one of those that `counts` tells of.
    pub fn new(database: Oid, counts: Arc<DependencyCounts>) -> Dependencies {
        Dependencies { database, counts, here: FxHashMap::default() }
    }

    /// How much there is in every database, this one too.
    pub fn counts(&self) -> &Arc<DependencyCounts> {
        &self.counts
    }

    /// Something here depends on the role.
    pub fn add(&mut self, role: Oid, dependency: Dependency) {
        self.here.entry(role).or_default().push(dependency);
    }

    /// Other databases and how much in them depends on the role, in the server's order.
    pub fn elsewhere(&self, role: Oid) -> Vec<(Oid, u64)> {
        let counts = self.counts.get(&role).into_iter().flatten();
        counts.filter(|(database, _)| *database != self.database).copied().collect()
    }

    /// What here depends on the role and is told by nothing else.
    pub fn here(&self, role: Oid) -> &[Dependency] {
        self.here.get(&role).map_or(&[], Vec::as_slice)
    }

    /// All of that, by role.
    pub fn all_here(&self) -> impl Iterator<Item = (Oid, &Dependency)> {
        self.here.iter().flat_map(|(role, rows)| rows.iter().map(|row| (*role, row)))
    }
}

/// Catalogs by OID that are no [`Class`].
#[allow(missing_docs, reason = "each is the catalog of that name")]
pub mod catalogs {
    use crate::cluster::Oid;
    pub const AUTH_MEMBERS: Oid = Oid(1261);
    pub const DEFAULT_ACL: Oid = Oid(826);
    pub const POLICY: Oid = Oid(3256);
    pub const USER_MAPPING: Oid = Oid(1418);
}

impl Class {
    /// The catalog's OID in `pg_depend` and `pg_shdepend`. Large objects go by `pg_largeobject` there.
    pub fn catalog_oid(self) -> Oid {
        Oid(match self {
            Class::Relation => 1259,
            Class::Routine => 1255,
            Class::Schema => 2615,
            Class::Type => 1247,
            Class::Language => 2612,
            Class::Database => 1262,
            Class::Tablespace => 1213,
            Class::ForeignDataWrapper => 2328,
            Class::ForeignServer => 1417,
            Class::LargeObject => 2613,
            Class::Parameter => 6243,
            Class::Operator => 2617,
            Class::OperatorClass => 2616,
            Class::OperatorFamily => 2753,
            Class::Collation => 3456,
            Class::Conversion => 2607,
            Class::Statistics => 3381,
            Class::TextSearchConfiguration => 3602,
            Class::TextSearchDictionary => 3600,
            Class::EventTrigger => 3466,
            Class::Publication => 6104,
            Class::Subscription => 6100,
            Class::Extension => 3079,
        })
    }

    /// The class with that catalog.
    pub fn of_catalog(oid: Oid) -> Option<Class> {
        Class::ALL.iter().copied().find(|class| class.catalog_oid() == oid)
    }
}
