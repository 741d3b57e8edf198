//! One attempt to connect: one address, encrypted or not, one password or none.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio_postgres::config::{ChannelBinding as DriverBinding, SslMode as DriverMode, SslNegotiation};
use tokio_postgres::tls::TlsConnect;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage, SimpleQueryRow};

use super::backend_key::BackendKey;
use super::connect_error::{ConnectError, ErrorKind};
use super::connection::{Cancel, Connection, Opener, Pooler, Server, drive};
use super::diagnose;
use super::settings::{ChannelBinding, Host, Settings, TargetSession, name_of_uid};
use super::tls::{Connector, Tls};
use super::watched::{Observers, Watched};
use super::wire::{Endpoint, Wire};

pub(super) struct Attempt<'a> {
    pub(super) settings: &'a Settings,
    pub(super) host: &'a Host,
    pub(super) endpoint: &'a Endpoint,
    pub(super) password: Option<&'a [u8]>,
    pub(super) target: TargetSession,
    pub(super) encrypted: bool,
}

/// What a session is asked first. Every name is qualified: `options` may have set a search_path.
const ABOUT: &str = "SELECT pg_catalog.current_database(), session_user, pg_catalog.pg_backend_pid(), \
    pg_catalog.current_setting('server_version'), pg_catalog.current_setting('server_version_num'), \
    pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only'), s.version, s.cipher \
    FROM (VALUES (pg_catalog.pg_backend_pid())) AS me (pid) \
    LEFT JOIN pg_catalog.pg_stat_ssl AS s ON s.pid OPERATOR(pg_catalog.=) me.pid";

pub(super) async fn attempt(attempt: &Attempt<'_>) -> Result<Connection, ConnectError> {
    let Attempt { settings, host, endpoint, .. } = attempt;
    let connector = if attempt.encrypted {
        let ip = endpoint.ip().map(|ip| ip.to_string()).unwrap_or_default();
        Some(Connector::new(settings, host, &ip)?)
    } else {
        None
    };
    let wire = endpoint.open(&settings.keepalive).await.map_err(|error| diagnose::socket(&error))?;
    check_peer(settings, endpoint, &wire)?;
    let config = config(attempt);
    let key = BackendKey::default();
    let observers = Observers::new(settings.require_auth.clone(), key.clone());
    let opened = match &connector {
        Some(tls) => start(&config, wire, tls.client(observers)).await,
        None => start(&config, Watched::new(wire, observers), NoTls).await,
    };
    let (client, notices, closed) = opened.map_err(|error| diagnose::connecting(&error))?;
    let about = about(&client).await?;
    super::settings::refuse_database(&about.database)?;
    check_target(attempt.target, &about.server)?;
    let pooler = Pooler::between(&host.name(), key.pid(), about.server.backend_pid);
    // What the server says of a pooler's TLS is about the pooler's own connection to it, and not about ours.
    let told =
        |told: Option<String>| told.filter(|_| pooler.is_none()).unwrap_or_else(|| "unknown".to_owned());
    let tls = connector.as_ref().map(|connector| Tls {
        version: told(about.tls_version),
        cipher: told(about.tls_cipher),
        verified: connector.verified,
    });
    let cancel = Cancel {
        token: client.cancel_token(),
        endpoint: (*endpoint).clone(),
        keepalive: settings.keepalive,
        tls: connector,
    };
    Ok(Connection {
        client,
        notices,
        closed,
        tls,
        host: host.name(),
        port: host.port,
        user: about.user,
        database: about.database,
        server: about.server,
        pooler,
        warnings: Vec::new(),
        cancel,
        opener: Opener::new(settings, 0, endpoint, attempt.encrypted),
    })
}

/// `requirepeer`: before anything is sent.
fn check_peer(settings: &Settings, endpoint: &Endpoint, wire: &Wire) -> Result<(), ConnectError> {
    let (Some(wanted), Endpoint::Unix(_)) = (&settings.require_peer, endpoint) else { return Ok(()) };
    let peer = wire.peer.and_then(name_of_uid);
    if peer.as_ref() == Some(wanted) {
        return Ok(());
    }
    let peer = peer.unwrap_or_else(|| "not known".to_owned());
    let message = format!("requirepeer specifies \"{wanted}\", but actual peer user name is \"{peer}\"");
    Err(ConnectError::new(ErrorKind::Authentication, message))
}

fn config(attempt: &Attempt<'_>) -> Config {
    let settings = attempt.settings;
    let mut config = Config::new();
    config
        .user(&settings.user)
        .dbname(&settings.database)
        .application_name(&settings.application_name)
        .ssl_mode(if attempt.encrypted { DriverMode::Require } else { DriverMode::Disable })
        .ssl_negotiation(if settings.tls.direct { SslNegotiation::Direct } else { SslNegotiation::Postgres })
        .channel_binding(match settings.channel_binding {
            ChannelBinding::Disable => DriverBinding::Disable,
            ChannelBinding::Prefer => DriverBinding::Prefer,
            ChannelBinding::Require => DriverBinding::Require,
        });
    if let Some(options) = &settings.options {
        config.options(options);
    }
    if let Some(password) = attempt.password {
        config.password(password);
    }
    config
}

type Opened = (
    Client,
    mpsc::UnboundedReceiver<tokio_postgres::error::DbError>,
    watch::Receiver<Option<super::connection::Closed>>,
);

async fn start<S, T>(config: &Config, stream: S, tls: T) -> Result<Opened, tokio_postgres::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsConnect<S>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config.connect_raw(stream, tls).await?;
    let (notices, noticed) = mpsc::unbounded_channel();
    let (closed, closing) = watch::channel(None);
    tokio::spawn(drive(connection, notices, closed));
    Ok((client, noticed, closing))
}

struct About {
    database: String,
    user: String,
    server: Server,
    tls_version: Option<String>,
    tls_cipher: Option<String>,
}

async fn about(client: &Client) -> Result<About, ConnectError> {
    let messages = client.simple_query(ABOUT).await.map_err(|error| diagnose::connecting(&error))?;
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    row.and_then(read_about).ok_or_else(|| {
        ConnectError::new(ErrorKind::Server, "the server doesn't answer as PostgreSQL does")
            .detail("what it says of this session cannot be read")
    })
}

fn read_about(row: &SimpleQueryRow) -> Option<About> {
    let text = |at| row.try_get(at).ok().flatten().map(str::to_owned);
    Some(About {
        database: text(0)?,
        user: text(1)?,
        server: Server {
            backend_pid: text(2)?.parse().ok()?,
            version: text(3)?,
            version_num: text(4)?.parse().ok()?,
            in_recovery: text(5)? == "t",
            read_only: text(6)? == "on",
        },
        tls_version: text(7),
        tls_cipher: text(8),
    })
}

fn check_target(target: TargetSession, server: &Server) -> Result<(), ConnectError> {
    let writable = !server.in_recovery && !server.read_only;
    let problem = match target {
        TargetSession::ReadWrite if !writable => "session is read-only",
        TargetSession::ReadOnly if writable => "session is not read-only",
        TargetSession::Primary if server.in_recovery => "server is in hot standby mode",
        TargetSession::Standby if !server.in_recovery => "server is not in hot standby mode",
        _ => return Ok(()),
    };
    Err(ConnectError::new(ErrorKind::SessionAttrs, problem))
}
