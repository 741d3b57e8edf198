//! The token itself: a query for the action `connect`, signed as AWS signs any query (Signature Version 4).
//!
//! Pure: the time is an argument.

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::{digest, hmac};
use secrecy::{ExposeSecret, SecretString};

use super::credentials::Credentials;

/// What a token is good for: one role on one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose<'a> {
    /// The endpoint's name, as RDS gives it.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// The role.
    pub user: &'a str,
    /// Where the server runs.
    pub region: &'a str,
}

/// A quarter of an hour: the provider takes no token that says more.
const SECONDS: &str = "900";
const SERVICE: &str = "rds-db";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// All that RFC 3986 does not call unreserved is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The token that `credentials` give at this time. It is a password: who has it can log in.
pub fn token(credentials: &Credentials, purpose: Purpose<'_>, now: Timestamp) -> SecretString {
    let Purpose { host, port, user, region } = purpose;
    let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = &time[..8];
    let scope = format!("{day}/{region}/{SERVICE}/aws4_request");
    let credential = format!("{}/{scope}", credentials.access_key_id);
    let mut query = vec![
        ("Action", "connect"),
        ("DBUser", user),
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", &credential),
        ("X-Amz-Date", &time),
        ("X-Amz-Expires", SECONDS),
        ("X-Amz-SignedHeaders", "host"),
    ];
    if let Some(session) = &credentials.session_token {
        query.push(("X-Amz-Security-Token", session.expose_secret()));
    }
    let said = encoded(&query);
    query.sort_unstable();
    let request = format!(
        "GET\n/\n{}\nhost:{}\n\nhost\n{}",
        encoded(&query),
        host_header(host, port),
        hex(digest::digest(&digest::SHA256, b"").as_ref())
    );
    let hashed = hex(digest::digest(&digest::SHA256, request.as_bytes()).as_ref());
    let to_sign = format!("{ALGORITHM}\n{time}\n{scope}\n{hashed}");
    let key = signing_key(credentials, [day, region, SERVICE, "aws4_request"]);
    let signature = hex(hmac::sign(&key, to_sign.as_bytes()).as_ref());
    SecretString::from(format!("{host}:{port}/?{said}&X-Amz-Signature={signature}"))
}

/// A client of HTTPS leaves its port out, and asks for names in lower case.
fn host_header(host: &str, port: u16) -> String {
    let host = host.to_ascii_lowercase();
    if port == 443 { host } else { format!("{host}:{port}") }
}

fn encoded(query: &[(&str, &str)]) -> String {
    let pairs = query.iter().map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, ENCODED)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A key that is good for a day, a region and a service, so that the secret itself signs next to nothing.
fn signing_key(credentials: &Credentials, parts: [&str; 4]) -> hmac::Key {
    let secret = SecretString::from(format!("AWS4{}", credentials.secret_access_key.expose_secret()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    parts
        .iter()
        .fold(key, |key, part| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
