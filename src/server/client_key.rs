//! The certificate and key that say who we are, in every form that libpq reads.

use std::fs;
use std::io::ErrorKind as IoKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use native_tls::Identity;
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;
use secrecy::{ExposeSecret, SecretString};

use super::connect_error::{ConnectError, ErrorKind};
use super::settings::ClientCertificate;

/// As in libpq, no file is no certificate; but a certificate without its key is an error. native-tls wants keys as
/// PKCS#8 in clear, so OpenSSL reads them first.
pub(super) fn identity(
    client: &ClientCertificate,
    password: Option<&SecretString>,
) -> Result<Option<Identity>, ConnectError> {
    let shown = client.certificate.display();
    let unread =
        |detail: String| failed(format!("could not read certificate file \"{shown}\"")).detail(detail);
    let certificates = match fs::read(&client.certificate) {
        Ok(pem) => pem,
        Err(error) if matches!(error.kind(), IoKind::NotFound | IoKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(unread(error.to_string())),
    };
    let first = X509::from_pem(&certificates).map_err(|error| unread(error.to_string()))?;
    let key = decode(&client.key, &read(&client.key)?, password)?;
    let fits = first.public_key().is_ok_and(|public| public.public_eq(&key));
    if !fits {
        return Err(failed(format!("certificate file \"{shown}\" does not match its private key")));
    }
    let pem =
        key.private_key_to_pem_pkcs8().map_err(|error| unloaded(&client.key).detail(error.to_string()))?;
    let identity = Identity::from_pkcs8(&certificates, &pem);
    identity.map(Some).map_err(|error| unread(error.to_string()))
}

fn read(path: &Path) -> Result<Vec<u8>, ConnectError> {
    let shown = path.display();
    let Ok(metadata) = fs::metadata(path) else {
        return Err(failed(format!("certificate present, but not private key file \"{shown}\"")));
    };
    if !metadata.is_file() {
        return Err(failed(format!("private key file \"{shown}\" is not a regular file")));
    }
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    if metadata.mode() & forbidden != 0 {
        return Err(failed(format!("private key file \"{shown}\" has group or world access")).hint(
            "Permissions must be u=rw (0600) or less if owned by the current user, or u=rw,g=r (0640) or less if \
             owned by root.",
        ));
    }
    fs::read(path).map_err(|error| unloaded(path).detail(error.to_string()))
}

/// PEM, with a password or without, else DER.
fn decode(path: &Path, bytes: &[u8], password: Option<&SecretString>) -> Result<PKey<Private>, ConnectError> {
    let mut unanswered = false;
    let pem = PKey::private_key_from_pem_callback(bytes, |room| match password {
        Some(password) => Ok(answer(room, password)),
        None => {
            unanswered = true;
            Ok(0)
        }
    });
    if unanswered {
        let message =
            format!("private key file \"{}\" is encrypted, and no password for it was given", path.display());
        return Err(ConnectError::new(ErrorKind::KeyPassword, message).hint("Say it with sslpassword."));
    }
    pem.or_else(|error: ErrorStack| {
        PKey::private_key_from_der(bytes).map_err(|_| {
            let unloaded = unloaded(path).detail(error.to_string());
            if password.is_some() { unloaded.hint("Is its password the right one?") } else { unloaded }
        })
    })
}

/// Puts the password where OpenSSL wants it; too long a one is cut off, as libpq does.
fn answer(room: &mut [u8], password: &SecretString) -> usize {
    let password = password.expose_secret().as_bytes();
    let length = password.len().min(room.len());
    room[..length].copy_from_slice(&password[..length]);
    length
}

fn unloaded(path: &Path) -> ConnectError {
    failed(format!("could not load private key file \"{}\"", path.display()))
}

fn failed(message: impl Into<String>) -> ConnectError {
    ConnectError::new(ErrorKind::ClientCertificate, message)
}
