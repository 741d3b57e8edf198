//! Settings as a connection string that leads to the same place again, without what is secret.

use super::pairs::{Origin, Pairs};

/// Never written down: who connects again is asked, or has them where they were found the first time.
const SECRET: [&str; 5] =
    ["password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"];

/// What was said in words or by the environment. What a service said is said by its name, so that a change in the
/// service file is followed.
pub(super) fn recipe(pairs: &Pairs) -> String {
    let said = pairs.iter().filter(|(keyword, value, origin)| {
        *origin != Origin::Service && !value.is_empty() && !SECRET.contains(keyword)
    });
    said.map(|(keyword, value, _)| format!("{keyword}={}", quoted(value))).collect::<Vec<_>>().join(" ")
}

/// As a value of a connection string.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:,@%+".contains(c);
    if value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}
