//! Comments on roles.

use super::attempt::Attempt;
use crate::cluster::{Change, Oid, View};
use crate::sql::ast::{CommentOnRole, Statement};
use crate::sql::print;

/// The roles whose comment is another.
pub(super) fn missing(attempt: &Attempt<'_>) -> Vec<Oid> {
    let role = |change: &Change| match change {
        Change::Comment { role, .. } => Some(*role),
        _ => None,
    };
    let roles = attempt.changes.iter().filter_map(role);
    roles.filter(|role| attempt.state.role_comment(*role) != attempt.target.role_comment(*role)).collect()
}

/// Tries COMMENT ON ROLE.
pub(super) fn bring_back(attempt: &mut Attempt<'_>, oid: Oid) {
    let Some(role) = attempt.state.role(oid).filter(|_| !attempt.goes(oid)) else { return };
    let comment = attempt.target.role_comment(oid).map(str::to_owned);
    let statement = CommentOnRole { role: role.name.clone(), comment: comment.clone() };
    let text = print(&Statement::CommentOnRole(statement), attempt.state.base().version.major());
    attempt.try_as_any(&[text], &[], &|state: &View| state.role_comment(oid) == comment.as_deref());
}
