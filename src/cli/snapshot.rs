//! `rolescope snapshot`: saves the privileges of a cluster to a file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use super::args::Cli;
use super::failure::{Failure, Status};
use super::private::Private;
use super::source::{self, Reach};
use super::{file, output};
use crate::preview::report::visible;
use crate::snapshot::{self, About};

/// What to ask.
#[derive(Args, Debug)]
pub struct SnapshotArgs {
    /// The file to write (-: standard output)
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: PathBuf,
    /// Every database that the user may connect to
    #[arg(long)]
    pub all_databases: bool,
    /// Templates too
    #[arg(long, requires = "all_databases")]
    pub templates: bool,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
    /// A conninfo string or a postgresql:// URI
    #[arg(value_name = "CONNECTION")]
    pub target: Option<Private>,
}

/// Loads and writes.
pub async fn run(cli: &Cli, said: &SnapshotArgs) -> Result<Status, Failure> {
    if cli.snapshot.is_some() {
        return Err(Failure::usage("a snapshot is taken of a server, not of a snapshot"));
    }
    let to_stdout = said.output == Path::new("-");
    if to_stdout && output::is_terminal() {
        return Err(
            Failure::usage("a snapshot is not for terminals").hint("Name a file with -o, or use a pipe.")
        );
    }
    if !to_stdout && !said.force && said.output.exists() {
        return Err(file::exists(&said.output));
    }
    let connection = source::connect(cli, said.target.as_deref()).await?;
    let about = About {
        taken: Timestamp::now(),
        host: connection.host.clone(),
        port: connection.port,
        user: connection.user.clone(),
        server_version: connection.server.version.clone(),
    };
    let databases = source::load(&connection, Reach::new(said.all_databases, said.templates)).await?;
    drop(connection);
    for one in &databases.left_out {
        let line = format!("{} is left out. {}", one.database, one.because);
        output::complain(&format!("rolescope: {}\n", visible(&line)));
    }
    let bytes = snapshot::encode(&about, &databases).map_err(|error| Failure::failed(error.to_string()))?;
    match to_stdout {
        true => io::stdout().lock().write_all(&bytes)?,
        false => file::write(&said.output, &bytes, said.force)?,
    }
    Ok(Status::Success)
}
