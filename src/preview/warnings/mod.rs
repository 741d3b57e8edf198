//! What a careful DBA would want to know before a statement runs. Each is true as it stands, or is not said.

mod defaults;
mod gains;
mod grantors;
mod iam;
mod memberships;
mod passwords;
mod roles;
mod stays;
#[cfg(test)]
mod tests;

use super::effect::Index;
use super::{Passwords, Step, Warning};
use crate::access::{Access, Mode, Via};
use crate::cluster::{AclTarget, Oid, View};
use crate::guard::Protected;
use crate::simulate::{GrantedOn, granted_on};
use crate::sql::Statement;
use crate::sql::identity::{column_identity, object_identity, object_type};

/// What the warnings are made from.
struct Context<'a> {
    step: &'a Step,
    before: &'a Access<'a>,
    after: &'a Access<'a>,
    index: &'a Index,
    protected: &'a Protected,
    found: Vec<Warning>,
}

/// The warnings about a step that succeeds.
pub(super) fn warnings(
    step: &Step,
    before: &View,
    after: &View,
    index: &Index,
    protected: &Protected,
    sent: Passwords,
) -> Vec<Warning> {
    let Ok(statement) = &step.statement else { return Vec::new() };
    let (before, after) = (Access::new(before), Access::new(after));
    let mut context = Context { step, before: &before, after: &after, index, protected, found: Vec::new() };
    match statement {
        Statement::Grant(grant) => {
            let on = granted_on(grant, &step.session_before, before.view());
            if grant.revoke {
                stays::warn(&mut context, grant, &on);
                grantors::warn(&mut context, grant, &on);
            } else {
                gains::warn(&mut context, grant, &on);
            }
        }
        Statement::GrantRole(grant) => memberships::warn(&mut context, grant),
        Statement::CreateRole(_) | Statement::AlterRole(_) => passwords::warn(&mut context, statement, sent),
        Statement::AlterDefaultPrivileges(alter) => defaults::warn(&mut context, alter),
        _ => {}
    }
    iam::warn(&mut context, statement);
    roles::warn(&mut context, statement);
    context.found
}

impl Context<'_> {
    fn warn(&mut self, code: &'static str, message: String) {
        self.found.push(Warning { code, message });
    }

    fn name(&self, role: Oid) -> String {
        self.after.view().role_name(role)
    }

    fn names(&self, roles: &[Oid]) -> String {
        some(roles, |role| self.name(*role))
    }

    /// The role and those who inherit from it.
    fn with_members(&self, role: Oid) -> Vec<Oid> {
        self.after.reached_by(role, Mode::Inherit)
    }

    fn place(&self, target: AclTarget) -> String {
        let view = self.after.view();
        let object = object_identity(view, target.object);
        match column_identity(view, target) {
            Some(column) => format!("column {column} of {object}"),
            None => format!("{} {object}", object_type(view, target.object)),
        }
    }

    /// `table shop.orders`, `10,000 objects, table shop.orders among them`.
    fn places(&self, targets: &[AclTarget]) -> String {
        match targets {
            [] => String::new(),
            [one] => self.place(*one),
            [first, ..] => format!("{} objects, {} among them", targets.len(), self.place(*first)),
        }
    }

    /// How somebody has something, as the end of a sentence.
    fn how(&self, via: &Via) -> String {
        match via {
            Via::Superuser => "as a superuser".to_owned(),
            Via::Owner => "as the owner".to_owned(),
            Via::Direct => "by a grant to it".to_owned(),
            Via::Public => "through PUBLIC".to_owned(),
            Via::Predefined(role) => format!("through {}", self.name(*role)),
            Via::Chain(chain) if chain.len() < 2 => "by a grant on the whole table".to_owned(),
            Via::Chain(chain) => {
                let path: Vec<String> = chain.iter().skip(1).map(|role| self.name(*role)).collect();
                format!("through {}", path.join(" > "))
            }
        }
    }
}

/// The first few of a list, and how many more.
fn some<T>(list: &[T], text: impl Fn(&T) -> String) -> String {
    const SHOWN: usize = 5;
    let shown = list.iter().take(SHOWN).map(text).collect::<Vec<_>>().join(", ");
    match list.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        Some(more) => format!("{shown} and {more} more"),
        None => shown,
    }
}

/// Grantees that are roles, each once.
fn roles_of(on: &GrantedOn) -> Vec<Oid> {
    let mut roles: Vec<Oid> = on.grantees.iter().copied().filter(|role| *role != Oid::PUBLIC).collect();
    let mut seen = rustc_hash::FxHashSet::default();
    roles.retain(|role| seen.insert(*role));
    roles
}
