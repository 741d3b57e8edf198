//! Why nothing was begun.

use crate::guard::Block;
use crate::server::ConnectError;
use crate::simulate::ServerError;

/// Why a plan was not begun: nothing of it was sent.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// It may not be applied.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server did not let a transaction begin.
    #[error("could not begin: {0}")]
    Begin(String),
}

/// Why a plan may not be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It touches a protected role.
    #[error("blocked: {0}")]
    Blocked(Block),
    /// Applying is switched off.
    #[error("nothing is applied in read-only mode")]
    ReadOnly,
    /// No statement.
    #[error("there is no statement to apply")]
    Empty,
    /// A statement is predicted to fail.
    #[error("line {line} would fail: {} (SQLSTATE {})", error.message, error.sqlstate)]
    Fails {
        /// Where it starts.
        line: usize,
        /// The predicted error.
        error: ServerError,
    },
    /// A statement is not predicted.
    #[error("line {line} is unsupported: {reason}")]
    Unsupported {
        /// Where it starts.
        line: usize,
        /// Why.
        reason: String,
    },
    /// The prediction may come otherwise.
    #[error("the prediction is uncertain: {}", because.join(" "))]
    Uncertain {
        /// Why.
        because: Vec<String>,
    },
    /// The server takes no changes: a standby, or read-only transactions are its default (25006).
    #[error("the server is read-only: {0}")]
    ServerReadOnly(&'static str),
    /// Something pools between here and the server: what other clients have set in its session may still be set.
    #[error("nothing is applied through a connection pooler: its sessions are not ours alone")]
    Pooled,
    /// By the same name and port another cluster answers than the one that the plan was made for.
    #[error("another cluster answers than the one that was loaded")]
    AnotherCluster,
    /// What the transaction writes cannot be seen.
    #[error("what the transaction writes cannot be verified: track_counts is off")]
    Unverifiable,
}
