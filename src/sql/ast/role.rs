//! Roles: what is made, changed, dropped and said of them, and what they own.

use std::fmt;

use super::{RoleSpec, SettingChange};

/// The word after CREATE: USER means LOGIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoleKind {
    /// CREATE ROLE.
    Role,
    /// CREATE USER.
    User,
    /// CREATE GROUP.
    Group,
}

/// CREATE ROLE, USER or GROUP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateRole {
    /// Which word.
    pub kind: RoleKind,
    /// The new role.
    pub name: String,
    /// Its options in order, repetitions kept (they are refused at execution).
    pub options: Vec<RoleOption>,
}

/// ALTER ROLE or USER with attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterRole {
    /// The role.
    pub role: RoleSpec,
    /// The options in order; [`RoleOption::Members`] can be among them (`ALTER ROLE x USER y`).
    pub options: Vec<RoleOption>,
}

/// An option of CREATE ROLE or ALTER ROLE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleOption {
    /// PASSWORD, ENCRYPTED PASSWORD; None is PASSWORD NULL.
    Password(Option<Secret>),
    /// SUPERUSER, NOSUPERUSER.
    Superuser(bool),
    /// CREATEDB, NOCREATEDB.
    CreateDb(bool),
    /// CREATEROLE, NOCREATEROLE.
    CreateRole(bool),
    /// INHERIT, NOINHERIT.
    Inherit(bool),
    /// LOGIN, NOLOGIN.
    Login(bool),
    /// REPLICATION, NOREPLICATION.
    Replication(bool),
    /// BYPASSRLS, NOBYPASSRLS.
    BypassRls(bool),
    /// CONNECTION LIMIT.
    ConnectionLimit(i32),
    /// VALID UNTIL, as written.
    ValidUntil(String),
    /// SYSID (CREATE only): noise.
    SysId(i32),
    /// ROLE, or USER: new members.
    Members(Vec<RoleSpec>),
    /// ADMIN (CREATE only): new members with the admin option.
    Admins(Vec<RoleSpec>),
    /// IN ROLE, IN GROUP (CREATE only): roles to become a member of.
    MemberOf(Vec<RoleSpec>),
}

/// A password's text. It prints itself only when asked by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text from being printed by accident.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("'***'")
    }
}

/// ALTER GROUP .. ADD USER or DROP USER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterGroup {
    /// The group.
    pub group: RoleSpec,
    /// DROP USER instead of ADD USER.
    pub drop: bool,
    /// The members.
    pub members: Vec<RoleSpec>,
}

/// ALTER ROLE .. SET or RESET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterRoleSet {
    /// The role; None is ALL.
    pub role: Option<RoleSpec>,
    /// IN DATABASE.
    pub database: Option<String>,
    /// What is set.
    pub change: SettingChange,
}

/// ALTER ROLE .. RENAME TO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameRole {
    /// The old name.
    pub from: String,
    /// The new one.
    pub to: String,
}

/// DROP ROLE, USER or GROUP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropRole {
    /// IF EXISTS.
    pub if_exists: bool,
    /// The roles; anything but a name is refused at execution.
    pub roles: Vec<RoleSpec>,
}

/// REASSIGN OWNED BY .. TO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReassignOwned {
    /// The former owners.
    pub roles: Vec<RoleSpec>,
    /// The new one.
    pub to: RoleSpec,
}

/// DROP OWNED BY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropOwned {
    /// The owners.
    pub roles: Vec<RoleSpec>,
    /// CASCADE instead of RESTRICT.
    pub cascade: bool,
}

/// COMMENT ON ROLE. The grammar takes a plain name here, no RoleSpec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentOnRole {
    /// The role.
    pub role: String,
    /// The comment; None is NULL.
    pub comment: Option<String>,
}
