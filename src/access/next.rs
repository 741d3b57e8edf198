//! What default privileges give to an object that is yet to be made.

use crate::cluster::{AclItem, AclKind, DefaultAclKey, Oid, View, default_acl};

/// The kinds of objects that have default privileges, by the letter of `pg_default_acl` and the rules of their ACLs.
pub const WITH_DEFAULTS: [(char, AclKind); 6] = [
    ('r', AclKind::Relation),
    ('S', AclKind::Sequence),
    ('f', AclKind::Function),
    ('T', AclKind::Type),
    ('n', AclKind::Schema),
    ('L', AclKind::LargeObject),
];

/// The ACL that the next object of a kind starts with when `creator` makes it in `schema`; none is NULL, which is the
/// built-in default (`get_user_default_acl`).
///
/// The creator's row for everywhere stands in place of the built-in default, its row for the schema is added to that.
/// Schemas and large objects (18+) are in no schema. Row types of tables have no default privileges.
pub fn acl_of_next(view: &View, objtype: char, creator: Oid, schema: Oid) -> Option<Vec<AclItem>> {
    let (_, kind) = WITH_DEFAULTS.into_iter().find(|(letter, _)| *letter == objtype)?;
    let row = |schema| view.default_acl(DefaultAclKey { role: creator, schema, objtype });
    let everywhere = row(Oid(0));
    let here = if schema == Oid(0) { None } else { row(schema) };
    if everywhere.is_none() && here.is_none() {
        return None;
    }
    let mut built_in = default_acl(kind, creator, view.base().version);
    let mut acl = everywhere.map_or_else(|| built_in.clone(), |acl| acl.to_vec());
    for item in here.into_iter().flat_map(|acl| acl.iter()) {
        match acl.iter_mut().find(|i| (i.grantee, i.grantor) == (item.grantee, item.grantor)) {
            Some(found) => {
                found.privileges |= item.privileges;
                found.options |= item.options;
            }
            None => acl.push(*item),
        }
    }
    acl.sort_unstable();
    built_in.sort_unstable();
    // An empty array is taken for none at all (`aclmerge`), so where everything was taken away, the built-in default holds.
    (!acl.is_empty() && acl != built_in).then_some(acl)
}
