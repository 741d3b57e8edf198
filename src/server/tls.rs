//! libpq's sslmode in terms of the machine's TLS library.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use native_tls::{Certificate, Protocol, TlsConnector};

use super::aws;
use super::client_key;
use super::connect_error::{ConnectError, ErrorKind};
use super::handshake::{ALPN, Handshake};
use super::revocations::Revocations;
use super::settings::{Address, Host, Roots, Settings, SslMode, TlsSettings, TlsVersion};
use super::watched::Observers;

/// How far the server's certificate was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// Not at all: encrypted, but anybody could be there.
    None,
    /// It comes from a trusted CA.
    Ca,
    /// And it is for the host that was asked for.
    Full,
}

/// What `pg_stat_ssl` says of our connection, and what we verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// As in `TLSv1.3`.
    pub version: String,
    /// As in `TLS_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// How far the certificate was verified.
    pub verified: Verified,
}

/// A TLS client for one host.
#[derive(Clone)]
pub(crate) struct Connector {
    native: TlsConnector,
    domain: String,
    direct: bool,
    revocations: Option<Arc<Revocations>>,
    pub(crate) verified: Verified,
}

impl Connector {
    /// Reads the files that were named, and prepares to verify what the mode asks for.
    pub(crate) fn new(settings: &Settings, host: &Host, ip: &str) -> Result<Self, ConnectError> {
        let (settings, key_password) = (&settings.tls, settings.key_password.as_ref());
        let mut builder = TlsConnector::builder();
        let verified = match trusted(settings)? {
            Trust::Nobody => {
                builder.danger_accept_invalid_certs(true).danger_accept_invalid_hostnames(true);
                Verified::None
            }
            Trust::System => Verified::Full,
            Trust::Only(certificates) => {
                builder.disable_built_in_roots(true);
                for certificate in certificates {
                    builder.add_root_certificate(certificate);
                }
                let full = settings.mode == SslMode::VerifyFull;
                builder.danger_accept_invalid_hostnames(!full);
                if full { Verified::Full } else { Verified::Ca }
            }
        };
        let revocations = match verified {
            Verified::None => None,
            _ => Revocations::read(settings)?.map(Arc::new),
        };
        let client = settings.client.as_ref().map(|client| client_key::identity(client, key_password));
        if let Some(identity) = client.transpose()?.flatten() {
            builder.identity(identity);
        }
        builder
            .min_protocol_version(settings.min.map(protocol))
            .max_protocol_version(settings.max.map(protocol))
            .use_sni(settings.sni);
        if settings.direct {
            builder.request_alpns(&[ALPN]);
        }
        let native = builder.build().map_err(|error| {
            ConnectError::new(ErrorKind::Tls, "could not set up TLS").detail(error.to_string())
        })?;
        Ok(Self {
            native,
            domain: domain(host, ip, verified)?,
            direct: settings.direct,
            revocations,
            verified,
        })
    }

    /// The client of one connection.
    pub(super) fn client(&self, observers: Observers) -> Handshake {
        Handshake {
            native: self.native.clone(),
            domain: self.domain.clone(),
            direct: self.direct,
            revocations: self.revocations.clone(),
            observers,
        }
    }
}

/// The name that is sent and checked. An empty one would switch OpenSSL's check off, and one that begins with a dot
/// would match every host below it; neither gets that far.
fn domain(host: &Host, ip: &str, verified: Verified) -> Result<String, ConnectError> {
    let name = match &host.address {
        Address::Tcp { name: Some(name), .. } => name.as_str(),
        _ => "",
    };
    if verified == Verified::Full && (name.is_empty() || name.starts_with('.')) {
        return Err(ConnectError::invalid("host name must be specified for a verified SSL connection"));
    }
    Ok(if name.is_empty() { ip.to_owned() } else { name.to_owned() })
}

enum Trust {
    Nobody,
    System,
    Only(Vec<Certificate>),
}

/// In every mode, libpq verifies the CA if the file of roots exists; only verify-ca and verify-full insist on it.
fn trusted(settings: &TlsSettings) -> Result<Trust, ConnectError> {
    let path = match &settings.roots {
        Roots::System => return Ok(Trust::System),
        Roots::Rds(places) => return Ok(Trust::Only(read_roots(aws::bundle::find(places)?)?)),
        Roots::File(path) => path,
    };
    match path.as_deref().filter(|path| path.exists()) {
        Some(path) => Ok(Trust::Only(read_roots(path)?)),
        None if settings.mode < SslMode::VerifyCa => Ok(Trust::Nobody),
        None => Err(match path {
            Some(path) => roots_error(format!("root certificate file \"{}\" does not exist", path.display())),
            None => roots_error("could not get home directory to locate root certificate file"),
        }
        .hint(
            "Name the file with sslrootcert, use the system's roots with sslrootcert=system, \
             or change sslmode to disable server certificate verification.",
        )),
    }
}

pub(super) fn read_roots(path: &Path) -> Result<Vec<Certificate>, ConnectError> {
    let failed = |detail: String| {
        roots_error(format!("could not read root certificate file \"{}\"", path.display())).detail(detail)
    };
    let pem = fs::read(path).map_err(|error| failed(error.to_string()))?;
    let certificates = Certificate::stack_from_pem(&pem).map_err(|error| failed(error.to_string()))?;
    if certificates.is_empty() {
        return Err(failed("there is no PEM certificate in it".to_owned()));
    }
    Ok(certificates)
}

pub(super) fn roots_error(message: impl Into<String>) -> ConnectError {
    ConnectError::new(ErrorKind::RootCertificate, message)
}

fn protocol(version: TlsVersion) -> Protocol {
    match version {
        TlsVersion::V1 => Protocol::Tlsv10,
        TlsVersion::V1_1 => Protocol::Tlsv11,
        TlsVersion::V1_2 => Protocol::Tlsv12,
        TlsVersion::V1_3 => Protocol::Tlsv13,
    }
}
