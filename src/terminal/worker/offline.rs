//! A snapshot in place of a server.

use super::Answer;
use crate::app::{Connection, Other, OtherState, Problem, Reply, Snapshot};
use crate::cluster::{Cluster, LeftOut};
use crate::guard::Protected;
use crate::snapshot;
use std::sync::Arc;

/// What was read from a file.
pub(in crate::terminal) struct Offline {
    pub(in crate::terminal) snapshot: snapshot::Snapshot,
    pub(in crate::terminal) protected: Protected,
}

impl Offline {
    /// A database, the one that was connected when it was taken unless another is named; and the others.
    pub(super) async fn load(self: Arc<Self>, database: Option<String>, answer: Answer) {
        let snapshot::Snapshot { about, databases } = &self.snapshot;
        let named = |cluster: &&Arc<Cluster>| database.as_deref() == Some(cluster.database_name());
        let Some(cluster) = databases.loaded.iter().find(named).or(databases.connected()) else {
            let message = "There is no database in the snapshot.".to_owned();
            return answer.send(Reply::Failed(Problem { message, detail: None, hint: None }));
        };
        answer.send(Reply::Connected(Connection {
            host: about.host.clone(),
            port: about.port,
            database: cluster.database_name().to_owned(),
            user: about.user.clone(),
            tls: None,
            pooler: false,
            warnings: Vec::new(),
        }));
        answer.send(Reply::Loaded(self.prepared(cluster)));
        for other in databases.loaded.iter().filter(|other| other.database != cluster.database) {
            let (database, name) = (other.database, other.database_name().to_owned());
            let state = OtherState::Loaded(self.prepared(other));
            answer.send(Reply::Other(Other::new(database, name, state)));
        }
        for LeftOut { database, because } in &databases.left_out {
            if let Some(oid) = cluster.database_named(database) {
                let state = OtherState::LeftOut(because.clone());
                answer.send(Reply::Other(Other::new(oid, database.clone(), state)));
            }
        }
    }

    /// What is to be found in it, as of when it was taken.
    fn prepared(&self, cluster: &Arc<Cluster>) -> Arc<Snapshot> {
        let snapshot = Snapshot::new(Arc::clone(cluster), self.protected.clone());
        Arc::new(snapshot.with_findings(self.snapshot.about.taken))
    }
}

/// Why nothing is run.
pub(super) fn refusal() -> Problem {
    let message = "This is a snapshot: nothing can be applied to it.".to_owned();
    Problem { message, detail: None, hint: None }
}
