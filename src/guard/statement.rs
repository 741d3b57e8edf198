//! The guard's question about a statement: which roles does it name, and as whom does it run?

use super::{Block, Protected, Rule};
use crate::cluster::View;
use crate::simulate::Session;
use crate::sql::Statement;
use crate::sql::ast::{RoleRef, RoleSpec, SessionParameter, SessionValue};

/// Refuses a statement that names a protected role in any slot, runs as one, or works on what belongs to one.
///
/// A name counts whether or not there is such a role: CREATE ROLE and RENAME TO would make one.
pub fn check_statement(
    statement: &Statement,
    session: &Session,
    view: &View,
    protected: &Protected,
) -> Result<(), Block> {
    named(statement, session, view, protected)?;
    acting(statement, session, view, protected)
}

fn named(statement: &Statement, session: &Session, view: &View, protected: &Protected) -> Result<(), Block> {
    for slot in statement.roles() {
        let Some(name) = resolve(slot.role, session, view) else { continue };
        if protected.has_name(&name) {
            let what = format!("targets {name} ({})", slot.slot);
            return Err(Block::new(Rule::Named, &name, what));
        }
    }
    Ok(())
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

/// A session of a protected role changes nothing; it may only become somebody else.
fn acting(statement: &Statement, session: &Session, view: &View, protected: &Protected) -> Result<(), Block> {
    let leaves = match statement {
        Statement::Session(set) => match set.parameter {
            SessionParameter::Role | SessionParameter::SessionAuthorization => {
                !matches!(set.value, SessionValue::Current)
            }
            _ => true,
        },
        _ => false,
    };
    let users = [session.current_user, session.session_user];
    match users.into_iter().find(|user| protected.has(view, *user)) {
        Some(user) if !leaves => {
            let name = view.role_name(user);
            let what = format!("would run in a session of {name}");
            Err(Block::new(Rule::ActsAs, &name, what))
        }
        _ => Ok(()),
    }
}
