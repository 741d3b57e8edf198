//! The guard's question about a statement: which roles does it name, and as whom does it run?

use super::{Block, Protected, Rule, reach};
use crate::cluster::View;
use crate::simulate::Session;
use crate::sql::Statement;
use crate::sql::ast::{RoleRef, RoleSpec};

/// Refuses a statement that names a protected role in any slot, runs as one, or reaches what is a protected role's
/// without naming it.
///
/// A name counts whether or not there is such a role: CREATE ROLE and RENAME TO would make one.
///
/// # Errors
/// Which rule it breaks, and which role it is.
pub fn check_statement(
    statement: &Statement,
    session: &Session,
    view: &View,
    protected: &Protected,
) -> Result<(), Block> {
    named(statement, session, view, protected)?;
    acting(statement, session, view, protected)?;
    reach::check(statement, session, view, protected)
}

/// Refuses to become a protected role by a statement that does not name it, such as RESET SESSION AUTHORIZATION.
///
/// # Errors
/// The role that the session would act as.
pub fn check_session(
    before: &Session,
    after: &Session,
    view: &View,
    protected: &Protected,
) -> Result<(), Block> {
    let was = [before.current_user, before.session_user];
    let becomes = [after.current_user, after.session_user];
    match becomes.into_iter().find(|role| !was.contains(role) && protected.has(view, *role)) {
        Some(role) => {
            let name = view.role_name(role);
            Err(Block::new(Rule::ActsAs, &name, format!("would make the session act as {name}")))
        }
        None => Ok(()),
    }
}

fn named(statement: &Statement, session: &Session, view: &View, protected: &Protected) -> Result<(), Block> {
    for slot in statement.roles() {
        if slot.role == RoleRef::All {
            every_role(view, protected)?;
        }
        let Some(name) = resolve(slot.role, session, view) else { continue };
        if protected.has_name(&name) {
            return Err(Block::new(Rule::Named, &name, format!("targets {name} ({})", slot.slot)));
        }
    }
    Ok(())
}

/// ALTER ROLE ALL decides how the sessions of every role start, a protected one's among them.
fn every_role(view: &View, protected: &Protected) -> Result<(), Block> {
    match view.roles().find(|role| protected.has_name(&role.name)) {
        Some(role) => {
            let what = format!("targets every role, {} among them", role.name);
            Err(Block::new(Rule::Named, &role.name, what))
        }
        None => Ok(()),
    }
}

/// The name of the role that is meant; none for PUBLIC and for ALTER ROLE ALL.
fn resolve(role: RoleRef<'_>, session: &Session, view: &View) -> Option<String> {
    match role {
        RoleRef::Spec(RoleSpec::Name(name)) => Some(name.clone()),
        RoleRef::Name(name) => Some(name.to_owned()),
        RoleRef::Spec(RoleSpec::CurrentRole | RoleSpec::CurrentUser) => {
            Some(view.role_name(session.current_user))
        }
        RoleRef::Spec(RoleSpec::SessionUser) => Some(view.role_name(session.session_user)),
        RoleRef::Spec(RoleSpec::Public) | RoleRef::All => None,
    }
}

/// A session of a protected role changes nothing. What sets only the session changes nothing.
fn acting(statement: &Statement, session: &Session, view: &View, protected: &Protected) -> Result<(), Block> {
    if matches!(statement, Statement::Session(_) | Statement::Unsupported(_)) {
        return Ok(());
    }
    let users = [session.current_user, session.session_user];
    match users.into_iter().find(|user| protected.has(view, *user)) {
        Some(user) => {
            let name = view.role_name(user);
            Err(Block::new(Rule::ActsAs, &name, format!("would run in a session of {name}")))
        }
        None => Ok(()),
    }
}
