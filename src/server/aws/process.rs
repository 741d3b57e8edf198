//! `credential_process`: a program that prints credentials.

use secrecy::SecretString;
use serde::Deserialize;

use super::credentials::{Credentials, error, expiration};
use crate::server::connect_error::ConnectError;
use crate::server::password;

/// What such a program prints (Version 1).
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Printed {
    version: u32,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<String>,
}

/// Runs it in the shell, as the password command is run: without the variables that hold a password of PostgreSQL's.
pub(super) async fn run(command: &str, profile: &str) -> Result<Credentials, ConnectError> {
    let source = format!("credential_process of profile \"{profile}\"");
    let what = format!("{source} failed");
    let output = password::output(command, &what).await?;
    // What does not fit is not quoted: it may be half of a key.
    let printed: Printed = serde_json::from_slice(&output).map_err(|wrong| {
        error(what.clone()).detail(format!(
            "what it prints is no credentials: line {}, column {}",
            wrong.line(),
            wrong.column()
        ))
    })?;
    if printed.version != 1 {
        return Err(
            error(what).detail(format!("it prints version {}, and 1 is what is known", printed.version))
        );
    }
    Ok(Credentials {
        access_key_id: printed.access_key_id,
        secret_access_key: SecretString::from(printed.secret_access_key),
        session_token: printed.session_token.map(SecretString::from),
        expires: printed.expiration.as_deref().map(expiration).transpose()?,
        source,
    })
}
