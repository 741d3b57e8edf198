//! Passwords in statements: which of them are clear text, and statements that hold a verifier in their place.
//!
//! Clear text in a statement ends in the server's log, in `pg_stat_activity` and in `pg_stat_statements`, whatever
//! becomes of the statement. Hashing needs a salt and thereby the world; it is handed in.

use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use ring::{digest, hmac, pbkdf2};

use super::ast::{RoleOption, Secret, Statement};
use super::parsed::Options;
use super::quote::quote_literal;
use super::script;

/// Bytes of SHA-256.
const KEY_LENGTH: usize = 32;

/// A well-formed verifier of no password: what a prediction sees where the one to be sent is not made yet.
/// To the server they are alike: it stores both as they are.
pub(super) const STAND_IN: &str = "SCRAM-SHA-256$1:AAAAAAAAAAAAAAAAAAAAAA==\
                        $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\
                        :AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Whether a server of that major version would hash this by itself, as `get_password_type()` tells: neither an md5
/// nor a SCRAM verifier. An empty one it hashes neither: it clears the password.
pub fn is_clear_text(password: &str, major: u16) -> bool {
    !(password.is_empty() || is_md5(password) || is_scram(password, major))
}

/// What a server of that major version takes a password for (`get_password_type`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordKind {
    /// A password, to be hashed.
    ClearText,
    /// An MD5 hash of password and role name.
    Md5,
    /// A SCRAM-SHA-256 verifier.
    Scram,
}

/// What a server of that major version takes it for.
pub fn password_kind(password: &str, major: u16) -> PasswordKind {
    match password {
        password if is_md5(password) => PasswordKind::Md5,
        password if is_scram(password, major) => PasswordKind::Scram,
        _ => PasswordKind::ClearText,
    }
}

/// More iterations than this are not tried here; the server would need minutes for them.
const MOST_ITERATIONS: u32 = 1_000_000;

/// Is it a verifier of the empty password (`plain_crypt_verify` with `""`)? The server takes that for none at all.
pub fn stands_for_empty(password: &str, role: &str, kind: PasswordKind) -> bool {
    match kind {
        PasswordKind::ClearText => false,
        PasswordKind::Md5 => {
            let digest = Md5::digest(role.as_bytes());
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            password.strip_prefix("md5") == Some(hex.as_str())
        }
        PasswordKind::Scram => scram_of_empty(password).unwrap_or(false),
    }
}

/// The server compares the last key alone.
fn scram_of_empty(password: &str) -> Option<bool> {
    let (rounds, rest) = password.strip_prefix("SCRAM-SHA-256$")?.split_once(':')?;
    let (salt, keys) = rest.split_once('$')?;
    let rounds = NonZeroU32::new(rounds.trim().parse().ok()?).filter(|n| n.get() <= MOST_ITERATIONS)?;
    let salt = STANDARD.decode(salt).ok()?;
    let mut salted = [0; digest::SHA256_OUTPUT_LEN];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, b"", &mut salted);
    let server = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &salted), b"Server Key");
    Some(keys.split_once(':')?.1 == STANDARD.encode(server.as_ref()))
}

fn is_md5(password: &str) -> bool {
    let is_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    password.strip_prefix("md5").is_some_and(|digits| digits.len() == 32 && digits.bytes().all(is_hex))
}

/// As `parse_scram_secret()` reads `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`.
fn is_scram(password: &str, major: u16) -> bool {
    let mut rest = password;
    let mut field = |delimiter| {
        let (field, behind) = field(rest, delimiter, major)?;
        rest = behind;
        Some(field)
    };
    let (Some(scheme), Some(iterations), Some(salt), Some(stored)) =
        (field('$'), field(':'), field('$'), field(':'))
    else {
        return false;
    };
    scheme == "SCRAM-SHA-256"
        && is_long(iterations)
        && base64_length(salt).is_some()
        && base64_length(stored) == Some(KEY_LENGTH)
        && base64_length(rest) == Some(KEY_LENGTH)
}

/// Up to the delimiter, and what follows it. Before 18 that is strtok() of C, which skips empty fields; then strsep(),
/// which takes them as they are.
fn field(text: &str, delimiter: char, major: u16) -> Option<(&str, &str)> {
    if major >= 18 {
        return text.split_once(delimiter);
    }
    text.trim_start_matches(delimiter).split_once(delimiter)
}

/// A number as strtol() of C takes it whole: blanks and a sign may stand before it. No text at all is 0.
fn is_long(text: &str) -> bool {
    let number = text.trim_start_matches([' ', '\t', '\n', '\u{b}', '\u{c}', '\r']);
    text.is_empty() || number.parse::<i64>().is_ok()
}

/// How many bytes a text stands for, as `pg_b64_decode()` reads it; it checks less of the padding than others do.
fn base64_length(text: &str) -> Option<usize> {
    let (mut length, mut pos, mut end) = (0, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'=' if end > 0 => {}
            b'=' => {
                end = match pos {
                    2 => 1,
                    3 => 2,
                    _ => return None,
                }
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {}
            _ => return None,
        }
        pos += 1;
        if pos == 4 {
            length += if end == 0 { 3 } else { end };
            pos = 0;
        }
    }
    (pos == 0).then_some(length)
}

impl Statement {
    fn role_options(&self) -> &[RoleOption] {
        match self {
            Statement::CreateRole(create) => &create.options,
            Statement::AlterRole(alter) => &alter.options,
            _ => &[],
        }
    }

    /// The passwords in it, in order.
    pub fn passwords(&self) -> impl Iterator<Item = &Secret> {
        self.role_options().iter().filter_map(|option| match option {
            RoleOption::Password(password) => password.as_ref(),
            _ => None,
        })
    }

    /// Does it hold a password that is clear text to a server of that major version?
    pub fn has_clear_password(&self, major: u16) -> bool {
        self.passwords().any(|password| is_clear_text(password.reveal(), major))
    }

    /// The statement as the server gets it once [`seal`] has been over its text, so far as can be told beforehand;
    /// None where that makes no difference.
    pub fn sealed(&self, major: u16) -> Option<Statement> {
        if !self.has_clear_password(major) {
            return None;
        }
        let mut sealed = self.clone();
        let options = match &mut sealed {
            Statement::CreateRole(create) => &mut create.options,
            Statement::AlterRole(alter) => &mut alter.options,
            _ => return None,
        };
        for option in options {
            if let RoleOption::Password(Some(password)) = option
                && is_clear_text(password.reveal(), major)
            {
                *password = Secret::new(STAND_IN);
            }
        }
        Some(sealed)
    }
}

/// A script with what `hash` makes of each password in clear text in its place. None: there may be a password in what
/// cannot be read.
pub fn seal(script: &str, options: &Options, mut hash: impl FnMut(&str) -> String) -> Option<String> {
    let (statements, hidden) = script::read(script, options);
    let mut hidden = hidden.into_iter().peekable();
    let mut sealed = String::with_capacity(script.len());
    let mut done = 0;
    for statement in &statements {
        let end = statement.offset + statement.text.len();
        let literals: Vec<_> = std::iter::from_fn(|| hidden.next_if(|(start, _)| *start < end)).collect();
        if literals.is_empty() {
            continue;
        }
        let passwords: Vec<&Secret> = statement.result.as_ref().ok()?.passwords().collect();
        if passwords.len() != literals.len() {
            return None;
        }
        for ((start, stop), password) in literals.into_iter().zip(passwords) {
            if is_clear_text(password.reveal(), options.major) {
                sealed.push_str(script.get(done..start)?);
                sealed.push_str(&quote_literal(&hash(password.reveal())));
                done = stop;
            }
        }
    }
    sealed.push_str(script.get(done..)?);
    Some(sealed)
}
