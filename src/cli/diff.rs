//! `rolescope diff`: two snapshot files, or one and the connected cluster.

use std::path::{Path, PathBuf};

use clap::Args;

use super::args::{Cli, Format};
use super::failure::{Failure, Status};
use super::private::Private;
use super::source::{self, Reach};
use super::{file, output};
use crate::cluster::Databases;
use crate::diff::{self, Diff};

/// What to ask.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// A snapshot file
    #[arg(value_name = "A")]
    pub a: PathBuf,
    /// Another one, or a connection; none: the cluster that the connection flags and the environment name
    #[arg(value_name = "B")]
    pub b: Option<Private>,
    /// How to print it; csv has who gained and who lost, not the catalog entries
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// How many rows of effect to list at most; the counts are never cut
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub effect_limit: usize,
    /// Exit with status 1 where anything differs
    #[arg(long)]
    pub exit_code: bool,
}

impl DiffArgs {
    /// B, where it is a connection.
    pub fn connection(&self) -> Option<&str> {
        self.b.as_deref().filter(|b| super::session::is_connection(b))
    }
}

/// Reads both, and tells.
pub async fn run(cli: &Cli, said: &DiffArgs) -> Result<Status, Failure> {
    let before = file::read(&said.a)?.databases;
    let after = after(cli, said, &before).await?;
    let found = diff::diff(&before, &after, said.effect_limit);
    output::print(&render(&found, said.format)?)?;
    Ok(if said.exit_code && !found.is_empty() { Status::Failed } else { Status::Success })
}

async fn after(cli: &Cli, said: &DiffArgs, before: &Databases) -> Result<Databases, Failure> {
    let path = said.b.as_deref().filter(|_| said.connection().is_none()).map(Path::new);
    if let Some(path) = path {
        if cli.snapshot.is_some() || cli.connection.is_set() {
            return Err(Failure::usage("diff takes two states: A, and one other"));
        }
        return Ok(file::read(path)?.databases);
    }
    if let Some(snapshot) = source::snapshot(cli, said.connection())? {
        return Ok(snapshot.databases);
    }
    // As much as A has.
    let several = before.loaded.len() > 1;
    source::databases(cli, said.connection(), Reach::new(several, true)).await
}

fn render(found: &Diff, format: Format) -> Result<String, Failure> {
    Ok(match format {
        Format::Json => diff::json(found).to_string() + "\n",
        Format::Text => diff::text(found),
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in diff::csv(found) {
                writer.write_record(row).map_err(|error| Failure::failed(error.to_string()))?;
            }
            let bytes = writer.into_inner().map_err(|error| Failure::failed(error.to_string()))?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    })
}
