//! Default privileges that are others than before, and the ALTER DEFAULT PRIVILEGES for them.

use super::attempt::Attempt;
use super::items::{Action, differences};
use crate::cluster::{AclItem, AclKind, Change, Class, DefaultAclKey, Oid, Privileges, View, default_acl};
use crate::sql::identity::quoted;
use std::collections::BTreeMap;

/// One statement: the same for some grantees.
pub(super) struct Wish {
    key: DefaultAclKey,
    action: Action,
    privileges: Privileges,
    grantees: Vec<Oid>,
}

/// The rows that the changes are about.
pub(super) fn keys(attempt: &Attempt<'_>) -> Vec<DefaultAclKey> {
    let key = |change: &Change| match change {
        Change::DefaultAcl { key, .. } => Some(*key),
        _ => None,
    };
    attempt.changes.iter().filter_map(key).collect()
}

/// Statements for every item that differs, those that take away first.
pub(super) fn missing(attempt: &Attempt<'_>) -> Vec<Wish> {
    let mut wishes: BTreeMap<(DefaultAclKey, Action, Privileges), Vec<Oid>> = BTreeMap::new();
    for key in keys(attempt) {
        for (action, item) in differences(&items(&attempt.state, key), &items(&attempt.target, key)) {
            wishes.entry((key, action, item.privileges)).or_default().push(item.grantee);
        }
    }
    let wish = |((key, action, privileges), grantees)| Wish { key, action, privileges, grantees };
    wishes.into_iter().map(wish).collect()
}

/// The items of a row; where there is none, what it would start from.
fn items(view: &View, key: DefaultAclKey) -> Vec<AclItem> {
    match (view.default_acl(key), key.schema) {
        (Some(acl), _) => acl.to_vec(),
        (None, Oid(0)) => default_acl(words(key).1, key.role, view.base().version),
        (None, _) => Vec::new(),
    }
}

/// The objects of a row.
pub(super) fn words(key: DefaultAclKey) -> (&'static str, AclKind) {
    match key.objtype {
        'r' => ("TABLES", AclKind::Relation),
        'S' => ("SEQUENCES", AclKind::Sequence),
        'f' => ("FUNCTIONS", AclKind::Function),
        'T' => ("TYPES", AclKind::Type),
        'n' => ("SCHEMAS", AclKind::Schema),
        _ => ("LARGE OBJECTS", AclKind::LargeObject),
    }
}

/// Tries the statement for a wish.
pub(super) fn bring_back(attempt: &mut Attempt<'_>, wish: &Wish) {
    let view = &attempt.state;
    let Some(role) = view.role(wish.key.role) else { return };
    let mut start = format!("ALTER DEFAULT PRIVILEGES FOR ROLE {}", quoted(view, &role.name));
    if wish.key.schema != Oid(0) {
        let schema = view.object_by_oid(Class::Schema, wish.key.schema).and_then(|id| view.object(id));
        let Some(schema) = schema else { return };
        start.push_str(&format!(" IN SCHEMA {}", quoted(view, &schema.name)));
    }
    let grantee = |oid: &Oid| match *oid {
        Oid::PUBLIC => "PUBLIC".to_owned(),
        oid => quoted(view, &view.role_name(oid)),
    };
    let grantees = wish.grantees.iter().map(grantee).collect::<Vec<_>>().join(", ");
    let privileges = wish.privileges.iter().map(|p| p.name()).collect::<Vec<_>>().join(", ");
    let on = format!("{privileges} ON {}", words(wish.key).0);
    let statement = match wish.action {
        Action::Revoke => format!("{start} REVOKE {on} FROM {grantees}"),
        Action::RevokeOption => format!("{start} REVOKE GRANT OPTION FOR {on} FROM {grantees}"),
        Action::GrantWithOption => format!("{start} GRANT {on} TO {grantees} WITH GRANT OPTION"),
        Action::Grant => format!("{start} GRANT {on} TO {grantees}"),
    };
    let was = items(&attempt.target, wish.key);
    let good = |state: &View| {
        differences(&items(state, wish.key), &was)
            .iter()
            .all(|(action, item)| *action != wish.action || !wish.grantees.contains(&item.grantee))
    };
    attempt.try_as_any(&[statement], &[wish.key.role], &good);
}
