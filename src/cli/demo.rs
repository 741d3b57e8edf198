//! `rolescope demo`: a throwaway server, a command on it, and nothing left of either.

use std::ffi::OsString;
use std::process::ExitCode;

use super::args;
use super::args::{Cli, Command};
use super::failure::Failure;
use crate::demo::{DemoOptions, start_demo};

/// Starts the demo and runs `command` on it; none is the explorer.
pub fn run(command: &[OsString], options: &DemoOptions) -> Result<ExitCode, Failure> {
    // A mistake in the command is told before a server is started for it.
    match parse(command, None) {
        Ok((cli, _)) => check(&cli)?,
        Err(error) => return Ok(super::said(&error, command).into()),
    }
    let demo = start_demo(options).map_err(|error| {
        let failure = Failure::usage(error.to_string());
        match error.detail() {
            Some(detail) => failure.detail(detail),
            None => failure,
        }
    })?;
    match parse(command, Some(demo.conninfo())) {
        // It is gone when it ends: no place to come back to.
        Ok((cli, inputs)) => super::run(cli, &inputs, false),
        Err(error) => Ok(super::said(&error, command).into()),
    }
}

fn parse(command: &[OsString], conninfo: Option<String>) -> Result<(Cli, Vec<args::Input>), clap::Error> {
    let words = std::iter::once(OsString::from("rolescope demo")).chain(command.iter().cloned());
    args::parse(words.chain(conninfo.map(OsString::from)))
}

fn check(cli: &Cli) -> Result<(), Failure> {
    if let Some(Command::Demo { .. }) = cli.command {
        return Err(Failure::usage("a demo cannot run in a demo"));
    }
    let target = cli.command.as_ref().map_or(cli.target.as_deref(), Command::target);
    if target.is_some() || cli.connection.is_set() {
        return Err(Failure::usage("the demo brings its own connection: leave CONNECTION and its flags out"));
    }
    Ok(())
}
