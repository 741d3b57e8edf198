//! Roles, and who is a member of which.

use super::Oid;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A row of `pg_roles`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Role {
    /// Identity.
    pub oid: Oid,
    /// `rolname`, raw.
    pub name: String,
    /// `rolsuper`.
    pub superuser: bool,
    /// `rolinherit`: before 16, whether it has what its memberships give; since 16, the default of new memberships.
    pub inherit: bool,
    /// `rolcreaterole`.
    pub create_role: bool,
    /// `rolcreatedb`.
    pub create_db: bool,
    /// `rolcanlogin`.
    pub login: bool,
    /// `rolreplication`.
    pub replication: bool,
    /// `rolbypassrls`.
    pub bypass_rls: bool,
    /// `rolconnlimit`; -1 is no limit.
    pub connection_limit: i32,
    /// `rolvaliduntil` as the server's text.
    pub valid_until: Option<String>,
    /// What `rolpassword` holds, as far as it can be seen.
    pub password: Password,
}

/// The kind of a stored password. `pg_roles` hides it: only who may read `pg_authid` knows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Password {
    /// Not to be seen.
    #[default]
    Unknown,
    /// There is none (NULL).
    None,
    /// An MD5 hash, which holds the role's name: a rename clears it.
    Md5,
    /// A SCRAM-SHA-256 verifier.
    Scram,
}

/// All roles, sorted by OID. Clones share them: ten thousand roles are there once for fifty databases.
#[derive(Clone, Debug, Default)]
pub struct Roles(Arc<RoleRows>);

#[derive(Debug, Default)]
struct RoleRows {
    rows: Vec<Role>,
    by_name: FxHashMap<String, u32>,
}

impl Roles {
    /// From the rows of `pg_roles`, in any order.
    pub fn new(mut rows: Vec<Role>) -> Self {
        rows.sort_by_key(|r| r.oid);
        let by_name = rows.iter().enumerate().map(|(i, r)| (r.name.clone(), i as u32)).collect();
        Roles(Arc::new(RoleRows { rows, by_name }))
    }
    /// The role with that OID; none if it was dropped.
    pub fn get(&self, oid: Oid) -> Option<&Role> {
        self.0.rows.binary_search_by_key(&oid, |r| r.oid).ok().and_then(|i| self.0.rows.get(i))
    }
    /// The role of that name, as the catalog spells it.
    pub fn by_name(&self, name: &str) -> Option<&Role> {
        self.0.by_name.get(name).and_then(|i| self.0.rows.get(*i as usize))
    }
    /// All, by OID.
    pub fn iter(&self) -> std::slice::Iter<'_, Role> {
        self.0.rows.iter()
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.0.rows.len()
    }
    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.0.rows.is_empty()
    }
    /// Are they the very same, in memory?
    pub fn is_shared_with(&self, other: &Roles) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A row of `pg_auth_members`.
///
/// Before 16, (role, member) is unique, `inherit` and `set` do not exist, and the grantor is decoration that may
/// dangle. Since 16, (role, member, grantor) is the key and the grantor a dependency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Membership {
    /// The group (`roleid`).
    pub role: Oid,
    /// Who is in it.
    pub member: Oid,
    /// Who put it there.
    pub grantor: Oid,
    /// `admin_option`.
    pub admin: bool,
    /// `inherit_option`; none before 16.
    pub inherit: Option<bool>,
    /// `set_option`; none before 16.
    pub set: Option<bool>,
}

impl Membership {
    /// (role, member, grantor): the unique index since 16, and the order in which rows of a role are walked.
    pub fn key(&self) -> (Oid, Oid, Oid) {
        (self.role, self.member, self.grantor)
    }
}

/// All memberships, with both directions indexed. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Memberships(Arc<MembershipRows>);

#[derive(Debug, Default)]
struct MembershipRows {
    /// Sorted by (role, member, grantor).
    by_role: Vec<Membership>,
    /// Sorted by (member, role, grantor).
    by_member: Vec<Membership>,
    /// Since 16 a row has an OID.
    oids: FxHashMap<(Oid, Oid, Oid), Oid>,
}

impl Memberships {
    /// From the rows of `pg_auth_members`, in any order.
    pub fn new(rows: Vec<Membership>) -> Self {
        Memberships::indexed(rows, FxHashMap::default())
    }
    /// The same, each with its OID if it has one (16+).
    pub fn with_oids(rows: Vec<(Membership, Option<Oid>)>) -> Self {
        let oids = rows.iter().filter_map(|(row, oid)| Some((row.key(), (*oid)?))).collect();
        Memberships::indexed(rows.into_iter().map(|(row, _)| row).collect(), oids)
    }
    fn indexed(mut by_role: Vec<Membership>, oids: FxHashMap<(Oid, Oid, Oid), Oid>) -> Self {
        by_role.sort_by_key(Membership::key);
        let mut by_member = by_role.clone();
        by_member.sort_by_key(|m| (m.member, m.role, m.grantor));
        Memberships(Arc::new(MembershipRows { by_role, by_member, oids }))
    }
    /// The OID of a row, by its key.
    pub fn oid(&self, key: (Oid, Oid, Oid)) -> Option<Oid> {
        self.0.oids.get(&key).copied()
    }
    /// The greatest OID of a row.
    pub fn last_oid(&self) -> Option<Oid> {
        self.0.oids.values().copied().max()
    }
    /// Rows that make others a member of `role`, by (member, grantor).
    pub fn of_role(&self, role: Oid) -> &[Membership] {
        slice_of(&self.0.by_role, role, |m| m.role)
    }
    /// Rows that make `member` a member of others, by (role, grantor).
    pub fn of_member(&self, member: Oid) -> &[Membership] {
        slice_of(&self.0.by_member, member, |m| m.member)
    }
    /// All, by (role, member, grantor).
    pub fn iter(&self) -> std::slice::Iter<'_, Membership> {
        self.0.by_role.iter()
    }
    /// How many rows.
    pub fn len(&self) -> usize {
        self.0.by_role.len()
    }
    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.0.by_role.is_empty()
    }
    /// Are they the very same, in memory?
    pub fn is_shared_with(&self, other: &Memberships) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

fn slice_of(rows: &[Membership], key: Oid, field: impl Fn(&Membership) -> Oid) -> &[Membership] {
    let start = rows.partition_point(|m| field(m) < key);
    let end = rows.partition_point(|m| field(m) <= key);
    rows.get(start..end).unwrap_or(&[])
}
