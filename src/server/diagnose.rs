//! What went wrong, from what the libraries say.

use std::error::Error as StdError;
use std::io;

use tokio_postgres::error::DbError;

use super::connect_error::{ConnectError, ErrorKind};

/// An error of `tokio_postgres` while connecting.
pub(super) fn connecting(error: &tokio_postgres::Error) -> ConnectError {
    if let Some(db) = error.as_db_error() {
        return server(db);
    }
    if let Some(tls) = find::<native_tls::Error>(error) {
        return handshake(tls);
    }
    if let Some(ours) = ours(error) {
        return ours.clone();
    }
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    match (error.to_string().as_str(), cause.as_str()) {
        (_, "server does not support TLS") => {
            ConnectError::new(ErrorKind::TlsRefused, "server does not support SSL, but SSL was required").hint(
                "Is it PostgreSQL that listens there? To connect in plain text, say so: sslmode=disable, or sslmode=prefer to \
                 encrypt where it is possible.",
            )
        }
        (_, "password missing") => {
            ConnectError::new(ErrorKind::PasswordNeeded, "the server asks for a password, and none was given")
        }
        ("authentication error", cause) => ConnectError::new(ErrorKind::Authentication, authentication(cause)),
        (summary, cause) => lost_io(find::<io::Error>(error), summary, cause),
    }
}

/// What our own layers below the driver found.
fn ours(error: &tokio_postgres::Error) -> Option<&ConnectError> {
    let in_io = find::<io::Error>(error).and_then(io::Error::get_ref).and_then(|inner| inner.downcast_ref());
    in_io.or_else(|| find(error))
}

/// The first error of the chain that is a `T`.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    std::iter::successors(Some(error), |&error| error.source()).find_map(|error| error.downcast_ref::<T>())
}

fn authentication(cause: &str) -> String {
    match cause {
        "server did not use channel binding" => {
            "channel binding required, but server authenticated client without channel binding".to_owned()
        }
        "unsupported authentication method" => {
            "the server asks for an authentication method that is not supported (GSSAPI, SSPI or Kerberos)"
                .to_owned()
        }
        "unsupported SASL mechanism" => {
            "the server offers no SASL authentication mechanism that is supported (SCRAM-SHA-256)".to_owned()
        }
        cause => format!("authentication failed: {cause}"),
    }
}

fn lost_io(error: Option<&io::Error>, summary: &str, cause: &str) -> ConnectError {
    match error {
        Some(error) if error.kind() == io::ErrorKind::TimedOut => {
            ConnectError::new(ErrorKind::Timeout, "timed out")
        }
        // In TLS 1.3 the server's verdict on our certificate comes after the handshake.
        _ if cause.contains("alert certificate required") => ConnectError::new(
            ErrorKind::TlsEnded,
            "the server requires a client certificate, and none was sent",
        )
        .hint("Name one with sslcert and sslkey."),
        _ if cause.contains("alert") => {
            ConnectError::new(ErrorKind::TlsEnded, "the server ended the TLS connection").detail(cause)
        }
        _ => {
            let lost = ConnectError::new(ErrorKind::Lost, "server closed the connection unexpectedly");
            lost.detail(if cause.is_empty() { summary } else { cause })
        }
    }
}

/// Why a connection that was there ended.
pub(super) fn lost(error: &tokio_postgres::Error) -> ConnectError {
    match error.as_db_error() {
        Some(db) => {
            let mut lost = server(db);
            lost.kind = ErrorKind::Lost;
            lost
        }
        None => {
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            let lost = ConnectError::new(ErrorKind::Lost, "the connection to the server was lost");
            lost.detail(if cause.is_empty() { error.to_string() } else { cause })
        }
    }
}

/// An error that the server reports; its routine's name tells apart what one SQLSTATE covers, in every language.
pub(super) fn server(db: &DbError) -> ConnectError {
    let hba = db.routine() == Some("ClientAuthentication");
    let message = db.message();
    let kind = match db.code().code() {
        "28P01" => ErrorKind::WrongPassword,
        "28000" if hba && message.contains("client certificate") => ErrorKind::ClientCertificate,
        "28000" if hba => ErrorKind::HbaRejected,
        // RDS checks IAM tokens with PAM.
        "28000" if message.starts_with("PAM authentication failed") => ErrorKind::WrongPassword,
        "28000" => ErrorKind::Authentication,
        "3D000" => ErrorKind::NoDatabase,
        "53300" => ErrorKind::TooManyConnections,
        "57P01" | "57P02" | "57P03" => ErrorKind::NotAccepting,
        _ => ErrorKind::Server,
    };
    let mut error = ConnectError::new(kind, message);
    error.detail = db.detail().map(str::to_owned);
    error.hint = db.hint().map(str::to_owned);
    // pgbouncer's words, and those of RDS Proxy.
    if ["unsupported startup parameter", "support command-line options"].iter().any(|it| message.contains(it))
    {
        error.hint = Some(
            "It is a pooler, which takes no options: leave them out (options, PGOPTIONS), or connect to the server itself."
                .to_owned(),
        );
    }
    error.sqlstate = Some(db.code().code().to_owned());
    error
}

/// Each kind of certificate trouble with the words of OpenSSL and of macOS for it; the first that fits counts.
const CERTIFICATE: &[(ErrorKind, &str, &[&str])] = &[
    (
        ErrorKind::CertificateExpired,
        "the server's certificate has expired",
        &["certificate has expired", "certificate expired", "-9814"],
    ),
    (
        ErrorKind::CertificateExpired,
        "the server's certificate is not valid yet",
        &["certificate is not yet valid", "not yet valid", "-9815"],
    ),
    (
        ErrorKind::CertificateHost,
        "the server's certificate is for another host",
        &["hostname mismatch", "ip address mismatch", "host name mismatch", "-9843"],
    ),
    (
        ErrorKind::CertificateUntrusted,
        "the server's certificate is self-signed and not trusted",
        &["(self-signed certificate)", "(self signed certificate)"],
    ),
    (
        ErrorKind::CertificateUntrusted,
        "the server's certificate is from a CA that is not trusted",
        &[
            "self-signed certificate in certificate chain",
            "self signed certificate in certificate chain",
            "unable to get local issuer certificate",
            "unable to get issuer certificate",
            "unable to verify the first certificate",
            "certificate signature failure",
            "invalid ca certificate",
            "not trusted",
            "unknown root",
            "no root",
            "-9807",
            "-9812",
            "-9813",
        ],
    ),
    (
        ErrorKind::CertificateUntrusted,
        "the server's certificate cannot be trusted",
        &["certificate verify failed", "certificate verification"],
    ),
];

/// A handshake that failed.
fn handshake(error: &native_tls::Error) -> ConnectError {
    let said = error.to_string();
    let lower = said.to_lowercase();
    for (kind, message, words) in CERTIFICATE {
        if words.iter().any(|word| lower.contains(word)) {
            let hint = match kind {
                ErrorKind::CertificateHost => {
                    "Connect by a name that the certificate holds; with hostaddr the address can differ from it."
                }
                ErrorKind::CertificateExpired => {
                    "The server needs a new certificate; this machine's clock may be wrong."
                }
                _ => "sslrootcert names the file of CAs to trust.",
            };
            return ConnectError::new(*kind, *message).detail(said).hint(hint);
        }
    }
    if lower.contains("unsupported protocol") || lower.contains("protocol version") {
        return ConnectError::new(ErrorKind::Tls, "client and server have no TLS version in common")
            .detail(said);
    }
    ConnectError::new(ErrorKind::Tls, "the TLS handshake failed").detail(said)
}

/// A socket that could not be opened.
pub(super) fn socket(error: &io::Error) -> ConnectError {
    let (kind, message) = match error.kind() {
        io::ErrorKind::ConnectionRefused => (ErrorKind::Unreachable, "Connection refused".to_owned()),
        io::ErrorKind::NotFound => (ErrorKind::Unreachable, "No such file or directory".to_owned()),
        io::ErrorKind::TimedOut => (ErrorKind::Timeout, "timed out".to_owned()),
        _ => (ErrorKind::Unreachable, error.to_string()),
    };
    ConnectError::new(kind, message).hint("Is the server running, and does it accept connections here?")
}
