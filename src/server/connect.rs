//! Making a connection: hosts, addresses, plain text or TLS, password.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::attempt::{Attempt, attempt};
use super::aws::Signer;
use super::connect_error::{ConnectError, ErrorKind};
use super::connection::{Connection, Opener};
use super::diagnose;
use super::password::{self, PasswordSource, Prompt};
use super::settings::{Host, Settings, SslMode, TargetSession};
use super::wire::{Endpoint, endpoints};

/// Where the password of one connection comes from.
pub(super) enum Password {
    /// From the settings: said, of the password file, or of the password command.
    FromSettings,
    /// It is known.
    Known(SecretString),
}

/// What proves who we are.
enum Proof<'a> {
    /// The same for every host, and for connections that are opened later. None: what the password file has for each.
    Password(Option<SecretString>),
    /// What the password command printed: the next connection runs it again.
    Printed(SecretString),
    /// A token for each host.
    Token(Signer<'a>),
}

impl<'a> Proof<'a> {
    /// A password that somebody gave comes before whatever the settings would make.
    async fn new(settings: &'a Settings, password: Password) -> Result<Self, ConnectError> {
        match (password, &settings.iam, &settings.password, &settings.password_command) {
            (Password::Known(password), ..) => Ok(Self::Password(Some(password))),
            (Password::FromSettings, Some(iam), ..) => {
                super::aws::check(settings)?;
                Ok(Self::Token(Signer::new(iam).await?))
            }
            (Password::FromSettings, None, Some(password), _) => Ok(Self::Password(Some(password.clone()))),
            (Password::FromSettings, None, None, Some(command)) => {
                Ok(Self::Printed(password::run_command(command).await?))
            }
            (Password::FromSettings, None, None, None) => Ok(Self::Password(None)),
        }
    }

    /// The password for connections that are opened later.
    fn lasting(self) -> Option<SecretString> {
        match self {
            Self::Password(password) => password,
            Self::Printed(_) | Self::Token(_) => None,
        }
    }
}

/// Connects; `source` is asked for a password if the server wants one and nothing else has it.
pub async fn connect(
    settings: &Settings,
    source: &mut dyn PasswordSource,
) -> Result<Connection, ConnectError> {
    let prompt = format!("Password for user {}: ", settings.user);
    let mut settings = Cow::Borrowed(settings);
    let mut typed = match settings.prompt {
        Prompt::Always => vec![source.ask(&prompt)?],
        _ => Vec::new(),
    };
    loop {
        let password = typed.last().cloned().map_or(Password::FromSettings, Password::Known);
        let error = match with_password(&settings, password).await {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        let may_ask = settings.prompt != Prompt::Never;
        match error.kind {
            ErrorKind::PasswordNeeded if may_ask && typed.is_empty() => typed.push(source.ask(&prompt)?),
            ErrorKind::WrongPassword if (1..TRIES).contains(&typed.len()) && source.again(&error) => {
                typed.push(source.ask(&prompt)?);
            }
            ErrorKind::KeyPassword if may_ask => {
                // Without anybody to ask, what is missing is still the key's password, and no other.
                let Ok(password) = source.ask("Enter PEM pass phrase: ") else { return Err(error) };
                settings.to_mut().key_password = Some(password);
            }
            _ => return Err(error),
        }
    }
}

/// How often a person may type a password.
const TRIES: usize = 3;

/// Connects without asking anybody.
pub(super) async fn with_password(
    settings: &Settings,
    password: Password,
) -> Result<Connection, ConnectError> {
    super::settings::refuse_database(&settings.database)?;
    let proof = Proof::new(settings, password).await?;
    let connected = any_host(settings, &proof).await;
    let mut connection = connected.map_err(|error| with_warnings(error, &settings.warnings))?;
    connection.opener.password = proof.lasting();
    connection.warnings.splice(0..0, settings.warnings.iter().cloned());
    Ok(connection)
}

/// Where a password is missing, a password file that was ignored is why.
fn with_warnings(mut error: ConnectError, warnings: &[String]) -> ConnectError {
    if matches!(error.kind, ErrorKind::PasswordNeeded | ErrorKind::WrongPassword) && !warnings.is_empty() {
        let lines = error.detail.take().into_iter().chain(warnings.iter().cloned());
        error.detail = Some(lines.collect::<Vec<_>>().join("\n"));
    }
    error
}

/// The first host that will do; the last error if none does.
async fn any_host(settings: &Settings, proof: &Proof<'_>) -> Result<Connection, ConnectError> {
    let passes: &[TargetSession] = match settings.target {
        TargetSession::PreferStandby => &[TargetSession::Standby, TargetSession::Any],
        ref target => std::slice::from_ref(target),
    };
    let order = shuffled((0..settings.hosts.len()).collect(), settings.load_balance);
    let mut errors: Vec<ConnectError> = Vec::new();
    for target in passes {
        for &at in &order {
            let Some(host) = settings.hosts.get(at) else { continue };
            match one_host(settings, at, host, proof, *target).await {
                Ok(connection) => return Ok(connection),
                Err(Failure { error, go_on: true }) => errors.push(error),
                Err(Failure { error, go_on: false }) => return Err(with_earlier(error, errors)),
            }
        }
    }
    let last = errors.pop().unwrap_or_else(|| ConnectError::invalid("no host to connect to"));
    Err(with_earlier(last, errors))
}

/// Names what went wrong on the hosts before.
pub(super) fn with_earlier(mut error: ConnectError, mut earlier: Vec<ConnectError>) -> ConnectError {
    earlier.retain(|other| other.message != error.message);
    earlier.dedup();
    if !earlier.is_empty() {
        let lines = error.detail.take().into_iter().chain(earlier.into_iter().map(|earlier| earlier.message));
        error.detail = Some(lines.collect::<Vec<_>>().join("\n"));
    }
    error
}

struct Failure {
    error: ConnectError,
    /// Whether the next address or host may be tried. As in libpq, not after a handshake or an authentication failed.
    go_on: bool,
}

async fn one_host(
    settings: &Settings,
    at: usize,
    host: &Host,
    proof: &Proof<'_>,
    target: TargetSession,
) -> Result<Connection, Failure> {
    let given = match proof {
        Proof::Password(password) => password.as_ref(),
        Proof::Printed(password) => Some(password),
        Proof::Token(signer) => return with_token(settings, at, host, signer, target).await,
    };
    let result = addresses(settings, at, host, given, target).await;
    result.map_err(|failure| Failure { error: super::aws::no_token(failure.error), ..failure })
}

async fn with_token(
    settings: &Settings,
    at: usize,
    host: &Host,
    signer: &Signer<'_>,
    target: TargetSession,
) -> Result<Connection, Failure> {
    let user = &settings.user;
    let token = signer.token(host, user).map_err(|error| Failure { error, go_on: false })?;
    let result = addresses(settings, at, host, Some(&token), target).await;
    result.map_err(|failure| Failure { error: signer.refused(failure.error, host, user), ..failure })
}

async fn addresses(
    settings: &Settings,
    at: usize,
    host: &Host,
    password: Option<&SecretString>,
    target: TargetSession,
) -> Result<Connection, Failure> {
    let found = within(settings.connect_timeout, endpoints(host)).await;
    let found = found.map_err(|error| Failure { error: unknown_host(host, &error), go_on: true })?;
    let mut last = None;
    for endpoint in shuffled(found, settings.load_balance) {
        match one_address(settings, at, host, &endpoint, password, target).await {
            Err(Failure { error, go_on: true }) => last = Some(error),
            result => return result,
        }
    }
    let error = last.unwrap_or_else(|| unknown_host(host, &io::Error::other("no address")));
    Err(Failure { error, go_on: true })
}

pub(super) fn unknown_host(host: &Host, error: &io::Error) -> ConnectError {
    let message = format!("could not translate host name \"{}\" to address", host.name());
    let kind =
        if error.kind() == io::ErrorKind::TimedOut { ErrorKind::Timeout } else { ErrorKind::UnknownHost };
    let unknown = ConnectError::new(kind, message).detail(error.to_string());
    match host.name().contains('@') {
        true => unknown.hint("In a URI an \"@\" in a password is written as %40."),
        false => unknown,
    }
}

/// One address, encrypted or not as the mode says.
async fn one_address(
    settings: &Settings,
    at: usize,
    host: &Host,
    endpoint: &Endpoint,
    password: Option<&SecretString>,
    target: TargetSession,
) -> Result<Connection, Failure> {
    let from_file = password.is_none() && host.password.is_some();
    let password = password.or(host.password.as_ref()).map(|password| password.expose_secret().as_bytes());
    let mut first: Option<ConnectError> = None;
    for &encrypted in encryptions(settings.tls.mode, host) {
        let attempt_here = Attempt { settings, host, endpoint, password, target, encrypted };
        let result = within_attempt(settings.connect_timeout, attempt(&attempt_here)).await;
        let error = match result {
            Ok(mut connection) => {
                connection.warnings.extend(plain_text_warning(settings, host, encrypted, first.as_ref()));
                connection.opener = Opener::new(settings, at, endpoint, encrypted);
                return Ok(connection);
            }
            Err(error) => from_passfile(error, settings, from_file),
        };
        let retry = first.is_none() && other_encryption_may_do(encrypted, &error);
        let go_on = matches!(
            error.kind,
            ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::NotAccepting | ErrorKind::SessionAttrs
        );
        let error = with_earlier(placed(error, host, endpoint), first.take().into_iter().collect());
        if !retry {
            return Err(Failure { error, go_on });
        }
        first = Some(error);
    }
    let error = first.unwrap_or_else(|| ConnectError::invalid("no way to connect"));
    Err(Failure { error, go_on: false })
}

/// As libpq does, says where a password came from that nobody typed.
fn from_passfile(error: ConnectError, settings: &Settings, from_file: bool) -> ConnectError {
    match &settings.passfile {
        Some(path) if from_file && error.kind == ErrorKind::WrongPassword => {
            error.hint(format!("password retrieved from file \"{}\"", path.display()))
        }
        _ => error,
    }
}

/// Whether to encrypt, in the order of trying. TLS is never used on a Unix socket, whatever the mode.
fn encryptions(mode: SslMode, host: &Host) -> &'static [bool] {
    match mode {
        _ if host.is_unix() => &[false],
        SslMode::Disable => &[false],
        SslMode::Allow => &[false, true],
        SslMode::Prefer => &[true, false],
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[true],
    }
}

/// libpq tries the other way after any error; here a password that was refused over TLS is not sent in the open too.
fn other_encryption_may_do(encrypted: bool, error: &ConnectError) -> bool {
    if !encrypted {
        return error.sqlstate.is_some() && error.kind != ErrorKind::NotAccepting;
    }
    matches!(
        error.kind,
        ErrorKind::TlsRefused
            | ErrorKind::CertificateExpired
            | ErrorKind::CertificateUntrusted
            | ErrorKind::CertificateHost
            | ErrorKind::CertificateRevoked
            | ErrorKind::ClientCertificate
            | ErrorKind::KeyPassword
            | ErrorKind::RootCertificate
            | ErrorKind::Tls
            | ErrorKind::HbaRejected
    )
}

/// Plain text over a network is never silent, unless `disable` asked for just that.
fn plain_text_warning(
    settings: &Settings,
    host: &Host,
    encrypted: bool,
    failed: Option<&ConnectError>,
) -> Option<String> {
    if encrypted || host.is_unix() || settings.tls.mode == SslMode::Disable {
        return None;
    }
    let mode = settings.tls.mode.as_str();
    Some(match failed {
        Some(error) => {
            format!("the connection is not encrypted: sslmode={mode}, and TLS failed: {}", error.message)
        }
        None => format!("the connection is not encrypted: sslmode={mode}, and the server accepts plain text"),
    })
}

/// Says which server it was.
pub(super) fn placed(mut error: ConnectError, host: &Host, endpoint: &Endpoint) -> ConnectError {
    let place = match endpoint {
        Endpoint::Unix(path) => format!("on socket \"{}\"", path.display()),
        Endpoint::Tcp(address) => {
            let (name, ip) = (host.name(), address.ip().to_string());
            let ip = if name == ip { String::new() } else { format!(" ({ip})") };
            format!("at \"{name}\"{ip}, port {}", host.port)
        }
    };
    error.message = format!("connection to server {place} failed: {}", error.message);
    error
}

pub(super) async fn within<T>(
    limit: Option<Duration>,
    work: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    match limit {
        Some(limit) => {
            tokio::time::timeout(limit, work).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
        }
        None => work.await,
    }
}

async fn within_attempt(
    limit: Option<Duration>,
    work: impl Future<Output = Result<Connection, ConnectError>>,
) -> Result<Connection, ConnectError> {
    match limit {
        Some(limit) => match tokio::time::timeout(limit, work).await {
            Ok(result) => result,
            Err(_) => Err(diagnose::socket(&io::Error::from(io::ErrorKind::TimedOut))),
        },
        None => work.await,
    }
}

/// Random order where asked for; the standard library's hash seeds are random enough to spread load.
fn shuffled<T>(items: Vec<T>, random: bool) -> Vec<T> {
    if !random {
        return items;
    }
    let seed = RandomState::new();
    let mut keyed: Vec<_> =
        items.into_iter().enumerate().map(|(at, item)| (seed.hash_one(at), item)).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, item)| item).collect()
}
