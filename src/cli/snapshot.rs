//! `rolescope snapshot`: saves the privileges of a cluster to a file.

use clap::Args;

use super::args::{Cli, Format};
use super::failure::{Failure, Status};

/// What to ask.
#[derive(Args, Debug)]
pub struct SnapshotArgs {
    /// A conninfo string or a postgresql:// URI
    #[arg(value_name = "CONNECTION")]
    pub target: Option<String>,
}

pub async fn run(_cli: &Cli, _said: &SnapshotArgs) -> Result<Status, Failure> {
    Err(Failure::usage("not written"))
}
