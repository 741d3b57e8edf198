//! `rolescope why`: every path that gives a privilege, or what is missing.

use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use super::args::{Cli, Format};
use super::failure::{Failure, Status};
use super::output;
use super::private::Private;
use super::source::{self, Reach};
use crate::cluster::View;
use crate::question::{self, Answered, AskError, Line, Tone};

/// What to ask.
#[derive(Args, Debug)]
pub struct WhyArgs {
    /// Who: a role as the catalog spells it, or quoted as in SQL; PUBLIC is everybody
    #[arg(value_name = "ROLE")]
    pub role: String,
    /// What, as in SELECT, or SELECT(column)
    #[arg(value_name = "PRIVILEGE")]
    pub privilege: String,
    /// On what, as SQL names it, with its kind in front where that is needed: shop.orders, 'schema shop',
    /// 'shop.f(integer)', shop.orders.email
    #[arg(value_name = "OBJECT")]
    pub object: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// A conninfo string or a postgresql:// URI
    #[arg(value_name = "CONNECTION")]
    pub target: Option<Private>,
}

pub async fn run(cli: &Cli, said: &WhyArgs) -> Result<Status, Failure> {
    let databases = source::databases(cli, said.target.as_deref(), Reach::Connected).await?;
    let Some(cluster) = databases.connected() else {
        return Err(Failure::usage("no database was loaded"));
    };
    let mut view = View::new(Arc::clone(cluster));
    let question = question::ask(&mut view, &said.role, &said.privilege, &said.object)?;
    let answered = question::answer(&view, question, Some(Timestamp::now()));
    output::print(&match said.format {
        Format::Json => question::json(&view, &answered) + "\n",
        Format::Csv => csv(&view, &answered)?,
        Format::Text => text(&view, &answered),
    })?;
    Ok(Status::Success)
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        Failure { hint: error.hint, ..Failure::usage(error.message) }
    }
}

fn csv(view: &View, answered: &Answered) -> Result<String, Failure> {
    let failed = |error: csv::Error| Failure::usage(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(question::CSV_HEADER).map_err(failed)?;
    for row in question::csv_rows(view, answered) {
        writer.write_record(row).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| Failure::usage(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn text(view: &View, answered: &Answered) -> String {
    let style = output::style();
    let lines = question::all(view, answered, style.ascii);
    lines.iter().map(|line| painted(line, style.color) + "\n").collect()
}

fn painted(line: &Line, color: bool) -> String {
    let code = match line.tone {
        Tone::Title => "1",
        Tone::Good => "32",
        Tone::Bad => "31",
        Tone::Note => "33",
        Tone::Text => return line.text.clone(),
    };
    if color { format!("\x1b[{code}m{}\x1b[0m", line.text) } else { line.text.clone() }
}
