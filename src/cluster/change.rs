//! Changes as data: one catalog entry before and after.

use super::{Acl, AclTarget, Membership, Name, ObjectId, Oid, Role};

/// One catalog entry before and after. `None` is a row, or an ACL, that is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// An ACL of an object or of a column. `None` is NULL; for a parameter, no row.
    Acl {
        /// Whose.
        target: AclTarget,
        /// As stored before.
        before: Option<Acl>,
        /// As stored after.
        after: Option<Acl>,
    },
    /// A row of `pg_auth_members`. Before 16 the grantor may change within the row; since 16 it is part of the key.
    Membership {
        /// The row before.
        before: Option<Membership>,
        /// The row after.
        after: Option<Membership>,
    },
    /// A row of `pg_authid`.
    Role {
        /// The role before; none is one that is made.
        before: Option<Box<Role>>,
        /// The role after; none is one that is dropped.
        after: Option<Box<Role>>,
        /// A password was given, which may be of the same kind as the one before.
        new_password: bool,
    },
    /// The owner of an object. What follows it (row types, indexes, ..) has no entry of its own.
    Owner {
        /// Whose.
        object: ObjectId,
        /// The owner before.
        before: Oid,
        /// The owner after.
        after: Oid,
    },
    /// A row of `pg_default_acl`.
    DefaultAcl {
        /// Which.
        key: DefaultAclKey,
        /// As stored before.
        before: Option<Acl>,
        /// As stored after.
        after: Option<Acl>,
    },
    /// A row of `pg_db_role_setting`.
    Setting {
        /// The role; 0: every role.
        role: Oid,
        /// The database; 0: every database.
        database: Oid,
        /// `name=value` in the order of the row before.
        before: Option<Vec<String>>,
        /// The same after.
        after: Option<Vec<String>>,
    },
    /// The comment on a role, a row of `pg_shdescription`.
    Comment {
        /// The role.
        role: Oid,
        /// Its comment before.
        before: Option<String>,
        /// Its comment after.
        after: Option<String>,
    },
    /// The roles of a row-level security policy.
    Policy {
        /// Its table.
        relation: ObjectId,
        /// Its name.
        name: Name,
        /// For whom before; [`Oid::PUBLIC`] stands for everybody.
        before: Option<Vec<Oid>>,
        /// For whom after; none is a policy that is dropped.
        after: Option<Vec<Oid>>,
    },
}

/// What makes a row of `pg_default_acl`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DefaultAclKey {
    /// Whose new objects.
    pub role: Oid,
    /// In which schema; 0: everywhere.
    pub schema: Oid,
    /// The catalog's letter: `r`, `S`, `f`, `T`, `n`, and `L` from 18.
    pub objtype: char,
}

/// Which catalog entry a change is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "each is the change of that name without its values")]
pub enum EntryKey {
    Acl(AclTarget),
    /// The grantor is 0 where a pair has one row (before 16).
    Membership(Oid, Oid, Oid),
    Role(Oid),
    Owner(ObjectId),
    DefaultAcl(DefaultAclKey),
    Setting(Oid, Oid),
    Comment(Oid),
    Policy(ObjectId, Name),
}

impl Change {
    /// Which entry it is about. `row_per_grantor`: since 16 the grantor is part of a membership's key.
    pub fn key(&self, row_per_grantor: bool) -> EntryKey {
        match self {
            Change::Acl { target, .. } => EntryKey::Acl(*target),
            Change::Membership { before, after } => {
                let row = after.or(*before);
                let (role, member, grantor) = row.map_or(Default::default(), |row| row.key());
                EntryKey::Membership(role, member, if row_per_grantor { grantor } else { Oid::PUBLIC })
            }
            Change::Role { before, after, .. } => {
                EntryKey::Role(before.as_ref().or(after.as_ref()).map(|role| role.oid).unwrap_or_default())
            }
            Change::Owner { object, .. } => EntryKey::Owner(*object),
            Change::DefaultAcl { key, .. } => EntryKey::DefaultAcl(*key),
            Change::Setting { role, database, .. } => EntryKey::Setting(*role, *database),
            Change::Comment { role, .. } => EntryKey::Comment(*role),
            Change::Policy { relation, name, .. } => EntryKey::Policy(*relation, name.clone()),
        }
    }

    /// The same entry from after to before.
    pub fn reversed(&self) -> Change {
        match self.clone() {
            Change::Acl { target, before, after } => Change::Acl { target, before: after, after: before },
            Change::Membership { before, after } => Change::Membership { before: after, after: before },
            Change::Role { before, after, new_password } => {
                Change::Role { before: after, after: before, new_password }
            }
            Change::Owner { object, before, after } => Change::Owner { object, before: after, after: before },
            Change::DefaultAcl { key, before, after } => {
                Change::DefaultAcl { key, before: after, after: before }
            }
            Change::Setting { role, database, before, after } => {
                Change::Setting { role, database, before: after, after: before }
            }
            Change::Comment { role, before, after } => Change::Comment { role, before: after, after: before },
            Change::Policy { relation, name, before, after } => {
                Change::Policy { relation, name, before: after, after: before }
            }
        }
    }

    /// Both in a row, of the same entry: from before this one to after `later`.
    pub fn then(self, later: &Change) -> Change {
        let mut both = later.clone();
        match (&mut both, self) {
            (Change::Acl { before, .. }, Change::Acl { before: first, .. }) => *before = first,
            (Change::Membership { before, .. }, Change::Membership { before: first, .. }) => *before = first,
            (
                Change::Role { before, new_password, .. },
                Change::Role { before: first, new_password: given, .. },
            ) => {
                *before = first;
                *new_password |= given;
            }
            (Change::Owner { before, .. }, Change::Owner { before: first, .. }) => *before = first,
            (Change::DefaultAcl { before, .. }, Change::DefaultAcl { before: first, .. }) => *before = first,
            (Change::Setting { before, .. }, Change::Setting { before: first, .. }) => *before = first,
            (Change::Comment { before, .. }, Change::Comment { before: first, .. }) => *before = first,
            (Change::Policy { before, .. }, Change::Policy { before: first, .. }) => *before = first,
            _ => {}
        }
        both
    }

    /// Does it leave everything as it was? The server writes such rows too, but they are no change.
    pub fn is_noop(&self) -> bool {
        match self {
            Change::Acl { before, after, .. } => before == after,
            Change::Membership { before, after } => before == after,
            Change::Role { before, after, new_password } => {
                before == after && (!new_password || after.is_none())
            }
            Change::Owner { before, after, .. } => before == after,
            Change::DefaultAcl { before, after, .. } => before == after,
            Change::Setting { before, after, .. } => before == after,
            Change::Comment { before, after, .. } => before == after,
            Change::Policy { before, after, .. } => before == after,
        }
    }

    /// Every role that what is added, removed or altered mentions; items that stay as they are do not count.
    pub fn roles(&self) -> Vec<Oid> {
        let mut roles = match self {
            Change::Acl { before, after, .. } => changed_items(before.as_ref(), after.as_ref()),
            Change::Membership { before, after } => {
                [before, after].into_iter().flatten().flat_map(|m| [m.role, m.member, m.grantor]).collect()
            }
            Change::Role { before, after, .. } => before.iter().chain(after).map(|role| role.oid).collect(),
            Change::Owner { before, after, .. } => vec![*before, *after],
            Change::DefaultAcl { key, before, after } => {
                let mut roles = changed_items(before.as_ref(), after.as_ref());
                roles.push(key.role);
                roles
            }
            Change::Setting { role, .. } | Change::Comment { role, .. } => vec![*role],
            Change::Policy { before, after, .. } => {
                let (before, after) = (before.as_deref().unwrap_or(&[]), after.as_deref().unwrap_or(&[]));
                let gone = before.iter().filter(|role| !after.contains(role));
                gone.chain(after.iter().filter(|role| !before.contains(role))).copied().collect()
            }
        };
        roles.sort();
        roles.dedup();
        roles
    }
}

/// Changes of one statement, each entry once, in the order in which they were first written, without those that come
/// to nothing.
pub fn net_changes(changes: Vec<Change>, row_per_grantor: bool) -> Vec<Change> {
    let mut net: Vec<Change> = Vec::with_capacity(changes.len());
    let mut at: rustc_hash::FxHashMap<EntryKey, usize> = rustc_hash::FxHashMap::default();
    for change in changes {
        let next = net.len();
        let place = *at.entry(change.key(row_per_grantor)).or_insert(next);
        match net.get_mut(place) {
            Some(earlier) => *earlier = earlier.clone().then(&change),
            None => net.push(change),
        }
    }
    net.retain(|change| !change.is_noop());
    net
}

/// The grantees and grantors of items that are in one of the two and not in the other.
fn changed_items(before: Option<&Acl>, after: Option<&Acl>) -> Vec<Oid> {
    let (before, after) = (before.map_or(&[][..], |acl| acl), after.map_or(&[][..], |acl| acl));
    let gone = before.iter().filter(|item| !after.contains(item));
    let come = after.iter().filter(|item| !before.contains(item));
    gone.chain(come).flat_map(|item| [item.grantee, item.grantor]).collect()
}
