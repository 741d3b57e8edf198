//! Connecting and loading.

use super::{Answer, Office};
use crate::app::{self, Action, Problem, Progress, Reply, Snapshot};
use crate::guard::Protected;
use crate::server::load::{self, LoadError};
use crate::server::{Closed, ConnectError, Connection, tls};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

/// The connection that everything is read on, while nobody reads.
pub(super) struct Link(Mutex<Option<Connection>>);

pub(super) async fn load(office: Arc<Office>, answer: Answer) {
    match try_load(&office, &answer).await {
        Ok(snapshot) => answer.send(Reply::Loaded(Arc::new(snapshot))),
        Err(problem) => answer.send(Reply::Failed(problem)),
    }
}

async fn try_load(office: &Office, answer: &Answer) -> Result<Snapshot, Problem> {
    let connection = match office.link.take() {
        Some(connection) => connection,
        None => {
            let connection = office.opener().reconnect().await?;
            watch(&connection, &answer.replies);
            *office.opener.lock().unwrap_or_else(PoisonError::into_inner) = connection.opener();
            connection
        }
    };
    answer.send(Reply::Connected(described(&connection)));
    let loaded =
        load::load(&connection.client, |progress| answer.send(told(progress, &office.protected))).await;
    if connection.closed.borrow().is_none() {
        office.link.keep(connection);
    }
    let snapshot = Snapshot::new(Arc::new(loaded.map_err(not_loaded)?), office.protected.clone());
    Ok(snapshot.with_findings(jiff::Timestamp::now()))
}

impl Link {
    pub(super) fn new(connection: Connection) -> Link {
        Link(Mutex::new(Some(connection)))
    }

    /// The connection there is, if it lives.
    fn take(&self) -> Option<Connection> {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        idle.filter(|connection| connection.closed.borrow().is_none())
    }

    fn keep(&self, connection: Connection) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
    }
}

/// Says so when the connection is lost, whenever that is.
pub(super) fn watch(connection: &Connection, replies: &UnboundedSender<Action>) {
    let (mut closed, replies) = (connection.closed.clone(), replies.clone());
    tokio::spawn(async move {
        let end = closed.wait_for(Option::is_some).await.ok().and_then(|end| end.clone());
        if let Some(Closed::Lost(error)) = end {
            let _ = replies.send(Action::ConnectionLost(error.message));
        }
    });
}

fn told(progress: load::Progress, protected: &Protected) -> Reply {
    let so_far = |what: &str, done, about| Progress { what: what.to_owned(), done, total: Some(about) };
    match progress {
        load::Progress::Roles(cluster) => {
            let roles = cluster.roles.len() as u64;
            let snapshot = Some(Arc::new(Snapshot::new(cluster, protected.clone())));
            Reply::Loading { progress: so_far("roles", roles, roles), snapshot }
        }
        load::Progress::Objects { loaded, about } => {
            Reply::Loading { progress: so_far("objects", loaded, about), snapshot: None }
        }
        load::Progress::Columns { loaded, about } => {
            Reply::Loading { progress: so_far("columns", loaded, about), snapshot: None }
        }
    }
}

fn described(connection: &Connection) -> app::Connection {
    let tls = connection.tls.as_ref().map(|tls| app::Tls {
        version: Some(tls.version.replace("TLSv", "TLS ")),
        verified: match tls.verified {
            tls::Verified::None => app::Verified::None,
            tls::Verified::Ca => app::Verified::Ca,
            tls::Verified::Full => app::Verified::Full,
        },
    });
    app::Connection {
        host: connection.host.clone(),
        port: connection.port,
        database: connection.database.clone(),
        user: connection.user.clone(),
        tls,
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Problem {
        Problem { message: error.message, detail: error.detail, hint: error.hint }
    }
}

fn not_loaded(error: LoadError) -> Problem {
    Problem { message: error.to_string(), detail: None, hint: None }
}
