//! What the server would do: a statement, a session and a cluster give changes and notices, or the error. Pure.
//!
//! Nothing here changes a cluster: a statement comes to [`Change`](crate::cluster::Change)s, which the caller may lay
//! over the [`View`] and predict the next one on that.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod acl_update;
mod certainty;
mod comment;
mod default_privileges;
mod dependencies;
mod drop_owned;
mod drop_role;
mod grant;
mod granted_on;
mod membership;
mod membership_before_16;
mod names;
mod outcome;
mod owned_object;
mod owner;
mod parameter;
mod privilege_words;
mod reassign;
mod relation;
mod role;
mod role_setting;
mod routine;
mod run;
mod session;
mod session_set;
mod steps;
mod switches;

pub use granted_on::{GrantedOn, granted_on, named};
pub use outcome::{Certainty, Notice, Outcome, Prediction, ServerError, Severity, Unsupported};
pub use owned_object::owned_object;
pub use session::Session;

use crate::cluster::View;
use crate::sql::Statement;
use crate::sql::ast::{GrantTarget, NamedKind, ObjectGrant};
use run::{Run, Stop};
use steps::Steps;

/// What the server would do with `statement` in `session`, on the cluster as `view` has it.
///
/// The view is only changed in that a parameter named for the first time gets its place in it.
///
/// # Errors
/// A statement that is not predicted (yet), with the reason.
pub fn simulate(
    statement: &Statement,
    session: &Session,
    view: &mut View,
) -> Result<Prediction, Unsupported> {
    if let Statement::Grant(grant) = statement {
        name_parameters(grant, view);
    }
    let view = &*view;
    let Done { result, notices, any_order, doubts } = match statement {
        Statement::Grant(_) | Statement::GrantRole(_) | Statement::Session(_) => {
            at_once(statement, session, view)
        }
        Statement::Unsupported(other) => return Err(Unsupported { reason: other.reason.clone() }),
        other => in_steps(other, session, view),
    };
    let result = match result {
        Ok(outcome) => Ok(outcome),
        Err(Stop::Error(error)) => Err(error),
        Err(Stop::Unsupported(reason)) => return Err(Unsupported { reason }),
    };
    let mut prediction = Prediction { result, notices, any_order, certainty: Certainty::Certain };
    prediction.certainty = certainty::of(statement, session, view, &prediction, doubts);
    Ok(prediction)
}

/// What came of a statement, and what was said on the way.
struct Done {
    result: Result<Outcome, Stop>,
    notices: Vec<Notice>,
    any_order: bool,
    doubts: Vec<String>,
}

/// Statements that look at one state and write the next.
fn at_once(statement: &Statement, session: &Session, view: &View) -> Done {
    let mut run = Run::new(view, session);
    let result = match statement {
        Statement::Grant(grant) => run.grant(grant).map(|()| (Vec::new(), None)),
        Statement::GrantRole(grant) => run.grant_role(grant).map(|changes| (changes, None)),
        Statement::Session(set) => run.set(set).map(|session| (Vec::new(), Some(session))),
        other => Err(Stop::Unsupported(format!("{} is not predicted.", command(other)))),
    };
    let (notices, doubts) = (std::mem::take(&mut run.notices), std::mem::take(&mut run.doubts));
    let any_order = run.any_order;
    let result = result.map(|(changes, session)| run.outcome(changes, session));
    Done { result, notices, any_order, doubts }
}

/// Statements that go on from what their own steps before left.
fn in_steps(statement: &Statement, session: &Session, view: &View) -> Done {
    let mut steps = Steps::new(view, session);
    let result = match statement {
        Statement::CommentOnRole(comment) => comment::run(&mut steps, comment),
        Statement::AlterDefaultPrivileges(alter) => default_privileges::run(&mut steps, alter),
        Statement::CreateRole(create) => role::create_role(&mut steps, create),
        Statement::AlterRole(alter) => role::alter_role(&mut steps, alter),
        Statement::AlterGroup(alter) => role::alter_group(&mut steps, alter),
        Statement::RenameRole(rename) => role::rename_role(&mut steps, rename),
        Statement::AlterRoleSet(set) => role_setting::run(&mut steps, set),
        Statement::DropRole(drop) => drop_role::run(&mut steps, drop),
        Statement::AlterOwner(alter) => owner::run(&mut steps, alter),
        Statement::ReassignOwned(reassign) => reassign::run(&mut steps, reassign),
        Statement::DropOwned(drop) => drop_owned::run(&mut steps, drop),
        other => Err(Stop::Unsupported(format!("{} is not predicted yet.", command(other)))),
    };
    let (notices, doubts) = (std::mem::take(&mut steps.notices), std::mem::take(&mut steps.doubts));
    let any_order = steps.any_order;
    Done { result: result.map(|()| steps.outcome()), notices, any_order, doubts }
}

/// Gives every parameter that a GRANT names its place in the view.
fn name_parameters(grant: &ObjectGrant, view: &mut View) {
    if let GrantTarget::Named { kind: NamedKind::Parameter, names } = &grant.target {
        let ssl_groups = switches::Switches::of(view.base().version).ssl_groups;
        for name in names {
            view.parameter(&parameter::folded(&name.join("."), ssl_groups));
        }
    }
}

/// The statement's kind in words.
fn command(statement: &Statement) -> &'static str {
    match statement {
        Statement::Grant(_) | Statement::GrantRole(_) => "GRANT",
        Statement::CreateRole(_) => "CREATE ROLE",
        Statement::AlterRole(_) | Statement::AlterRoleSet(_) => "ALTER ROLE",
        Statement::AlterGroup(_) => "ALTER GROUP",
        Statement::RenameRole(_) => "ALTER ROLE .. RENAME",
        Statement::DropRole(_) => "DROP ROLE",
        Statement::AlterDefaultPrivileges(_) => "ALTER DEFAULT PRIVILEGES",
        Statement::AlterOwner(_) => "ALTER .. OWNER TO",
        Statement::ReassignOwned(_) => "REASSIGN OWNED",
        Statement::DropOwned(_) => "DROP OWNED",
        Statement::CommentOnRole(_) => "COMMENT ON ROLE",
        Statement::Session(_) => "SET",
        Statement::Unsupported(_) => "This",
    }
}
