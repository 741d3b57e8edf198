//! Effects that wait for a server, each a task beside the loop.

mod apply;
mod connect;
mod load;
mod office;
mod offline;

use super::run::Limits;
use crate::app::{Action, Applied, Outcome, Problem, Reply, Stop};
use crate::guard::Protected;
use crate::preview::Plan;
use crate::server::{Connection, Running};
pub use connect::Ways;
use futures_util::FutureExt;
use office::{Home, Office};
pub(super) use offline::Offline;
use secrecy::SecretString;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Does what the explorer asks for, and answers on a channel. Each kind of work has a place of its own, so that
/// stopping one leaves the others alone.
pub(super) struct Worker {
    place: Place,
    protected: Protected,
    manner: Manner,
    ways: Ways,
    /// Where what the command line says about passwords counts: what was connected to first.
    home: Option<Home>,
    replies: UnboundedSender<Action>,
    loading: Option<Loading>,
    attempt: Option<JoinHandle<()>>,
    /// What an attempt has made, until the explorer takes it.
    made: Arc<Mutex<Option<Made>>>,
    reconnecting: Option<JoinHandle<()>>,
    applying: Option<JoinHandle<()>>,
    /// A plan that is on its way is told to stop.
    stop: watch::Sender<bool>,
}

/// The number of an attempt, and where it led.
type Made = (u64, Arc<Office>);

/// A load that is under way, and what it runs at the server.
struct Loading {
    task: JoinHandle<()>,
    running: Running,
}

impl Loading {
    /// Gives it up. The statement that runs is stopped before its connection goes with the task.
    fn stop(self) {
        if self.task.is_finished() {
            return;
        }
        tokio::spawn(async move {
            // A server that does not answer is not waited for.
            let _ = timeout(Duration::from_secs(1), self.running.cancel()).await;
            self.task.abort();
        });
    }
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
            place: Place::Nowhere,
            protected,
            manner,
            ways,
            home: None,
            replies,
            loading: None,
            attempt: None,
            made: Arc::default(),
            reconnecting: None,
            applying: None,
            stop: watch::Sender::new(false),
        }
    }

    /// Looks at a server.
    pub(super) async fn at(mut self, connection: Connection) -> Worker {
        let office = Office::new(connection, &self.protected, self.manner, &self.replies).await;
        self.settle(office);
        self
    }

    /// With a snapshot in place of a server: nothing is ever connected to.
    pub(super) fn offline(mut self, snapshot: Offline) -> Worker {
        self.place = Place::Snapshot(Arc::new(snapshot));
        self
    }

    /// From now on that is where everything comes from.
    fn settle(&mut self, office: Arc<Office>) {
        if let Place::Server(before) = &self.place {
            before.leave();
        }
        abort(self.reconnecting.take());
        if let Some(loading) = self.loading.take() {
            loading.stop();
        }
        office.enter();
        let opener = office.opener();
        self.home.get_or_insert_with(|| Home::of(opener.settings()));
        let ways = self.ways.clone();
        tokio::task::spawn_blocking(move || connect::remember(opener.settings(), &ways));
        self.place = Place::Server(office);
    }

    fn answer(&self, generation: u64) -> Answer {
        Answer { generation, replies: self.replies.clone() }
    }

    /// Looks for places to connect to: files, beside the loop.
    pub(super) fn choices(&self) {
        let replies = self.replies.clone();
        tokio::task::spawn_blocking(move || drop(replies.send(Action::Choices(connect::choices()))));
    }

    /// Connects to another place. The one there is stays until the explorer says [`Worker::switch`].
    pub(super) fn connect(&mut self, attempt: u64, conninfo: SecretString, password: Option<SecretString>) {
        abort(self.attempt.take());
        let (made, replies) = (Arc::clone(&self.made), self.replies.clone());
        let (ways, home) = (self.ways.clone(), self.home.clone());
        let (protected, manner) = (self.protected.clone(), self.manner);
        let work = async move {
            let outcome = match connect::attempt(&conninfo, password, &ways, home.as_ref()).await {
                Ok(connection) => {
                    let office = Office::new(connection, &protected, manner, &replies).await;
                    *made.lock().unwrap_or_else(PoisonError::into_inner) = Some((attempt, office));
                    Outcome::Switched
                }
                Err(outcome) => outcome,
            };
            let _ = replies.send(Action::Attempted { attempt, outcome });
        };
        self.attempt = Some(tokio::spawn(work));
    }

    /// Takes what the attempt made. One that was cancelled meanwhile is not taken.
    pub(super) fn switch(&mut self, attempt: u64) {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((_, office)) = made.filter(|(number, _)| *number == attempt) {
            self.settle(office);
        }
    }

    /// Tries to have a connection again where one was lost.
    pub(super) fn reconnect(&mut self, number: u64) {
        abort(self.reconnecting.take());
        if let Place::Server(office) = &self.place {
            let work = connect::reconnect(Arc::clone(office), number, self.replies.clone());
            self.reconnecting = Some(tokio::spawn(work));
        }
    }

    /// Loads everything in a database, then what is in the others, on a new connection if the one there was is gone or
    /// is to another. A load that is under way is given up.
    pub(super) fn load(&mut self, generation: u64, database: Option<String>, password: Option<SecretString>) {
        if let Some(before) = self.loading.take() {
            before.stop();
        }
        abort(self.reconnecting.take());
        let (answer, running) = (self.answer(generation), Running::default());
        let task = match &self.place {
            Place::Server(office) => {
                let wanted = load::Wanted { database, password, running: running.clone() };
                let work = load::load(Arc::clone(office), wanted, answer.clone());
                tokio::spawn(or_tell(work, answer, Reply::Failed))
            }
            Place::Snapshot(offline) => {
                let work = Arc::clone(offline).load(database, answer.clone());
                tokio::spawn(or_tell(work, answer, Reply::Failed))
            }
            Place::Nowhere => return,
        };
        self.loading = Some(Loading { task, running });
    }

    /// Applies a plan. A second one waits for nothing: the explorer sends one at a time.
    pub(super) fn apply(&mut self, generation: u64, plan: Arc<Plan>) {
        let answer = self.answer(generation);
        let Place::Server(office) = &self.place else {
            return answer.send(Reply::Applied(Applied::NotRun(offline::refusal())));
        };
        self.stop.send_replace(false);
        let work = apply::apply(Arc::clone(office), plan, answer.clone(), self.stop.subscribe());
        let unknown = |problem| Reply::Applied(Applied::Unknown(problem));
        self.applying = Some(tokio::spawn(or_tell(work, answer, unknown)));
    }

    /// Runs a plan, and rolls it back.
    pub(super) fn rehearse(&mut self, generation: u64, plan: Arc<Plan>) {
        let answer = self.answer(generation);
        let Place::Server(office) = &self.place else {
            return answer.send(Reply::Rehearsed(Err(offline::refusal())));
        };
        self.stop.send_replace(false);
        let work = apply::rehearse(Arc::clone(office), plan, answer.clone(), self.stop.subscribe());
        self.applying = Some(tokio::spawn(or_tell(work, answer, |problem| Reply::Rehearsed(Err(problem)))));
    }

    /// Stops something, here and at the server.
    pub(super) fn cancel(&mut self, stop: Stop) {
        match stop {
            Stop::Attempt => {
                abort(self.attempt.take());
                *self.made.lock().unwrap_or_else(PoisonError::into_inner) = None;
            }
            Stop::Load => {
                if let Some(loading) = self.loading.take() {
                    loading.stop();
                }
            }
            Stop::Plan => drop(self.stop.send_replace(true)),
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

fn abort(task: Option<JoinHandle<()>>) {
    if let Some(task) = task {
        task.abort();
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
