//! Connecting to real servers: what psql would do, said in one clear line where it fails.

mod client_certs;
mod failures;
mod matrix;
mod passwords;
mod program;
mod require_auth;
mod session;

use std::path::Path;

use rolescope::server::password::NoPrompt;
use rolescope::server::{Arguments, ConnectError, Connection, Environment, Settings, connect};

/// An environment with nothing in it; `home` where files below it matter.
fn environment(home: Option<&Path>) -> Environment {
    Environment {
        home: home.map(Path::to_owned),
        user: Some("nobody_in_particular".to_owned()),
        ..Environment::default()
    }
}

fn settings(connection: &str, home: Option<&Path>) -> Result<Settings, ConnectError> {
    let arguments = Arguments { connection: Some(connection.to_owned()), ..Arguments::default() };
    Settings::resolve(&arguments, &environment(home))
}

pub async fn open(connection: &str, home: Option<&Path>) -> Result<Connection, ConnectError> {
    connect(&settings(connection, home)?, &mut NoPrompt).await
}

async fn opened(connection: &str) -> Connection {
    open(connection, None).await.unwrap_or_else(|error| panic!("{connection}: {error:?}"))
}

async fn failure(connection: &str) -> ConnectError {
    let error = open(connection, None).await.err().unwrap_or_else(|| panic!("{connection} connects"));
    assert!(!error.message.is_empty() && !error.message.contains('\n'), "{error:?}");
    error
}
