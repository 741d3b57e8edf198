//! Effects that wait for a server, each a task beside the loop.

use crate::app::{self, Action, Applied, Problem, Progress, Reply, Snapshot};
use crate::guard::Protected;
use crate::preview::Plan;
use crate::server::load::{self, LoadError};
use crate::server::{Closed, ConnectError, Connection, Opener, tls};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::{AbortHandle, JoinHandle};

/// Does what the explorer asks for, and answers on a channel.
pub(super) struct Worker {
    link: Arc<Link>,
    replies: UnboundedSender<Action>,
    loading: Option<AbortHandle>,
}

/// The connection that everything is read on, while nobody reads.
struct Link {
    idle: Mutex<Option<Connection>>,
    opener: Opener,
    protected: Protected,
}

/// Where the answers to one effect go.
#[derive(Clone)]
struct Answer {
    generation: u64,
    replies: UnboundedSender<Action>,
}

impl Answer {
    fn send(&self, reply: Reply) {
        // Nobody listens once the loop has ended.
        let _ = self.replies.send(Action::Reply { generation: self.generation, reply });
    }
}

impl Worker {
    pub(super) fn new(
        connection: Connection,
        protected: Protected,
        replies: UnboundedSender<Action>,
    ) -> Worker {
        watch(&connection, &replies);
        let opener = connection.opener();
        let link = Arc::new(Link { idle: Mutex::new(Some(connection)), opener, protected });
        Worker { link, replies, loading: None }
    }

    /// Loads everything, on a new connection if the one there was is gone. A load that is under way is given up.
    pub(super) fn load(&mut self, generation: u64) {
        if let Some(before) = self.loading.take() {
            before.abort();
        }
        let answer = Answer { generation, replies: self.replies.clone() };
        let task = tokio::spawn(load(Arc::clone(&self.link), answer.clone()));
        self.loading = Some(task.abort_handle());
        tokio::spawn(tell_if_it_breaks(task, answer));
    }
}

impl Worker {
    pub(super) fn apply(&mut self, generation: u64, _plan: &Plan) {
        let answer = Answer { generation, replies: self.replies.clone() };
        answer.send(Reply::Applied(Applied::NotRun(not_built())));
    }

    pub(super) fn rehearse(&mut self, generation: u64, _plan: &Plan) {
        let answer = Answer { generation, replies: self.replies.clone() };
        answer.send(Reply::Rehearsed(Err(not_built())));
    }
}

fn not_built() -> Problem {
    Problem { message: "This build does not apply.".to_owned(), detail: None, hint: None }
}

/// A bug must not leave the explorer waiting for ever.
async fn tell_if_it_breaks(task: JoinHandle<()>, answer: Answer) {
    if task.await.is_err_and(|error| error.is_panic()) {
        answer.send(Reply::Failed(Problem {
            message: "rolescope failed while loading: this is a bug in it".to_owned(),
            detail: None,
            hint: Some("What happened is printed when you quit; please report it.".to_owned()),
        }));
    }
}

async fn load(link: Arc<Link>, answer: Answer) {
    match try_load(link, answer.clone()).await {
        Ok(snapshot) => answer.send(Reply::Loaded(Arc::new(snapshot))),
        Err(problem) => answer.send(Reply::Failed(problem)),
    }
}

async fn try_load(link: Arc<Link>, answer: Answer) -> Result<Snapshot, Problem> {
    let connection = match link.take() {
        Some(connection) => connection,
        None => {
            let connection = link.opener.reconnect().await.map_err(not_connected)?;
            watch(&connection, &answer.replies);
            connection
        }
    };
    answer.send(Reply::Connected(described(&connection)));
    let loaded =
        load::load(&connection.client, |progress| answer.send(told(progress, &link.protected))).await;
    if connection.closed.borrow().is_none() {
        link.keep(connection);
    }
    Ok(Snapshot::new(Arc::new(loaded.map_err(not_loaded)?), link.protected.clone()))
}

impl Link {
    /// The connection there is, if it lives.
    fn take(&self) -> Option<Connection> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        idle.filter(|connection| connection.closed.borrow().is_none())
    }

    fn keep(&self, connection: Connection) {
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
    }
}

/// Says so when the connection is lost, whenever that is.
fn watch(connection: &Connection, replies: &UnboundedSender<Action>) {
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

fn not_connected(error: ConnectError) -> Problem {
    Problem { message: error.message, detail: error.detail, hint: error.hint }
}

fn not_loaded(error: LoadError) -> Problem {
    Problem { message: error.to_string(), detail: None, hint: None }
}
