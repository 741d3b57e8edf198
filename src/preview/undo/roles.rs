//! Roles that are others than before: DROP, RENAME, CREATE and ALTER ROLE.

use super::attempt::Attempt;
use super::rows;
use crate::cluster::{Change, Oid, Password, Role, View};
use crate::sql::ast::{
    AlterRole, CreateRole, DropRole, RenameRole, RoleKind, RoleOption, RoleSpec, Statement,
};
use crate::sql::print;

/// What is to be done about a role.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wish {
    Drop(Oid),
    Rename(Oid),
    Create(Oid),
    Alter(Oid),
}

/// Those that free names come first.
pub(super) fn missing(attempt: &Attempt<'_>) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for oid in changed(&attempt.changes) {
        match (attempt.state.role(oid), attempt.target.role(oid)) {
            (Some(_), None) => wishes.push(Wish::Drop(oid)),
            (None, Some(_)) => wishes.push(Wish::Create(oid)),
            (Some(is), Some(was)) => {
                wishes.extend((is.name != was.name).then_some(Wish::Rename(oid)));
                wishes.extend((!options(is, was).is_empty()).then_some(Wish::Alter(oid)));
            }
            (None, None) => {}
        }
    }
    wishes.sort();
    wishes
}

/// The roles whose rows the changes are about.
pub(super) fn changed(changes: &[Change]) -> Vec<Oid> {
    let oid = |change: &Change| match change {
        Change::Role { before, after, .. } => before.as_ref().or(after.as_ref()).map(|role| role.oid),
        _ => None,
    };
    changes.iter().filter_map(oid).collect()
}

/// Tries the statement for a wish.
pub(super) fn bring_back(attempt: &mut Attempt<'_>, wish: &Wish) {
    let (Wish::Drop(oid) | Wish::Rename(oid) | Wish::Create(oid) | Wish::Alter(oid)) = *wish;
    let (is, was) = (attempt.state.role(oid).cloned(), attempt.target.role(oid).cloned());
    match (is, was) {
        (Some(is), None) => {
            let drop = DropRole { if_exists: false, roles: vec![RoleSpec::Name(is.name)] };
            try_statement(attempt, &Statement::DropRole(drop), &|state| state.role(oid).is_none());
        }
        (None, Some(was)) => make_again(attempt, &was),
        (Some(is), Some(was)) if is.name != was.name => {
            let rename = RenameRole { from: is.name, to: was.name.clone() };
            let good = |state: &View| state.role(oid).is_some_and(|role| role.name == was.name);
            try_statement(attempt, &Statement::RenameRole(rename), &good);
        }
        (Some(is), Some(was)) => {
            let alter = AlterRole { role: RoleSpec::Name(is.name.clone()), options: options(&is, &was) };
            let good = |state: &View| state.role(oid).is_some_and(|role| options(role, &was).is_empty());
            try_statement(attempt, &Statement::AlterRole(alter), &good);
        }
        (None, None) => {}
    }
}

fn try_statement(attempt: &mut Attempt<'_>, statement: &Statement, good: &dyn Fn(&View) -> bool) -> bool {
    let text = print(statement, attempt.state.base().version.major());
    attempt.try_as_any(&[text], &[], good)
}

/// CREATE ROLE. Since 16 it makes whoever runs it a member, who may not have been one: that way is the second best.
fn make_again(attempt: &mut Attempt<'_>, was: &Role) {
    let blank = Role {
        oid: was.oid,
        name: was.name.clone(),
        inherit: true,
        connection_limit: -1,
        password: Password::None,
        ..Role::default()
    };
    let create = CreateRole { kind: RoleKind::Role, name: was.name.clone(), options: options(&blank, was) };
    let create = Statement::CreateRole(create);
    let made = |state: &View| state.role_by_name(&was.name).map(|role| role.oid);
    let wanted: Vec<Oid> = attempt.target.members_of(was.oid).iter().map(|row| row.member).collect();
    let no_others = |state: &View| {
        let rows = made(state).map(|oid| rows::of_role(state, oid)).unwrap_or_default();
        made(state).is_some() && rows.iter().all(|row| wanted.contains(&row.member))
    };
    if (try_statement(attempt, &create, &no_others)
        || try_statement(attempt, &create, &|state| made(state).is_some()))
        && let Some(new) = made(&attempt.state)
    {
        attempt.is_made_again(was.oid, new);
    }
}

/// What ALTER ROLE has to say to make the one of the other, as far as it can: a password cannot come back, but none can;
/// and VALID UNTIL never becomes NULL, but infinity means the same.
fn options(is: &Role, was: &Role) -> Vec<RoleOption> {
    let mut options = Vec::new();
    let mut say = |differs: bool, option: RoleOption| options.extend(differs.then_some(option));
    say(is.superuser != was.superuser, RoleOption::Superuser(was.superuser));
    say(is.inherit != was.inherit, RoleOption::Inherit(was.inherit));
    say(is.create_role != was.create_role, RoleOption::CreateRole(was.create_role));
    say(is.create_db != was.create_db, RoleOption::CreateDb(was.create_db));
    say(is.login != was.login, RoleOption::Login(was.login));
    say(is.replication != was.replication, RoleOption::Replication(was.replication));
    say(is.bypass_rls != was.bypass_rls, RoleOption::BypassRls(was.bypass_rls));
    say(is.connection_limit != was.connection_limit, RoleOption::ConnectionLimit(was.connection_limit));
    say(until(is) != until(was), RoleOption::ValidUntil(until(was).to_owned()));
    say(was.password == Password::None && is.password != Password::None, RoleOption::Password(None));
    options
}

/// No end is the same as infinity.
pub(super) fn until(role: &Role) -> &str {
    role.valid_until.as_deref().unwrap_or("infinity")
}
