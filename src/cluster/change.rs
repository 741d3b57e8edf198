//! Changes as data: one catalog entry before and after.

use super::{Acl, AclTarget, Membership, Oid};

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
}

impl Change {
    /// The same entry from after to before.
    pub fn reversed(&self) -> Change {
        match self.clone() {
            Change::Acl { target, before, after } => Change::Acl { target, before: after, after: before },
            Change::Membership { before, after } => Change::Membership { before: after, after: before },
        }
    }

    /// Both in a row, of the same entry: from before this one to after `later`.
    pub fn then(self, later: &Change) -> Change {
        match (self, later) {
            (Change::Acl { target, before, .. }, Change::Acl { after, .. }) => {
                Change::Acl { target, before, after: after.clone() }
            }
            (Change::Membership { before, .. }, Change::Membership { after, .. }) => {
                Change::Membership { before, after: *after }
            }
            (_, later) => later.clone(),
        }
    }

    /// Does it leave everything as it was? The server writes such rows too, but they are no change.
    pub fn is_noop(&self) -> bool {
        match self {
            Change::Acl { before, after, .. } => before == after,
            Change::Membership { before, after } => before == after,
        }
    }

    /// Every role that what is added, removed or altered mentions; items that stay as they are do not count.
    pub fn roles(&self) -> Vec<Oid> {
        let mut roles = Vec::new();
        match self {
            Change::Acl { before, after, .. } => {
                let (before, after) = (before.as_deref().unwrap_or(&[]), after.as_deref().unwrap_or(&[]));
                let gone = before.iter().filter(|item| !after.contains(item));
                let come = after.iter().filter(|item| !before.contains(item));
                roles.extend(gone.chain(come).flat_map(|item| [item.grantee, item.grantor]));
            }
            Change::Membership { before, after } => {
                roles.extend(
                    [before, after].into_iter().flatten().flat_map(|m| [m.role, m.member, m.grantor]),
                );
            }
        }
        roles.sort();
        roles.dedup();
        roles
    }
}
