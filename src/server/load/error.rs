//! What can go wrong while loading, each as one clear line.

use crate::cluster::Version;
use std::time::Duration;
use tokio_postgres::error::Severity;

/// Why a cluster could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Older than the oldest supported.
    #[error("PostgreSQL {0} is not supported: rolescope knows {oldest} and later", oldest = Version::OLDEST_KNOWN)]
    TooOld(Version),
    /// The server refused to read something; on a hardened server, a catalog that everybody can read elsewhere.
    #[error("cannot read {reading}: {message} (SQLSTATE {sqlstate})")]
    Refused {
        /// The catalog or setting that was being read.
        reading: &'static str,
        /// The server's words.
        message: String,
        /// The server's code.
        sqlstate: String,
    },
    /// The connection ended: a server that stops, a database dropped WITH (FORCE), a broken network.
    #[error("the connection was lost while reading {reading}: {cause}")]
    Lost {
        /// The catalog or setting that was being read.
        reading: &'static str,
        /// The server's last words, or the network's.
        cause: String,
    },
    /// The connection is there, and nothing comes: not even that the statement takes too long.
    #[error("no answer from the server for {} s while reading {reading}", waited.as_secs())]
    Silent {
        /// The catalog or setting that was being read.
        reading: &'static str,
        /// How long it was waited for.
        waited: Duration,
    },
    /// Something that this version of rolescope cannot represent.
    #[error("cannot understand {reading}: {what}")]
    Unexpected {
        /// The catalog or setting that was being read.
        reading: &'static str,
        /// What is not understood.
        what: String,
    },
}

impl LoadError {
    /// From the client library's error.
    pub(super) fn new(reading: &'static str, error: &tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            let cause = std::error::Error::source(error).map_or_else(|| error.to_string(), |s| s.to_string());
            return LoadError::Lost { reading, cause };
        };
        let message = db.message().to_owned();
        // The server ends the session, and the query was innocent.
        if matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic)) {
            return LoadError::Lost { reading, cause: message };
        }
        LoadError::Refused { reading, message, sqlstate: db.code().code().to_owned() }
    }

    /// What may help.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            // 57014 is also what a cancel request brings, but then somebody knows why.
            LoadError::Refused { sqlstate, .. } if sqlstate == "57014" => Some(
                "No statement runs for longer than --statement-timeout says (30s unless said; 0: no limit).",
            ),
            LoadError::Refused { sqlstate, .. } if sqlstate == "55P03" => {
                Some("Somebody holds a lock on it, as VACUUM FULL does: try again when it is done.")
            }
            // pgbouncer's words for it are a protocol violation.
            LoadError::Refused { sqlstate, .. } if sqlstate == "08P01" => Some(
                "A pooler in statement mode begins no transaction, and outside of one nothing fits together: \
                 connect to the server itself, or through a pool in transaction or session mode.",
            ),
            LoadError::Silent { .. } => Some(
                "The server, or a pooler before it, is there and says nothing: it may be overloaded or frozen.",
            ),
            _ => None,
        }
    }

    /// Whether the connection is of no use any more.
    pub fn ends_connection(&self) -> bool {
        matches!(self, LoadError::Lost { .. } | LoadError::Silent { .. })
    }

    /// Something not understood.
    pub(super) fn unexpected(reading: &'static str, what: impl ToString) -> Self {
        LoadError::Unexpected { reading, what: what.to_string() }
    }
}
