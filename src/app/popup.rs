//! What lies over the screen until it is answered or left.

use super::new_password::NewPassword;
use super::pane::Place;
use super::snapshot::Snapshot;
use crate::access::{Access, By, Source, Via};
use crate::cluster::{AclTarget, Class, Kind, Oid, Privileges};
use crate::preview::{Plan, Risk};
use std::sync::Arc;
use tui_input::Input;

/// Something over the screen.
#[derive(Clone, Debug)]
pub enum Popup {
    /// The keys, from the table; the first line on the screen.
    Help(usize),
    /// Why a role can do something.
    Why(Why),
    /// Whether to apply.
    Confirm(Confirm),
    /// The new password of a role.
    Password(NewPassword),
    /// Whether to quit although something is going on.
    Quit(&'static str),
}

/// Every way by which a role has a privilege.
#[derive(Clone, PartialEq, Debug)]
pub struct Why {
    /// Who.
    pub role: Oid,
    /// On what.
    pub target: AclTarget,
    /// What, a single privilege.
    pub privilege: Privileges,
    /// The ways, the shortest first.
    pub sources: Vec<Source>,
    /// What else must be held for it to be of use.
    pub needs: Vec<Need>,
    /// The selected role of the ways, counted through all of them.
    pub cursor: usize,
}

/// A privilege that is needed too.
#[derive(Clone, PartialEq, Debug)]
pub struct Need {
    /// On what.
    pub target: AclTarget,
    /// Which.
    pub privilege: Privileges,
    /// How it is held; none: it is missing.
    pub via: Option<Via>,
}

impl Why {
    /// The picture for a role and a privilege.
    pub fn new(snapshot: &Snapshot, role: Oid, target: AclTarget, privilege: Privileges) -> Why {
        let access = Access::new(snapshot.view());
        let mut sources = access.sources(role, target, privilege);
        if target.is_column() {
            sources.extend(access.sources(role, AclTarget::whole(target.object), privilege));
            sources.sort_by_key(|s| s.chain.len());
        }
        let needs = needs(snapshot, target).map(|(target, privilege)| Need {
            target,
            privilege,
            via: access.via(role, target, privilege),
        });
        Why { role, target, privilege, sources, needs: needs.collect(), cursor: 0 }
    }

    /// The roles of all ways, in the order in which they are drawn.
    pub fn roles(&self) -> Vec<Oid> {
        let end = |s: &Source| match s.by {
            By::Item { grantor, .. } => Some(grantor),
            By::Superuser | By::Predefined => None,
        };
        self.sources.iter().flat_map(|s| s.chain.iter().copied().chain(end(s))).collect()
    }

    /// The role that is selected.
    pub fn selected(&self) -> Option<Place> {
        self.roles().get(self.cursor).copied().map(Place::Role)
    }

    /// Moves among the roles.
    pub fn move_by(&mut self, by: isize) {
        let last = self.roles().len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

/// USAGE on the schema and CONNECT on the database, where the object has them above it.
fn needs(snapshot: &Snapshot, target: AclTarget) -> impl Iterator<Item = (AclTarget, Privileges)> {
    let object = snapshot.object(target.object);
    let schema = object.and_then(|o| snapshot.schema_of(o)).map(|s| (AclTarget::whole(s), Privileges::USAGE));
    let shared = |kind| matches!(kind, Kind::Database | Kind::Tablespace | Kind::Parameter);
    let inside = object.is_some_and(|o| !shared(o.kind) && o.kind.class() != Class::Language);
    let database = snapshot.database().filter(|_| inside);
    let database = database.map(|d| (AclTarget::whole(d), Privileges::CONNECT));
    schema.into_iter().chain(database)
}

/// The question before a plan is applied.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// What would be applied.
    pub plan: Arc<Plan>,
    /// How firmly it is asked.
    pub risk: Risk,
    /// What is typed.
    pub input: Input,
}

impl Confirm {
    /// For a plan.
    pub fn new(plan: Arc<Plan>) -> Confirm {
        Confirm { risk: plan.risk(), plan, input: Input::default() }
    }

    /// Is what must be typed typed?
    pub fn is_answered(&self) -> bool {
        match &self.risk {
            Risk::Low => true,
            Risk::High { name, .. } => self.input.value() == name,
        }
    }
}
