//! GRANT, REVOKE and default privileges.

use super::{Name, Number, RoleSpec};
use crate::sql::types::Routine;

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
    /// The granted roles. The grammar reads them as privileges, so a column list may follow; that is refused at
    /// execution.
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
