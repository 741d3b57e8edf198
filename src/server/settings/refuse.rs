//! Settings that libpq would honour and rolescope cannot: each is refused by name, since ignoring one may be unsafe.

use super::pairs::Pairs;
use super::values::choice;
use crate::server::connect_error::ConnectError;

/// Keywords that are refused whenever they have a value.
const NEVER: &[(&str, &str)] = &[
    ("sslkeylogfile", "TLS keys are never written down"),
    ("scram_client_key", "SCRAM keys in place of a password are not supported"),
    ("scram_server_key", "SCRAM keys in place of a password are not supported"),
    ("oauth_issuer", "OAuth is not supported"),
    ("oauth_client_id", "OAuth is not supported"),
    ("oauth_client_secret", "OAuth is not supported"),
    ("oauth_scope", "OAuth is not supported"),
];

pub(super) fn check(pairs: &Pairs) -> Result<(), ConnectError> {
    for (keyword, reason) in NEVER {
        if pairs.nonempty(keyword).is_some() {
            return refuse(keyword, reason);
        }
    }
    if choice(pairs, "gssencmode", &[("disable", false), ("prefer", false), ("require", true)])? == Some(true)
    {
        return refuse("gssencmode=require", "GSSAPI encryption is not supported");
    }
    if choice(pairs, "sslcertmode", &[("disable", false), ("allow", false), ("require", true)])? == Some(true)
    {
        return refuse("sslcertmode=require", "whether the server asked for our certificate is not known");
    }
    // PostgreSQL 18: versions of the wire protocol. Ours is 3.0.
    let versions = [("3.0", true), ("3.2", false), ("latest", false)];
    if choice(pairs, "min_protocol_version", &versions)? == Some(false) {
        return refuse("min_protocol_version", "only protocol version 3.0 is spoken");
    }
    choice(pairs, "max_protocol_version", &versions)?;
    match pairs.nonempty("replication") {
        None | Some("false" | "off" | "no" | "0") => Ok(()),
        Some(_) => refuse("replication", "a replication connection cannot be explored"),
    }
}

fn refuse(setting: &str, reason: &str) -> Result<(), ConnectError> {
    Err(ConnectError::unsupported(format!("connection option \"{setting}\" is not supported: {reason}"))
        .hint("It is refused rather than ignored."))
}
