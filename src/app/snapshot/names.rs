//! How objects are called on the screen.

use super::Snapshot;
use crate::cluster::{AclTarget, Class, ObjectId};
use crate::sql::identity::{object_identity, quoted};

/// An object's name within its schema: a routine's with its argument types.
pub fn object_label(snapshot: &Snapshot, id: ObjectId) -> String {
    let Some(object) = snapshot.object(id) else { return String::new() };
    let identity = object_identity(snapshot.view(), id);
    let schema = snapshot.schema_of(object).filter(|_| object.kind.class() != Class::Schema);
    let schema = schema.and_then(|id| snapshot.object(id)).map(|o| quoted(snapshot.view(), &o.name));
    let inside = schema.and_then(|s| Some(identity.strip_prefix(&s)?.strip_prefix('.')?.to_owned()));
    inside.unwrap_or(identity)
}

/// The name by which the server knows it in the whole database; a column behind its table.
pub fn identity(snapshot: &Snapshot, target: AclTarget) -> String {
    let name = object_identity(snapshot.view(), target.object);
    match column_label(snapshot, target) {
        Some(column) => format!("{name} ({column})"),
        None => name,
    }
}

/// The column that a target is, if it is one.
pub fn column_label(snapshot: &Snapshot, target: AclTarget) -> Option<String> {
    if !target.is_column() {
        return None;
    }
    let name = snapshot.view().column_name(target);
    Some(name.map_or_else(|| target.attnum.to_string(), str::to_owned))
}
