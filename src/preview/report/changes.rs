//! Changes as CONTRACT's catalog entries.

use crate::cluster::{
    Acl, AclTarget, Change, Class, Membership, ObjectId, Oid, Password, Role, View, item_text,
};
use crate::sql::identity::{column_identity, object_identity, object_type, quoted};
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::json;

/// A catalog entry before and after.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum ChangeReport {
    /// An ACL.
    Acl {
        /// The catalog that holds it.
        catalog: &'static str,
        /// As `pg_identify_object()` has it.
        #[serde(rename = "type")]
        object_type: &'static str,
        /// As `pg_identify_object()` has it.
        identity: String,
        /// The column, for `pg_attribute`.
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<String>,
        /// The items as the server prints them; none is NULL.
        before: Option<Vec<String>>,
        /// The same afterwards.
        after: Option<Vec<String>>,
        /// The owner, where it becomes another.
        #[serde(skip_serializing_if = "Option::is_none")]
        owner_before: Option<String>,
        /// The owner afterwards.
        #[serde(skip_serializing_if = "Option::is_none")]
        owner_after: Option<String>,
    },
    /// A row of `pg_auth_members`.
    Membership {
        /// `pg_auth_members`.
        catalog: &'static str,
        /// The group.
        role: String,
        /// Its member.
        member: String,
        /// Who granted it; none where it dangles.
        grantor: Option<String>,
        /// The options; none where there is no row.
        before: Option<MembershipOptions>,
        /// The same afterwards.
        after: Option<MembershipOptions>,
    },
    /// A row of another catalog, with the keys that are its own.
    Row(serde_json::Value),
}

/// The options of a membership.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct MembershipOptions {
    /// ADMIN.
    pub admin: bool,
    /// INHERIT; none before 16.
    pub inherit: Option<bool>,
    /// SET; none before 16.
    pub set: Option<bool>,
}

/// A change with its names, as they are in `view`.
pub fn change_report(change: &Change, view: &View) -> ChangeReport {
    match change {
        Change::Acl { target, before, after } => ChangeReport::Acl {
            catalog: catalog(view, *target),
            object_type: object_type(view, target.object),
            identity: object_identity(view, target.object),
            column: column_identity(view, *target),
            before: before.as_ref().map(|acl| acl_text(acl, view)),
            after: after.as_ref().map(|acl| acl_text(acl, view)),
            owner_before: None,
            owner_after: None,
        },
        Change::Membership { before, after } => {
            let row = after.or(*before);
            let name = |oid: Option<Oid>| oid.map(|oid| view.role_name(oid)).unwrap_or_default();
            ChangeReport::Membership {
                catalog: "pg_auth_members",
                role: name(row.map(|r| r.role)),
                member: name(row.map(|r| r.member)),
                grantor: row.and_then(|r| view.known_name(r.grantor)).map(str::to_owned),
                before: before.map(options),
                after: after.map(options),
            }
        }
        Change::Role { before, after, new_password } => {
            ChangeReport::Row(role(before.as_deref(), after.as_deref(), *new_password))
        }
        Change::Owner { object, before, after } => owner(view, *object, *before, *after),
        Change::DefaultAcl { key, before, after } => ChangeReport::Row(json!({
            "catalog": "pg_default_acl",
            "role": view.role_name(key.role),
            "schema": schema_name(view, key.schema),
            "objtype": key.objtype.to_string(),
            "before": before.as_ref().map(|acl| acl_text(acl, view)),
            "after": after.as_ref().map(|acl| acl_text(acl, view)),
        })),
        Change::Setting { role, database, before, after } => ChangeReport::Row(json!({
            "catalog": "pg_db_role_setting",
            "role": (*role != Oid(0)).then(|| view.role_name(*role)),
            "database": database_name(view, *database),
            "before": before,
            "after": after,
        })),
        Change::Comment { role, before, after } => ChangeReport::Row(json!({
            "catalog": "pg_shdescription",
            "role": view.role_name(*role),
            "before": before,
            "after": after,
        })),
        Change::Policy { relation, name, before, after } => ChangeReport::Row(json!({
            "catalog": "pg_policy",
            "type": "policy",
            "identity": format!("{} on {}", quoted(view, name), object_identity(view, *relation)),
            "before": before.as_ref().map(|roles| role_names(roles, view)),
            "after": after.as_ref().map(|roles| role_names(roles, view)),
        })),
    }
}

/// All changes of a statement: an object whose ACL and owner change is one entry, and a rename is the old name going and
/// the new one coming.
pub fn change_reports(changes: &[Change], view: &View) -> Vec<ChangeReport> {
    let owners: FxHashMap<ObjectId, (Oid, Oid)> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Owner { object, before, after } => Some((*object, (*before, *after))),
            _ => None,
        })
        .collect();
    let with_acl = |object: &ObjectId| {
        let whole = AclTarget::whole(*object);
        changes.iter().any(|change| matches!(change, Change::Acl { target, .. } if *target == whole))
    };
    let mut reports = Vec::new();
    for change in changes {
        match change {
            Change::Owner { object, .. } if with_acl(object) => {}
            Change::Acl { target, .. } if !target.is_column() && owners.contains_key(&target.object) => {
                let (before, after) = owners.get(&target.object).copied().unwrap_or_default();
                reports.push(with_owner(change_report(change, view), view, before, after));
            }
            Change::Role { before: Some(old), after: Some(new), .. } if old.name != new.name => {
                let (old, new) = (Some(old.as_ref()), Some(new.as_ref()));
                reports.extend([role(old, None, false), role(None, new, false)].map(ChangeReport::Row));
            }
            change => reports.push(change_report(change, view)),
        }
    }
    reports
}

fn with_owner(mut report: ChangeReport, view: &View, before: Oid, after: Oid) -> ChangeReport {
    if let ChangeReport::Acl { owner_before, owner_after, .. } = &mut report {
        *owner_before = Some(view.role_name(before));
        *owner_after = Some(view.role_name(after));
    }
    report
}

/// An owner that becomes another while the ACL, where there can be one, stays as it is.
fn owner(view: &View, object: ObjectId, before: Oid, after: Oid) -> ChangeReport {
    let target = AclTarget::whole(object);
    let acl = view.acl(target).cloned();
    let same = Change::Acl { target, before: acl.clone(), after: acl };
    with_owner(change_report(&same, view), view, before, after)
}

fn role_names(roles: &[Oid], view: &View) -> Vec<String> {
    roles.iter().map(|role| view.role_name(*role)).collect()
}

pub(super) fn schema_name(view: &View, oid: Oid) -> Option<String> {
    let id = view.object_by_oid(Class::Schema, oid)?;
    view.object(id).map(|schema| schema.name.to_string())
}

pub(super) fn database_name(view: &View, oid: Oid) -> Option<String> {
    let id = view.object_by_oid(Class::Database, oid)?;
    view.object(id).map(|database| database.name.to_string())
}

/// The attributes that differ; all of them where the role comes or goes.
fn role(before: Option<&Role>, after: Option<&Role>, new_password: bool) -> serde_json::Value {
    let (mut old, mut new) = (before.map(attributes), after.map(attributes));
    if let (Some(old), Some(new)) = (&mut old, &mut new) {
        let differ = |key: &str| old.get(key) != new.get(key) || (new_password && key == "rolpassword");
        let same: Vec<String> = old.keys().filter(|key| !differ(key)).cloned().collect();
        for key in same {
            old.remove(&key);
            new.remove(&key);
        }
    }
    let name = before.or(after).map(|role| role.name.clone());
    json!({ "catalog": "pg_authid", "role": name, "before": old, "after": new })
}

/// The attributes by catalog name.
pub(crate) fn attributes(role: &Role) -> serde_json::Map<String, serde_json::Value> {
    let password = match role.password {
        Password::Unknown => "unknown",
        Password::None => "cleared",
        Password::Md5 | Password::Scram => "set",
    };
    let all = [
        ("rolsuper", json!(role.superuser)),
        ("rolinherit", json!(role.inherit)),
        ("rolcreaterole", json!(role.create_role)),
        ("rolcreatedb", json!(role.create_db)),
        ("rolcanlogin", json!(role.login)),
        ("rolreplication", json!(role.replication)),
        ("rolbypassrls", json!(role.bypass_rls)),
        ("rolconnlimit", json!(role.connection_limit)),
        ("rolpassword", json!(password)),
        ("rolvaliduntil", json!(role.valid_until)),
    ];
    all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn catalog(view: &View, target: AclTarget) -> &'static str {
    match view.object(target.object) {
        _ if target.is_column() => "pg_attribute",
        Some(object) => object.kind.class().catalog(),
        None => "",
    }
}

pub(crate) fn acl_text(acl: &Acl, view: &View) -> Vec<String> {
    let name = |oid| view.role(oid).map(|role| role.name.as_str());
    acl.iter().map(|item| item_text(item, name)).collect()
}

fn options(row: Membership) -> MembershipOptions {
    MembershipOptions { admin: row.admin, inherit: row.inherit, set: row.set }
}
