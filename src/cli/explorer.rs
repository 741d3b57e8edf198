//! `rolescope` without a command: the explorer.

use std::process::ExitCode;

use super::args::Cli;
use super::failure::Failure;
use super::{output, plan, session};
use crate::app;
use crate::terminal::{self, ExplorerError, ExplorerOptions};

/// Runs it until the user quits.
pub fn run(cli: &Cli) -> Result<ExitCode, Failure> {
    let settings = session::settings(&cli.connection, cli.target.as_deref())?;
    let theme = if output::no_color() { app::ThemeName::Mono } else { app::ThemeName::default() };
    let explorer = app::Settings { read_only: cli.read_only, theme, ..app::Settings::default() };
    let ended = terminal::run(ExplorerOptions { settings, explorer, protected: plan::protected(cli) });
    ended.map(ExitCode::from).map_err(|error| match error {
        ExplorerError::Connect(error) => error.into(),
        other => Failure::usage(other.to_string()),
    })
}
