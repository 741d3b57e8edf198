//! About GRANT and REVOKE of roles.

use super::Context;
use crate::access::Mode;
use crate::cluster::{Change, Membership, Oid};
use crate::sql::ast::RoleGrant;
use crate::sql::identity::quoted;

/// Roles whose members can do about everything, and how one says it.
const POWERFUL: &[(&str, &str)] = &[
    ("pg_execute_server_program", "run programs on the server as its operating system user"),
    ("pg_write_server_files", "write any file of the server, which is as good as superuser"),
    ("pg_read_server_files", "read any file of the server, data files among them"),
    ("rds_superuser", "do all that the provider allows anybody"),
    ("cloudsqlsuperuser", "do all that the provider allows anybody"),
    ("azure_pg_admin", "do all that the provider allows anybody"),
    ("pg_read_all_data", "read every table, also those made later"),
    ("pg_write_all_data", "write to every table, also those made later"),
];

pub(super) fn warn(context: &mut Context<'_>, grant: &RoleGrant) {
    let changes: Vec<(Option<Membership>, Option<Membership>)> = context
        .step
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Membership { before, after } => Some((*before, *after)),
            _ => None,
        })
        .collect();
    for (before, after) in &changes {
        if let Some(row) = after {
            given(context, before.as_ref(), row);
        }
    }
    if grant.revoke {
        stays(context, grant);
        cascaded(context, grant, &changes);
    }
}

fn given(context: &mut Context<'_>, before: Option<&Membership>, row: &Membership) {
    let (role, member) = (context.name(row.role), context.name(row.member));
    if row.admin && !before.is_some_and(|b| b.admin) {
        let message =
            format!("{member} can give membership in {role} to anybody, and take it away (ADMIN OPTION).");
        context.warn("admin_option", message);
    }
    if before.is_none() {
        powerful(context, row);
        nothing_inherited(context, row, &role, &member);
        by_protected(context, row);
    }
    owned_objects(context, row, &member);
}

/// Roles that the member newly reaches by any row.
fn powerful(context: &mut Context<'_>, row: &Membership) {
    let new = |role: &Oid| !context.before.is_member_of_nosuper(row.member, *role);
    let reached: Vec<Oid> = context.after.reaches(row.role, Mode::Member).into_iter().filter(new).collect();
    let member = context.name(row.member);
    for role in reached {
        let name = context.name(role);
        if context.after.is_superuser(role) {
            let message =
                format!("{name} is a superuser: as its member {member} can become one with SET ROLE.");
            if context.after.can_set_role(row.member, role) {
                context.warn("superuser", message);
            }
        } else if let Some((_, can)) = POWERFUL.iter().find(|(n, _)| *n == name) {
            context.warn("powerful_role", format!("As a member of {name}, {member} can {can}."));
        }
    }
}

/// Since 16 by the row's INHERIT, before by the member's own attribute.
fn nothing_inherited(context: &mut Context<'_>, row: &Membership, role: &str, member: &str) {
    if context.after.has_privs_of(row.member, row.role) {
        return;
    }
    let why = match row.inherit {
        Some(_) => "The membership does not inherit",
        None => "The role is NOINHERIT",
    };
    let message = match context.after.can_set_role(row.member, row.role) {
        true => format!("{why}: {member} has what {role} has only after SET ROLE {role}."),
        false => format!("{why} and allows no SET ROLE: {member} can use nothing of what {role} has."),
    };
    context.warn("not_inherited", message);
}

/// Who inherits from an owner can alter and drop what it owns.
fn owned_objects(context: &mut Context<'_>, row: &Membership, member: &str) {
    let new = |role: &Oid| !context.before.has_privs_of(row.member, *role);
    let inherits = context.after.has_privs_of(row.member, row.role);
    let reached = if inherits { context.after.reaches(row.role, Mode::Inherit) } else { Vec::new() };
    for role in reached.into_iter().filter(new) {
        let owned = context.index.owned_by(role);
        if owned > 0 {
            let objects = if owned == 1 { "the object".to_owned() } else { format!("the {owned} objects") };
            let owner = context.name(role);
            let message = format!("{member} can alter and drop {objects} that {owner} owns.");
            context.warn("owned_objects", message);
        }
    }
}

/// The server writes the bootstrap superuser as the grantor (16+); on RDS that is rdsadmin.
fn by_protected(context: &mut Context<'_>, row: &Membership) {
    if !context.protected.has(context.after.view(), row.grantor) {
        return;
    }
    let name = context.name(row.grantor);
    let message =
        format!("The server records {name} as the grantor of this membership; {name} itself is not changed.");
    context.warn("server_grantor", message);
}

/// Since 16 a REVOKE takes one grantor's row; and a member may be one by another way.
fn stays(context: &mut Context<'_>, grant: &RoleGrant) {
    // ADMIN, INHERIT and SET OPTION FOR leave the membership on purpose.
    if !grant.options.is_empty() {
        return;
    }
    let view = context.after.view();
    let oids = |name: &str| view.role_by_name(name).map(|r| r.oid);
    let members: Vec<Oid> = grant.members.iter().filter_map(|spec| spec_oid(context, spec)).collect();
    for role in grant.roles.iter().filter_map(|word| oids(&word.name)) {
        for member in &members {
            still_member(context, role, *member);
        }
    }
}

fn spec_oid(context: &Context<'_>, spec: &crate::sql::ast::RoleSpec) -> Option<Oid> {
    use crate::sql::ast::RoleSpec;
    let session = &context.step.session_before;
    match spec {
        RoleSpec::Name(name) => context.after.view().role_by_name(name).map(|r| r.oid),
        RoleSpec::CurrentRole | RoleSpec::CurrentUser => Some(session.current_user),
        RoleSpec::SessionUser => Some(session.session_user),
        RoleSpec::Public => None,
    }
}

fn still_member(context: &mut Context<'_>, role: Oid, member: Oid) {
    let view = context.after.view();
    let (group, name) = (context.name(role), context.name(member));
    let direct: Vec<Oid> =
        view.members_of(role).iter().filter(|row| row.member == member).map(|row| row.grantor).collect();
    if !direct.is_empty() {
        let try_this = direct.iter().find(|grantor| !context.protected.has(view, **grantor)).map(|grantor| {
            let [role, member, by] = [&group, &name, &context.name(*grantor)].map(|name| quoted(view, name));
            format!(" Try: REVOKE {role} FROM {member} GRANTED BY {by}")
        });
        let by = context.names(&direct);
        let message =
            format!("{name} stays a member of {group}, granted by {by}.{}", try_this.unwrap_or_default());
        return context.warn("granted_by_other", message);
    }
    if let Some(chain) = context.after.chain(member, role, Mode::Member).filter(|chain| chain.len() > 1) {
        let path: Vec<String> =
            chain.iter().skip(1).take(chain.len() - 2).map(|role| context.name(*role)).collect();
        let message = format!("{name} stays a member of {group} through {}.", path.join(" > "));
        context.warn("still_member", message);
    }
}

/// Rows of members that nobody named.
fn cascaded(
    context: &mut Context<'_>,
    grant: &RoleGrant,
    changes: &[(Option<Membership>, Option<Membership>)],
) {
    let named: Vec<Oid> = grant.members.iter().filter_map(|spec| spec_oid(context, spec)).collect();
    let rows = changes.iter().filter_map(|(before, _)| *before);
    let gone: Vec<Membership> = rows.filter(|row| !named.contains(&row.member)).collect();
    if gone.is_empty() {
        return;
    }
    let text = super::some(&gone, |row| {
        let (member, role) = (context.name(row.member), context.name(row.role));
        format!("{member} in {role}, granted by {}", context.name(row.grantor))
    });
    context.warn("cascade", format!("CASCADE reaches memberships of others than named: {text}."));
}
