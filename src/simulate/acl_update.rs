//! Changing an ACL array the way acl.c does: in place, in order, with dependents.

use super::ServerError;
use crate::access::{Access, Mode};
use crate::cluster::{AclItem, Oid, Privileges};

/// An ACL being changed, with what the rules look at.
pub struct AclUpdate<'a, 'v> {
    pub access: &'a Access<'v>,
    pub owner: Oid,
    /// CASCADE: dependents go too. Else they stop the statement.
    pub cascade: bool,
}

/// What one GRANT or REVOKE does to the item of one grantee.
#[derive(Clone, Copy)]
pub struct ItemChange {
    pub revoke: bool,
    pub item: AclItem,
}

impl AclUpdate<'_, '_> {
    /// `aclupdate`: the item of (grantee, grantor) is changed where it stands, appended, or taken out when empty.
    pub fn apply(&self, acl: &[AclItem], change: ItemChange) -> Result<Vec<AclItem>, ServerError> {
        let ItemChange { revoke, item } = change;
        if !revoke && !item.options.is_empty() {
            self.check_circularity(acl, &item)?;
        }
        let mut acl = acl.to_vec();
        let found = acl.iter().position(|i| i.grantee == item.grantee && i.grantor == item.grantor);
        let mut entry = match found.and_then(|at| acl.get(at)) {
            Some(entry) => *entry,
            None => AclItem { privileges: Privileges::NONE, options: Privileges::NONE, ..item },
        };
        let old_options = entry.options;
        if revoke {
            entry.privileges = entry.privileges.without(item.privileges);
            entry.options = entry.options.without(item.options);
        } else {
            entry.privileges |= item.privileges;
            entry.options |= item.options;
        }
        put(&mut acl, found, entry);
        let lost = old_options.without(entry.options);
        if lost.is_empty() { Ok(acl) } else { self.recursive_revoke(acl, item.grantee, lost) }
    }

    /// `recursive_revoke`: what `grantee` granted on with options it no longer has from anywhere.
    fn recursive_revoke(
        &self,
        mut acl: Vec<AclItem>,
        grantee: Oid,
        lost: Privileges,
    ) -> Result<Vec<AclItem>, ServerError> {
        if grantee == self.owner {
            return Ok(acl);
        }
        let lost = lost.without(self.access.masked(grantee, self.owner, &acl).options);
        let dependent = |i: &&AclItem| i.grantor == grantee && i.privileges.intersects(lost);
        while let Some(item) = acl.iter().find(dependent).copied() {
            if !self.cascade {
                return Err(dependent_privileges_exist());
            }
            let item = AclItem { privileges: lost, options: lost, ..item };
            acl = self.apply(&acl, ItemChange { revoke: true, item })?;
        }
        Ok(acl)
    }

    /// `check_circularity`: would the grantor still have its options without those of the grantee?
    fn check_circularity(&self, acl: &[AclItem], item: &AclItem) -> Result<(), ServerError> {
        if item.grantor == self.owner {
            return Ok(());
        }
        let cascading = AclUpdate { cascade: true, ..*self };
        let mut acl = acl.to_vec();
        let has_options = |i: &&AclItem| i.grantee == item.grantee && !i.options.is_empty();
        while let Some(held) = acl.iter().find(has_options).copied() {
            acl = cascading.apply(&acl, ItemChange { revoke: true, item: held })?;
        }
        if self.access.masked(item.grantor, self.owner, &acl).options.contains(item.options) {
            return Ok(());
        }
        Err(ServerError::new("0LP01", "grant options cannot be granted back to your own grantor"))
    }
}

fn put(acl: &mut Vec<AclItem>, found: Option<usize>, entry: AclItem) {
    let empty = entry.privileges.is_empty() && entry.options.is_empty();
    match (found, empty) {
        (Some(at), true) => {
            acl.remove(at);
        }
        (Some(at), false) => {
            if let Some(slot) = acl.get_mut(at) {
                *slot = entry;
            }
        }
        (None, true) => {}
        (None, false) => acl.push(entry),
    }
}

/// 2BP01, for ACLs and for memberships alike.
pub fn dependent_privileges_exist() -> ServerError {
    ServerError::new("2BP01", "dependent privileges exist").hint("Use CASCADE to revoke them too.")
}

/// `select_best_grantor`: as whom `user` grants, and which of `needed` that role has the option of.
pub fn best_grantor(
    access: &Access<'_>,
    user: Oid,
    needed: Privileges,
    acl: &[AclItem],
    owner: Oid,
) -> (Oid, Privileges) {
    if user == owner || access.is_superuser(user) {
        return (owner, needed);
    }
    let mut best = (user, Privileges::NONE);
    for role in access.reaches(user, Mode::Inherit) {
        let own = acl.iter().filter(|i| i.grantee == role).fold(Privileges::NONE, |p, i| p | i.options);
        let has = if role == owner { needed } else { own & needed };
        if has == needed {
            return (role, has);
        }
        if has.count() > best.1.count() {
            best = (role, has);
        }
    }
    best
}
