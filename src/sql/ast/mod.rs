//! Privilege statements as the server's grammar sees them: names are resolved to characters, nothing to catalogs.
//!
//! What the grammar leaves to the execution (unknown privilege words, redundant options, a role that is none) is
//! kept as written, so that the simulation can refuse it with the server's own error, in the server's order.

mod grant;
mod owner;
mod role;
mod session;

pub use grant::*;
pub use owner::*;
pub use role::*;
pub use session::*;

/// The parts of a dotted name, already folded, unescaped and truncated; one at least.
pub type Name = Vec<String>;

/// A role where the grammar takes a RoleSpec.
///
/// The word `public` is PUBLIC even when quoted, and `none` is an error of the parser (42939).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RoleSpec {
    /// A role by name.
    Name(String),
    /// PUBLIC. The grammar takes it wherever a role may stand; most statements refuse it when they run.
    Public,
    /// CURRENT_ROLE (14 and later).
    CurrentRole,
    /// CURRENT_USER.
    CurrentUser,
    /// SESSION_USER.
    SessionUser,
}

/// A statement of one of the kinds that rolescope understands, or the reason why it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// GRANT or REVOKE of privileges on objects.
    Grant(ObjectGrant),
    /// GRANT or REVOKE of roles.
    GrantRole(RoleGrant),
    /// CREATE ROLE, USER or GROUP.
    CreateRole(CreateRole),
    /// ALTER ROLE or USER with attributes.
    AlterRole(AlterRole),
    /// ALTER GROUP .. ADD USER or DROP USER.
    AlterGroup(AlterGroup),
    /// ALTER ROLE .. SET or RESET, IN DATABASE or everywhere.
    AlterRoleSet(AlterRoleSet),
    /// ALTER ROLE .. RENAME TO.
    RenameRole(RenameRole),
    /// DROP ROLE, USER or GROUP.
    DropRole(DropRole),
    /// ALTER DEFAULT PRIVILEGES.
    AlterDefaultPrivileges(AlterDefaultPrivileges),
    /// ALTER .. OWNER TO.
    AlterOwner(AlterOwner),
    /// REASSIGN OWNED BY .. TO.
    ReassignOwned(ReassignOwned),
    /// DROP OWNED BY.
    DropOwned(DropOwned),
    /// COMMENT ON ROLE.
    CommentOnRole(CommentOnRole),
    /// SET and RESET of what changes the meaning of other statements.
    Session(SessionSet),
    /// Anything else: never predicted, never sent.
    Unsupported(Unsupported),
}

/// A number with its sign, as the grammar keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// What fits 32 bits.
    Integer(i32),
    /// Anything else, as written, a minus before it if there was one.
    Float(String),
}

/// A statement that rolescope neither predicts nor runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// Its command, as `CREATE TABLE` or `\connect`.
    pub command: String,
    /// Why not, for people.
    pub reason: String,
}

/// A role that a statement mentions, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleSlot<'a> {
    /// The place: `grantee`, `granted by`, `owner`, ..
    pub slot: &'static str,
    /// The role there.
    pub role: RoleRef<'a>,
}

/// A mention of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleRef<'a> {
    /// Where the grammar takes a RoleSpec.
    Spec(&'a RoleSpec),
    /// Where it takes a plain name; `public` is an ordinary name here.
    Name(&'a str),
    /// ALTER ROLE ALL.
    All,
}
