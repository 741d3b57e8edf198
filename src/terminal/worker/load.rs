//! Connecting and loading.

use super::office::Office;
use super::{Answer, connect};
use crate::app::{self, Action, Other, OtherState, Problem, Progress, Reply, Snapshot};
use crate::cluster::{Cluster, LeftOut};
use crate::guard::Protected;
use crate::server::load::{self, AT_ONCE, DatabasesProgress, LoadError, load_databases};
use crate::server::{Closed, ConnectError, Connection, Running, tls};
use secrecy::SecretString;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

/// Of more other databases than these none is loaded before somebody goes there: a server with hundreds of them is not
/// to notice that somebody looks.
const MOST: usize = 16;

/// The connection that everything is read on, while nobody reads.
#[derive(Default)]
pub(super) struct Link(Mutex<Option<Connection>>);

/// What is to be loaded.
pub(super) struct Wanted {
    /// None: the one that was connected to.
    pub(super) database: Option<String>,
    /// What was typed, in place of the password there was.
    pub(super) password: Option<SecretString>,
    /// Knows the connections that it is done on.
    pub(super) running: Running,
}

pub(super) async fn load(office: Arc<Office>, wanted: Wanted, answer: Answer) {
    if let Err(reply) = try_load(&office, wanted, &answer).await {
        answer.send(reply);
    }
}

async fn try_load(office: &Arc<Office>, wanted: Wanted, answer: &Answer) -> Result<(), Reply> {
    let Wanted { database, password, running } = wanted;
    let fits = |connection: &Connection| {
        password.is_none() && database.as_ref().is_none_or(|database| *database == connection.database)
    };
    let mut connection = match office.link.take().filter(fits) {
        Some(connection) => connection,
        None => {
            let connection = office.reopened(database.as_deref(), password, &running).await;
            let connection = connection.map_err(|error| connect::again(error, office.opener().settings()))?;
            watch(&connection, &answer.replies, office);
            connection
        }
    };
    // Those of the other databases are opened by this one.
    connection.register(&running);
    answer.send(Reply::Connected(described(&mut connection)));
    let mut teller = Teller { office, answer, first: None };
    let loaded = load_databases(&connection, false, AT_ONCE, MOST, |progress| teller.tell(progress)).await;
    let ended = loaded.as_ref().err().is_some_and(LoadError::ends_connection);
    if !ended && connection.closed.borrow().is_none() {
        office.link.keep(connection);
    }
    loaded.map(|_| ()).map_err(|error| match ended {
        true => Reply::Unreachable(not_loaded(error)),
        false => Reply::Failed(not_loaded(error)),
    })
}

/// Says how far the databases are, and hands each over when it is whole.
struct Teller<'a> {
    office: &'a Office,
    answer: &'a Answer,
    first: Option<Arc<Cluster>>,
}

impl Teller<'_> {
    fn tell(&mut self, progress: DatabasesProgress) {
        match progress {
            DatabasesProgress::Connected(progress) => {
                self.answer.send(told(progress, &self.office.protected))
            }
            DatabasesProgress::First { cluster, others } => {
                self.answer.send(Reply::Loaded(Arc::new(self.snapshot(&cluster))));
                self.first = Some(cluster);
                others.into_iter().for_each(|name| self.other(name, OtherState::Loading));
            }
            DatabasesProgress::Waiting(name) => self.other(name, OtherState::Waiting),
            DatabasesProgress::Loaded(cluster) => {
                let there = self.snapshot(&cluster);
                let name = there.database_name().to_owned();
                self.other(name, OtherState::Loaded(Arc::new(there)));
            }
            DatabasesProgress::LeftOut(LeftOut { database, because }) => {
                self.other(database, OtherState::LeftOut(because));
            }
            // The tree counts what is there.
            DatabasesProgress::Others { .. } => {}
        }
    }

    fn snapshot(&self, cluster: &Arc<Cluster>) -> Snapshot {
        let snapshot = Snapshot::new(Arc::clone(cluster), self.office.protected.clone());
        snapshot.with_findings(jiff::Timestamp::now())
    }

    fn other(&self, name: String, state: OtherState) {
        let Some(first) = &self.first else { return };
        if let Some(database) = first.database_named(&name) {
            self.answer.send(Reply::Other(Other::new(database, name, state)));
        }
    }
}

impl Link {
    /// The connection there is, if it lives.
    pub(super) fn take(&self) -> Option<Connection> {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        idle.filter(|connection| connection.closed.borrow().is_none())
    }

    pub(super) fn keep(&self, connection: Connection) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
    }
}

/// Says so when the connection is lost, whenever that is, unless another place is looked at by then.
pub(super) fn watch(connection: &Connection, replies: &UnboundedSender<Action>, office: &Arc<Office>) {
    let (mut closed, replies, office) = (connection.closed.clone(), replies.clone(), Arc::downgrade(office));
    tokio::spawn(async move {
        let end = closed.wait_for(Option::is_some).await.ok().and_then(|end| end.clone());
        if let Some(Closed::Lost(error)) = end
            && office.upgrade().is_some_and(|office| office.is_current())
        {
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

/// For the explorer; warnings are told once.
pub(super) fn described(connection: &mut Connection) -> app::Connection {
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
        pooler: connection.pooler.is_some(),
        warnings: std::mem::take(&mut connection.warnings),
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Problem {
        Problem { message: error.message, detail: error.detail, hint: error.hint }
    }
}

fn not_loaded(error: LoadError) -> Problem {
    Problem { message: error.to_string(), detail: None, hint: error.hint().map(str::to_owned) }
}
