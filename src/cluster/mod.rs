//! The snapshot: roles, memberships, objects and their ACLs, and changes to them as data. Pure.
//!
//! A [`Cluster`] is what was loaded and never changes. A [`View`] is a cluster as it would be after some
//! [`Change`]s: it costs what they touch.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod acl;
mod change;
mod databases;
mod dependencies;
mod ids;
mod object;
mod parameter;
mod privilege;
mod role;
mod session;
#[cfg(test)]
pub mod testing;
mod uses;
mod version;
mod view;

pub use acl::{Acl, AclItem, default_acl, effective_items, item_text, letters};
pub use change::{Change, DefaultAclKey, EntryKey, net_changes};
pub use databases::{Databases, LeftOut};
pub use dependencies::{Dependencies, Dependency, DependencyCounts, catalogs};
pub use ids::{AclTarget, ObjectId, Oid, predefined};
pub use object::{Class, Column, Detail, Kind, Name, Object, Objects, SEQUENCE_COLUMNS, SYSTEM_COLUMNS};
pub use parameter::{Parameter, ParameterContext, ParameterKind, Parameters, Range};
pub use privilege::{ALL_PRIVILEGES, AclKind, Privileges};
pub use role::{Membership, Memberships, Password, Role, Roles};
pub use session::{LoginSession, split_identifiers};
pub use uses::{RuleEvent, Use, UseBy, Uses};
pub use version::{Flavor, Version};
pub use view::View;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Everything that was loaded from one database of a cluster, at one moment.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// `server_version_num`.
    pub version: Version,
    /// Whose build it is.
    pub flavor: Flavor,
    /// The database that was loaded.
    pub database: Oid,
    /// Who is connected, and what its session starts with.
    pub session: LoginSession,
    /// All roles.
    pub roles: Roles,
    /// All memberships.
    pub memberships: Memberships,
    /// All objects.
    pub objects: Objects,
    /// `pg_default_acl`.
    pub default_acls: Vec<DefaultAcl>,
    /// `pg_db_role_setting`. What all databases have in common is shared by the clusters loaded from them.
    pub role_settings: Arc<[RoleSetting]>,
    /// Comments on roles (`pg_shdescription`), by role.
    pub role_comments: Arc<FxHashMap<Oid, String>>,
    /// `pg_event_trigger`, the enabled ones.
    pub event_triggers: Vec<EventTrigger>,
    /// `pg_am`: `amtype` by name, `i` for those of indexes.
    pub access_methods: FxHashMap<String, char>,
    /// The encoding of the database.
    pub encoding: Encoding,
    /// `pg_policy`.
    pub policies: Vec<Policy>,
    /// SECURITY DEFINER routines that run with the search_path of the caller, by their OIDs.
    pub unpinned_definers: FxHashSet<Oid>,
    /// What views, rules and routines name.
    pub uses: Uses,
    /// What else depends on roles.
    pub dependencies: Dependencies,
    /// The configuration parameters that this user can see.
    pub parameters: Parameters,
    /// A hot standby, or `default_transaction_read_only`: previews work, applying does not (25006).
    pub read_only: bool,
}

impl Cluster {
    /// With nothing in it: for clusters that nobody loaded.
    pub fn empty(version: Version) -> Cluster {
        Cluster {
            version,
            flavor: Flavor::PostgreSQL,
            database: Oid(0),
            session: LoginSession::default(),
            roles: Roles::new(Vec::new()),
            memberships: Memberships::new(Vec::new()),
            objects: Objects::new(Vec::new(), Vec::new()),
            default_acls: Vec::new(),
            role_settings: Arc::new([]),
            role_comments: Arc::default(),
            event_triggers: Vec::new(),
            access_methods: FxHashMap::default(),
            encoding: Encoding::default(),
            policies: Vec::new(),
            unpinned_definers: FxHashSet::default(),
            uses: Uses::default(),
            dependencies: Dependencies::default(),
            parameters: Parameters::default(),
            read_only: false,
        }
    }

    /// The OID of the database of that name.
    pub fn database_named(&self, name: &str) -> Option<Oid> {
        let id = self.objects.by_name(Class::Database, Oid(0), name).first()?;
        self.objects.get(*id).map(|database| database.oid)
    }

    /// The name of the database that was loaded.
    pub fn database_name(&self) -> &str {
        let id = self.objects.by_oid(Class::Database, self.database);
        id.and_then(|id| self.objects.get(id)).map_or("", |object| &object.name)
    }

    /// What has the owner of this object, always ([`Objects::followers_of`]).
    pub fn followers_of(&self, id: ObjectId) -> Vec<ObjectId> {
        self.objects.followers_of(id, self.version)
    }
}

/// A row of `pg_default_acl`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DefaultAcl {
    /// Its OID.
    pub oid: Oid,
    /// Whose new objects.
    pub role: Oid,
    /// In which schema; 0: everywhere.
    pub schema: Oid,
    /// The catalog's letter: `r`, `S`, `f`, `T`, `n`, and `L` from 18.
    pub objtype: char,
    /// The ACL.
    pub acl: Acl,
}

impl DefaultAcl {
    /// What makes the row.
    pub fn key(&self) -> DefaultAclKey {
        DefaultAclKey { role: self.role, schema: self.schema, objtype: self.objtype }
    }
}

/// A row of `pg_db_role_setting`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoleSetting {
    /// 0: every role.
    pub role: Oid,
    /// 0: every database.
    pub database: Oid,
    /// `name=value`, as stored.
    pub settings: Vec<String>,
}

/// A row of `pg_event_trigger`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EventTrigger {
    /// Its name.
    pub name: String,
    /// `ddl_command_start`, `ddl_command_end`, `sql_drop`, `table_rewrite`, `login`.
    pub event: String,
    /// The command tags it fires for; empty: all.
    pub tags: Vec<String>,
    /// `evtenabled`: `O` origin, `R` replica, `A` always; disabled ones are not loaded.
    pub enabled: char,
}

/// A character encoding of the server.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Encoding {
    /// Its number, as in `pg_database.encoding`.
    pub number: i32,
    /// Its name, as in `server_encoding`.
    pub name: String,
}

/// A row of `pg_policy`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// Its OID.
    pub oid: Oid,
    /// Its table.
    pub relation: ObjectId,
    /// Its name.
    pub name: String,
    /// For whom; [`Oid::PUBLIC`] stands for everybody.
    pub roles: Vec<Oid>,
    /// `polcmd`: `r` SELECT, `a` INSERT, `w` UPDATE, `d` DELETE, `*` all.
    pub command: char,
    /// `polpermissive`; else restrictive.
    pub permissive: bool,
}
