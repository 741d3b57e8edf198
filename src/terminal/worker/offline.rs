//! A snapshot in place of a server.

use super::Answer;
use crate::app::{Connection, Problem, Reply, Snapshot};
use crate::guard::Protected;
use crate::snapshot;
use std::sync::Arc;

/// What was read from a file.
pub(in crate::terminal) struct Offline {
    pub(in crate::terminal) snapshot: snapshot::Snapshot,
    pub(in crate::terminal) protected: Protected,
}

impl Offline {
    /// The database that was connected when it was taken.
    pub(super) async fn load(self: Arc<Self>, answer: Answer) {
        let snapshot::Snapshot { about, databases } = &self.snapshot;
        let Some(cluster) = databases.connected() else {
            let message = "There is no database in the snapshot.".to_owned();
            return answer.send(Reply::Failed(Problem { message, detail: None, hint: None }));
        };
        answer.send(Reply::Connected(Connection {
            host: about.host.clone(),
            port: about.port,
            database: cluster.database_name().to_owned(),
            user: about.user.clone(),
            tls: None,
        }));
        answer.send(Reply::Loaded(Arc::new(Snapshot::new(Arc::clone(cluster), self.protected.clone()))));
    }
}

/// Why nothing is run.
pub(super) fn refusal() -> Problem {
    let message = "This is a snapshot: nothing can be applied to it.".to_owned();
    Problem { message, detail: None, hint: None }
}
