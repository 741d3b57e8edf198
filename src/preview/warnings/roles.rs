//! What comes of altering, renaming and dropping roles, of their settings, and of new owners.

use super::{Context, some};
use crate::cluster::{Change, Oid, Role};
use crate::sql::Statement;
use crate::sql::ast::SettingChange;

/// Says it of every role and owner that changes.
pub(super) fn warn(context: &mut Context<'_>, statement: &Statement) {
    let changes = context.step.changes.clone();
    for change in &changes {
        match change {
            Change::Role { before, after: Some(after), .. } => powers(context, before.as_deref(), after),
            Change::Role { before: Some(before), after: None, .. } => dropped(context, before, &changes),
            _ => {}
        }
    }
    owners(context, &changes);
    if let Statement::AlterRoleSet(set) = statement
        && !changes.is_empty()
    {
        let verb = if matches!(set.change, SettingChange::To(..)) { "holds" } else { "goes" };
        context.warn(
            "later_sessions",
            format!("It {verb} for sessions that begin later, not for those that are open."),
        );
    }
}

/// Attributes that open or close doors.
fn powers(context: &mut Context<'_>, before: Option<&Role>, after: &Role) {
    let name = &after.name;
    let had = |attribute: fn(&Role) -> bool| before.is_some_and(attribute);
    if after.superuser && !had(|role| role.superuser) {
        context
            .warn("superuser", format!("{name} becomes a superuser: no check of privileges holds for it."));
    }
    if after.bypass_rls && !had(|role| role.bypass_rls) {
        context.warn(
            "bypass_rls",
            format!("{name} sees and changes every row, whatever row-level security says."),
        );
    }
    if after.replication && !had(|role| role.replication) {
        context
            .warn("replication", format!("{name} can copy the whole cluster over a replication connection."));
    }
    let since_16 = context.after.view().base().version.major() >= 16;
    if after.create_role && !had(|role| role.create_role) && !since_16 {
        let message = format!("{name} can give itself any role that is no superuser (CREATEROLE before 16).");
        context.warn("create_role", message);
    }
    let Some(before) = before else { return };
    if before.login && !after.login {
        let message = format!("{name} can no longer log in. Sessions that are open go on.");
        context.warn("no_login", message);
    }
    if before.inherit != after.inherit && since_16 {
        let message = format!(
            "The memberships that {name} has stay as they are: since 16 its INHERIT is only the default of new ones."
        );
        context.warn("inherit_of_new_memberships", message);
    }
    if before.name != after.name {
        let message = format!(
            "Whatever names {} outside the catalogs (pg_hba.conf, connection strings, scripts) finds it no more.",
            before.name
        );
        context.warn("renamed", message);
    }
}

/// What goes with a role without a word of the server's.
fn dropped(context: &mut Context<'_>, role: &Role, changes: &[Change]) {
    let members: Vec<Oid> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Membership { before: Some(row), after: None } if row.role == role.oid => Some(row.member),
            _ => None,
        })
        .collect();
    if !members.is_empty() {
        let names = some(&members, |member| context.name(*member));
        context.warn("members_lose_role", format!("{names} lose what they had through {}.", role.name));
    }
    let is_setting = |change: &&Change| matches!(change, Change::Setting { role: of, .. } if *of == role.oid);
    if changes.iter().any(|change| is_setting(&change)) {
        context.warn("settings_go", format!("The settings of {} go with it, in every database.", role.name));
    }
}

/// Ownership is more than any privilege.
fn owners(context: &mut Context<'_>, changes: &[Change]) {
    let mut after: Vec<Oid> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Owner { after, .. } => Some(*after),
            _ => None,
        })
        .collect();
    let objects = after.len();
    after.sort_unstable();
    after.dedup();
    for owner in after {
        let (name, what) = (context.name(owner), if objects == 1 { "it" } else { "them" });
        let message = format!(
            "{name} can alter, drop and grant on {what} as owner, and so can those who inherit from {name}."
        );
        context.warn("new_owner", message);
    }
}
