//! Why there is no connection: one line for a person, then detail and hint.

use std::fmt;

/// What kept a connection from being made, or ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A setting that libpq would refuse as well: unknown keyword, bad value, missing service.
    InvalidSetting,
    /// A setting that libpq knows and rolescope cannot honour; ignoring it would be less safe than psql.
    Unsupported,
    /// The provider's own database.
    ProtectedDatabase,
    /// The server asks for a password and none is there.
    PasswordNeeded,
    /// The server refuses the password.
    WrongPassword,
    /// The password prompt or the password command failed.
    PasswordSource,
    /// No address for the host name.
    UnknownHost,
    /// Nobody listens, or the network says no.
    Unreachable,
    /// Too slow.
    Timeout,
    /// The server doesn't speak TLS.
    TlsRefused,
    /// The server's certificate is past its date, or not there yet.
    CertificateExpired,
    /// The server's certificate comes from no CA that is trusted here.
    CertificateUntrusted,
    /// The server's certificate is on a list of revoked ones, or the list doesn't tell.
    CertificateRevoked,
    /// The server's certificate is for another host.
    CertificateHost,
    /// A certificate or key file on this side cannot be used, or is missing.
    ClientCertificate,
    /// The key of our certificate is encrypted, and no password for it was given.
    KeyPassword,
    /// The file of trusted CAs is missing, or cannot be used.
    RootCertificate,
    /// The handshake failed for another reason.
    Tls,
    /// The server ended the TLS connection after the handshake, as where it refuses our certificate.
    TlsEnded,
    /// There is no such database.
    NoDatabase,
    /// `pg_hba.conf` has no entry, or rejects.
    HbaRejected,
    /// No connection slot is left.
    TooManyConnections,
    /// The server is starting up, shutting down or recovering.
    NotAccepting,
    /// The server is not of the kind that `target_session_attrs` asks for.
    SessionAttrs,
    /// Another way to authenticate is asked for, or the server failed to prove itself.
    Authentication,
    /// By the same name and port another cluster answers than before.
    AnotherCluster,
    /// The connection ended.
    Lost,
    /// Any other error that the server reports.
    Server,
}

/// An error of connecting: `message` is one line, and never holds a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectError {
    /// Which of the ways to fail it is.
    pub kind: ErrorKind,
    /// One clear line.
    pub message: String,
    /// What the server or the library said.
    pub detail: Option<String>,
    /// What may help.
    pub hint: Option<String>,
    /// The server's SQLSTATE, where it was the server that spoke.
    pub sqlstate: Option<String>,
}

impl ConnectError {
    /// An error of one line.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = one_line(&message.into());
        Self { kind, message, detail: None, hint: None, sqlstate: None }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidSetting, message)
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    /// Adds what lies behind it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds what may help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConnectError {}

/// Whatever a server, a file name or a library put into it, a message stays on its line.
fn one_line(text: &str) -> String {
    let parts: Vec<&str> = text.split(|c: char| c.is_control()).map(str::trim).collect();
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line() {
        let error = ConnectError::new(ErrorKind::Server, "bad\n\tname\u{1b}[31m\r\n");
        assert_eq!(error.to_string(), "bad name [31m");
    }
}
