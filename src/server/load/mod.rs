//! Loading a cluster: everything that decides who can do what, as one user sees it at one moment.
//!
//! One read-only repeatable-read transaction, two stages, each a single round trip: what all databases share, then
//! what is in this one. ACLs are read as OIDs: nothing here calls a server function that prints names, since those
//! look outside the snapshot.

mod acls;
mod databases;
mod entrance;
mod entries;
mod error;
mod fields;
mod graph;
mod local;
mod names;
mod objects;
mod pipeline;
mod queries;
mod reader;
mod rows;
mod session;
mod shared;
mod transaction;

pub use databases::{AT_ONCE, DatabasesProgress, load_databases};
pub use entries::{Entries, Entry, read_entries};
pub use error::LoadError;
pub use graph::Graph;
pub use reader::Reader;
pub(crate) use reader::in_time;

use super::connection::{Connection, STATEMENT_TIMEOUT};
use crate::cluster::Cluster;
use shared::Shared;
use std::sync::Arc;
use tokio_postgres::Client;
use transaction::Whose;

/// How far a load has come.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Roles, memberships, role settings, and of the objects those that all databases share (databases, tablespaces,
    /// parameters) are complete; nothing else is there yet. Object ids stay valid in the complete cluster.
    Roles(Arc<Cluster>),
    /// So many objects are here, of about so many: the server's estimate, never less than `loaded`.
    Objects {
        /// Objects read.
        loaded: u64,
        /// Objects to be expected.
        about: u64,
    },
    /// All objects are here, and so many of their columns.
    Columns {
        /// Columns read.
        loaded: u64,
        /// Columns to be expected; dropped ones are counted but do not come.
        about: u64,
    },
}

/// Progress is told once in so many rows.
const EVERY: usize = 4096;

/// Loads the connected database and what its cluster shares. `client` must be in no transaction; if the load fails,
/// or is dropped, the loader's own is rolled back.
pub async fn load(client: &Client, mut progress: impl FnMut(Progress)) -> Result<Cluster, LoadError> {
    let source = Source { reader: Reader::new(client, STATEMENT_TIMEOUT), whose: Whose::Ours };
    load_first(source, &mut progress).await.map(|(cluster, _)| cluster)
}

/// The same with what is known of the connection: how long a statement may take, and whether a pooler is in between.
/// Then the session it is loaded for is a new one of the user, not what other clients made of the pooler's.
pub async fn load_connected(
    connection: &Connection,
    mut progress: impl FnMut(Progress),
) -> Result<Cluster, LoadError> {
    load_first(Source::of(connection), &mut progress).await.map(|(cluster, _)| cluster)
}

/// Where it is loaded from.
#[derive(Clone, Copy)]
struct Source<'c> {
    reader: Reader<'c>,
    whose: Whose,
}

impl<'c> Source<'c> {
    fn of(connection: &'c Connection) -> Self {
        let whose = if connection.pooler.is_some() { Whose::Poolers } else { Whose::Ours };
        Source { reader: Reader::new(&connection.client, connection.statement_timeout()), whose }
    }
}

/// The same, with what all databases share, for loading others.
async fn load_first(
    Source { reader, whose }: Source<'_>,
    progress: &mut impl FnMut(Progress),
) -> Result<(Cluster, Shared), LoadError> {
    let snapshot = transaction::Snapshot::begin(reader, whose).await?;
    let session = session::read(reader).await?;
    settle(reader).await?;
    let shared = shared::read(reader, &session).await?;
    let cluster = shared.cluster(&session);
    progress(Progress::Roles(Arc::new(cluster.clone())));
    let cluster = local::read(reader, &shared, cluster, progress).await?;
    snapshot.end().await?;
    Ok((cluster, shared))
}

/// Settings of the loader's transaction.
async fn settle(reader: Reader<'_>) -> Result<(), LoadError> {
    reader.execute(queries::SETTINGS.reading, queries::SETTINGS.sql).await
}
