//! `require_auth`: which ways to authenticate the server may ask for (libpq 16).

use super::pairs::Pairs;
use crate::server::connect_error::ConnectError;

/// A way to authenticate, as the server asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// The server lets us in without a question.
    None,
    /// The password in the open.
    Password,
    /// The password, hashed with MD5.
    Md5,
    /// GSSAPI.
    Gss,
    /// SSPI.
    Sspi,
    /// SCRAM-SHA-256.
    ScramSha256,
    /// OAuth.
    OAuth,
}

const METHODS: [(&str, AuthMethod); 7] = [
    ("none", AuthMethod::None),
    ("password", AuthMethod::Password),
    ("md5", AuthMethod::Md5),
    ("gss", AuthMethod::Gss),
    ("sspi", AuthMethod::Sspi),
    ("scram-sha-256", AuthMethod::ScramSha256),
    ("oauth", AuthMethod::OAuth),
];

/// The methods that are allowed, and the words that said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequireAuth {
    /// As it was said.
    pub said: String,
    allowed: Vec<AuthMethod>,
}

impl RequireAuth {
    /// Whether the server may ask for it.
    pub fn allows(&self, method: AuthMethod) -> bool {
        self.allowed.contains(&method)
    }
}

pub(super) fn resolve(pairs: &Pairs) -> Result<Option<RequireAuth>, ConnectError> {
    let Some(said) = pairs.nonempty("require_auth") else { return Ok(None) };
    let invalid = |message: String| Err(ConnectError::invalid(message));
    let mut named: Vec<AuthMethod> = Vec::new();
    let negative = said.starts_with('!');
    for word in said.split(',') {
        let (not, name) = match word.strip_prefix('!') {
            Some(name) => (true, name),
            None => (false, word),
        };
        let Some((_, method)) = METHODS.iter().find(|(known, _)| *known == name) else {
            return invalid(format!("invalid require_auth value: \"{said}\""));
        };
        if not != negative {
            return invalid(format!(
                "require_auth method \"{word}\" mixes what is required with what is refused"
            ));
        }
        if named.contains(method) {
            return invalid(format!("require_auth method \"{word}\" is specified more than once"));
        }
        named.push(*method);
    }
    let methods = METHODS.iter().map(|(_, method)| *method);
    let allowed = methods.filter(|method| named.contains(method) != negative).collect();
    Ok(Some(RequireAuth { said: said.to_owned(), allowed }))
}
