//! Identity: OIDs as PostgreSQL gives them, and the dense ids of this snapshot.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A PostgreSQL object identifier. Roles are known by theirs everywhere: an ACL item may hold the OID of a role
/// that was dropped, and it must be kept and shown as the server keeps and shows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Oid(pub u32);

impl Oid {
    /// The grantee that stands for everybody (`ACL_ID_PUBLIC`), and "none" in other columns (`InvalidOid`).
    pub const PUBLIC: Oid = Oid(0);
    /// The role that initdb makes (`BOOTSTRAP_SUPERUSERID`): `rdsadmin` on RDS, usually `postgres` elsewhere.
    pub const BOOTSTRAP: Oid = Oid(10);
    /// The first OID that a user's object can have (`FirstNormalObjectId`).
    pub const FIRST_NORMAL: Oid = Oid(16384);
    /// Below this, objects belong to the catalogs themselves (`FirstUnpinnedObjectId`, 14+; 13 calls it
    /// `FirstBootstrapObjectId` with the same value).
    pub const FIRST_UNPINNED: Oid = Oid(12000);

    /// Where the OIDs begin that new rows have in a plan: far above those that servers give, so that no role that is
    /// made meanwhile has one of them.
    pub const FIRST_PLANNED: Oid = Oid(0xF000_0000);

    /// Made by a user, not by initdb.
    pub fn is_user_made(self) -> bool {
        self >= Oid::FIRST_NORMAL
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An object of the snapshot: its place in [`Objects`](super::Objects). OIDs are unique only within a catalog, so
/// they cannot serve; and a parameter without a `pg_parameter_acl` row has none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ObjectId(pub u32);

/// What an ACL belongs to: an object, or one column of a relation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AclTarget {
    /// The object; for a column, its relation.
    pub object: ObjectId,
    /// `pg_attribute.attnum`; 0 for the object itself. System columns are negative.
    pub attnum: i16,
}

impl AclTarget {
    /// The object as a whole.
    pub fn whole(object: ObjectId) -> Self {
        AclTarget { object, attnum: 0 }
    }
    /// One column of it.
    pub fn column(object: ObjectId, attnum: i16) -> Self {
        AclTarget { object, attnum }
    }
    /// Is it a column?
    pub fn is_column(self) -> bool {
        self.attnum != 0
    }
}

/// PostgreSQL's predefined roles that the privilege checks themselves know, by OID.
pub mod predefined {
    use super::Oid;
    /// 14+: the implicit member is the owner of the current database.
    pub const DATABASE_OWNER: Oid = Oid(6171);
    /// 14+: SELECT on every relation, USAGE on every schema.
    pub const READ_ALL_DATA: Oid = Oid(6181);
    /// 14+: INSERT, UPDATE, DELETE on every relation, USAGE on every schema.
    pub const WRITE_ALL_DATA: Oid = Oid(6182);
    /// 17+: MAINTAIN on every relation.
    pub const MAINTAIN: Oid = Oid(6337);
}
