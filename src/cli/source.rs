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
    databases_with_warnings(cli, target, reach).await.map(|(databases, _)| databases)
}

/// The same, with what stands against applying anything there.
pub async fn databases_with_warnings(
    cli: &Cli,
    target: Option<&str>,
    reach: Reach,
) -> Result<(Databases, Vec<String>), Failure> {
    if let Some(snapshot) = snapshot(cli, target)? {
        return Ok((within(snapshot.databases, reach), Vec::new()));
    }
    let connection = connect(cli, target).await?;
    let databases = load(&connection, reach).await?;
    let mut warnings = Vec::new();
    let cluster = connected(&databases)?;
    if connection.pooler.is_some() {
        warnings.push(format!(
            "a connection pooler stands between: this is predicted for a new session of {}, and the pooler's sessions \
             may be in another state; nothing can be applied through it",
            cluster.roles.get(cluster.session.user).map_or("the user", |role| &role.name)
        ));
    }
    if cluster.read_only {
        warnings.push("the server is read-only: nothing can be applied there (25006)".to_owned());
    }
    Ok((databases, warnings))
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
    let mut connection = session::connect(&session::settings(&cli.connection, target)?).await?;
    connection.set_statement_timeout(cli.statement_timeout);
    Ok(connection)
}

/// Loads, and shows a waiting person how far it is.
pub async fn load(connection: &Connection, reach: Reach) -> Result<Databases, LoadError> {
    let mut line = Line::new();
    match reach {
        Reach::Connected => {
            let told = |progress| line.tell(&DatabasesProgress::Connected(progress));
            Ok(Databases::one(Arc::new(load::load_connected(connection, told).await?)))
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
