//! `rolescope access`: effective privileges, who can do what and how.

mod ask;
mod count;
mod names;
mod rows;
mod text;

use clap::Args;

use super::args::{Cli, Format};
use super::failure::{Failure, Status};
use super::output;
use super::private::Private;
use super::source::{self, Reach};
use ask::Question;

/// What to ask.
#[derive(Args, Debug)]
pub struct AccessArgs {
    /// Only roles of these names, as patterns of psql's \d; repeatable
    #[arg(long = "role", value_name = "PATTERN")]
    pub roles: Vec<String>,
    /// Only objects of these names: NAME in any schema, or SCHEMA.NAME; patterns as in psql's \d; repeatable
    #[arg(long = "object", value_name = "PATTERN")]
    pub objects: Vec<String>,
    /// Only these privileges, as in SELECT,UPDATE; repeatable
    #[arg(long = "privilege", value_name = "PRIVILEGE", value_delimiter = ',')]
    pub privileges: Vec<String>,
    /// The system's own roles and objects too
    #[arg(long)]
    pub system: bool,
    /// Every database that the user may connect to, with a column that names it
    #[arg(long)]
    pub all_databases: bool,
    /// Say how many there are, without listing them
    #[arg(long)]
    pub count: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// A conninfo string or a postgresql:// URI
    #[arg(value_name = "CONNECTION")]
    pub target: Option<Private>,
}

pub async fn run(cli: &Cli, said: &AccessArgs) -> Result<Status, Failure> {
    let question = Question::new(said)?;
    let reach = match said.all_databases {
        true => Reach::All { templates: said.system },
        false => Reach::Connected,
    };
    let databases = source::databases(cli, said.target.as_deref(), reach).await?;
    for left_out in &databases.left_out {
        let because = format!("database \"{}\" is left out: {}", left_out.database, left_out.because);
        output::complain(&Failure::usage(because).report());
    }
    let places = question.places(&databases);
    if let Some(nothing) = question.finds_nothing(&places) {
        // A table without rows is an answer to a program; a person has mistyped something.
        if said.format == Format::Text {
            return Err(nothing);
        }
        output::complain(&nothing.report());
    }
    output::stream(|out| match (said.count, said.format) {
        (true, format) => count::write(out, &question, &places, format),
        (false, Format::Csv) => rows::csv(out, &question, &places),
        (false, Format::Json) => rows::json(out, &question, &places),
        (false, Format::Text) => text::write(out, &question, &places),
    })?;
    Ok(Status::Success)
}
