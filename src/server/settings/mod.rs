//! What to connect to and how: libpq's rules, except that nothing said about TLS means that it is required.

mod conninfo;
mod environment;
mod hosts;
mod keywords;
mod pairs;
mod recipe;
mod refuse;
mod require_auth;
mod resolve;
mod service;
mod tls;
mod uri;
mod values;

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

pub use environment::Environment;
pub(crate) use environment::name_of_uid;
pub(crate) use hosts::socket_path;
pub use hosts::{Address, Host};
pub use require_auth::{AuthMethod, RequireAuth};
pub(crate) use resolve::{look_in_passfile, refuse_database};
pub use tls::{ClientCertificate, Roots, SslMode, TlsSettings, TlsVersion};
pub use values::{ChannelBinding, Keepalive, TargetSession};

use super::aws::{Iam, IamArguments};
pub use super::password::Prompt;

/// What the command line says; empty strings count as not said.
#[derive(Clone, Default)]
pub struct Arguments {
    /// `-h`
    pub host: Option<String>,
    /// `-p`
    pub port: Option<String>,
    /// `-U`
    pub user: Option<String>,
    /// `-d`: a database name, a connection string or a URI.
    pub database: Option<String>,
    /// CONNECTION: a connection string, a URI or a database name; wins over `-d`.
    pub connection: Option<String>,
    /// `-w`, `-W`
    pub prompt: Prompt,
    /// `--password-command`
    pub password_command: Option<String>,
    /// `--aws-iam`, and what goes with it
    pub iam: Option<IamArguments>,
}

/// Everything needed to connect. Clones share nothing but the password's text; none of it is ever printed.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Servers to try, in this order; at least one.
    pub hosts: Vec<Host>,
    /// The role to connect as.
    pub user: String,
    /// The database.
    pub database: String,
    /// TLS.
    pub tls: TlsSettings,
    /// A password that was said in words or by PGPASSWORD; the password file's stand with the hosts.
    pub(crate) password: Option<SecretString>,
    /// The password of the client certificate's key (`sslpassword`).
    pub(crate) key_password: Option<SecretString>,
    /// Who must run the server at the other end of a Unix socket.
    pub require_peer: Option<String>,
    /// The password file that was read.
    pub passfile: Option<PathBuf>,
    /// A program that prints the password.
    pub password_command: Option<String>,
    /// IAM tokens in place of a password.
    pub iam: Option<Iam>,
    /// Whether a person is asked.
    pub prompt: Prompt,
    /// `rolescope`, unless said otherwise.
    pub application_name: String,
    /// Command-line options for the server.
    pub options: Option<String>,
    /// How long to wait for each address; none: as long as the operating system does.
    pub connect_timeout: Option<Duration>,
    /// TCP keepalives.
    pub keepalive: Keepalive,
    /// SCRAM channel binding.
    pub channel_binding: ChannelBinding,
    /// Which ways to authenticate the server may ask for; none: all that the driver knows.
    pub require_auth: Option<RequireAuth>,
    /// What kind of server is wanted.
    pub target: TargetSession,
    /// Whether hosts and addresses are tried in random order.
    pub load_balance: bool,
    /// What a person should be told before the connection is there.
    pub warnings: Vec<String>,
    /// A connection string that leads to the same place again; nothing secret is in it.
    pub recipe: String,
}

impl Settings {
    /// Resolves what was said on the command line, in the environment and in the files that these name.
    pub fn resolve(arguments: &Arguments, environment: &Environment) -> Result<Self, super::ConnectError> {
        resolve::resolve(arguments, environment)
    }

    /// Whether a password is known before anybody is asked.
    pub fn has_password(&self) -> bool {
        self.password.is_some() || self.hosts.iter().any(|host| host.password.is_some())
    }

    /// The services that the service files define, each with its file; the first file that defines one counts. A file
    /// that cannot be read stands there with the reason.
    pub fn services(environment: &Environment) -> Vec<(Result<String, String>, PathBuf)> {
        service::names(environment)
    }

    /// Each keyword that somebody gave a value, on the command line, in a service file or in the environment, and the
    /// value that counts: what libpq's PQconninfo() shows, without what it was built with.
    pub fn said(
        arguments: &Arguments,
        environment: &Environment,
    ) -> Result<Vec<(&'static str, SecretString)>, super::ConnectError> {
        let pairs = resolve::pairs(arguments, environment)?;
        Ok(pairs.into_values().map(|(keyword, value)| (keyword, SecretString::from(value))).collect())
    }

    /// The password for one of the hosts, if it is known without a command and without asking.
    pub fn password_for<'a>(&'a self, host: &'a Host) -> Option<&'a SecretString> {
        self.password.as_ref().or(host.password.as_ref())
    }
}

#[cfg(test)]
mod tests;
