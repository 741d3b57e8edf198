//! SCRAM-SHA-256 verifiers, as libpq makes them for psql's `\password`: what the server stores in place of a password.

use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac, pbkdf2};
use stringprep::tables;
use unicode_normalization::UnicodeNormalization;

use crate::sql;

/// The server's default, and all there was before 16 made it a setting.
pub const ITERATIONS: u32 = 4096;

/// Bytes of salt; the server takes as many.
const SALT_LENGTH: usize = 16;

/// There is no salt to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes to salt a password with")]
pub struct NoRandomness;

/// A verifier with a salt of its own.
///
/// # Errors
/// Where the system has no random bytes to give.
pub fn verifier(password: &str, iterations: u32) -> Result<String, NoRandomness> {
    let mut salt = [0; SALT_LENGTH];
    SystemRandom::new().fill(&mut salt).map_err(|_| NoRandomness)?;
    Ok(verifier_with(password, &salt, iterations))
}

/// A script with verifiers in the place of passwords. None: there may be a password in what cannot be read, or there
/// are no random bytes.
pub fn seal(script: &str, options: &sql::Options, iterations: u32) -> Option<String> {
    let mut failed = false;
    let sealed = sql::seal(script, options, |password| {
        verifier(password, iterations).unwrap_or_else(|_| {
            failed = true;
            String::new()
        })
    });
    sealed.filter(|_| !failed)
}

/// The verifier with this salt: RFC 5802, and the text that PostgreSQL makes of it.
pub fn verifier_with(password: &str, salt: &[u8], iterations: u32) -> String {
    let prepared = prepared(password).unwrap_or_else(|| password.to_owned());
    let rounds = NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN);
    let mut salted = [0; digest::SHA256_OUTPUT_LEN];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, prepared.as_bytes(), &mut salted);
    let salted = hmac::Key::new(hmac::HMAC_SHA256, &salted);
    let client = hmac::sign(&salted, b"Client Key");
    let stored = digest::digest(&digest::SHA256, client.as_ref());
    let server = hmac::sign(&salted, b"Server Key");
    let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
    format!("SCRAM-SHA-256${rounds}:{}${}:{}", base64(salt), base64(stored.as_ref()), base64(server.as_ref()))
}

/// A password as `pg_saslprep()` prepares it; None where it is hashed as it stands. PostgreSQL looks for what is
/// prohibited before it normalizes, RFC 3454 after: a client of libpq must come to the same text.
fn prepared(password: &str) -> Option<String> {
    if password.is_ascii() {
        return None;
    }
    let spaces = |c: char| if tables::non_ascii_space_character(c) { ' ' } else { c };
    let mapped = password.chars().map(spaces).filter(|c| !tables::commonly_mapped_to_nothing(*c));
    let mapped: String = mapped.collect();
    let is_fine = !mapped.is_empty() && !mapped.contains(is_prohibited) && is_fine_in_direction(&mapped);
    is_fine.then(|| mapped.nfkc().collect())
}

fn is_prohibited(c: char) -> bool {
    tables::non_ascii_space_character(c)
        || tables::ascii_control_character(c)
        || tables::non_ascii_control_character(c)
        || tables::private_use(c)
        || tables::non_character_code_point(c)
        || tables::inappropriate_for_plain_text(c)
        || tables::inappropriate_for_canonical_representation(c)
        || tables::change_display_properties_or_deprecated(c)
        || tables::tagging_character(c)
        || tables::unassigned_code_point(c)
}

/// Text from right to left holds none from left to right, and begins and ends so.
fn is_fine_in_direction(text: &str) -> bool {
    let to_left = tables::bidi_r_or_al;
    !text.contains(to_left)
        || !text.contains(tables::bidi_l) && text.starts_with(to_left) && text.ends_with(to_left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_password_and_salt_give_the_same_verifier() {
        // The example of RFC 7677; the servers are asked in the tests of passwords.
        let salt = STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        assert_eq!(
            verifier_with("pencil", &salt, 4096),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:\
             wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        );
    }

    #[test]
    fn every_verifier_has_a_salt_of_its_own() {
        let [one, two] = [(); 2].map(|()| verifier("sesame", ITERATIONS).unwrap());
        assert_ne!(one, two);
        assert!(!crate::sql::is_clear_text(&one, 18), "{one}");
    }

    #[test]
    fn passwords_are_prepared_as_the_server_does() {
        for (password, prepared_to) in [
            ("sesame", None),
            ("a\u{1}b", None),
            ("n\u{f6}l", Some("n\u{f6}l")),
            ("no\u{308}l", Some("n\u{f6}l")),
            ("a\u{a0}b\u{ad}c\u{2168}", Some("a bcIX")),
            // Nothing would be left of it, and the empty password is none.
            ("\u{ad}", None),
            ("key\u{1f511}", None),
            ("a\u{627}", None),
            ("\u{627}1", None),
            ("\u{627}1\u{628}", Some("\u{627}1\u{628}")),
            // Unknown to Unicode 3.2, and normalized to what is not.
            ("\u{1f100}", None),
        ] {
            assert_eq!(prepared(password).as_deref(), prepared_to, "{password:?}");
        }
    }
}
