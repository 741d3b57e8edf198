//! The lines of a snapshot, as they are written and as they are read.

use super::About;
use crate::cluster::{
    AclItem, Column, Dependency, Detail, Encoding, EventTrigger, Flavor, Kind, LeftOut, LoginSession,
    Membership, Name, Object, Oid, Parameter, Policy, Privileges, Role, RoleSetting, Use, Version,
};
use serde::{Deserialize, Serialize};

/// The first line.
#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    pub rolescope: String,
    pub format: u32,
    #[serde(flatten)]
    pub about: About,
}

/// The others, each with one key.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Written<'a> {
    Role(&'a Role),
    Membership(MembershipLine),
    Setting(&'a RoleSetting),
    Comment(Oid, &'a str),
    Count(Oid, &'a [(Oid, u64)]),
    LeftOut(&'a LeftOut),
    Acl(Vec<ItemLine>),
    Object(ObjectLine),
    Database(DatabaseLine),
    Columns(ColumnsLine),
    DefaultAcl(DefaultAclLine),
    EventTrigger(&'a EventTrigger),
    AccessMethod(&'a str, char),
    Policy(&'a Policy),
    UnpinnedDefiner(Oid),
    Use(&'a Use),
    Dependency(Oid, &'a Dependency),
    Parameter(&'a Parameter),
    End(End),
}

/// A line with any of them: what is not known is passed over.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct In {
    pub role: Option<Role>,
    pub membership: Option<MembershipLine>,
    pub setting: Option<RoleSetting>,
    pub comment: Option<(Oid, String)>,
    pub count: Option<(Oid, Vec<(Oid, u64)>)>,
    pub left_out: Option<LeftOut>,
    pub acl: Option<Vec<ItemLine>>,
    pub object: Option<ObjectLine>,
    pub database: Option<DatabaseLine>,
    pub columns: Option<ColumnsLine>,
    pub default_acl: Option<DefaultAclLine>,
    pub event_trigger: Option<EventTrigger>,
    pub access_method: Option<(String, char)>,
    pub policy: Option<Policy>,
    pub unpinned_definer: Option<Oid>,
    #[serde(rename = "use")]
    pub uses: Option<Use>,
    pub dependency: Option<(Oid, Dependency)>,
    pub parameter: Option<Parameter>,
    pub end: Option<End>,
}

/// The last line: how many there are before it.
#[derive(Serialize, Deserialize)]
pub(super) struct End {
    pub lines: u64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct MembershipLine {
    #[serde(flatten)]
    pub row: Membership,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<Oid>,
}

/// An object; its ACL by its number.
#[derive(Serialize, Deserialize)]
pub(super) struct ObjectLine {
    pub oid: Oid,
    pub kind: Kind,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub schema: Oid,
    pub name: Name,
    pub owner: Oid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acl: Option<u32>,
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub detail: Detail,
}

fn is_zero(oid: &Oid) -> bool {
    *oid == Oid(0)
}

fn is_nothing(detail: &Detail) -> bool {
    *detail == Detail::None
}

impl ObjectLine {
    pub fn new(object: &Object, acl: Option<u32>) -> ObjectLine {
        let Object { oid, kind, schema, name, owner, acl: _, detail } = object.clone();
        ObjectLine { oid, kind, schema, name, owner, acl, detail }
    }
}

/// What only a database has, and no other line tells.
#[derive(Serialize, Deserialize)]
pub(super) struct DatabaseLine {
    pub oid: Oid,
    pub version: Version,
    pub flavor: Flavor,
    pub session: LoginSession,
    pub encoding: Encoding,
    pub read_only: bool,
    /// `server_encoding` as `pg_settings` has it.
    pub server_encoding: String,
}

/// The columns of one relation.
#[derive(Serialize, Deserialize)]
pub(super) struct ColumnsLine {
    /// The place of the relation.
    pub of: u32,
    pub list: Vec<ColumnLine>,
}

/// Number, name, and the number of its ACL.
#[derive(Serialize, Deserialize)]
pub(super) struct ColumnLine(pub i16, pub Name, pub Option<u32>);

impl ColumnLine {
    pub fn new(column: &Column, acl: Option<u32>) -> ColumnLine {
        let Column { relation: _, attnum, name, acl: _ } = column;
        ColumnLine(*attnum, name.clone(), acl)
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct DefaultAclLine {
    pub oid: Oid,
    pub role: Oid,
    pub schema: Oid,
    pub objtype: char,
    pub acl: u32,
}

/// Grantee, grantor, the letters of the privileges, and of those held with grant option.
#[derive(Serialize, Deserialize)]
pub(super) struct ItemLine(Oid, Oid, String, String);

impl From<&AclItem> for ItemLine {
    fn from(item: &AclItem) -> ItemLine {
        let AclItem { grantee, grantor, privileges, options } = *item;
        ItemLine(grantee, grantor, letters(privileges), letters(options))
    }
}

impl ItemLine {
    /// None where a letter is not known.
    pub fn item(&self) -> Option<AclItem> {
        let ItemLine(grantee, grantor, privileges, options) = self;
        let (privileges, options) = (of_letters(privileges)?, of_letters(options)?);
        Some(AclItem { grantee: *grantee, grantor: *grantor, privileges, options })
    }
}

fn letters(privileges: Privileges) -> String {
    crate::cluster::letters(privileges, Privileges::NONE)
}

fn of_letters(letters: &str) -> Option<Privileges> {
    letters.chars().try_fold(Privileges::NONE, |all, letter| {
        let known = crate::cluster::ALL_PRIVILEGES.iter().find(|(_, of, _)| *of == letter)?;
        Some(all | known.0)
    })
}
