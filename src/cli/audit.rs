//! `rolescope audit`: findings.

use clap::Args;

use super::args::{Cli, Format};
use super::failure::{Failure, Status};

/// What to ask.
#[derive(Args, Debug)]
pub struct AuditArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// A conninfo string or a postgresql:// URI
    #[arg(value_name = "CONNECTION")]
    pub target: Option<String>,
}

pub async fn run(_cli: &Cli, _said: &AuditArgs) -> Result<Status, Failure> {
    Err(Failure::usage("not written"))
}
