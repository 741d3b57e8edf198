//! Default privileges: what they are taken for, and are not.

use super::Context;
use crate::cluster::{Change, Oid};
use crate::sql::ast::{AlterDefaultPrivileges, DefaultPrivilegesOption};

/// They concern objects to come, of one role; and what holds everywhere no schema takes away.
pub(super) fn warn(context: &mut Context<'_>, alter: &AlterDefaultPrivileges) {
    let mut owners: Vec<Oid> = context
        .step
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::DefaultAcl { key, .. } => Some(key.role),
            _ => None,
        })
        .collect();
    owners.sort_unstable();
    owners.dedup();
    if !owners.is_empty() {
        let names = context.names(&owners);
        let message = format!(
            "Only objects that {names} will make are concerned; those that are there stay as they are."
        );
        context.warn("objects_to_come", message);
    }
    let in_schema = alter.options.iter().any(|option| matches!(option, DefaultPrivilegesOption::InSchema(_)));
    if alter.revoke && in_schema && owners.is_empty() {
        let message = "Nothing changes: what PostgreSQL gives by default, or a row for all schemas gives, no row for \
                       one schema takes away.";
        context.warn("schema_takes_nothing_away", message.to_owned());
    }
}
