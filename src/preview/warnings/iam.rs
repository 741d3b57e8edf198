//! `rds_iam`, `rds_ad` and `rds_password`: memberships that decide how a login authenticates on RDS and Aurora, and who
//! sets passwords there.

use super::Context;
use crate::access::{Access, Mode};
use crate::cluster::{Change, Oid};
use crate::sql::Statement;
use crate::sql::ast::RoleOption;

const IAM: &str = "rds_iam";
const AD: &str = "rds_ad";
const PASSWORD: &str = "rds_password";
const MASTER: &str = "rds_superuser";

/// Who gets rds_iam authenticates by IAM and no longer by password, through nested memberships too. On 16 and later
/// CREATE ROLE makes its creator a member of what it makes.
pub(super) fn warn(context: &mut Context<'_>, statement: &Statement) {
    let oid = |name: &str| context.after.view().role_by_name(name).map(|r| r.oid);
    let (iam, ad) = (oid(IAM), oid(AD));
    let come = new_members(context);
    if let Some(iam) = iam {
        switched(context, iam, &come);
        useless_password(context, iam, statement);
    }
    if let (Some(iam), Some(ad)) = (iam, ad) {
        both(context, iam, ad, &come);
    }
    restricted(context, statement);
}

/// Members by any row of those whose memberships come or get more.
fn new_members(context: &Context<'_>) -> Vec<Oid> {
    let rows = context.step.changes.iter().filter_map(|change| match change {
        Change::Membership { after, .. } => *after,
        _ => None,
    });
    let mut roles: Vec<Oid> =
        rows.flat_map(|row| context.after.reached_by(row.member, Mode::Member)).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

fn switched(context: &mut Context<'_>, iam: Oid, roles: &[Oid]) {
    let view = context.after.view();
    let (mut will, mut may) = (Vec::new(), Vec::new());
    for role in roles.iter().copied().filter(|r| view.role(*r).is_some_and(|r| r.login)) {
        let inherits = |access: &Access<'_>| access.chain(role, iam, Mode::Inherit).is_some();
        if inherits(context.after) && !inherits(context.before) {
            will.push(role);
        } else if context.after.is_member_of_nosuper(role, iam)
            && !context.before.is_member_of_nosuper(role, iam)
        {
            may.push(role);
        }
    }
    for (roles, word) in [(will, "will"), (may, "may")] {
        if !roles.is_empty() {
            let names = context.names(&roles);
            let message = format!(
                "{IAM} {word} switch {names} to IAM authentication on RDS and Aurora: a password no longer works there."
            );
            context.warn("rds_iam", message);
            whose(context, &roles, word);
        }
    }
}

/// Whom one would not want to lock out.
fn whose(context: &mut Context<'_>, roles: &[Oid], word: &str) {
    let me = context.step.session_before.authenticated;
    if roles.contains(&me) {
        let message = format!(
            "{} is whom you are connected as: your own password {word} be refused there. See that --aws-iam lets you in \
             before this session ends.",
            context.name(me)
        );
        context.warn("rds_iam_self", message);
    }
    let Some(master) = context.after.view().role_by_name(MASTER).map(|r| r.oid) else { return };
    let masters: Vec<Oid> =
        roles.iter().copied().filter(|role| context.after.is_member_of_nosuper(*role, master)).collect();
    if !masters.is_empty() {
        let names = context.names(&masters);
        let message = format!(
            "{names}: in {MASTER}, as the master user is. {IAM} holds for the master user as for any other."
        );
        context.warn("rds_iam_master", message);
    }
}

/// The roles whose password a statement sets.
fn with_new_password(context: &Context<'_>, statement: &Statement) -> Vec<Oid> {
    let sets = match statement {
        Statement::CreateRole(create) => &create.options,
        Statement::AlterRole(alter) => &alter.options,
        _ => return Vec::new(),
    };
    if !sets.iter().any(|option| matches!(option, RoleOption::Password(Some(_)))) {
        return Vec::new();
    }
    let changed = context.step.changes.iter().filter_map(|change| match change {
        Change::Role { after: Some(after), .. } => Some(after.oid),
        _ => None,
    });
    changed.collect()
}

fn useless_password(context: &mut Context<'_>, iam: Oid, statement: &Statement) {
    for role in with_new_password(context, statement) {
        if !context.after.is_member_of_nosuper(role, iam) {
            continue;
        }
        let word = if context.after.chain(role, iam, Mode::Inherit).is_some() { "does" } else { "may" };
        let name = context.name(role);
        let message =
            format!("{name} is a member of {IAM}: on RDS and Aurora this password {word} not let it in.");
        context.warn("rds_iam_password", message);
    }
}

/// RDS has a switch that leaves passwords, their dates and names of roles to the members of rds_password.
fn restricted(context: &mut Context<'_>, statement: &Statement) {
    let options = match statement {
        Statement::CreateRole(create) => &create.options[..],
        Statement::AlterRole(alter) => &alter.options[..],
        _ => &[],
    };
    let is_meant =
        |option: &RoleOption| matches!(option, RoleOption::Password(_) | RoleOption::ValidUntil(_));
    if !options.iter().any(is_meant) && !matches!(statement, Statement::RenameRole(_)) {
        return;
    }
    let Some(allowed) = context.before.view().role_by_name(PASSWORD).map(|r| r.oid) else { return };
    let user = context.step.session_before.current_user;
    if context.before.is_superuser(user) || context.before.is_member_of_nosuper(user, allowed) {
        return;
    }
    let name = context.name(user);
    let message = format!(
        "Where rds.restrict_password_commands is on, RDS and Aurora refuse this: {name} is not a member of {PASSWORD}."
    );
    context.warn("rds_password", message);
}

fn both(context: &mut Context<'_>, iam: Oid, ad: Oid, roles: &[Oid]) {
    let in_both = |access: &Access<'_>, role: Oid| {
        access.is_member_of_nosuper(role, iam) && access.is_member_of_nosuper(role, ad)
    };
    let new = |role: &Oid| in_both(context.after, *role) && !in_both(context.before, *role);
    let roles: Vec<Oid> = roles.iter().copied().filter(new).collect();
    if !roles.is_empty() {
        let names = context.names(&roles);
        let message = format!("{IAM} and {AD} must not meet in one role, and do in {names}.");
        context.warn("rds_iam_and_rds_ad", message);
    }
}
