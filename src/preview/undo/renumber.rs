//! Changes told with other OIDs: a role that was dropped comes back under a new one.

use crate::cluster::{Acl, AclItem, Change, DefaultAclKey, Membership, Oid, Role};
use std::collections::BTreeMap;

/// The OIDs that roles have now, by those that they had.
pub(super) type NewOids = BTreeMap<Oid, Oid>;

/// The change with every role by its new OID.
pub(super) fn renumbered(change: &Change, new: &NewOids) -> Change {
    if new.is_empty() {
        return change.clone();
    }
    let oid = |oid: Oid| new.get(&oid).copied().unwrap_or(oid);
    let acl = |acl: Option<Acl>| acl.map(|acl| acl.iter().map(|item| of_item(item, oid)).collect::<Acl>());
    let row = |row: Option<Membership>| row.map(|row| of_row(&row, oid));
    let role = |role: Option<Box<Role>>| role.map(|role| Box::new(Role { oid: oid(role.oid), ..*role }));
    let roles = |roles: Option<Vec<Oid>>| roles.map(|roles| roles.into_iter().map(oid).collect());
    match change.clone() {
        Change::Acl { target, before, after } => {
            Change::Acl { target, before: acl(before), after: acl(after) }
        }
        Change::Membership { before, after } => Change::Membership { before: row(before), after: row(after) },
        Change::Role { before, after, new_password } => {
            Change::Role { before: role(before), after: role(after), new_password }
        }
        Change::Owner { object, before, after } => {
            Change::Owner { object, before: oid(before), after: oid(after) }
        }
        Change::DefaultAcl { key, before, after } => Change::DefaultAcl {
            key: DefaultAclKey { role: oid(key.role), ..key },
            before: acl(before),
            after: acl(after),
        },
        Change::Setting { role, database, before, after } => {
            Change::Setting { role: oid(role), database, before, after }
        }
        Change::Comment { role, before, after } => Change::Comment { role: oid(role), before, after },
        Change::Policy { relation, name, before, after } => {
            Change::Policy { relation, name, before: roles(before), after: roles(after) }
        }
    }
}

fn of_item(item: &AclItem, oid: impl Fn(Oid) -> Oid) -> AclItem {
    AclItem { grantee: oid(item.grantee), grantor: oid(item.grantor), ..*item }
}

fn of_row(row: &Membership, oid: impl Fn(Oid) -> Oid) -> Membership {
    Membership { role: oid(row.role), member: oid(row.member), grantor: oid(row.grantor), ..*row }
}
