//! Where a reading command has its cluster from: a connection, or a snapshot file.

use std::sync::Arc;

use super::args::Cli;
use super::failure::Failure;
use super::progress::Line;
use super::{file, session};
use crate::cluster::{Cluster, Databases, Kind, LeftOut};
use crate::server::load::{self, AT_ONCE, DatabasesProgress};
use crate::server::{Connection, LoadError};
use crate::snapshot::Snapshot;

/// Which databases a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The connected one.
    Connected,
    /// Every one that the user may connect to; templates only if asked for.
    All {
        /// Templates too.
        templates: bool,
    },
}

impl Reach {
    /// As flags say it.
    pub fn new(all_databases: bool, templates: bool) -> Reach {
        if all_databases { Reach::All { templates } } else { Reach::Connected }
    }
}

/// Connects to `target` and loads, or reads the file that `--snapshot` names.
pub async fn databases(cli: &Cli, target: Option<&str>, reach: Reach) -> Result<Databases, Failure> {
    if let Some(snapshot) = snapshot(cli, target)? {
        return Ok(within(snapshot.databases, reach));
    }
    let connection = connect(cli, target).await?;
    Ok(load(&connection, reach).await?)
}

/// The snapshot that `--snapshot` names, if it does. A connection beside it is a contradiction.
pub fn snapshot(cli: &Cli, target: Option<&str>) -> Result<Option<Snapshot>, Failure> {
    let Some(path) = &cli.snapshot else { return Ok(None) };
    if target.is_some() || cli.connection.is_set() {
        return Err(Failure::usage("--snapshot stands in place of a connection: say one of them"));
    }
    file::read(path).map(Some)
}

/// Those databases of a snapshot that a question is about. Those that its cluster has and it has not are left out.
pub fn within(databases: Databases, reach: Reach) -> Databases {
    let Some(first) = databases.connected().cloned() else { return databases };
    if reach == Reach::Connected {
        return Databases::one(first);
    }
    let Databases { loaded, mut left_out } = databases;
    for (_, object) in first.objects.iter().filter(|(_, object)| object.kind == Kind::Database) {
        let is_loaded = loaded.iter().any(|one| one.database == object.oid);
        if !is_loaded && !left_out.iter().any(|one| *one.database == *object.name) {
            let because = "The snapshot was taken without it.".to_owned();
            left_out.push(LeftOut { database: object.name.to_string(), because });
        }
    }
    Databases { loaded, left_out }
}

/// Connects, as the arguments say.
pub async fn connect(cli: &Cli, target: Option<&str>) -> Result<Connection, Failure> {
    session::connect(&session::settings(&cli.connection, target)?).await
}

/// Loads, and shows a waiting person how far it is.
pub async fn load(connection: &Connection, reach: Reach) -> Result<Databases, LoadError> {
    let mut line = Line::new();
    match reach {
        Reach::Connected => {
            let told = |progress| line.tell(&DatabasesProgress::Connected(progress));
            Ok(Databases::one(Arc::new(load::load(&connection.client, told).await?)))
        }
        Reach::All { templates } => {
            load::load_databases(connection, templates, AT_ONCE, usize::MAX, |progress| line.tell(&progress))
                .await
        }
    }
}

/// The connected database: it is always among those that were loaded.
pub fn connected(databases: &Databases) -> Result<&Arc<Cluster>, Failure> {
    databases.connected().ok_or_else(|| Failure::failed("no database was loaded"))
}
