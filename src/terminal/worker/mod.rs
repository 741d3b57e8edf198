//! Effects that wait for a server, each a task beside the loop.

mod apply;
mod connect;
mod load;
mod offline;

use super::run::Limits;
use crate::app::{Action, Applied, Outcome, Problem, Reply};
use crate::guard::Protected;
use crate::preview::Plan;
use crate::server::{ConnectError, Connection, Opener, Running};
pub use connect::Ways;
use futures_util::FutureExt;
use load::Link;
pub(super) use offline::Offline;
use secrecy::SecretString;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Does what the explorer asks for, and answers on a channel.
pub(super) struct Worker {
    place: Arc<Mutex<Place>>,
    protected: Protected,
    manner: Manner,
    ways: Ways,
    replies: UnboundedSender<Action>,
    loading: Option<JoinHandle<()>>,
    connecting: Option<JoinHandle<()>>,
    applying: Option<JoinHandle<()>>,
    /// A plan that is on its way is told to stop.
    stop: watch::Sender<bool>,
}

/// Where the truth comes from.
#[derive(Clone)]
enum Place {
    /// It is still to be chosen.
    Nowhere,
    Server(Arc<Office>),
    Snapshot(Arc<Offline>),
}

/// How to apply.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) limits: Limits,
    pub(super) read_only: bool,
}

/// What all tasks share.
struct Office {
    link: Link,
    /// What loads.
    loading: Running,
    /// Of the connection made last: after a failover it is for another address.
    opener: Mutex<Opener>,
    protected: Protected,
    manner: Manner,
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
    /// With nothing to look at yet.
    pub(super) fn new(
        protected: Protected,
        manner: Manner,
        ways: Ways,
        replies: UnboundedSender<Action>,
    ) -> Worker {
        Worker {
            place: Arc::new(Mutex::new(Place::Nowhere)),
            protected,
            manner,
            ways,
            replies,
            loading: None,
            connecting: None,
            applying: None,
            stop: watch::Sender::new(false),
        }
    }

    /// Looks at a server.
    pub(super) fn at(self, connection: Connection) -> Worker {
        connect::remember(&connection, &self.ways);
        let office = Office::new(connection, &self.protected, self.manner, &self.replies);
        set(&self.place, Place::Server(office));
        self
    }

    /// With a snapshot in place of a server: nothing is ever connected to.
    pub(super) fn offline(self, snapshot: Offline) -> Worker {
        set(&self.place, Place::Snapshot(Arc::new(snapshot)));
        self
    }

    fn place(&self) -> Place {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn answer(&self, generation: u64) -> Answer {
        Answer { generation, replies: self.replies.clone() }
    }

    /// Looks for places to connect to: files, beside the loop.
    pub(super) fn choices(&self) {
        let replies = self.replies.clone();
        tokio::task::spawn_blocking(move || drop(replies.send(Action::Choices(connect::choices()))));
    }

    /// Connects to another place. Until that is done, the one there is stays.
    pub(super) fn connect(&mut self, attempt: u64, conninfo: SecretString, password: Option<SecretString>) {
        abort(self.connecting.take());
        let (place, replies, ways) = (Arc::clone(&self.place), self.replies.clone(), self.ways.clone());
        let (protected, manner) = (self.protected.clone(), self.manner);
        self.connecting = Some(tokio::spawn(async move {
            let outcome = match connect::attempt(&conninfo, password, &ways).await {
                Ok(connection) => {
                    connect::remember(&connection, &ways);
                    set(&place, Place::Server(Office::new(connection, &protected, manner, &replies)));
                    Outcome::Switched
                }
                Err(outcome) => outcome,
            };
            let _ = replies.send(connect::told(attempt, outcome));
        }));
    }

    /// Tries to have a connection again where one was lost.
    pub(super) fn reconnect(&mut self, generation: u64) {
        abort(self.connecting.take());
        if let Place::Server(office) = self.place() {
            self.connecting = Some(tokio::spawn(connect::reconnect(office, self.answer(generation))));
        }
    }

    /// Loads everything in a database, then what is in the others, on a new connection if the one there was is gone or
    /// is to another. A load that is under way is given up.
    pub(super) fn load(&mut self, generation: u64, database: Option<String>, password: Option<SecretString>) {
        abort(self.loading.take());
        abort(self.connecting.take());
        let answer = self.answer(generation);
        self.loading = match self.place() {
            Place::Server(office) => {
                let work = load::load(office, database, password, answer.clone());
                Some(tokio::spawn(or_tell(work, answer, Reply::Failed)))
            }
            Place::Snapshot(offline) => {
                let work = offline.load(database, answer.clone());
                Some(tokio::spawn(or_tell(work, answer, Reply::Failed)))
            }
            Place::Nowhere => None,
        };
    }

    /// Applies a plan. A second one waits for nothing: the explorer sends one at a time.
    pub(super) fn apply(&mut self, generation: u64, plan: Arc<Plan>) {
        let answer = self.answer(generation);
        let Place::Server(office) = self.place() else {
            return answer.send(Reply::Applied(Applied::NotRun(offline::refusal())));
        };
        self.stop.send_replace(false);
        let work = apply::apply(office, plan, answer.clone(), self.stop.subscribe());
        let unknown = |problem| Reply::Applied(Applied::Unknown(problem));
        self.applying = Some(tokio::spawn(or_tell(work, answer, unknown)));
    }

    /// Runs a plan, and rolls it back.
    pub(super) fn rehearse(&mut self, generation: u64, plan: Arc<Plan>) {
        let answer = self.answer(generation);
        let Place::Server(office) = self.place() else {
            return answer.send(Reply::Rehearsed(Err(offline::refusal())));
        };
        self.stop.send_replace(false);
        let work = apply::rehearse(office, plan, answer.clone(), self.stop.subscribe());
        self.applying = Some(tokio::spawn(or_tell(work, answer, |problem| Reply::Rehearsed(Err(problem)))));
    }

    /// Stops what goes on: connecting and loading here and at the server; what is applied or rehearsed at the server, and
    /// its outcome is answered as ever.
    pub(super) fn cancel(&mut self) {
        abort(self.connecting.take());
        self.stop.send_replace(true);
        let loading = self.loading.take().filter(|loading| !loading.is_finished());
        if let (Some(loading), Place::Server(office)) = (loading, self.place()) {
            // The statement that runs is stopped before its connection goes with the task.
            tokio::spawn(async move {
                office.loading.cancel().await;
                loading.abort();
            });
        }
    }

    /// Gives a transaction that is under way the time to end by itself, so that its outcome is known.
    pub(super) async fn finish(mut self) {
        if let Some(applying) = self.applying.take() {
            // It may wait for a server that is gone; then the journal says what was sent.
            let _ = timeout(Duration::from_secs(5), applying).await;
        }
    }
}

fn set(place: &Mutex<Place>, new: Place) {
    *place.lock().unwrap_or_else(PoisonError::into_inner) = new;
}

fn abort(task: Option<JoinHandle<()>>) {
    if let Some(task) = task {
        task.abort();
    }
}

impl Office {
    fn new(
        mut connection: Connection,
        protected: &Protected,
        manner: Manner,
        replies: &UnboundedSender<Action>,
    ) -> Arc<Office> {
        connection.set_statement_timeout(manner.limits.statement);
        let office = Arc::new(Office {
            opener: Mutex::new(connection.opener()),
            link: Link::default(),
            loading: Running::default(),
            protected: protected.clone(),
            manner,
        });
        load::watch(&connection, replies, &office);
        office.link.keep(connection);
        office
    }

    /// Another connection in place of the one there was, to another database or with another password where these are
    /// said; the next ones are opened as it was.
    async fn reopened(
        &self,
        database: Option<&str>,
        password: Option<SecretString>,
    ) -> Result<Connection, ConnectError> {
        let opener = self.opener().running(&self.loading);
        let opener = password.map_or(opener.clone(), |password| opener.with_password(password));
        let opener = database.map_or(opener.clone(), |database| opener.to(database));
        let connection = opener.reconnect().await?;
        *self.opener.lock().unwrap_or_else(PoisonError::into_inner) = connection.opener();
        Ok(connection)
    }

    fn opener(&self) -> Opener {
        self.opener.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A bug must not leave the explorer waiting for ever.
async fn or_tell(work: impl Future<Output = ()>, answer: Answer, reply: impl FnOnce(Problem) -> Reply) {
    if AssertUnwindSafe(work).catch_unwind().await.is_err() {
        answer.send(reply(Problem {
            message: "rolescope itself failed: this is a bug in it.".to_owned(),
            detail: None,
            hint: Some("What happened is printed when you quit; please report it.".to_owned()),
        }));
    }
}
