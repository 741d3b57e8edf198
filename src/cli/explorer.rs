//! `rolescope` without a command: the explorer.

use std::process::ExitCode;

use super::apply::RESOLVE;
use super::args::{Cli, Theme};
use super::failure::Failure;
use super::{output, plan, session, source};
use crate::app::{self, ThemeName};
use crate::server::Environment;
use crate::server::choices::{Source as Known, choices};
use crate::server::recent::Recent;
use crate::terminal::{self, ExplorerError, ExplorerOptions, Limits, Source, Ways};

/// Runs it until the user quits. `remember`: what is connected to is offered the next time.
pub fn run(cli: &Cli, remember: bool) -> Result<ExitCode, Failure> {
    let snapshot = source::snapshot(cli, cli.target.as_deref())?;
    let taken = snapshot.as_ref().map(|snapshot| {
        snapshot.about.taken.to_zoned(jiff::tz::TimeZone::system()).strftime("%F %H:%M").to_string()
    });
    let source = match snapshot {
        Some(snapshot) => Source::Snapshot(Box::new(snapshot)),
        None if is_to_choose(cli) => Source::Choice,
        None => Source::Server(Box::new(session::settings(&cli.connection, cli.target.as_deref())?)),
    };
    let choose = matches!(source, Source::Choice);
    let said = cli.connection.arguments(None);
    let ways = Ways { prompt: said.prompt, password_command: said.password_command, iam: said.iam, remember };
    let theme = match cli.theme {
        _ if output::no_color() => ThemeName::Mono,
        Theme::Dark => ThemeName::Dark,
        Theme::Light => ThemeName::Light,
        Theme::Mono => ThemeName::Mono,
    };
    let explorer =
        app::Settings { read_only: cli.read_only, theme, ascii: cli.ascii, snapshot_taken: taken, choose };
    let limits = Limits { lock: cli.lock_timeout, statement: cli.statement_timeout, resolve: RESOLVE };
    let ended =
        terminal::run(ExplorerOptions { source, explorer, protected: plan::protected(cli), limits, ways });
    ended.map(ExitCode::from).map_err(|error| match error {
        ExplorerError::Connect(error) => error.into(),
        ExplorerError::NoTerminal(why) => Failure::usage(why.to_string()).hint(why.hint()),
        other => Failure::usage(other.to_string()),
    })
}

/// Nothing was said about where to connect, and there is something to choose from. Where there is not, libpq's default
/// is connected to, as psql would.
fn is_to_choose(cli: &Cli) -> bool {
    let said = &cli.connection;
    let places = [&said.host, &said.port, &said.user];
    if cli.target.is_some() || said.database.is_some() || places.iter().any(|place| place.is_some()) {
        return false;
    }
    let Ok(environment) = Environment::from_process() else { return false };
    let variables = ["PGSERVICE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER"];
    if variables.iter().any(|name| environment.var(name).is_some_and(|value| !value.is_empty())) {
        return false;
    }
    choices(&environment, Recent::of_user().as_ref()).iter().any(|choice| choice.source != Known::Default)
}
