//! The certificate and key that say who we are, in every form that libpq reads.

use std::fs;
use std::io::ErrorKind as IoKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::ssl::SslContextBuilder;
use secrecy::{ExposeSecret, SecretString};

use super::connect_error::{ConnectError, ErrorKind};
use super::settings::ClientCertificate;

/// As in libpq, no file is no certificate; but a certificate without its key is an error.
pub(super) fn present(
    builder: &mut SslContextBuilder,
    client: &ClientCertificate,
    password: Option<&SecretString>,
) -> Result<(), ConnectError> {
    let shown = client.certificate.display();
    let unread =
        |detail: String| failed(format!("could not read certificate file \"{shown}\"")).detail(detail);
    match fs::metadata(&client.certificate) {
        Err(error) if matches!(error.kind(), IoKind::NotFound | IoKind::NotADirectory) => return Ok(()),
        Err(error) => return Err(unread(error.to_string())),
        Ok(_) => {}
    }
    builder.set_certificate_chain_file(&client.certificate).map_err(|error| unread(error.to_string()))?;
    let key = decode(&client.key, &read(&client.key)?, password)?;
    builder.set_private_key(&key).and_then(|()| builder.check_private_key()).map_err(|error| {
        failed(format!("certificate file \"{shown}\" does not match its private key"))
            .detail(error.to_string())
    })
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
