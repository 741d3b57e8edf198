//! Lists of revoked certificates. native-tls has no place for them, so the certificate that the server showed is verified
//! once more by OpenSSL, with the lists, before a byte is sent through the connection.

use std::path::{Path, PathBuf};

use openssl::error::ErrorStack;
use openssl::ssl::SslFiletype;
use openssl::stack::Stack;
use openssl::x509::store::{X509Lookup, X509Store, X509StoreBuilder};
use openssl::x509::verify::X509VerifyFlags;
use openssl::x509::{X509, X509StoreContext, X509VerifyResult};

use super::connect_error::{ConnectError, ErrorKind};
use super::settings::{Roots, TlsSettings};
use super::tls::{read_roots, roots_error};

/// The CAs that are trusted, and the lists of what they have revoked.
pub(super) struct Revocations(X509Store);

/// `X509_V_ERR_CERT_REVOKED`
const REVOKED: i32 = 23;

impl Revocations {
    /// The lists that were named, else libpq's default one if it exists; none: there is no list. Without a file of roots
    /// libpq looks for no default list.
    pub(super) fn read(tls: &TlsSettings) -> Result<Option<Revocations>, ConnectError> {
        let said = tls.crl.is_some() || tls.crl_dir.is_some();
        let roots = match &tls.roots {
            Roots::File(Some(roots)) => roots,
            _ if said => {
                let message =
                    "lists of revoked certificates are checked only where sslrootcert names a file of CAs";
                return Err(ConnectError::unsupported(message)
                    .hint("sslcrl and sslcrldir are refused rather than ignored."));
            }
            _ => return Ok(None),
        };
        let usual = tls.default_crl.as_ref().filter(|path| !said && path.exists());
        let file = tls.crl.as_ref().or(usual);
        if file.is_none() && tls.crl_dir.is_none() {
            return Ok(None);
        }
        Self::store(roots, file.map(PathBuf::as_path), tls.crl_dir.as_deref()).map(Some)
    }

    fn store(roots: &Path, file: Option<&Path>, folder: Option<&Path>) -> Result<Self, ConnectError> {
        let failed =
            |error: ErrorStack| roots_error("could not set up the trusted CAs").detail(error.to_string());
        let mut store = X509StoreBuilder::new().map_err(failed)?;
        for certificate in read_roots(roots)? {
            let der = certificate.to_der().map_err(|error| roots_error(error.to_string()))?;
            store.add_cert(X509::from_der(&der).map_err(failed)?).map_err(failed)?;
        }
        if let Some(path) = file {
            // A list that was named and is not there is an error: libpq would go on without it.
            let lookup = store.add_lookup(X509Lookup::file()).map_err(failed)?;
            lookup.load_crl_file(path, SslFiletype::PEM).map_err(|error| unread(path, &error))?;
        }
        if let Some(path) = folder {
            let name =
                path.to_str().filter(|_| path.is_dir()).ok_or_else(|| unread(path, &"no such folder"))?;
            let lookup = store.add_lookup(X509Lookup::hash_dir()).map_err(failed)?;
            lookup.add_dir(name, SslFiletype::PEM).map_err(|error| unread(path, &error))?;
        }
        store.set_flags(X509VerifyFlags::CRL_CHECK | X509VerifyFlags::CRL_CHECK_ALL).map_err(failed)?;
        Ok(Self(store.build()))
    }

    /// Whether the certificate that was shown still holds. Only that one is known here: where its chain goes over CAs
    /// that the file of roots has not, it cannot be told, and that is an error.
    pub(super) fn check(&self, shown: Option<&[u8]>) -> Result<(), ConnectError> {
        match shown.map(|shown| self.verdict(shown)) {
            Some(Ok(X509VerifyResult::OK)) => Ok(()),
            Some(Ok(verdict)) if verdict.as_raw() == REVOKED => {
                Err(refused("the server's certificate was revoked", verdict.error_string()))
            }
            Some(Ok(verdict)) => Err(unknown(verdict.error_string())),
            Some(Err(error)) => Err(unknown(&error.to_string())),
            None => Err(unknown("the server showed none")),
        }
    }

    fn verdict(&self, shown: &[u8]) -> Result<X509VerifyResult, ErrorStack> {
        let certificate = X509::from_der(shown)?;
        let others = Stack::new()?;
        X509StoreContext::new()?.init(&self.0, &certificate, &others, |context| {
            context.verify_cert()?;
            Ok(context.error())
        })
    }
}

fn unknown(detail: &str) -> ConnectError {
    refused("whether the server's certificate was revoked cannot be known", detail)
}

fn refused(message: &str, detail: &str) -> ConnectError {
    ConnectError::new(ErrorKind::CertificateRevoked, message)
        .detail(detail)
        .hint("The lists are those of sslcrl and sslcrldir, else of ~/.postgresql/root.crl.")
}

fn unread(path: &Path, error: &dyn std::fmt::Display) -> ConnectError {
    roots_error(format!("could not read certificate revocation list \"{}\"", path.display()))
        .detail(error.to_string())
}
