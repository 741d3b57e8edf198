//! The guard's question about changes: what do they add, remove or alter?

use super::{Block, Protected, Rule};
use crate::cluster::{AclTarget, Change, Membership, Oid, View};
use crate::sql::identity;

/// Refuses changes that add, remove or alter anything that mentions a protected role.
///
/// What stays as it is beside a changed item does not count, nor does the grantor that the server writes into a
/// membership row: since 16 that is the bootstrap superuser, which on RDS is rdsadmin; before, it is decoration.
///
/// # Errors
/// The first protected role that is mentioned.
pub fn check_changes<'a>(
    changes: impl IntoIterator<Item = &'a Change>,
    view: &View,
    protected: &Protected,
) -> Result<(), Block> {
    changes.into_iter().try_for_each(|change| check_change(change, view, protected))
}

fn check_change(change: &Change, view: &View, protected: &Protected) -> Result<(), Block> {
    let mentioned = match change {
        Change::Membership { before, after } => {
            [before, after].into_iter().flatten().flat_map(roles_of_row).collect()
        }
        _ => change.roles(),
    };
    let Some(role) = mentioned.into_iter().find(|role| protected.has(view, *role)) else { return Ok(()) };
    let place = match change {
        Change::Acl { target, .. } => format!("the privileges on {}", place(view, *target)),
        Change::Membership { .. } => "the memberships".to_owned(),
        Change::Role { .. } => "the roles".to_owned(),
        Change::Owner { object, .. } => format!("the owner of {}", place(view, AclTarget::whole(*object))),
        Change::DefaultAcl { .. } => "the default privileges".to_owned(),
        Change::Setting { .. } => "the settings of roles".to_owned(),
        Change::Comment { .. } => "the comments on roles".to_owned(),
        Change::Policy { relation, name, .. } => {
            format!("the policy {name} on {}", place(view, AclTarget::whole(*relation)))
        }
    };
    let name = view.role_name(role);
    Err(Block::new(Rule::Changes, &name, format!("changes an entry of {name} in {place}")))
}

fn roles_of_row(row: &Membership) -> Vec<Oid> {
    // Before 16 a row has no options of its own, and its grantor means nothing to anybody.
    let grantor_counts = row.set.is_some() && row.grantor != Oid::BOOTSTRAP;
    let mut roles = vec![row.role, row.member];
    roles.extend(grantor_counts.then_some(row.grantor));
    roles
}

pub(super) fn place(view: &View, target: AclTarget) -> String {
    let object = identity::object_identity(view, target.object);
    match identity::column_identity(view, target) {
        Some(column) => format!("column {column} of {object}"),
        None => format!("{} {object}", identity::object_type(view, target.object)),
    }
}
