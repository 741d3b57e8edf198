//! Privilege statements as the server's grammar sees them: names resolved to characters, nothing resolved to catalogs.
//!
//! What the grammar leaves to the execution (unknown privilege words, redundant options, a role that is none) is
//! kept as written, so that the simulation can refuse it with the server's own error, in the server's order.

use std::fmt;

use super::types::{OperatorSignature, Routine};

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

/// GRANT or REVOKE on objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectGrant {
    /// REVOKE instead of GRANT.
    pub revoke: bool,
    /// WITH GRANT OPTION, or GRANT OPTION FOR.
    pub grant_option: bool,
    /// What is granted.
    pub privileges: Privileges,
    /// On what.
    pub target: GrantTarget,
    /// TO or FROM whom, in order, repetitions kept.
    pub grantees: Vec<RoleSpec>,
    /// GRANTED BY (14 and later).
    pub granted_by: Option<RoleSpec>,
    /// CASCADE instead of RESTRICT; always false for GRANT.
    pub cascade: bool,
}

/// The privileges of a GRANT or REVOKE on objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Privileges {
    /// ALL, or ALL PRIVILEGES.
    All,
    /// ALL (columns).
    AllOnColumns(Vec<String>),
    /// A list, in order.
    List(Vec<Privilege>),
}

/// One word of a privilege list. In a GRANT of roles it is a role's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Privilege {
    /// The word, lower case unless it was quoted (`select`, `alter system`); not checked to be a privilege.
    pub name: String,
    /// Its column list; empty where there is none.
    pub columns: Vec<String>,
}

/// What a GRANT or REVOKE is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantTarget {
    /// Objects that a name with up to three parts names: tables, sequences, types, domains, parameters.
    Named {
        /// Their kind.
        kind: NamedKind,
        /// Their names. A parameter's parts are joined with dots to give its name.
        names: Vec<Name>,
    },
    /// Objects whose name has one part.
    Simple {
        /// Their kind.
        kind: SimpleKind,
        /// Their names.
        names: Vec<String>,
    },
    /// Functions, procedures or routines, with or without their arguments.
    Routines {
        /// Which keyword.
        kind: RoutineKind,
        /// The routines.
        routines: Vec<Routine>,
    },
    /// Large objects by number.
    LargeObjects(Vec<Number>),
    /// ALL .. IN SCHEMA.
    AllInSchema {
        /// All of what.
        kind: AllKind,
        /// The schemas.
        schemas: Vec<String>,
    },
}

/// Objects granted on by a dotted name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamedKind {
    /// TABLE, or no keyword at all.
    Table,
    /// SEQUENCE.
    Sequence,
    /// DOMAIN.
    Domain,
    /// TYPE.
    Type,
    /// PARAMETER (15 and later).
    Parameter,
}

/// Objects granted on by a name of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SimpleKind {
    /// DATABASE.
    Database,
    /// SCHEMA.
    Schema,
    /// LANGUAGE.
    Language,
    /// TABLESPACE.
    Tablespace,
    /// FOREIGN DATA WRAPPER.
    ForeignDataWrapper,
    /// FOREIGN SERVER.
    ForeignServer,
}

/// The keyword before a routine's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoutineKind {
    /// FUNCTION.
    Function,
    /// PROCEDURE.
    Procedure,
    /// ROUTINE.
    Routine,
}

/// What ALL .. IN SCHEMA stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AllKind {
    /// ALL TABLES.
    Tables,
    /// ALL SEQUENCES.
    Sequences,
    /// ALL FUNCTIONS.
    Functions,
    /// ALL PROCEDURES.
    Procedures,
    /// ALL ROUTINES.
    Routines,
}

/// GRANT or REVOKE of roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    /// REVOKE instead of GRANT.
    pub revoke: bool,
    /// The granted roles. The grammar reads them as privileges, so a column list may follow (refused at execution).
    pub roles: Vec<Privilege>,
    /// TO or FROM whom.
    pub members: Vec<RoleSpec>,
    /// WITH ADMIN OPTION, WITH INHERIT FALSE, ..; for REVOKE the one of ADMIN OPTION FOR, with value false.
    pub options: Vec<MembershipOption>,
    /// GRANTED BY.
    pub granted_by: Option<RoleSpec>,
    /// CASCADE instead of RESTRICT; always false for GRANT.
    pub cascade: bool,
}

/// One option of a membership. Before 16 the only one is `admin` with true (GRANT) or false (REVOKE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipOption {
    /// `admin`, `inherit`, `set`; any other word is refused at execution (42601).
    pub name: String,
    /// OPTION and TRUE are true.
    pub value: bool,
}

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

/// SET or RESET of a configuration parameter.
///
/// The grammar's own spellings are folded into the parameter they set: `SET TIME ZONE` is `timezone`,
/// `SET NAMES` is `client_encoding`, `SET SCHEMA` is `search_path`, `SET ROLE` is `role`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingChange {
    /// SET name TO values.
    To(Name, Vec<SettingValue>),
    /// SET name TO DEFAULT.
    ToDefault(Name),
    /// SET name FROM CURRENT.
    FromCurrent(Name),
    /// RESET name.
    Reset(Name),
    /// RESET ALL.
    ResetAll,
}

/// One value of a SET list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// A word or a string; the grammar does not tell them apart.
    Text(String),
    /// A number.
    Number(Number),
}

/// A number with its sign, as the grammar keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// What fits 32 bits.
    Integer(i32),
    /// Anything else, as written, a minus before it if there was one.
    Float(String),
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

/// ALTER DEFAULT PRIVILEGES.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterDefaultPrivileges {
    /// FOR ROLE and IN SCHEMA in order; more than one of a kind is refused at execution.
    pub options: Vec<DefaultPrivilegesOption>,
    /// REVOKE instead of GRANT.
    pub revoke: bool,
    /// WITH GRANT OPTION, or GRANT OPTION FOR.
    pub grant_option: bool,
    /// What is granted.
    pub privileges: Privileges,
    /// On which objects to come.
    pub target: DefaultPrivilegesTarget,
    /// TO or FROM whom.
    pub grantees: Vec<RoleSpec>,
    /// CASCADE, which changes nothing here.
    pub cascade: bool,
}

/// FOR ROLE or IN SCHEMA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultPrivilegesOption {
    /// FOR ROLE, FOR USER.
    ForRole(Vec<RoleSpec>),
    /// IN SCHEMA.
    InSchema(Vec<String>),
}

/// The objects of ALTER DEFAULT PRIVILEGES.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultPrivilegesTarget {
    /// TABLES.
    Tables,
    /// FUNCTIONS, ROUTINES.
    Functions,
    /// SEQUENCES.
    Sequences,
    /// TYPES.
    Types,
    /// SCHEMAS.
    Schemas,
    /// LARGE OBJECTS (18 and later).
    LargeObjects,
}

/// ALTER .. OWNER TO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterOwner {
    /// The object.
    pub object: OwnedObject,
    /// Its new owner.
    pub owner: RoleSpec,
}

/// An object that has an owner, by the name that ALTER .. OWNER TO takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedObject {
    /// A relation: ALTER TABLE, VIEW, SEQUENCE, ..
    Relation {
        /// Which keyword.
        kind: RelationKind,
        /// IF EXISTS.
        if_exists: bool,
        /// ONLY (TABLE and FOREIGN TABLE).
        only: bool,
        /// Its name.
        name: Name,
    },
    /// An object with a dotted name.
    Named(OwnedNamedKind, Name),
    /// An object with a name of one part.
    Simple(OwnedSimpleKind, String),
    /// FUNCTION, PROCEDURE or ROUTINE.
    Routine(RoutineKind, Routine),
    /// AGGREGATE.
    Aggregate(Routine),
    /// OPERATOR.
    Operator(OperatorSignature),
    /// OPERATOR CLASS .. USING.
    OperatorClass {
        /// Its name.
        name: Name,
        /// The index access method.
        method: String,
    },
    /// OPERATOR FAMILY .. USING.
    OperatorFamily {
        /// Its name.
        name: Name,
        /// The index access method.
        method: String,
    },
    /// LARGE OBJECT.
    LargeObject(Number),
}

/// The keyword of an ALTER of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelationKind {
    /// TABLE.
    Table,
    /// INDEX.
    Index,
    /// SEQUENCE.
    Sequence,
    /// VIEW.
    View,
    /// MATERIALIZED VIEW.
    MaterializedView,
    /// FOREIGN TABLE.
    ForeignTable,
}

/// Owned objects with a dotted name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnedNamedKind {
    /// COLLATION.
    Collation,
    /// CONVERSION.
    Conversion,
    /// DOMAIN.
    Domain,
    /// TYPE.
    Type,
    /// STATISTICS.
    Statistics,
    /// TEXT SEARCH CONFIGURATION.
    TextSearchConfiguration,
    /// TEXT SEARCH DICTIONARY.
    TextSearchDictionary,
}

/// Owned objects with a name of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnedSimpleKind {
    /// DATABASE.
    Database,
    /// EVENT TRIGGER.
    EventTrigger,
    /// FOREIGN DATA WRAPPER.
    ForeignDataWrapper,
    /// LANGUAGE.
    Language,
    /// PUBLICATION.
    Publication,
    /// SCHEMA.
    Schema,
    /// SERVER.
    Server,
    /// SUBSCRIPTION.
    Subscription,
    /// TABLESPACE.
    Tablespace,
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

/// SET or RESET in the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSet {
    /// SET LOCAL: until the end of the transaction.
    pub local: bool,
    /// Which parameter.
    pub parameter: SessionParameter,
    /// To what.
    pub value: SessionValue,
}

/// The parameters whose SET is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionParameter {
    /// SET ROLE. The value `none` is no role.
    Role,
    /// SET SESSION AUTHORIZATION.
    SessionAuthorization,
    /// search_path, SET SCHEMA.
    SearchPath,
    /// createrole_self_grant (16 and later).
    CreateroleSelfGrant,
    /// password_encryption.
    PasswordEncryption,
}

/// What a session's parameter becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionValue {
    /// The values of the list; more than one for a parameter that is no list is refused at execution (22023).
    To(Vec<String>),
    /// RESET, or SET .. TO DEFAULT.
    Default,
    /// SET .. FROM CURRENT: keeps what there is.
    Current,
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
