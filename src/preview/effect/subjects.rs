//! Whom changes concern as a whole, and by which memberships.

use super::scope::TakenEdge;
use crate::access::{Access, Mode};
use crate::cluster::{Change, Class, Membership, Oid, Role, View, predefined};

/// Roles that come, go, or become or cease to be superusers: every privilege of theirs is in question.
pub(super) fn whole_roles(changes: &[Change]) -> Vec<Oid> {
    let superuser = |role: &Option<Box<Role>>| role.as_ref().map(|role| role.superuser);
    let whole = changes.iter().filter_map(|change| match change {
        Change::Role { before, after, .. } if superuser(before) != superuser(after) => {
            before.as_ref().or(after.as_ref()).map(|role| role.oid)
        }
        _ => None,
    });
    let mut roles: Vec<Oid> = whole.collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// The (role, member) pairs between which a membership comes, goes or changes: rows of their own; before 16, those of
/// a role whose INHERIT changes; and the owner of the database in pg_database_owner (14+).
pub(super) fn edges(view: &View, changes: &[Change]) -> Vec<(Oid, Oid)> {
    let mut edges = Vec::new();
    for change in changes {
        match change {
            Change::Membership { before, after } => {
                edges.extend(before.or(*after).map(|row| (row.role, row.member)));
            }
            Change::Role { before: Some(before), after: Some(after), .. }
                if inherits_otherwise(view, before, after) =>
            {
                edges.extend(view.memberships_of(before.oid).iter().map(|row| (row.role, row.member)));
                edges.push((predefined::DATABASE_OWNER, before.oid));
            }
            Change::Owner { object, before, after } if is_database(view, *object) => {
                edges.extend([*before, *after].map(|owner| (predefined::DATABASE_OWNER, owner)));
            }
            _ => {}
        }
    }
    edges
}

fn inherits_otherwise(view: &View, before: &Role, after: &Role) -> bool {
    view.base().version.major() < 16 && before.inherit != after.inherit
}

/// The connected database, whose owner is a member of pg_database_owner.
fn is_database(view: &View, object: crate::cluster::ObjectId) -> bool {
    let base = view.base();
    base.objects.by_oid(Class::Database, base.database) == Some(object)
}

/// The edges that handed on privileges before and no longer do.
pub(super) fn taken(before: &Access<'_>, changes: &[Change]) -> Vec<TakenEdge> {
    let view = before.view();
    let edge = |role: Oid, member: Oid| TakenEdge {
        member,
        reaches: before.reaches(role, Mode::Inherit).into_iter().collect(),
    };
    let mut edges = Vec::new();
    for change in changes {
        match change {
            Change::Membership { before: Some(row), after } => {
                let still = after.is_some_and(|row| hands_on(view, &row));
                if hands_on(view, row) && !still {
                    edges.push(edge(row.role, row.member));
                }
            }
            Change::Role { before: Some(was), after: Some(is), .. }
                if inherits_otherwise(view, was, is) && was.inherit =>
            {
                edges.extend(view.memberships_of(was.oid).iter().map(|row| edge(row.role, row.member)));
            }
            Change::Owner { object, before: owner, .. } if is_database(view, *object) => {
                edges.push(edge(predefined::DATABASE_OWNER, *owner));
            }
            _ => {}
        }
    }
    edges
}

fn hands_on(view: &View, row: &Membership) -> bool {
    row.inherit.unwrap_or_else(|| view.role(row.member).is_some_and(|role| role.inherit))
}
