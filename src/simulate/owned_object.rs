//! Which object ALTER .. OWNER TO means.

use super::Session;
use super::run::{Run, Stop};
use crate::cluster::{ObjectId, View};
use crate::sql::ast::{OwnedNamedKind, OwnedObject, OwnedSimpleKind, RoutineKind, SimpleKind};

/// The object that the session would find; none where there is none, or where its kind is not loaded.
pub fn owned_object(object: &OwnedObject, session: &Session, view: &View) -> Option<ObjectId> {
    let run = Run::new(view, session);
    let found: Result<ObjectId, Stop> = match object {
        OwnedObject::Relation { name, .. } => run.relation(name),
        OwnedObject::Named(OwnedNamedKind::Domain | OwnedNamedKind::Type, name) => run.type_named(name),
        OwnedObject::Simple(kind, name) => run.simple(simple_kind(*kind)?, name),
        OwnedObject::Routine(kind, routine) => run.routine(*kind, routine),
        OwnedObject::Aggregate(routine) => run.routine(RoutineKind::Routine, routine),
        OwnedObject::LargeObject(number) => run.large_object(number),
        OwnedObject::Named(..)
        | OwnedObject::Operator(_)
        | OwnedObject::OperatorClass { .. }
        | OwnedObject::OperatorFamily { .. } => return None,
    };
    found.ok()
}

fn simple_kind(kind: OwnedSimpleKind) -> Option<SimpleKind> {
    Some(match kind {
        OwnedSimpleKind::Database => SimpleKind::Database,
        OwnedSimpleKind::Schema => SimpleKind::Schema,
        OwnedSimpleKind::Language => SimpleKind::Language,
        OwnedSimpleKind::Tablespace => SimpleKind::Tablespace,
        OwnedSimpleKind::ForeignDataWrapper => SimpleKind::ForeignDataWrapper,
        OwnedSimpleKind::Server => SimpleKind::ForeignServer,
        OwnedSimpleKind::EventTrigger | OwnedSimpleKind::Publication | OwnedSimpleKind::Subscription => {
            return None;
        }
    })
}
