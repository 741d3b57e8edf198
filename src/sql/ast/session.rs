//! SET and RESET.

use super::{Name, Number};

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
