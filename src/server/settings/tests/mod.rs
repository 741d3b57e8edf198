//! Each expectation is what libpq does, unless a comment says why not.

mod precedence;
mod strings;
mod tls;

use secrecy::ExposeSecret;

use super::*;
use crate::server::{ConnectError, ErrorKind};

/// A machine with a user `ana`, no home folder and no socket.
fn machine(vars: &[(&str, &str)]) -> Environment {
    Environment {
        vars: vars.iter().map(|(name, value)| (String::from(*name), String::from(*value))).collect(),
        user: Some("ana".to_owned()),
        socket_dirs: vec![PathBuf::from("/nowhere/run")],
        ..Environment::default()
    }
}

fn resolve(connection: &str) -> Result<Settings, ConnectError> {
    resolve_with(connection, &[])
}

fn resolve_with(connection: &str, vars: &[(&str, &str)]) -> Result<Settings, ConnectError> {
    let arguments = Arguments { connection: Some(connection.to_owned()), ..Arguments::default() };
    Settings::resolve(&arguments, &machine(vars))
}

fn refusal(connection: &str) -> ConnectError {
    resolve(connection).expect_err(connection)
}

fn password(settings: &Settings) -> Option<&str> {
    settings.password.as_ref().map(|password| password.expose_secret())
}

fn hosts(settings: &Settings) -> Vec<(String, u16)> {
    settings.hosts.iter().map(|host| (host.name(), host.port)).collect()
}

fn host(name: &str, port: u16) -> (String, u16) {
    (name.to_owned(), port)
}
