//! libpq's sslmode in terms of OpenSSL.

use std::fs;
use std::path::Path;

use openssl::error::ErrorStack;
use openssl::ssl::{SslConnector, SslFiletype, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::X509;
use openssl::x509::store::{X509Lookup, X509StoreBuilder};
use openssl::x509::verify::X509VerifyFlags;

use super::client_key;
use super::connect_error::{ConnectError, ErrorKind};
use super::handshake::{ALPN, Handshake};
use super::settings::{Address, Host, RequireAuth, Roots, Settings, SslMode, TlsSettings, TlsVersion};

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
    ssl: SslConnector,
    domain: String,
    direct: bool,
    sni: bool,
    pub(crate) verified: Verified,
}

impl Connector {
    /// Reads the files that were named, and prepares to verify what the mode asks for.
    pub(crate) fn new(settings: &Settings, host: &Host, ip: &str) -> Result<Self, ConnectError> {
        let tls = &settings.tls;
        let failed = |error: ErrorStack| {
            ConnectError::new(ErrorKind::Tls, "could not set up TLS").detail(error.to_string())
        };
        let mut builder = SslConnector::builder(SslMethod::tls_client()).map_err(failed)?;
        let trust = trusted(tls)?;
        let verified = match &trust {
            Trust::Nobody => Verified::None,
            Trust::System => Verified::Full,
            Trust::Only(_) if tls.mode == SslMode::VerifyFull => Verified::Full,
            Trust::Only(_) => Verified::Ca,
        };
        match trust {
            Trust::Nobody => builder.set_verify(SslVerifyMode::NONE),
            trust => builder.set_cert_store(store(trust, tls)?.build()),
        }
        if let Some(client) = &tls.client {
            client_key::present(&mut builder, client, settings.key_password.as_ref())?;
        }
        builder.set_min_proto_version(tls.min.map(protocol)).map_err(failed)?;
        builder.set_max_proto_version(tls.max.map(protocol)).map_err(failed)?;
        if tls.direct {
            builder.set_alpn_protos(ALPN).map_err(failed)?;
        }
        let domain = domain(host, ip, verified)?;
        Ok(Self { ssl: builder.build(), domain, direct: tls.direct, sni: tls.sni, verified })
    }

    /// The client of one connection.
    pub(super) fn client(&self, require_auth: Option<RequireAuth>) -> Handshake {
        let ssl = self.ssl.configure().and_then(|mut configuration| {
            configuration.set_use_server_name_indication(self.sni);
            configuration.set_verify_hostname(self.verified == Verified::Full);
            configuration.into_ssl(&self.domain)
        });
        Handshake { ssl, direct: self.direct, require_auth }
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
    Only(Vec<X509>),
}

/// In every mode, libpq verifies the CA if the file of roots exists; only verify-ca and verify-full insist on it.
fn trusted(settings: &TlsSettings) -> Result<Trust, ConnectError> {
    let path = match &settings.roots {
        Roots::System => return Ok(Trust::System),
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

fn read_roots(path: &Path) -> Result<Vec<X509>, ConnectError> {
    let failed = |detail: String| {
        roots_error(format!("could not read root certificate file \"{}\"", path.display())).detail(detail)
    };
    let pem = fs::read(path).map_err(|error| failed(error.to_string()))?;
    let certificates = X509::stack_from_pem(&pem).map_err(|error| failed(error.to_string()))?;
    if certificates.is_empty() {
        return Err(failed("there is no PEM certificate in it".to_owned()));
    }
    Ok(certificates)
}

/// The CAs that are trusted, and the lists of what they have revoked.
fn store(trust: Trust, tls: &TlsSettings) -> Result<X509StoreBuilder, ConnectError> {
    let failed =
        |error: ErrorStack| roots_error("could not set up the trusted CAs").detail(error.to_string());
    let mut store = X509StoreBuilder::new().map_err(failed)?;
    let by_default = match trust {
        Trust::Only(certificates) => {
            for certificate in certificates {
                store.add_cert(certificate).map_err(failed)?;
            }
            // libpq looks for it only where it reads a file of roots.
            tls.default_crl.as_ref().filter(|path| path.exists())
        }
        _ => {
            system_roots(&mut store).map_err(failed)?;
            None
        }
    };
    let said = tls.crl.is_some() || tls.crl_dir.is_some();
    let file = if said { tls.crl.as_ref() } else { by_default };
    if let Some(path) = file {
        // A list that was named and is not there is an error: libpq would go on without it.
        let lookup = store.add_lookup(X509Lookup::file()).map_err(failed)?;
        lookup.load_crl_file(path, SslFiletype::PEM).map_err(|error| crl_error(path, &error))?;
    }
    if let Some(path) = &tls.crl_dir {
        let name =
            path.to_str().filter(|_| path.is_dir()).ok_or_else(|| crl_error(path, &"no such folder"))?;
        let lookup = store.add_lookup(X509Lookup::hash_dir()).map_err(failed)?;
        lookup.add_dir(name, SslFiletype::PEM).map_err(|error| crl_error(path, &error))?;
    }
    if file.is_some() || tls.crl_dir.is_some() {
        store.set_flags(X509VerifyFlags::CRL_CHECK | X509VerifyFlags::CRL_CHECK_ALL).map_err(failed)?;
    }
    Ok(store)
}

fn system_roots(store: &mut X509StoreBuilder) -> Result<(), ErrorStack> {
    let found = openssl_probe::probe();
    if let Some(file) = found.cert_file {
        store.add_lookup(X509Lookup::file())?.load_cert_file(file, SslFiletype::PEM)?;
    }
    for dir in found.cert_dir.iter().filter_map(|dir| dir.to_str()) {
        store.add_lookup(X509Lookup::hash_dir())?.add_dir(dir, SslFiletype::PEM)?;
    }
    Ok(())
}

fn crl_error(path: &Path, error: &dyn std::fmt::Display) -> ConnectError {
    roots_error(format!("could not read certificate revocation list \"{}\"", path.display()))
        .detail(error.to_string())
}

fn roots_error(message: impl Into<String>) -> ConnectError {
    ConnectError::new(ErrorKind::RootCertificate, message)
}

fn protocol(version: TlsVersion) -> SslVersion {
    match version {
        TlsVersion::V1 => SslVersion::TLS1,
        TlsVersion::V1_1 => SslVersion::TLS1_1,
        TlsVersion::V1_2 => SslVersion::TLS1_2,
        TlsVersion::V1_3 => SslVersion::TLS1_3,
    }
}
