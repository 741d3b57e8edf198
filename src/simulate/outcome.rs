//! What a prediction says.

use super::Session;
use crate::cluster::{AclTarget, Change};
use serde::{Deserialize, Serialize};

/// An error as the server would send it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerError {
    /// Its SQLSTATE.
    pub sqlstate: &'static str,
    /// The primary message.
    pub message: String,
    /// DETAIL.
    pub detail: Option<String>,
    /// HINT.
    pub hint: Option<String>,
}

impl ServerError {
    /// Without detail and hint.
    pub fn new(sqlstate: &'static str, message: impl Into<String>) -> Self {
        ServerError { sqlstate, message: message.into(), detail: None, hint: None }
    }
    /// With a DETAIL.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
    /// With a HINT.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How loud a notice is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// NOTICE.
    Notice,
    /// WARNING.
    Warning,
}

/// A notice or warning as the server would send it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Notice {
    /// NOTICE or WARNING.
    pub severity: Severity,
    /// Its SQLSTATE.
    pub sqlstate: &'static str,
    /// The message.
    pub message: String,
}

impl Notice {
    /// A WARNING.
    pub fn warning(sqlstate: &'static str, message: impl Into<String>) -> Self {
        Notice { severity: Severity::Warning, sqlstate, message: message.into() }
    }
    /// A NOTICE.
    pub fn plain(sqlstate: &'static str, message: impl Into<String>) -> Self {
        Notice { severity: Severity::Notice, sqlstate, message: message.into() }
    }
}

/// Whether the prediction can be relied on as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Certainty {
    /// Plain PostgreSQL of a known major, and nothing that could interfere.
    #[default]
    Certain,
    /// It may come otherwise; a rehearsal tells.
    Uncertain {
        /// Why, in full sentences.
        because: Vec<String>,
    },
}

/// What a statement that the server accepts does.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Outcome {
    /// Catalog entries that differ afterwards, in the order of writing; one entry at most once.
    pub changes: Vec<Change>,
    /// The session afterwards, where the statement changes it.
    pub session: Option<Session>,
    /// Every ACL that the server writes, once a write: those too that come out as they were.
    pub written: Vec<AclTarget>,
    /// Every other row that the server writes, once a write, with those that come out as they were.
    pub rows: Vec<Change>,
}

/// What the server would do with one statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Prediction {
    /// What it does, or the error it ends with.
    pub result: Result<Outcome, ServerError>,
    /// What it says on the way, in order; before an error too.
    pub notices: Vec<Notice>,
    /// The notices come in heap order (ALL .. IN SCHEMA), which cannot be known.
    pub any_order: bool,
    /// Whether it can be relied on.
    pub certainty: Certainty,
}

/// A statement that is understood, or not, and is not predicted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsupported {
    /// Why, as a sentence.
    pub reason: String,
}
