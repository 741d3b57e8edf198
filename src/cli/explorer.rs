//! `rolescope` without a command: the explorer.

use std::process::ExitCode;

use super::apply::RESOLVE;
use super::args::{Cli, Theme};
use super::failure::Failure;
use super::{output, plan, session, source};
use crate::app::{self, ThemeName};
use crate::terminal::{self, ExplorerError, ExplorerOptions, Limits, Source};

/// Runs it until the user quits.
pub fn run(cli: &Cli) -> Result<ExitCode, Failure> {
    let snapshot = source::snapshot(cli, cli.target.as_deref())?;
    let taken = snapshot.as_ref().map(|snapshot| {
        snapshot.about.taken.to_zoned(jiff::tz::TimeZone::system()).strftime("%F %H:%M").to_string()
    });
    let source = match snapshot {
        Some(snapshot) => Source::Snapshot(Box::new(snapshot)),
        None => Source::Server(Box::new(session::settings(&cli.connection, cli.target.as_deref())?)),
    };
    let theme = match cli.theme {
        _ if output::no_color() => ThemeName::Mono,
        Theme::Dark => ThemeName::Dark,
        Theme::Light => ThemeName::Light,
        Theme::Mono => ThemeName::Mono,
    };
    let explorer = app::Settings { read_only: cli.read_only, theme, ascii: cli.ascii, snapshot_taken: taken };
    let limits = Limits { lock: cli.lock_timeout, statement: cli.statement_timeout, resolve: RESOLVE };
    let ended = terminal::run(ExplorerOptions { source, explorer, protected: plan::protected(cli), limits });
    ended.map(ExitCode::from).map_err(|error| match error {
        ExplorerError::Connect(error) => error.into(),
        ExplorerError::NoTerminal(why) => Failure::usage(why.to_string()).hint(why.hint()),
        other => Failure::usage(other.to_string()),
    })
}
