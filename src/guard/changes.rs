//! The guard's question about changes: what do they add, remove or alter?

use super::{Block, Protected, Rule};
use crate::cluster::{Change, Oid, View};

/// Refuses changes that add, remove or alter anything that mentions a protected role.
///
/// What stays as it is beside a changed item does not count, nor does the grantor that the server writes into a
/// membership row: since 16 that is the bootstrap superuser, which on RDS is rdsadmin.
pub fn check_changes<'a>(
    changes: impl IntoIterator<Item = &'a Change>,
    view: &View,
    protected: &Protected,
) -> Result<(), Block> {
    for change in changes {
        if let Some(role) = mentioned(change).into_iter().find(|role| protected.has(view, *role)) {
            let name = view.role_name(role);
            let what = format!("changes an entry that mentions {name}");
            return Err(Block::new(Rule::Changes, &name, what));
        }
    }
    Ok(())
}

fn mentioned(change: &Change) -> Vec<Oid> {
    match change {
        Change::Membership { before, after } => {
            [before, after].into_iter().flatten().flat_map(|row| [row.role, row.member]).collect()
        }
        Change::Acl { .. } => change.roles(),
    }
}
