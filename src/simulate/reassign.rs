//! REASSIGN OWNED (`ReassignOwnedObjects` of user.c, `shdepReassignOwned` of pg_shdepend.c).

use super::ServerError;
use super::dependencies::{is_pinned, is_registered, required_by_the_system};
use super::run::{Run, Stop};
use super::steps::Steps;
use crate::cluster::{Class, ObjectId, Oid, View};
use crate::sql::ast::ReassignOwned;
use rustc_hash::FxHashSet;

/// Runs the statement.
///
/// The server goes through the rows of pg_shdepend as they lie in their heap, which nobody can know. Here it is the
/// order of the OIDs; where another order could end otherwise, the prediction says so.
pub fn run(steps: &mut Steps<'_>, statement: &ReassignOwned) -> Result<(), Stop> {
    let (roles, to) = steps.ask(|run| run.may_reassign(statement))?;
    // A pinned role ends it before anything that comes after it.
    let tried = roles.iter().take_while(|role| !is_pinned(**role));
    let owned = tried.flat_map(|role| owned_by(steps, *role)).collect::<Vec<_>>();
    match order_matters(steps, &owned, to) {
        Some(Order::Names) => steps.any_order = true,
        Some(Order::Decides) => steps.doubts.push(ORDER_UNKNOWN.to_owned()),
        None => {}
    }
    for role in roles {
        refuse_pinned(steps, role)?;
        for id in owned_by(steps, role) {
            steps.step(|run| {
                run.may_reassign_object(id, to)?;
                Ok(run.give(id, to))
            })?;
        }
    }
    Ok(())
}

/// What has an owner's row in pg_shdepend, in this database or for all of them.
fn owned_by(steps: &Steps<'_>, role: Oid) -> Vec<ObjectId> {
    let view = steps.view();
    let all = view.base().objects.iter();
    let of_role = all.filter(|(id, object)| view.owner(*id) == role && is_registered(view, object.kind));
    let mut found: Vec<(Oid, Class, ObjectId)> =
        of_role.map(|(id, object)| (object.oid, object.kind.class(), id)).collect();
    found.sort();
    found.into_iter().map(|(.., id)| id).collect()
}

/// Nothing is known of what a pinned role owns: that is the system's.
fn refuse_pinned(steps: &Steps<'_>, role: Oid) -> Result<(), Stop> {
    if !is_pinned(role) {
        return Ok(());
    }
    let name = steps.view().role_name(role);
    let message = format!("cannot reassign ownership of objects owned by role {name} because they are");
    Err(required_by_the_system(message).into())
}

const ORDER_UNKNOWN: &str =
    "It depends on the order in which the server comes to the objects, which cannot be known.";

/// What another order of the objects would change.
enum Order {
    /// Only which of several objects the error names.
    Names,
    /// Whether there is an error, or which one.
    Decides,
}

/// Would another order of the objects end otherwise? A schema or database that is given can be what another object
/// needs; and where several are in the way, the first one makes the error.
fn order_matters(steps: &Steps<'_>, owned: &[ObjectId], to: Oid) -> Option<Order> {
    let mut given = Steps::new(steps.view(), steps.session());
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for rank in [0, 1, 2] {
        let of_rank = || owned.iter().copied().filter(|id| container_rank(steps.view(), *id) == rank);
        for id in of_rank() {
            first.extend(failure(steps, id, to));
            last.extend(failure(&given, id, to));
        }
        for id in of_rank().filter(|_| rank < 2) {
            given.step(|run| Ok(run.give(id, to))).ok()?;
        }
    }
    let states: FxHashSet<&str> = first.iter().chain(&last).map(|error| error.sqlstate).collect();
    if states.len() > 1 || first.is_empty() != last.is_empty() {
        return Some(Order::Decides);
    }
    let which = first.windows(2).any(|pair| pair.first() != pair.last());
    (which || first != last).then_some(Order::Names)
}

fn failure(steps: &Steps<'_>, id: ObjectId, to: Oid) -> Option<ServerError> {
    match Run::new(steps.view(), steps.session()).may_reassign_object(id, to) {
        Err(Stop::Error(error)) => Some(error),
        Err(Stop::Unsupported(_)) | Ok(()) => None,
    }
}

/// What the checks of others look at comes first.
fn container_rank(view: &View, id: ObjectId) -> usize {
    match view.object(id).map(|object| object.kind.class()) {
        Some(Class::Database) => 0,
        Some(Class::Schema | Class::ForeignDataWrapper) => 1,
        _ => 2,
    }
}

impl Run<'_> {
    /// All old owners are looked up, then asked about; then the new one.
    fn may_reassign(&self, statement: &ReassignOwned) -> Result<(Vec<Oid>, Oid), Stop> {
        let roles = statement.roles.iter().map(|spec| self.role(spec)).collect::<Result<Vec<_>, _>>()?;
        for role in &roles {
            self.may_act_for(*role, "may reassign objects owned by it")?;
        }
        let to = self.role(&statement.to)?;
        self.may_act_for(to, "may reassign objects to it")?;
        Ok((roles, to))
    }

    fn may_act_for(&self, role: Oid, what: &str) -> Result<(), Stop> {
        if self.access.has_privs_of(self.user(), role) {
            return Ok(());
        }
        let denied = ServerError::new("42501", "permission denied to reassign objects");
        let name = self.view.role_name(role);
        Err(match self.switches.membership_options {
            true => denied.detail(format!("Only roles with privileges of role \"{name}\" {what}.")).into(),
            false => denied.into(),
        })
    }

    /// Relations and types go without being asked about; databases as the generic kinds do, without CREATEDB.
    fn may_reassign_object(&self, id: ObjectId, to: Oid) -> Result<(), Stop> {
        match self.kind_of(id).class() {
            Class::Relation | Class::Type => Ok(()),
            Class::Database => self.may_give_generic(id, to),
            _ => self.may_give(id, to),
        }
    }
}
