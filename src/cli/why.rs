//! `rolescope why`: every path that gives a privilege, or what is missing.

use clap::Args;

use super::args::{Cli, Format};
use super::failure::{Failure, Status};

/// What to ask.
#[derive(Args, Debug)]
pub struct WhyArgs {
    /// Who
    #[arg(value_name = "ROLE")]
    pub role: String,
    /// What, as in SELECT
    #[arg(value_name = "PRIVILEGE")]
    pub privilege: String,
    /// On what
    #[arg(value_name = "OBJECT")]
    pub object: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// A conninfo string or a postgresql:// URI
    #[arg(value_name = "CONNECTION")]
    pub target: Option<String>,
}

pub async fn run(_cli: &Cli, _said: &WhyArgs) -> Result<Status, Failure> {
    Err(Failure::usage("not written"))
}
