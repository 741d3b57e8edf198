//! Life after connect: poolers in between, servers that take no changes, and servers and networks that go, stall and
//! come back.

mod applying;
pub mod bouncer;
mod databases;
mod poolers;
mod read_only;
mod reading;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use rolescope::server::password::NoPrompt;
use rolescope::server::{Arguments, ConnectError, Connection, Environment, Settings, connect};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rolescope");

/// The program with nothing in its environment.
fn program(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().env("HOME", home).stdin(Stdio::null());
    command
}

/// Its output and exit status.
fn run(home: &Path, arguments: &[&str]) -> (String, String, i32) {
    said(program(home, arguments).output().expect("the program starts"))
}

fn said(output: Output) -> (String, String, i32) {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().expect("an exit status");
    (text(output.stdout), text(output.stderr), code)
}

/// The same place behind another port.
fn at_port(conninfo: &str, from: u16, to: u16) -> String {
    let (old, new) = (format!(" port={from} "), format!(" port={to} "));
    assert!(conninfo.contains(&old), "{conninfo}");
    conninfo.replace(&old, &new)
}

async fn open(conninfo: &str) -> Result<Connection, ConnectError> {
    let arguments = Arguments { connection: Some(conninfo.to_owned()), ..Arguments::default() };
    let settings = Settings::resolve(&arguments, &Environment::default()).expect("settings");
    connect(&settings, &mut NoPrompt).await
}

async fn opened(conninfo: &str) -> Connection {
    open(conninfo).await.unwrap_or_else(|error| panic!("{conninfo}: {error:?}"))
}
