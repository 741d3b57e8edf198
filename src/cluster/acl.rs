//! Access control lists: items in the server's order, defaults, and the server's text form.

use super::{AclKind, Oid, Privileges, Version};
use std::fmt::Write;
use std::sync::Arc;

/// One ACL item. Within an array (grantee, grantor) is its key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AclItem {
    /// Who has it; [`Oid::PUBLIC`] for everybody.
    pub grantee: Oid,
    /// Who gave it. Never PUBLIC.
    pub grantor: Oid,
    /// The privileges.
    pub privileges: Privileges,
    /// Those of them (or, stray, others) held WITH GRANT OPTION.
    pub options: Privileges,
}

/// An ACL array. Shared: thousands of objects have equal ones.
pub type Acl = Arc<[AclItem]>;

/// `acldefault(kind, owner)`: what a NULL ACL stands for. PUBLIC's item comes first (acl.c, all versions).
pub fn default_acl(kind: AclKind, owner: Oid, version: Version) -> Vec<AclItem> {
    let mut items = Vec::with_capacity(2);
    let item =
        |grantee, privileges| AclItem { grantee, grantor: owner, privileges, options: Privileges::NONE };
    if !kind.public_default().is_empty() {
        items.push(item(Oid::PUBLIC, kind.public_default()));
    }
    // A column's default is empty: its table's ACL speaks for the owner.
    let own = match kind {
        AclKind::Column => Privileges::NONE,
        _ => kind.all(version),
    };
    if !own.is_empty() {
        items.push(item(owner, own));
    }
    items
}

/// The items in effect: those stored, or the default's where the ACL is NULL.
pub fn effective_items(acl: Option<&Acl>, kind: AclKind, owner: Oid, version: Version) -> Vec<AclItem> {
    match acl {
        Some(acl) => acl.to_vec(),
        None => default_acl(kind, owner, version),
    }
}

/// An item as the server prints it (`aclitemout`): `grantee=arw*/grantor`. A role that is gone prints as its OID.
///
/// `name` gives a role's name. Names with anything but ASCII letters, digits and `_` are quoted, as every release
/// since August 2025 does (before, letters of other scripts depended on the locale).
pub fn item_text<'a>(item: &AclItem, name: impl Fn(Oid) -> Option<&'a str>) -> String {
    let mut out = String::new();
    let put = |out: &mut String, oid: Oid| match name(oid) {
        Some(name) => put_id(out, name),
        None => {
            let _ = write!(out, "{oid}");
        }
    };
    if item.grantee != Oid::PUBLIC {
        put(&mut out, item.grantee);
    }
    out.push('=');
    out.push_str(&letters(item.privileges, item.options));
    out.push('/');
    put(&mut out, item.grantor);
    out
}

/// The letters of an item, `*` after those with grant option.
pub fn letters(privileges: Privileges, options: Privileges) -> String {
    let mut out = String::new();
    for (privilege, letter, _) in super::ALL_PRIVILEGES {
        if privileges.intersects(*privilege) {
            out.push(*letter);
        }
        if options.intersects(*privilege) {
            out.push('*');
        }
    }
    out
}

/// `putid()` of acl.c.
fn put_id(out: &mut String, name: &str) {
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return out.push_str(name);
    }
    out.push('"');
    for c in name.chars() {
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    out.push('"');
}
