//! Catalog entries by name: what came, what went, and what is another.

use crate::cluster::{Class, Kind, Object, ObjectId, Oid, Role, View};
use crate::preview::report::{acl_text, attributes};
use crate::snapshot::without_secrets;
use crate::sql::identity::{object_identity, object_type, quoted};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What an entry is about: its database if it is in one, its catalog, and the names that make it that one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Key {
    /// None where all databases share it.
    pub database: Option<String>,
    /// As `pg_class`.
    pub catalog: &'static str,
    /// As CONTRACT has them: `role`, `member`, `type`, `identity`, ..
    pub names: Vec<(&'static str, Option<String>)>,
}

/// An entry that differs; none is one that is not there.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Entry {
    /// What it is about.
    #[serde(serialize_with = "names", flatten)]
    pub key: Key,
    /// Before: of an entry that is in both only what differs.
    pub before: Option<Map<String, Value>>,
    /// After.
    pub after: Option<Map<String, Value>>,
}

fn names<S: serde::Serializer>(key: &Key, serializer: S) -> Result<S::Ok, S::Error> {
    let own = [("database", key.database.clone()), ("catalog", Some(key.catalog.to_owned()))];
    let own = own.into_iter().filter(|(name, value)| *name == "catalog" || value.is_some());
    serializer.collect_map(own.chain(key.names.iter().cloned()))
}

#[derive(Default)]
struct Rows {
    rows: BTreeMap<Key, Map<String, Value>>,
    /// What initdb made comes and goes with versions of the server; only what is in both is compared.
    system: std::collections::BTreeSet<Key>,
}

impl Rows {
    fn put(&mut self, key: Key, value: Value) {
        if let Value::Object(value) = value {
            self.rows.insert(key, value);
        }
    }
}

/// What all databases share.
pub(super) fn shared(before: &View, after: &View) -> Vec<Entry> {
    differences(shared_rows(before), shared_rows(after))
}

/// What is in one.
pub(super) fn local(before: &View, after: &View) -> Vec<Entry> {
    differences(local_rows(before), local_rows(after))
}

fn differences(mut before: Rows, mut after: Rows) -> Vec<Entry> {
    let mut keys: Vec<Key> = before.rows.keys().chain(after.rows.keys()).cloned().collect();
    keys.sort();
    keys.dedup();
    let mut entries = Vec::new();
    for key in keys {
        let (mut old, mut new) = (before.rows.remove(&key), after.rows.remove(&key));
        match (&mut old, &mut new) {
            (Some(old), Some(new)) => only_differing(old, new),
            _ if before.system.contains(&key) || after.system.contains(&key) => continue,
            _ => {}
        }
        let same = old.as_ref().zip(new.as_ref()).is_some_and(|(old, new)| old.is_empty() && new.is_empty());
        if !same {
            entries.push(Entry { key, before: old, after: new });
        }
    }
    entries
}

/// A password that one of the two could not see is not known to differ.
fn only_differing(old: &mut Map<String, Value>, new: &mut Map<String, Value>) {
    let unseen = |value: Option<&Value>| value.is_some_and(|value| value == "unknown");
    let is_same = |key: &String| {
        let (a, b) = (old.get(key), new.get(key));
        a == b || key == "rolpassword" && (unseen(a) || unseen(b))
    };
    let same: Vec<String> = old.keys().filter(|key| is_same(key)).cloned().collect();
    for key in same {
        old.remove(&key);
        new.remove(&key);
    }
}

fn key(database: Option<&View>, catalog: &'static str, names: Vec<(&'static str, Option<String>)>) -> Key {
    Key { database: database.map(|view| view.base().database_name().to_owned()), catalog, names }
}

fn shared_rows(view: &View) -> Rows {
    let (base, mut rows) = (view.base(), Rows::default());
    let name = |oid: Oid| view.role_name(oid);
    for role in base.roles.iter() {
        let at = key(None, "pg_authid", vec![("role", Some(role.name.clone()))]);
        if is_predefined(role) {
            rows.system.insert(at.clone());
        }
        rows.put(at, Value::Object(attributes(role)));
    }
    for row in base.memberships.iter() {
        let names = vec![
            ("role", Some(name(row.role))),
            ("member", Some(name(row.member))),
            ("grantor", Some(name(row.grantor))),
        ];
        let options = json!({ "admin": row.admin, "inherit": row.inherit, "set": row.set });
        rows.put(key(None, "pg_auth_members", names), options);
    }
    let databases = |oid: Oid| object_name(view, Class::Database, oid);
    for row in base.role_settings.iter() {
        let role = (row.role != Oid(0)).then(|| name(row.role));
        let names = vec![("role", role), ("database", databases(row.database))];
        rows.put(
            key(None, "pg_db_role_setting", names),
            json!({ "settings": without_secrets(row).settings }),
        );
    }
    for (role, text) in base.role_comments.iter() {
        let at = key(None, "pg_shdescription", vec![("role", Some(name(*role)))]);
        if base.roles.get(*role).is_some_and(is_predefined) {
            rows.system.insert(at.clone());
        }
        rows.put(at, json!({ "comment": text }));
    }
    objects(view, None, true, &mut rows);
    rows
}

fn is_predefined(role: &Role) -> bool {
    !role.oid.is_user_made() && role.oid != Oid::BOOTSTRAP
}

fn object_name(view: &View, class: Class, oid: Oid) -> Option<String> {
    view.object_by_oid(class, oid).and_then(|id| view.object(id)).map(|object| object.name.to_string())
}

fn local_rows(view: &View) -> Rows {
    let (base, mut rows) = (view.base(), Rows::default());
    objects(view, Some(view), false, &mut rows);
    for row in &base.default_acls {
        let names = vec![
            ("role", Some(view.role_name(row.role))),
            ("schema", object_name(view, Class::Schema, row.schema)),
            ("objtype", Some(row.objtype.to_string())),
        ];
        rows.put(key(Some(view), "pg_default_acl", names), json!({ "acl": acl_text(&row.acl, view) }));
    }
    for row in &base.policies {
        let identity = format!("{} on {}", quoted(view, &row.name), object_identity(view, row.relation));
        let names = vec![("type", Some("policy".to_owned())), ("identity", Some(identity))];
        let roles: Vec<String> = row.roles.iter().map(|role| view.role_name(*role)).collect();
        rows.put(
            key(Some(view), "pg_policy", names),
            json!({ "roles": roles, "command": row.command, "permissive": row.permissive }),
        );
    }
    rows
}

/// Owners and ACLs. What follows its table or type without an ACL of its own is not told.
fn objects(view: &View, database: Option<&View>, shared: bool, rows: &mut Rows) {
    let base = view.base();
    for (id, object) in base.objects.iter().filter(|(_, object)| is_shared(object) == shared) {
        if !follows(object) {
            let at = key(database, object.kind.class().catalog(), identity(view, id));
            if !object.oid.is_user_made() {
                rows.system.insert(at.clone());
            }
            rows.put(at, value(view, object));
        }
    }
    if shared {
        return;
    }
    for column in base.objects.columns().iter().filter(|column| column.acl.is_some()) {
        let mut names = identity(view, column.relation);
        names.push(("column", Some(quoted(view, &column.name))));
        let acl = column.acl.as_ref().map(|acl| acl_text(acl, view));
        rows.put(key(database, "pg_attribute", names), json!({ "acl": acl }));
    }
}

fn value(view: &View, object: &Object) -> Value {
    let acl = object.acl.as_ref().map(|acl| acl_text(acl, view));
    match object.kind.class().has_acl() {
        true => json!({ "owner": view.role_name(object.owner), "acl": acl }),
        false => json!({ "owner": view.role_name(object.owner) }),
    }
}

fn identity(view: &View, id: ObjectId) -> Vec<(&'static str, Option<String>)> {
    vec![("type", Some(object_type(view, id).to_owned())), ("identity", Some(object_identity(view, id)))]
}

fn is_shared(object: &Object) -> bool {
    matches!(object.kind, Kind::Database | Kind::Tablespace | Kind::Parameter | Kind::Subscription)
}

fn follows(object: &Object) -> bool {
    use Kind as K;
    object.acl.is_none()
        && matches!(
            object.kind,
            K::Index
                | K::PartitionedIndex
                | K::Toast
                | K::CompositeRelation
                | K::RowType
                | K::ArrayType
                | K::Multirange
        )
}
