//! All databases of a cluster: the connected one, then the others side by side, each on a connection of its own.
//!
//! What they share is read once, with the connected one. The others are read a little later, each at one moment of its
//! own: the server has no snapshot that spans databases.

use super::entrance::{Entrance, Stopped};
use super::shared::Shared;
use super::transaction::Snapshot;
use super::{LoadError, Progress, Source, load_first, local, pipeline::Batch, queries, session, settle};
use crate::access::Access;
use crate::cluster::{
    AclTarget, Cluster, Databases, Detail, Kind, LeftOut, Object, ObjectId, Oid, Privileges, View,
};
use crate::server::{ConnectError, Connection};
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

/// How many databases are loaded at once, unless said otherwise: a busy server has few connections to spare.
pub const AT_ONCE: usize = 4;

/// How far it has come.
#[derive(Clone, Debug)]
pub enum DatabasesProgress {
    /// The connected database.
    Connected(Progress),
    /// The connected database is whole, and these others are to come.
    First {
        /// What is in it.
        cluster: Arc<Cluster>,
        /// The names of those to come.
        others: Vec<String>,
    },
    /// Another one, which is not loaded now: there are too many.
    Waiting(String),
    /// One of the others is whole.
    Loaded(Arc<Cluster>),
    /// One of the others is not loaded.
    LeftOut(LeftOut),
    /// The others.
    Others {
        /// So many are done with, those that were left out on the way among them.
        done: usize,
        /// Of so many.
        of: usize,
        /// Objects in them that are here.
        objects: u64,
    },
}

/// Loads the connected database, what its cluster shares, and every other database that the user may connect to:
/// templates only if asked for, the provider's own never, at most `at_once` side by side. What cannot be loaded is left
/// out and named; only a failure in the connected one fails the whole. Of more than `most` others none is loaded.
pub async fn load_databases(
    connection: &Connection,
    templates: bool,
    at_once: usize,
    most: usize,
    mut progress: impl FnMut(DatabasesProgress),
) -> Result<Databases, LoadError> {
    let told = &mut |told| progress(DatabasesProgress::Connected(told));
    let (cluster, shared) = load_first(Source::of(connection), told).await?;
    let (first, shared) = (Arc::new(cluster), Arc::new(shared));
    let (mut wanted, left_out) = choose(&first, templates);
    let waiting = if wanted.len() > most { std::mem::take(&mut wanted) } else { Vec::new() };
    let names = wanted.iter().map(|wanted| wanted.name.clone()).collect();
    progress(DatabasesProgress::First { cluster: Arc::clone(&first), others: names });
    waiting.into_iter().for_each(|wanted| progress(DatabasesProgress::Waiting(wanted.name)));
    left_out.iter().for_each(|left| progress(DatabasesProgress::LeftOut(left.clone())));
    let mut databases = Databases { loaded: vec![Arc::clone(&first)], left_out };
    let others = Others { entrance: Entrance::new(connection.opener()), shared, first };
    others.load(wanted, at_once, &mut databases, progress).await;
    databases.left_out.sort_by(|a, b| a.database.cmp(&b.database));
    Ok(databases)
}

/// A database to load.
struct Wanted {
    oid: Oid,
    name: String,
}

/// The others that are to be loaded, in the order of their names, and those that are not.
fn choose(first: &Arc<Cluster>, templates: bool) -> (Vec<Wanted>, Vec<LeftOut>) {
    let view = View::new(Arc::clone(first));
    let access = Access::new(&view);
    let (mut wanted, mut left_out) = (Vec::new(), Vec::new());
    let all = first.objects.iter().filter(|(_, object)| object.kind == Kind::Database);
    for (id, object) in all.filter(|(_, object)| object.oid != first.database) {
        let name = object.name.to_string();
        match obstacle(&access, id, object, templates) {
            Some(because) => left_out.push(LeftOut { database: name, because: because.to_owned() }),
            None => wanted.push(Wanted { oid: object.oid, name }),
        }
    }
    wanted.sort_by(|a, b| a.name.cmp(&b.name));
    (wanted, left_out)
}

/// Why it is not even tried.
fn obstacle(access: &Access<'_>, id: ObjectId, object: &Object, templates: bool) -> Option<&'static str> {
    let Detail::Database { allow_connections, is_template } = object.detail else { return None };
    let user = access.view().base().session.user;
    let may = access.held(user, AclTarget::whole(id)).privileges.contains(Privileges::CONNECT);
    if object.name.eq_ignore_ascii_case("rdsadmin") {
        Some("It belongs to the provider and is never connected to.")
    } else if !allow_connections {
        Some("It allows no connections (datallowconn is off).")
    } else if is_template && !templates {
        Some("It is a template.")
    } else if !may {
        Some("The user lacks CONNECT on it.")
    } else {
        None
    }
}

/// What each of the others is loaded with.
struct Others {
    entrance: Entrance,
    shared: Arc<Shared>,
    first: Arc<Cluster>,
}

impl Others {
    /// Given up, nothing goes on: the tasks end with the set that holds them, and their connections with them.
    async fn load(
        self,
        wanted: Vec<Wanted>,
        at_once: usize,
        databases: &mut Databases,
        mut progress: impl FnMut(DatabasesProgress),
    ) {
        let (of, places) = (wanted.len(), Arc::new(Semaphore::new(at_once.max(1))));
        let (this, (tell, mut told)) = (Arc::new(self), mpsc::unbounded_channel::<u64>());
        let mut tasks = JoinSet::new();
        for (at, database) in wanted.into_iter().enumerate() {
            let (this, places, tell) = (Arc::clone(&this), Arc::clone(&places), tell.clone());
            tasks.spawn(async move {
                let _place = places.acquire().await;
                (at, this.one(&database, &tell).await.map_err(|because| (database.name, because)))
            });
        }
        drop(tell);
        let (mut done, mut objects, mut loaded) = (0, 0, Vec::new());
        progress(DatabasesProgress::Others { done, of, objects });
        loop {
            tokio::select! {
                Some(more) = told.recv() => objects += more,
                ended = tasks.join_next() => {
                    let Some(ended) = ended else { break };
                    done += 1;
                    match ended {
                        Ok((at, Ok(cluster))) => {
                            let cluster = Arc::new(cluster);
                            progress(DatabasesProgress::Loaded(Arc::clone(&cluster)));
                            loaded.push((at, cluster));
                        }
                        Ok((_, Err((database, because)))) => {
                            let left = LeftOut { database, because };
                            progress(DatabasesProgress::LeftOut(left.clone()));
                            databases.left_out.push(left);
                        }
                        // It panicked, and so does who waits for it; else the runtime ends.
                        Err(broken) => broken.try_into_panic().map_or((), |panic| std::panic::resume_unwind(panic)),
                    }
                }
            }
            progress(DatabasesProgress::Others { done, of, objects });
        }
        loaded.sort_by_key(|(at, _)| *at);
        databases.loaded.extend(loaded.into_iter().map(|(_, cluster)| cluster));
    }

    /// Loads one, or says in a sentence why not.
    async fn one(&self, wanted: &Wanted, tell: &mpsc::UnboundedSender<u64>) -> Result<Cluster, String> {
        let connection = self.entrance.open(&wanted.name).await.map_err(|stopped| not_opened(&stopped))?;
        let read = self.read(&connection, wanted, tell).await;
        let cluster = read.map_err(|error| sentence(&error.to_string()))?;
        cluster.ok_or_else(|| {
            "Another database answers by its name: it was dropped meanwhile, or is another server's."
                .to_owned()
        })
    }

    /// None where it is not the one that the cluster's list names.
    async fn read(
        &self,
        connection: &Connection,
        wanted: &Wanted,
        tell: &mpsc::UnboundedSender<u64>,
    ) -> Result<Option<Cluster>, LoadError> {
        let Source { reader, whose } = Source::of(connection);
        let snapshot = Snapshot::begin(reader, whose).await?;
        let session = session::read(reader).await?;
        settle(reader).await?;
        let oids =
            Batch::send(reader, &[queries::THIS_DATABASE], None).await.collect(|row| row.oid(0)).await?;
        if oids != [wanted.oid] || session.version != self.first.version {
            return Ok(None);
        }
        let mut before = 0;
        let mut told = |progress| {
            if let Progress::Objects { loaded, .. } = progress {
                // Nobody listens any more: then nobody waits for the cluster either.
                let _ = tell.send(loaded - before);
                before = loaded;
            }
        };
        let cluster = local::read(reader, &self.shared, self.shared.cluster(&session), &mut told).await?;
        snapshot.end().await?;
        Ok(Some(cluster))
    }
}

fn not_opened(stopped: &Stopped) -> String {
    match stopped {
        Stopped::Failed(error) => refused(error),
        Stopped::Unasked(database) => {
            format!("The password was refused for database \"{database}\" and is not sent again.")
        }
    }
}

/// The server's own words, without where it is: that is known from the first connection.
fn refused(error: &ConnectError) -> String {
    let message =
        error.message.split_once(" failed: ").map_or(error.message.as_str(), |(_, message)| message);
    match &error.detail {
        Some(detail) => format!("{} {}", sentence(message), sentence(&detail.replace('\n', "; "))),
        None => sentence(message),
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + chars.as_str() + "."
}
