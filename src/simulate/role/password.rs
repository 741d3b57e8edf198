//! What the server stores for a password (crypt.c).

use crate::cluster::Password;
use crate::simulate::run::{Run, Stop};
use crate::sql::{PasswordKind, password_kind, stands_for_empty};

/// Longest stored form that 18 takes, in bytes (`MAX_ENCRYPTED_PASSWORD_LEN`).
const LONGEST_STORED: usize = 512;

/// The kind of what is stored. A verifier is stored as it is; the empty password, as a text or as a verifier of it,
/// clears what there is.
pub fn stored(run: &mut Run<'_>, role: &str, password: &str) -> Result<Password, Stop> {
    let kind = password_kind(password, run.view.base().version.major());
    if password.is_empty() || stands_for_empty(password, role, kind) {
        run.note("00000", "empty string is not a valid password, clearing password");
        return Ok(Password::None);
    }
    let stored = match kind {
        PasswordKind::Md5 => Password::Md5,
        PasswordKind::Scram => Password::Scram,
        PasswordKind::ClearText if run.session.password_encryption == "md5" => Password::Md5,
        PasswordKind::ClearText => Password::Scram,
    };
    if run.switches.stored_password_limited
        && kind != PasswordKind::ClearText
        && password.len() > LONGEST_STORED
    {
        let refused = crate::simulate::ServerError::new("54000", "encrypted password is too long");
        return Err(refused.detail("Encrypted passwords must be no longer than 512 bytes.").into());
    }
    if stored == Password::Md5 && run.switches.md5_warning {
        run.warn("01P01", "setting an MD5-encrypted password");
    }
    Ok(stored)
}
