//! How objects are called on the screen and in prefilled statements.

use super::Snapshot;
use crate::cluster::{AclItem, AclTarget, Class, Detail, Object, ObjectId, Oid, item_text};

/// An object's name within its schema: a routine's with its argument types.
pub fn object_label(snapshot: &Snapshot, id: ObjectId) -> String {
    let Some(object) = snapshot.object(id) else { return String::new() };
    match &object.detail {
        Detail::Routine { arguments, .. } => {
            let types: Vec<String> = arguments.iter().map(|t| type_label(snapshot, *t)).collect();
            format!("{}({})", object.name, types.join(", "))
        }
        _ => object.name.to_string(),
    }
}

/// A name by which people know the object in the whole database: with its schema, where it has one.
pub fn identity(snapshot: &Snapshot, target: AclTarget) -> String {
    let Some(object) = snapshot.object(target.object) else { return String::new() };
    let mut name = object_label(snapshot, target.object);
    if let Some(schema) = schema_name(snapshot, object) {
        name = format!("{schema}.{name}");
    }
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

/// An ACL item as the server prints it.
pub fn acl_text(snapshot: &Snapshot, item: &AclItem) -> String {
    item_text(item, |oid| snapshot.view().role(oid).map(|r| r.name.as_str()))
}

fn schema_name<'a>(snapshot: &'a Snapshot, object: &Object) -> Option<&'a str> {
    let id = snapshot.schema_of(object)?;
    snapshot.object(id).map(|o| &*o.name)
}

/// A type's name, without `pg_catalog`; arrays as `element[]`.
fn type_label(snapshot: &Snapshot, oid: Oid) -> String {
    let find = |oid| snapshot.cluster().objects.by_oid(Class::Type, oid).and_then(|id| snapshot.object(id));
    let Some(object) = find(oid) else { return oid.to_string() };
    if let (crate::cluster::Kind::ArrayType, Detail::Type { of }) = (object.kind, &object.detail)
        && find(*of).is_some_and(|element| element.kind != crate::cluster::Kind::ArrayType)
    {
        return format!("{}[]", type_label(snapshot, *of));
    }
    match schema_name(snapshot, object) {
        Some(schema) if schema != "pg_catalog" => format!("{schema}.{}", object.name),
        _ => object.name.to_string(),
    }
}
