//! Changes as CONTRACT's catalog entries.

use crate::cluster::{Acl, AclTarget, Change, Membership, Oid, View, item_text};
use crate::sql::identity::{column_identity, object_identity, object_type};
use serde::Serialize;

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
        },
        Change::Membership { before, after } => {
            let row = after.or(*before);
            let name = |oid: Option<Oid>| oid.map(|oid| view.role_name(oid)).unwrap_or_default();
            ChangeReport::Membership {
                catalog: "pg_auth_members",
                role: name(row.map(|r| r.role)),
                member: name(row.map(|r| r.member)),
                grantor: row.and_then(|r| view.role(r.grantor)).map(|r| r.name.clone()),
                before: before.map(options),
                after: after.map(options),
            }
        }
    }
}

fn catalog(view: &View, target: AclTarget) -> &'static str {
    match view.object(target.object) {
        _ if target.is_column() => "pg_attribute",
        Some(object) => object.kind.class().catalog(),
        None => "",
    }
}

pub(super) fn acl_text(acl: &Acl, view: &View) -> Vec<String> {
    let name = |oid| view.role(oid).map(|role| role.name.as_str());
    acl.iter().map(|item| item_text(item, name)).collect()
}

fn options(row: Membership) -> MembershipOptions {
    MembershipOptions { admin: row.admin, inherit: row.inherit, set: row.set }
}
