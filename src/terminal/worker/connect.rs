//! Connecting to another place, and again to the same.

use super::load::{described, watch};
use super::{Answer, Office};
use crate::app::connect::{Choice, Safety};
use crate::app::{Action, Outcome, Problem, Reply};
use crate::server::aws::{Iam, IamArguments};
use crate::server::choices::{self, Safety as Promised, Source};
use crate::server::password::{Known, NoPrompt, Prompt};
use crate::server::recent::Recent;
use crate::server::{self, Arguments, ConnectError, Connection, Environment, ErrorKind, Settings};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// What the command line says besides where to connect: it holds for every place.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    /// `-w`, `-W`.
    pub prompt: Prompt,
    /// `--password-command`.
    pub password_command: Option<String>,
    /// `--aws-iam`.
    pub iam: Option<IamArguments>,
    /// Connections are remembered.
    pub remember: bool,
}

/// Looks for places; nothing is connected to.
pub(super) fn choices() -> Vec<Choice> {
    let Ok(environment) = Environment::from_process() else { return Vec::new() };
    choices::choices(&environment, Recent::of_user().as_ref()).into_iter().map(in_words).collect()
}

fn in_words(choice: choices::Choice) -> Choice {
    let (kind, name, origin) = match choice.source {
        Source::Service { name, file } => ("service", name, format!("From {}.", file.display())),
        Source::Recent { at, iam } => {
            let at = at.to_zoned(TimeZone::system()).strftime("%F %H:%M");
            let how = if iam { ", with an IAM token for the password" } else { "" };
            ("recent", String::new(), format!("Connected to on {at}{how}."))
        }
        Source::Default => {
            ("default", String::new(), "What the environment and the defaults lead to.".to_owned())
        }
    };
    let (place, tls, safety, promise) = match choice.place {
        Ok(place) => {
            let safety = match place.tls.safety {
                Promised::Safe => Safety::Safe,
                Promised::Doubtful => Safety::Doubtful,
                Promised::Open => Safety::Open,
            };
            (Ok(place.words), place.tls.short, safety, Some(place.tls.long))
        }
        Err(why) => (Err(why), String::new(), Safety::Doubtful, None),
    };
    let about = promise.into_iter().chain([origin]).collect();
    Choice { kind, name, place, tls, safety, about, conninfo: choice.conninfo }
}

/// Connects to another place with what was typed, or with what settings know.
pub(super) async fn attempt(
    conninfo: &SecretString,
    password: Option<SecretString>,
    ways: &Ways,
) -> Result<Connection, Outcome> {
    let mut settings = settings(conninfo, ways).map_err(|error| Outcome::Failed(error.into()))?;
    let (prompt, typed) = (settings.prompt, password.is_some());
    // A box on the screen asks, and not the driver.
    settings.prompt = match (&password, prompt) {
        (Some(_), _) => Prompt::Always,
        (None, Prompt::Always) => return Err(wanted(&settings, false)),
        (None, other) => other,
    };
    let connected = match password {
        Some(password) => server::connect(&settings, &mut Known(password)).await,
        None => server::connect(&settings, &mut NoPrompt).await,
    };
    connected.map_err(|error| match asks(&error, prompt, typed || settings.has_password()) {
        Some(refused) => wanted(&settings, refused),
        None => Outcome::Failed(error.into()),
    })
}

fn settings(conninfo: &SecretString, ways: &Ways) -> Result<Settings, ConnectError> {
    let arguments = Arguments {
        connection: Some(conninfo.expose_secret().to_owned()),
        prompt: ways.prompt,
        password_command: ways.password_command.clone(),
        iam: ways.iam.clone().or_else(|| remembered(conninfo)),
        ..Arguments::default()
    };
    Settings::resolve(&arguments, &Environment::from_process()?)
}

/// How the token was made when this place was connected to before, if it was with one.
fn remembered(conninfo: &SecretString) -> Option<IamArguments> {
    let visits = Recent::of_user()?.visits();
    visits.into_iter().find(|visit| visit.conninfo == conninfo.expose_secret())?.iam
}

fn wanted(settings: &Settings, refused: bool) -> Outcome {
    Outcome::PasswordWanted { place: whose(settings), refused }
}

/// Whose password it is.
fn whose(settings: &Settings) -> String {
    let host = settings.hosts.first().map(|host| format!(" at {}:{}", host.name(), host.port));
    format!("{}{}", settings.user, host.unwrap_or_default())
}

/// Is it a password that is missing, or was it refused? Where nobody may be asked, or a program gives it, it is an error.
fn asks(error: &ConnectError, prompt: Prompt, had_one: bool) -> Option<bool> {
    match error.kind {
        _ if prompt == Prompt::Never => None,
        ErrorKind::PasswordNeeded => Some(false),
        ErrorKind::WrongPassword => Some(had_one),
        _ => None,
    }
}

/// The same for a connection that is made again with `password`.
pub(super) fn again(error: ConnectError, settings: &Settings) -> Reply {
    let by_program = settings.password_command.is_some() || settings.iam.is_some();
    match asks(&error, settings.prompt, true).filter(|_| !by_program) {
        Some(refused) => Reply::PasswordWanted { place: whose(settings), refused },
        None if is_passing(&error) => Reply::Unreachable(error.into()),
        None => Reply::Failed(error.into()),
    }
}

/// Could it be otherwise in a moment? A password that was refused is not sent again and again: accounts get locked.
fn is_passing(error: &ConnectError) -> bool {
    use ErrorKind as K;
    matches!(
        error.kind,
        K::UnknownHost
            | K::Unreachable
            | K::Timeout
            | K::NotAccepting
            | K::TooManyConnections
            | K::Lost
            | K::SessionAttrs
    )
}

/// Tries once to have a connection in place of the one that was lost.
pub(super) async fn reconnect(office: Arc<Office>, answer: Answer) {
    let reply = match office.reopened(None, None).await {
        Ok(connection) => {
            watch(&connection, &answer.replies, &office);
            let described = described(&connection);
            office.link.keep(connection);
            Reply::Back(described)
        }
        Err(error) => {
            let passing = is_passing(&error);
            Reply::StillGone { problem: Problem::from(error), passing }
        }
    };
    answer.send(reply);
}

/// Writes down where we are, for the next time. A disk that is full keeps nobody from working.
pub(super) fn remember(connection: &Connection, ways: &Ways) {
    let opener = connection.opener();
    let recipe = &opener.settings().recipe;
    if ways.remember
        && !recipe.is_empty()
        && let Some(recent) = Recent::of_user()
    {
        let iam = opener.settings().iam.as_ref().map(Iam::said);
        let _ = recent.remember(recipe, iam, Timestamp::now());
    }
}

/// What came of an attempt.
pub(super) fn told(attempt: u64, outcome: Outcome) -> Action {
    Action::Attempted { attempt, outcome }
}
