//! Effects that wait for a server, each a task beside the loop.

mod apply;
mod load;
mod offline;

use super::run::Limits;
use crate::app::{Action, Applied, Problem, Reply};
use crate::guard::Protected;
use crate::preview::Plan;
use crate::server::{Connection, Opener};
use futures_util::FutureExt;
use load::Link;
pub(super) use offline::Offline;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Does what the explorer asks for, and answers on a channel.
pub(super) struct Worker {
    place: Place,
    replies: UnboundedSender<Action>,
    loading: Option<JoinHandle<()>>,
    applying: Option<JoinHandle<()>>,
}

/// Where the truth comes from.
enum Place {
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
    pub(super) fn new(
        connection: Connection,
        protected: Protected,
        manner: Manner,
        replies: UnboundedSender<Action>,
    ) -> Worker {
        load::watch(&connection, &replies);
        let opener = Mutex::new(connection.opener());
        let link = Link::new(connection);
        let office = Arc::new(Office { link, opener, protected, manner });
        Worker { place: Place::Server(office), replies, loading: None, applying: None }
    }

    /// With a snapshot in place of a server: nothing is ever connected to.
    pub(super) fn offline(snapshot: Offline, replies: UnboundedSender<Action>) -> Worker {
        Worker { place: Place::Snapshot(Arc::new(snapshot)), replies, loading: None, applying: None }
    }

    fn answer(&self, generation: u64) -> Answer {
        Answer { generation, replies: self.replies.clone() }
    }

    /// Loads everything in a database, then what is in the others, on a new connection if the one there was is gone or
    /// is to another. A load that is under way is given up.
    pub(super) fn load(&mut self, generation: u64, database: Option<String>) {
        if let Some(before) = self.loading.take() {
            before.abort();
        }
        let answer = self.answer(generation);
        self.loading = Some(match &self.place {
            Place::Server(office) => {
                let work = load::load(Arc::clone(office), database, answer.clone());
                tokio::spawn(or_tell(work, answer, Reply::Failed))
            }
            Place::Snapshot(offline) => {
                let work = Arc::clone(offline).load(database, answer.clone());
                tokio::spawn(or_tell(work, answer, Reply::Failed))
            }
        });
    }

    /// Applies a plan. A second one waits for nothing: the explorer sends one at a time.
    pub(super) fn apply(&mut self, generation: u64, plan: Arc<Plan>) {
        let answer = self.answer(generation);
        let Place::Server(office) = &self.place else {
            return answer.send(Reply::Applied(Applied::NotRun(offline::refusal())));
        };
        let work = apply::apply(Arc::clone(office), plan, answer.clone());
        let unknown = |problem| Reply::Applied(Applied::Unknown(problem));
        self.applying = Some(tokio::spawn(or_tell(work, answer, unknown)));
    }

    /// Runs a plan, and rolls it back.
    pub(super) fn rehearse(&mut self, generation: u64, plan: Arc<Plan>) {
        let answer = self.answer(generation);
        let Place::Server(office) = &self.place else {
            return answer.send(Reply::Rehearsed(Err(offline::refusal())));
        };
        let work = apply::rehearse(Arc::clone(office), plan, answer.clone());
        self.applying = Some(tokio::spawn(or_tell(work, answer, |problem| Reply::Rehearsed(Err(problem)))));
    }

    /// Gives a transaction that is under way the time to end by itself, so that its outcome is known.
    pub(super) async fn finish(mut self) {
        if let Some(applying) = self.applying.take() {
            // It may wait for a server that is gone; then the journal says what was sent.
            let _ = timeout(Duration::from_secs(5), applying).await;
        }
    }
}

impl Office {
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
