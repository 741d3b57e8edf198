//! What was said about TLS. Which files exist is looked up when connecting, as in libpq.

use std::path::PathBuf;

use super::environment::Environment;
use super::pairs::Pairs;
use super::values::choice;
use crate::server::aws::bundle;
use crate::server::connect_error::ConnectError;

/// The six modes of libpq.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SslMode {
    /// Plain text.
    Disable,
    /// Plain text, and TLS if the server insists.
    Allow,
    /// TLS, and plain text if that fails.
    Prefer,
    /// TLS; the certificate is verified as in `VerifyCa` if the file of roots exists.
    Require,
    /// TLS with a certificate of a trusted CA.
    VerifyCa,
    /// The same, and it is for this host.
    VerifyFull,
}

impl SslMode {
    /// libpq's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// Which CAs are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Roots {
    /// The operating system's (`sslrootcert=system`).
    System,
    /// Those of Amazon RDS (`sslrootcert=rds`): the first of these files that exists.
    Rds(Vec<PathBuf>),
    /// Those of a file, if it exists; none if there is no home folder to look in.
    File(Option<PathBuf>),
}

/// The certificate and key that say who we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate, and the chain behind it.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.0
    V1,
    /// TLS 1.1
    V1_1,
    /// TLS 1.2
    V1_2,
    /// TLS 1.3
    V1_3,
}

/// All that was said about TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSettings {
    /// The mode.
    pub mode: SslMode,
    /// Whether somebody said the mode; without a word it is `require`.
    pub said: bool,
    /// Whom to trust.
    pub roots: Roots,
    /// Who we are; files that don't exist are no certificate.
    pub client: Option<ClientCertificate>,
    /// A file of revoked certificates.
    pub crl: Option<PathBuf>,
    /// A folder of such files, named by hashes.
    pub crl_dir: Option<PathBuf>,
    /// Such a file at libpq's default place, read if it exists and none of the two was said.
    pub default_crl: Option<PathBuf>,
    /// The least version; none: what the TLS library takes.
    pub min: Option<TlsVersion>,
    /// The greatest version.
    pub max: Option<TlsVersion>,
    /// Whether TLS begins without asking (`sslnegotiation=direct`, PostgreSQL 17).
    pub direct: bool,
    /// Whether the host name is sent in the open.
    pub sni: bool,
}

pub(super) fn resolve(pairs: &Pairs, environment: &Environment) -> Result<TlsSettings, ConnectError> {
    let roots = match pairs.nonempty("sslrootcert") {
        Some("system") => Roots::System,
        Some("rds") => Roots::Rds(bundle::places(environment)),
        Some(path) => Roots::File(Some(PathBuf::from(path))),
        None => Roots::File(environment.in_home(".postgresql/root.crt")),
    };
    let said = mode(pairs, environment)?;
    let named = match roots {
        Roots::System => Some("system"),
        Roots::Rds(_) => Some("rds"),
        Roots::File(_) => None,
    };
    let mode = said.unwrap_or(if named.is_some() { SslMode::VerifyFull } else { SslMode::Require });
    if let Some(named) = named.filter(|_| mode != SslMode::VerifyFull) {
        return Err(ConnectError::invalid(format!(
            "weak sslmode \"{}\" may not be used with sslrootcert={named} (use \"verify-full\")",
            mode.as_str()
        )));
    }
    let direct = choice(pairs, "sslnegotiation", &[("postgres", false), ("direct", true)])?.unwrap_or(false);
    if direct && mode < SslMode::Require {
        return Err(ConnectError::invalid(format!(
            "weak sslmode \"{}\" may not be used with sslnegotiation=direct (use \"require\", \"verify-ca\", or \"verify-full\")",
            mode.as_str()
        )));
    }
    let min = match pairs.get("ssl_min_protocol_version") {
        Some(_) => version(pairs, "ssl_min_protocol_version")?,
        None => Some(TlsVersion::V1_2),
    };
    let max = version(pairs, "ssl_max_protocol_version")?;
    if min.zip(max).is_some_and(|(min, max)| max < min) {
        return Err(ConnectError::invalid("invalid SSL protocol version range"));
    }
    Ok(TlsSettings {
        mode,
        said: said.is_some(),
        roots,
        client: client(pairs, environment)?,
        crl: pairs.nonempty("sslcrl").map(PathBuf::from),
        crl_dir: pairs.nonempty("sslcrldir").map(PathBuf::from),
        default_crl: environment.in_home(".postgresql/root.crl"),
        min,
        max,
        direct,
        // libpq looks at the first character alone.
        sni: pairs.get("sslsni").is_none_or(|value| value.starts_with('1')),
    })
}

fn mode(pairs: &Pairs, environment: &Environment) -> Result<Option<SslMode>, ConnectError> {
    let modes = [
        SslMode::Disable,
        SslMode::Allow,
        SslMode::Prefer,
        SslMode::Require,
        SslMode::VerifyCa,
        SslMode::VerifyFull,
    ];
    let said = choice(pairs, "sslmode", &modes.map(|mode| (mode.as_str(), mode)))?;
    // libpq still reads the variable that came before PGSSLMODE.
    let old = environment.var("PGREQUIRESSL").filter(|value| value.starts_with('1'));
    Ok(said.or(old.map(|_| SslMode::Require)))
}

fn client(pairs: &Pairs, environment: &Environment) -> Result<Option<ClientCertificate>, ConnectError> {
    if pairs.get("sslcertmode") == Some("disable") {
        return Ok(None);
    }
    let place = |keyword, usual| match pairs.nonempty(keyword) {
        Some(path) => Some(PathBuf::from(path)),
        None => environment.in_home(usual),
    };
    let certificate = place("sslcert", ".postgresql/postgresql.crt");
    let key = place("sslkey", ".postgresql/postgresql.key");
    Ok(certificate.zip(key).map(|(certificate, key)| ClientCertificate { certificate, key }))
}

fn version(pairs: &Pairs, keyword: &str) -> Result<Option<TlsVersion>, ConnectError> {
    // Empty: no limit of libpq's own.
    let Some(value) = pairs.nonempty(keyword) else { return Ok(None) };
    match value.to_ascii_lowercase().as_str() {
        "tlsv1" => Ok(Some(TlsVersion::V1)),
        "tlsv1.1" => Ok(Some(TlsVersion::V1_1)),
        "tlsv1.2" => Ok(Some(TlsVersion::V1_2)),
        "tlsv1.3" => Ok(Some(TlsVersion::V1_3)),
        _ => Err(ConnectError::invalid(format!("invalid \"{keyword}\" value: \"{value}\""))),
    }
}
