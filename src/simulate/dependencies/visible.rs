//! What a bare name would find in the session (`RelationIsVisible` and its kin of namespace.c).

use crate::cluster::{Detail, Object, ObjectId, Oid, View};

/// Would the object's name alone find it on this path? Routines and operators are told apart by their arguments,
/// operator classes and families by their access method, collations by their encoding.
pub fn is_visible(view: &View, path: &[Oid], object: &Object) -> bool {
    let class = object.kind.class();
    let is_match = |id: &ObjectId| view.object(*id).is_some_and(|other| competes(object, other));
    let first =
        path.iter().find(|schema| view.objects_named(class, **schema, &object.name).iter().any(is_match));
    first == Some(&object.schema)
}

/// Both of one class and one name.
fn competes(object: &Object, other: &Object) -> bool {
    match (&object.detail, &other.detail) {
        (Detail::Routine { arguments, .. }, Detail::Routine { arguments: theirs, .. }) => arguments == theirs,
        (Detail::Operator { .. }, Detail::Operator { .. }) => object.detail == other.detail,
        (Detail::Access { method }, Detail::Access { method: theirs }) => method == theirs,
        // -1 is any encoding; of the others only the database's own can have been made here.
        (Detail::Collation { encoding }, Detail::Collation { encoding: theirs }) => {
            *theirs == -1 || encoding == theirs
        }
        _ => true,
    }
}
