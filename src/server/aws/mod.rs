//! Amazon RDS and Aurora: IAM tokens in place of a password, made here for each connection; the provider's CAs.
//!
//! Nothing of AWS is asked over the network: a token is a signature. What needs a request (SSO, roles, containers,
//! instances) is refused with a line that says how the AWS CLI does it.

pub(crate) mod bundle;
mod credentials;
mod files;
mod process;
pub mod region;
mod token;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

pub use credentials::Credentials;
pub use token::{Purpose, token};

use super::connect_error::{ConnectError, ErrorKind};
use super::settings::{Address, Environment, Host, Settings, SslMode};
use credentials::error;
use files::Files;

/// `--aws-iam`: what tokens are made from. The keys are read when a connection is made.
#[derive(Debug, Clone)]
pub struct Iam {
    /// `--aws-region`
    pub region: Option<String>,
    /// `--aws-profile`
    pub profile: Option<String>,
    /// `--aws-endpoint`: the name and port that the server knows itself by, where a tunnel or an alias leads to it.
    pub endpoint: Option<(String, Option<u16>)>,
    /// Where it is looked for.
    pub environment: Environment,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

/// What was said of it on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IamArguments {
    /// `--aws-region`
    pub region: Option<String>,
    /// `--aws-profile`
    pub profile: Option<String>,
    /// `--aws-endpoint`
    pub endpoint: Option<String>,
}

impl Iam {
    /// Takes over what was said.
    pub fn new(said: &IamArguments, environment: &Environment) -> Result<Iam, ConnectError> {
        let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(Iam {
            region: some(&said.region),
            profile: some(&said.profile),
            endpoint: some(&said.endpoint).map(|text| endpoint(&text)).transpose()?,
            environment: environment.of_aws(),
            clock: Timestamp::now,
        })
    }

    /// What was said, to be said again.
    pub fn said(&self) -> IamArguments {
        let endpoint = self.endpoint.as_ref().map(|(host, port)| match port {
            Some(port) => format!("{host}:{port}"),
            None => host.clone(),
        });
        IamArguments { region: self.region.clone(), profile: self.profile.clone(), endpoint }
    }

    /// The credentials as they are now.
    pub async fn credentials(&self) -> Result<Credentials, ConnectError> {
        credentials::find(self, (self.clock)()).await
    }

    /// Where the server of this name runs: as said, as its name says, as the environment says, as the profile says. The
    /// name comes before the environment: an endpoint is in no other region.
    pub fn region(&self, host: &str) -> Result<String, ConnectError> {
        let from_environment = ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .into_iter()
            .find_map(|name| self.environment.var(name).filter(|value| !value.is_empty()));
        if let Some(region) = self.region.clone().or_else(|| region::of_host(host)) {
            return Ok(region);
        }
        if let Some(region) = from_environment {
            return Ok(region.to_owned());
        }
        let files = Files::read(&self.environment)?;
        match files.get(&self.profile_name(), "region") {
            Some(region) => Ok(region.to_owned()),
            None => Err(error(format!("the AWS region of \"{host}\" is not known")).hint(
                "Say it with --aws-region, AWS_REGION or the profile. If this is another name for an RDS endpoint, or a \
                 tunnel to one, say --aws-endpoint HOST:PORT: a token is good for the endpoint's own name alone.",
            )),
        }
    }

    fn profile_name(&self) -> String {
        let said = self.profile.as_deref();
        said.or_else(|| self.profile_of_environment()).unwrap_or("default").to_owned()
    }

    /// Of the two variables the AWS tools take the older one first.
    fn profile_of_environment(&self) -> Option<&str> {
        let var = |name| self.environment.var(name).filter(|value| !value.is_empty());
        var("AWS_DEFAULT_PROFILE").or_else(|| var("AWS_PROFILE"))
    }

    fn names_a_profile(&self) -> bool {
        self.profile.is_some() || self.profile_of_environment().is_some()
    }
}

fn endpoint(text: &str) -> Result<(String, Option<u16>), ConnectError> {
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    let port = port.map(|port| port.parse::<u16>().ok().filter(|port| *port > 0).ok_or(())).transpose();
    match port {
        Ok(port) if is_host_name(name) => Ok((name.to_owned(), port)),
        _ => Err(ConnectError::invalid(format!("\"{text}\" is no endpoint: it is HOST or HOST:PORT"))),
    }
}

fn is_host_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
}

/// Makes the tokens of one connection: each host that is tried gets its own.
pub(super) struct Signer<'a> {
    iam: &'a Iam,
    credentials: Credentials,
}

impl<'a> Signer<'a> {
    pub(super) async fn new(iam: &'a Iam) -> Result<Signer<'a>, ConnectError> {
        Ok(Signer { iam, credentials: iam.credentials().await? })
    }

    /// The token for a host, which is named as the user named it.
    pub(super) fn token(&self, host: &Host, user: &str) -> Result<SecretString, ConnectError> {
        let (name, port) = target(self.iam, host)?;
        let region = self.iam.region(&name)?;
        let purpose = Purpose { host: &name, port, user, region: &region };
        Ok(token(&self.credentials, purpose, (self.iam.clock)()))
    }

    /// Why the server may not have liked it.
    pub(super) fn refused(&self, mut error: ConnectError, host: &Host, user: &str) -> ConnectError {
        if error.kind == ErrorKind::WrongPassword {
            let place =
                target(self.iam, host).map(|(name, port)| format!("{name}:{port}")).unwrap_or_default();
            let elsewhere = !region::is_endpoint(place.split(':').next().unwrap_or_default());
            let tunnel = if elsewhere {
                " A token is good for the endpoint's own name alone: where this is a tunnel or an alias, say it with \
                 --aws-endpoint."
            } else {
                ""
            };
            let hint = format!(
                "An IAM token for {place} was made with the credentials from {}. {user} must be a member of rds_iam, IAM \
                 must allow rds-db:connect for it, the credentials must not have expired, and this machine's clock must \
                 be right.{tunnel}",
                self.credentials.source
            );
            error.hint.get_or_insert(hint);
        }
        error
    }
}

/// A server that asked PAM about a password: on RDS it does so for members of rds_iam, and takes tokens alone.
pub(super) fn no_token(mut error: ConnectError) -> ConnectError {
    if error.message.contains("PAM authentication failed") {
        let hint = "On Amazon RDS and Aurora this is a member of rds_iam, which logs in with an IAM token and no \
                    password: --aws-iam makes one.";
        error.hint.get_or_insert(hint.to_owned());
    }
    error
}

/// The name and port that the token is for.
fn target(iam: &Iam, host: &Host) -> Result<(String, u16), ConnectError> {
    if let Some((name, port)) = &iam.endpoint {
        return Ok((name.clone(), port.unwrap_or(host.port)));
    }
    match &host.address {
        Address::Tcp { name: Some(name), .. } if is_host_name(name) => Ok((name.clone(), host.port)),
        _ => Err(ConnectError::invalid(format!(
            "an IAM token is made for a host name, and \"{}\" is none",
            host.name()
        ))
        .hint("Connect to the name of the endpoint, or say it with --aws-endpoint HOST:PORT.")),
    }
}

/// What cannot be, before anything is connected to: a token in plain text, or for no name.
pub(super) fn check(settings: &Settings) -> Result<(), ConnectError> {
    let Some(iam) = &settings.iam else { return Ok(()) };
    if settings.tls.mode < SslMode::Require {
        let mode = settings.tls.mode.as_str();
        let message = format!("an IAM token is never sent in plain text, which sslmode={mode} allows");
        return Err(ConnectError::invalid(message)
            .hint("Use sslmode=verify-full with sslrootcert=rds; at the least sslmode=require."));
    }
    for host in &settings.hosts {
        if host.is_unix() {
            return Err(ConnectError::invalid(
                "an IAM token is never sent in plain text, as over a Unix socket",
            )
            .hint("Say the endpoint with -h or host=."));
        }
        target(iam, host)?;
    }
    Ok(())
}

/// What a person should know before connecting to RDS.
pub(super) fn warnings(settings: &Settings) -> Vec<String> {
    let mut found = Vec::new();
    let endpoint = settings.hosts.iter().map(Host::name).find(|name| region::is_endpoint(name));
    let mode = settings.tls.mode.as_str();
    if settings.tls.mode < SslMode::VerifyFull {
        let advice = "use sslmode=verify-full with sslrootcert=rds";
        match (&settings.iam, &endpoint) {
            (Some(_), _) => found.push(format!(
                "sslmode={mode} sends an IAM token to a server that was not verified with its host name: {advice}"
            )),
            (None, Some(name)) => found.push(format!(
                "sslmode={mode} does not verify that the server is \"{name}\": for Amazon RDS and Aurora {advice}"
            )),
            (None, None) => {}
        }
    }
    let Some(iam) = &settings.iam else { return found };
    for name in settings.hosts.iter().filter_map(|host| target(iam, host).ok()).map(|(name, _)| name) {
        match (&iam.region, region::of_host(&name)) {
            (Some(said), Some(region)) if *said != region => {
                found.push(format!("\"{name}\" is in {region}, and --aws-region says {said}"));
            }
            _ if !region::is_endpoint(&name) => found.push(format!(
                "\"{name}\" is not the name of an RDS endpoint, and a token is good for that alone: if this is another \
                 name for one, or a tunnel, say --aws-endpoint HOST:PORT"
            )),
            _ => {}
        }
    }
    found
}
