//! `rolescope audit`: findings.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::args::{Cli, Format};
use super::failure::{Failure, Status};
use super::private::Private;
use super::source::Reach;
use super::{output, plan, source};
use crate::cluster::{Class, Cluster, View};
use crate::findings::report::{self, Found};
use crate::findings::{Code, Exception, Finding, Level, Options, findings};
use crate::preview::report::visible;

/// What to ask.
#[derive(Args, Debug)]
pub struct AuditArgs {
    /// Only findings at this level or above count
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = AtLeast::Low)]
    pub level: AtLeast,
    /// Only findings of this code; repeatable
    #[arg(long, value_name = "CODE")]
    pub code: Vec<String>,
    /// A known finding that is accepted: of a code, or of one object or role; repeatable
    #[arg(long, value_name = "CODE[:NAME]")]
    pub except: Vec<String>,
    /// A file of accepted findings, one a line, # for comments; repeatable
    #[arg(long, value_name = "FILE")]
    pub except_file: Vec<PathBuf>,
    /// Every database that the user may connect to
    #[arg(long)]
    pub all_databases: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// A conninfo string or a postgresql:// URI
    #[arg(value_name = "CONNECTION")]
    pub target: Option<Private>,
}

/// How bad a finding must be.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtLeast {
    /// Worth knowing, and right in many clusters
    Info,
    /// Left-overs, and what helps who has got in
    Low,
    /// Somebody can do more than they should, or what should protect does not
    Medium,
    /// As good as superuser, or making others run what one likes
    High,
}

impl From<AtLeast> for Level {
    fn from(level: AtLeast) -> Level {
        match level {
            AtLeast::Info => Level::Info,
            AtLeast::Low => Level::Low,
            AtLeast::Medium => Level::Medium,
            AtLeast::High => Level::High,
        }
    }
}

/// One database and what was found there.
struct Looked {
    name: String,
    view: View,
    findings: Vec<Finding>,
}

/// Loads, looks, prints. The status is 1 where anything is found.
pub async fn run(cli: &Cli, said: &AuditArgs) -> Result<Status, Failure> {
    let codes = said.code.iter().map(|text| code(text)).collect::<Result<Vec<_>, _>>()?;
    let except = exceptions(said)?;
    let reach = if said.all_databases { Reach::All { templates: false } } else { Reach::Connected };
    let databases = source::databases(cli, said.target.as_deref(), reach).await?;
    for left in &databases.left_out {
        let line = format!("rolescope: database {} was left out: {}\n", left.database, left.because);
        output::complain(&visible_line(&line));
    }
    let mut options = Options { only: codes, except, ..Options::at(Timestamp::now()) };
    let mut looked = Vec::new();
    for cluster in &databases.loaded {
        looked.push(look(cli, cluster, &options));
        // What all databases share was looked at with the first.
        options.shared = false;
    }
    let level = Level::from(said.level);
    let mut below = 0;
    for place in &mut looked {
        let all = place.findings.len();
        place.findings.retain(|finding| finding.level >= level);
        below += all - place.findings.len();
    }
    let mut found: Vec<Found<'_>> = looked.iter().flat_map(found_in).collect();
    found.sort_by_key(|found| (std::cmp::Reverse(found.finding.level), found.finding.code));
    output::print(&render(&found, below, said))?;
    Ok(if found.is_empty() { Status::Success } else { Status::Failed })
}

fn found_in(looked: &Looked) -> impl Iterator<Item = Found<'_>> {
    let found = |finding| Found { database: &looked.name, view: &looked.view, finding };
    looked.findings.iter().map(found)
}

fn visible_line(line: &str) -> String {
    visible(line.trim_end()).into_owned() + "\n"
}

fn look(cli: &Cli, cluster: &Arc<Cluster>, options: &Options) -> Looked {
    let database = cluster.objects.by_oid(Class::Database, cluster.database);
    let name =
        database.and_then(|id| cluster.objects.get(id)).map(|o| o.name.to_string()).unwrap_or_default();
    let findings = findings(&plan::planner(cli, cluster), options);
    Looked { name, view: View::new(Arc::clone(cluster)), findings }
}

fn code(text: &str) -> Result<Code, Failure> {
    Code::from_text(text).ok_or_else(|| unknown(format!("no finding has the code \"{text}\"")))
}

fn unknown(message: String) -> Failure {
    let all: Vec<&str> = Code::ALL.iter().map(|code| code.text()).collect();
    Failure::usage(message).hint(format!("The codes are {}.", all.join(", ")))
}

fn exceptions(said: &AuditArgs) -> Result<Vec<Exception>, Failure> {
    let mut all = Vec::new();
    for text in &said.except {
        all.push(Exception::parse(text).map_err(unknown)?);
    }
    for file in &said.except_file {
        let name = file.display();
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("could not read {name}: {error}")))?;
        let parsed = Exception::parse_file(&text);
        all.extend(parsed.map_err(|(line, why)| unknown(format!("{name}, line {line}: {why}")))?);
    }
    Ok(all)
}

fn render(found: &[Found<'_>], below: usize, said: &AuditArgs) -> String {
    match said.format {
        Format::Json => found.iter().map(|found| report::json(*found) + "\n").collect(),
        Format::Csv => csv(found),
        Format::Text => text(found, below, said),
    }
}

fn csv(found: &[Found<'_>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(report::COLUMNS);
    for found in found {
        let _ = writer.write_record(report::row(*found));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn text(found: &[Found<'_>], below: usize, said: &AuditArgs) -> String {
    let style = output::style();
    let mut out = report::summary(found.iter().map(|found| found.finding));
    if below > 0 {
        out.push_str(&format!(" ({below} more below --level {})", Level::from(said.level).word()));
    }
    out.push('\n');
    for found in found {
        out.push('\n');
        out.push_str(&report::text(*found, said.all_databases, style));
    }
    out
}
