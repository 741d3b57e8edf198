//! Connecting to another place, and again to the same.

use super::load::{described, watch};
use super::office::{Home, Office};
use crate::app::connect::{Choice, Safety};
use crate::app::{Action, Outcome, Problem, Reconnection, Reply};
use crate::server::aws::{Iam, IamArguments};
use crate::server::choices::{self, Safety as Promised, Source};
use crate::server::password::{Known, NoPrompt, Prompt};
use crate::server::recent::Recent;
use crate::server::{self, Arguments, ConnectError, Connection, Environment, ErrorKind, Running, Settings};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

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
    match Environment::from_process() {
        Ok(environment) => {
            let all = choices::choices(&environment, Recent::of_user().as_ref());
            all.into_iter().map(in_words).collect()
        }
        Err(error) => vec![Choice {
            kind: "default",
            name: String::new(),
            place: Err(error.message),
            tls: String::new(),
            safety: Safety::Doubtful,
            about: Vec::new(),
            conninfo: String::new(),
        }],
    }
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
    home: Option<&Home>,
) -> Result<Connection, Outcome> {
    let mut settings = settings(conninfo, ways, home).map_err(|error| Outcome::Failed(error.into()))?;
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
    connected.map_err(|error| match asks(&error, &settings, prompt, typed || settings.has_password()) {
        Some(refused) => wanted(&settings, refused),
        None => Outcome::Failed(error.into()),
    })
}

/// What the command line says about passwords is for the place that was connected to first, and never for another: a
/// password or a token of one cluster is not shown to the next.
fn settings(conninfo: &SecretString, ways: &Ways, home: Option<&Home>) -> Result<Settings, ConnectError> {
    let environment = Environment::from_process()?;
    let mut arguments = Arguments {
        connection: Some(conninfo.expose_secret().to_owned()),
        prompt: ways.prompt,
        ..Arguments::default()
    };
    let plain = Settings::resolve(&arguments, &environment)?;
    if home.is_none_or(|home| *home == Home::of(&plain)) {
        arguments.password_command = ways.password_command.clone();
        arguments.iam = ways.iam.clone();
    }
    if arguments.password_command.is_none() && arguments.iam.is_none() {
        arguments.iam = remembered(conninfo);
    }
    Settings::resolve(&arguments, &environment)
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
    let hosts: Vec<String> =
        settings.hosts.iter().map(|host| format!("{}:{}", host.name(), host.port)).collect();
    format!("{} at {}", settings.user, hosts.join(" or "))
}

/// Is it a password that is missing, or was it refused? Where nobody may be asked, or a program gives it, it is an error.
fn asks(error: &ConnectError, settings: &Settings, prompt: Prompt, had_one: bool) -> Option<bool> {
    let by_program = settings.password_command.is_some() || settings.iam.is_some();
    match error.kind {
        _ if by_program || prompt == Prompt::Never => None,
        ErrorKind::PasswordNeeded => Some(false),
        ErrorKind::WrongPassword => Some(had_one),
        _ => None,
    }
}

/// What a load answers that has no connection.
pub(super) fn again(error: ConnectError, settings: &Settings) -> Reply {
    match asks(&error, settings, settings.prompt, true) {
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

/// No attempt takes longer: a password command may hang.
const PATIENCE: Duration = Duration::from_secs(120);

/// Tries once to have a connection in place of the one that was lost.
pub(super) async fn reconnect(office: Arc<Office>, number: u64, replies: UnboundedSender<Action>) {
    let running = Running::default();
    let work = async {
        // A command may ask for a key to be touched: not before there is a server to ask for.
        let opener = office.opener();
        if opener.settings().password_command.is_some() {
            server::reachable(opener.settings()).await?;
        }
        office.reopened(None, None, &running).await
    };
    let outcome = match timeout(PATIENCE, work).await {
        Ok(Ok(mut connection)) => {
            watch(&connection, &replies, &office);
            let described = described(&mut connection);
            office.link.keep(connection);
            Reconnection::Back(described)
        }
        Ok(Err(error)) => {
            // A command that asks somebody over the network fails like the network.
            let passing = is_passing(&error) || error.kind == ErrorKind::PasswordSource;
            Reconnection::StillGone { problem: Problem::from(error), passing }
        }
        Err(_) => Reconnection::StillGone { problem: Problem::new("It took too long."), passing: true },
    };
    let _ = replies.send(Action::Reconnected { number, outcome });
}

/// Writes down where we are, for the next time. A disk that is full keeps nobody from working.
pub(super) fn remember(settings: &Settings, ways: &Ways) {
    if ways.remember
        && !settings.recipe.is_empty()
        && let Some(recent) = Recent::of_user()
    {
        let iam = settings.iam.as_ref().map(Iam::said);
        let _ = recent.remember(&settings.recipe, iam, Timestamp::now());
    }
}
