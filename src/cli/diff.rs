//! `rolescope diff`: two snapshot files, or one and the connected cluster.

use clap::Args;

use super::args::{Cli, Format};
use super::failure::{Failure, Status};

/// What to ask.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// A snapshot file
    #[arg(value_name = "A")]
    pub a: std::path::PathBuf,
    /// Another one, or a connection
    #[arg(value_name = "B")]
    pub b: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

impl DiffArgs {
    /// B, where it is a connection.
    pub fn connection(&self) -> Option<&str> {
        self.b.as_deref().filter(|b| super::session::is_connection(b))
    }
}

pub async fn run(_cli: &Cli, _said: &DiffArgs) -> Result<Status, Failure> {
    Err(Failure::usage("not written"))
}
