//! What can go wrong while loading, each as one clear line.

use crate::cluster::Version;
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

    /// Something not understood.
    pub(super) fn unexpected(reading: &'static str, what: impl ToString) -> Self {
        LoadError::Unexpected { reading, what: what.to_string() }
    }
}
