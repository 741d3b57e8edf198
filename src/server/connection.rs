//! A connection that is there.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, CancelToken, Client, NoTls};

use super::connect::{self, Password};
use super::connect_error::{ConnectError, ErrorKind};
use super::identity::Identity;
use super::running::Running;
use super::settings::{Address, Keepalive, Settings, SslMode, look_in_passfile};
use super::tls::{Connector, Tls};
use super::watched::Observers;
use super::wire::Endpoint;

/// A connection, with what is known about its other end.
///
/// The session is as the server, the role and `options` make it, except for `application_name` and a
/// `client_encoding` of UTF8. Nothing else is set: no read-only mode, no timeouts, no search_path. A transaction is
/// not open. Who loads or applies sets what it needs.
pub struct Connection {
    /// Sends statements. When the last clone goes, the connection is closed.
    pub client: Client,
    /// The server's notices, in its order. Those of a statement are here before its result is.
    pub notices: mpsc::UnboundedReceiver<DbError>,
    /// None while the connection lives; then why it ended.
    pub closed: watch::Receiver<Option<Closed>>,
    /// TLS as the server reports it; none: plain text.
    pub tls: Option<Tls>,
    /// The host's name, address or socket folder, as it was said.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The session user.
    pub user: String,
    /// The database.
    pub database: String,
    /// What the server told about itself.
    pub server: Server,
    /// None where the server itself is at the other end; else what stands between.
    pub pooler: Option<Pooler>,
    /// What a person should be told: a fall back to plain text, a password file that was ignored.
    pub warnings: Vec<String>,
    pub(super) cancel: Cancel,
    pub(super) opener: Opener,
}

/// What the server told about itself when the session began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// As in `16.4 (Debian 16.4-1)`.
    pub version: String,
    /// As in `160004`.
    pub version_num: u32,
    /// The server process of this session.
    pub backend_pid: i32,
    /// Whether it is a standby.
    pub in_recovery: bool,
    /// Whether transactions are read-only unless they say otherwise.
    pub read_only: bool,
}

/// Something between that hands our transactions to whatever session of the server is free. What other clients set in
/// such a session (SET ROLE, search_path) may still be set: nothing is applied through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pooler {
    /// The process that was announced when the session began, if one was: the pooler made it up.
    pub announced_pid: Option<i32>,
    /// The server's process that answered first.
    pub server_pid: i32,
}

impl Pooler {
    /// A server announces the very process that answers, and always does. Of RDS Proxy nobody could try what it
    /// announces; its endpoints have names of their own.
    pub(super) fn between(host: &str, announced_pid: Option<i32>, server_pid: i32) -> Option<Pooler> {
        let pools = announced_pid != Some(server_pid) || is_rds_proxy(host);
        pools.then_some(Pooler { announced_pid, server_pid })
    }
}

/// As in `name.proxy-abcdefghijkl.eu-west-1.rds.amazonaws.com`; the first label is somebody's choice.
fn is_rds_proxy(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let amazon = [".rds.amazonaws.com", ".rds.amazonaws.com.cn"].iter().any(|tail| host.ends_with(tail));
    amazon && host.split('.').skip(1).any(|label| label.starts_with("proxy-"))
}

/// Why a connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// By us.
    Done,
    /// By the server or the network.
    Lost(ConnectError),
}

impl Connection {
    /// The right to stop what runs on this connection.
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// What runs on it, and on those that it opens, can be stopped by `running` from now on.
    pub fn register(&mut self, running: &Running) {
        running.add(self);
        self.opener.running = Some(running.clone());
    }

    /// Opens more connections like this one; it lives on when this one ends.
    pub fn opener(&self) -> Opener {
        self.opener.clone()
    }

    /// How long one statement of a load may run (zero: as long as it takes), here and on every connection that the
    /// openers of this one will open.
    pub fn set_statement_timeout(&mut self, limit: Duration) {
        self.opener.statement_timeout = limit;
    }

    /// How long one statement of a load may run: zero is as long as it takes.
    pub fn statement_timeout(&self) -> Duration {
        self.opener.statement_timeout
    }
}

/// Opens connections with settings and a password that worked.
#[derive(Clone)]
pub struct Opener {
    pub(super) settings: Arc<Settings>,
    pub(super) pinned: Arc<Settings>,
    pub(super) password: Option<SecretString>,
    pub(super) running: Option<Running>,
    /// The cluster that is to be at the other end where something is applied.
    pub(super) expected: Option<Identity>,
    statement_timeout: Duration,
}

/// How long one statement of a load may run, unless said otherwise.
pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);

impl Opener {
    /// Another connection to the very same server, encrypted no less. A password command runs again.
    pub async fn open(&self) -> Result<Connection, ConnectError> {
        self.connect(&self.pinned).await
    }

    /// The same to another database of that server: same user, same TLS, same password.
    pub async fn open_database(&self, database: &str) -> Result<Connection, ConnectError> {
        self.to(database).open().await
    }

    /// A connection in place of one that was lost, encrypted no less: names are looked up again and all hosts tried.
    pub async fn reconnect(&self) -> Result<Connection, ConnectError> {
        self.connect(&self.settings).await
    }

    async fn connect(&self, settings: &Settings) -> Result<Connection, ConnectError> {
        let mut settings = settings.clone();
        settings.warnings.clear();
        look_in_passfile(&mut settings);
        let mut connection = connect::with_password(&settings, self.password()).await?;
        connection.set_statement_timeout(self.statement_timeout);
        if let Some(running) = &self.running {
            running.add(&connection);
        }
        connection.opener.running = self.running.clone();
        Ok(connection)
    }

    /// The same for another database of the server.
    #[must_use]
    pub fn to(&self, database: &str) -> Opener {
        let to =
            |settings: &Settings| Arc::new(Settings { database: database.to_owned(), ..settings.clone() });
        Opener { settings: to(&self.settings), pinned: to(&self.pinned), ..self.clone() }
    }

    /// The same, whose connections, and those that they open, can be stopped by `running`.
    #[must_use]
    pub fn running(&self, running: &Running) -> Opener {
        Opener { running: Some(running.clone()), ..self.clone() }
    }

    /// The same, whose connections nobody stops.
    #[must_use]
    pub fn unregistered(&self) -> Opener {
        Opener { running: None, ..self.clone() }
    }

    /// The same with another password, in place of whatever gave the one before.
    #[must_use]
    pub fn with_password(&self, password: SecretString) -> Opener {
        Opener { password: Some(password), ..self.clone() }
    }

    /// The same, which applies nothing to another cluster than this.
    #[must_use]
    pub fn expecting(&self, cluster: Identity) -> Opener {
        Opener { expected: Some(cluster), ..self.clone() }
    }

    /// Whether the next connection has the very same password: no program or file gives another.
    pub fn has_fixed_password(&self) -> bool {
        self.password.is_some() || self.settings.password.is_some()
    }

    /// The settings that it connects with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn password(&self) -> Password {
        match &self.password {
            Some(password) => Password::Known(password.clone()),
            None => Password::FromSettings,
        }
    }

    pub(super) fn new(settings: &Settings, host: usize, endpoint: &Endpoint, encrypted: bool) -> Self {
        let mut settings = settings.clone();
        // Nobody asks for what is opened later: it must not fall back to what this one did not need.
        if encrypted {
            settings.tls.mode = settings.tls.mode.max(SslMode::Require);
        }
        let mut pinned = settings.clone();
        pinned.hosts = settings.hosts.get(host).cloned().into_iter().collect();
        if let (Some(host), Some(ip)) = (pinned.hosts.first_mut(), endpoint.ip())
            && let Address::Tcp { addr, .. } = &mut host.address
        {
            *addr = Some(ip);
        }
        let (settings, pinned) = (Arc::new(settings), Arc::new(pinned));
        Self {
            settings,
            pinned,
            password: None,
            running: None,
            expected: None,
            statement_timeout: STATEMENT_TIMEOUT,
        }
    }
}

/// A person who cancels wants to know soon that it cannot be done.
const CANCEL_PATIENCE: Duration = Duration::from_secs(10);

/// Stops what runs on a connection.
#[derive(Clone)]
pub struct Cancel {
    pub(super) token: CancelToken,
    pub(super) endpoint: Endpoint,
    pub(super) keepalive: Keepalive,
    pub(super) tls: Option<Connector>,
}

impl Cancel {
    /// Asks the server to cancel; the statement fails with 57014 if it was still running. Encrypted as the connection.
    pub async fn cancel(&self) -> Result<(), ConnectError> {
        let failed = |detail: String| {
            ConnectError::new(ErrorKind::Lost, "could not send the cancel request").detail(detail)
        };
        let send = async {
            let wire =
                self.endpoint.open(&self.keepalive).await.map_err(|error| failed(error.to_string()))?;
            let sent = match &self.tls {
                Some(tls) => self.token.cancel_query_raw(wire, tls.client(Observers::default())).await,
                None => self.token.cancel_query_raw(wire, NoTls).await,
            };
            sent.map_err(|error| failed(error.to_string()))
        };
        match tokio::time::timeout(CANCEL_PATIENCE, send).await {
            Ok(result) => result,
            Err(_) => Err(failed("timed out".to_owned())),
        }
    }
}

/// Moves messages until the connection ends.
pub(super) async fn drive<S, T>(
    mut connection: tokio_postgres::Connection<S, T>,
    notices: mpsc::UnboundedSender<DbError>,
    closed: watch::Sender<Option<Closed>>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let end = loop {
        match poll_fn(|cx| connection.poll_message(cx)).await {
            // Nobody listens any more: then nobody compares.
            Some(Ok(AsyncMessage::Notice(notice))) => drop(notices.send(notice)),
            Some(Ok(_)) => {}
            Some(Err(error)) => break Closed::Lost(super::diagnose::lost(&error)),
            None => break Closed::Done,
        }
    };
    closed.send_replace(Some(end));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pooler_is_known_by_its_process_or_its_name() {
        let between = |host, announced| Pooler::between(host, announced, 7).is_some();
        assert!(between("db", Some(8)) && between("db", None) && !between("db", Some(7)));
        for proxy in [
            "p.proxy-abcdefghijkl.eu-west-1.rds.amazonaws.com",
            "reader.endpoint.proxy-abcdefghijkl.us-east-1.rds.amazonaws.com.",
            "p.Proxy-abcdefghijkl.cn-north-1.rds.amazonaws.com.cn",
        ] {
            assert!(between(proxy, Some(7)), "{proxy}");
        }
        for server in [
            "proxy-x.abcdefghijkl.eu-west-1.rds.amazonaws.com",
            "proxy-x.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com",
            "p.proxy-abc.example.com",
        ] {
            assert!(!between(server, Some(7)), "{server}");
        }
    }
}
