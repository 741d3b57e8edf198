//! The command line as clap knows it: CONTRACT of names, flags and defaults.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use super::access::AccessArgs;
use super::audit::AuditArgs;
use super::diff::DiffArgs;
use super::private::Private;
use super::snapshot::SnapshotArgs;
use super::status::StatusArgs;
use super::why::WhyArgs;
use crate::server::Arguments;
use crate::server::aws::IamArguments;
use crate::server::password::Prompt;

/// Explore the roles and grants of a PostgreSQL or Aurora cluster, and see what a GRANT or REVOKE will change
/// before it runs.
///
/// Without a command: the explorer.
#[derive(Parser, Debug)]
#[command(name = "rolescope", version, disable_help_flag = true, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do; none is the explorer.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where to connect, and how.
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// A conninfo string (host=.. dbname=..) or a postgresql:// URI
    #[arg(value_name = "CONNECTION")]
    pub target: Option<Private>,
    /// Look, but never apply anything
    #[arg(long, global = true)]
    pub read_only: bool,
    /// A role that no statement may touch, besides those always protected; repeatable
    #[arg(long, global = true, value_name = "ROLE")]
    pub protect: Vec<String>,
    /// Give up waiting for a lock after this long (as in 500ms, 2s, 1min; 0: never)
    #[arg(long, global = true, value_name = "TIME", default_value = "2s", value_parser = duration)]
    pub lock_timeout: Duration,
    /// Cancel any statement that runs for longer (0: never)
    #[arg(long, global = true, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub statement_timeout: Duration,
    /// Read a snapshot file in place of a connection
    #[arg(long, global = true, value_name = "FILE")]
    pub snapshot: Option<PathBuf>,
    /// The explorer's colours; NO_COLOR means mono
    #[arg(long, value_enum, default_value_t)]
    pub theme: Theme,
    /// In the explorer, draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
    /// Print help
    #[arg(long, global = true, action = clap::ArgAction::Help)]
    pub help: Option<bool>,
}

/// psql's connection flags; so help is `--help` only.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionArgs {
    /// Server host or socket directory
    #[arg(short = 'h', long, global = true)]
    pub host: Option<String>,
    /// Server port
    #[arg(short = 'p', long, global = true)]
    pub port: Option<String>,
    /// Role to connect as
    #[arg(short = 'U', long = "username", global = true, value_name = "NAME")]
    pub user: Option<String>,
    /// Database to connect to; a conninfo string and a URI are taken too
    #[arg(short = 'd', long = "dbname", global = true, value_name = "DBNAME")]
    pub database: Option<Private>,
    /// Never ask for a password
    #[arg(short = 'w', long, global = true)]
    pub no_password: bool,
    /// Ask for a password before connecting
    #[arg(short = 'W', long = "password", global = true, conflicts_with = "no_password")]
    pub ask_password: bool,
    /// A shell command that prints the password; it runs for every connection
    #[arg(long, global = true, value_name = "COMMAND")]
    pub password_command: Option<Private>,
    /// Amazon RDS and Aurora: make an IAM token for every connection, from the usual AWS credentials
    #[arg(long, global = true, conflicts_with_all = ["password_command", "ask_password"])]
    pub aws_iam: bool,
    /// The region of the server, where its name doesn't tell
    #[arg(long, global = true, value_name = "REGION", requires = "aws_iam")]
    pub aws_region: Option<String>,
    /// The profile of the AWS files
    #[arg(long, global = true, value_name = "NAME", requires = "aws_iam")]
    pub aws_profile: Option<String>,
    /// The endpoint's own HOST:PORT, where a tunnel or another name leads to it
    #[arg(long, global = true, value_name = "HOST:PORT", requires = "aws_iam")]
    pub aws_endpoint: Option<String>,
}

impl ConnectionArgs {
    /// Whether anything was said.
    pub fn is_set(&self) -> bool {
        let texts = [&self.host, &self.port, &self.user];
        let private = [&self.database, &self.password_command];
        self.no_password
            || self.ask_password
            || self.aws_iam
            || texts.iter().any(|text| text.is_some())
            || private.iter().any(|text| text.is_some())
    }

    /// As the connection room takes them.
    pub fn arguments(&self, target: Option<&str>) -> Arguments {
        Arguments {
            host: self.host.clone(),
            port: self.port.clone(),
            user: self.user.clone(),
            database: self.database.as_deref().map(str::to_owned),
            connection: target.map(str::to_owned),
            prompt: match (self.no_password, self.ask_password) {
                (true, _) => Prompt::Never,
                (_, true) => Prompt::Always,
                _ => Prompt::IfNeeded,
            },
            password_command: self.password_command.as_deref().map(str::to_owned),
            iam: self.aws_iam.then(|| IamArguments {
                region: self.aws_region.clone(),
                profile: self.aws_profile.clone(),
                endpoint: self.aws_endpoint.clone(),
            }),
        }
    }
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Start a throwaway PostgreSQL with TLS and Aurora-like roles, and run the explorer or COMMAND on it
    Demo {
        /// The folder with the programs of a PostgreSQL server; else one is looked for, and fetched where there is none
        #[arg(long, value_name = "DIR")]
        postgres: Option<PathBuf>,
        /// The major version to look for
        #[arg(long, value_name = "N")]
        major: Option<u16>,
        /// A rolescope command without its connection, as in: plan -c 'GRANT ..'
        #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
    /// Connect, load everything, and say what is there
    Status(StatusArgs),
    /// Effective privileges: who can do what, and how
    Access(AccessArgs),
    /// Why a role can do something, or what is missing
    Why(WhyArgs),
    /// Save the privileges of a cluster to a file
    Snapshot(SnapshotArgs),
    /// Tell two snapshots apart, or one and the connected cluster
    Diff(DiffArgs),
    /// Findings: what a careful DBA would look at
    Audit(AuditArgs),
    /// Predict what statements do; nothing is run
    Plan {
        /// What to predict, and how to print it.
        #[command(flatten)]
        script: ScriptArgs,
        /// Predict as if ROLE had connected
        #[arg(long = "as", value_name = "ROLE")]
        as_role: Option<String>,
        /// Stop at the first failure as one transaction would, or go on as psql does in autocommit
        #[arg(long, value_enum, default_value_t)]
        on_error: OnError,
        /// A conninfo string or a postgresql:// URI
        #[arg(value_name = "CONNECTION")]
        target: Option<Private>,
    },
    /// Predict, show, ask, run in one transaction, verify, and commit only what was shown
    Apply {
        /// What to apply, and how to print it.
        #[command(flatten)]
        script: ScriptArgs,
        /// Where a prediction is uncertain: run it, roll back, and take what it changed as the preview
        #[arg(long)]
        rehearse: bool,
        /// Don't ask
        #[arg(long)]
        yes: bool,
        /// A conninfo string or a postgresql:// URI
        #[arg(value_name = "CONNECTION")]
        target: Option<Private>,
    },
    /// Print a shell's completion script
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

impl Command {
    /// The CONNECTION that stands behind the command.
    pub fn target(&self) -> Option<&str> {
        match self {
            Command::Plan { target, .. } | Command::Apply { target, .. } => target.as_deref(),
            Command::Status(said) => said.target.as_deref(),
            Command::Access(said) => said.target.as_deref(),
            Command::Why(said) => said.target.as_deref(),
            Command::Snapshot(said) => said.target.as_deref(),
            Command::Diff(said) => said.connection(),
            Command::Audit(said) => said.target.as_deref(),
            Command::Demo { .. } | Command::Completions { .. } | Command::Man => None,
        }
    }
}

/// Where statements come from.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("statements").required(true).multiple(true).args(["commands", "files"]))]
pub struct ScriptArgs {
    /// Statements; repeatable, and taken in order with -f
    #[arg(short = 'c', long = "command", value_name = "SQL")]
    pub commands: Vec<Private>,
    /// A file of statements (-: standard input); repeatable
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: PlanFormat,
    /// How many rows of effect to list at most; the counts are never cut
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub effect_limit: usize,
}

/// The explorer's colours.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// For dark backgrounds
    #[default]
    Dark,
    /// For light backgrounds
    Light,
    /// No colours
    Mono,
}

/// How a table is printed.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// How a plan is printed: it is no table.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlanFormat {
    /// For people
    #[default]
    Text,
    /// One object a statement, one a line
    Json,
}

/// What follows a failure.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The plan ends there
    #[default]
    Stop,
    /// The next statement is predicted as if the failed one had not been there
    Continue,
}

/// A -c or a -f.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The SQL itself.
    Text(Private),
    /// A file; `-` is standard input.
    File(PathBuf),
}

/// The arguments, and the -c and -f in the order they were given.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<(Cli, Vec<Input>), clap::Error> {
    let matches = Cli::command().try_get_matches_from(arguments)?;
    let cli = Cli::from_arg_matches(&matches)?;
    let inputs = matches.subcommand().map(|(_, sub)| inputs(sub)).unwrap_or_default();
    Ok((cli, inputs))
}

fn inputs(matches: &ArgMatches) -> Vec<Input> {
    let mut found: Vec<(usize, Input)> = Vec::new();
    if let Ok(Some(texts)) = matches.try_get_many::<Private>("commands") {
        let at = matches.indices_of("commands").into_iter().flatten();
        found.extend(at.zip(texts.cloned().map(Input::Text)));
    }
    if let Ok(Some(files)) = matches.try_get_many::<PathBuf>("files") {
        let at = matches.indices_of("files").into_iter().flatten();
        found.extend(at.zip(files.cloned().map(Input::File)));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, input)| input).collect()
}

/// A time as PostgreSQL's own settings take it: a number with a unit; a bare number is milliseconds.
fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| "expected a number with a unit, as in 2s".to_owned())?;
    let milliseconds = match unit.trim() {
        "" | "ms" => 1,
        "s" => 1000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err("the units are ms, s, min and h".to_owned()),
    };
    // The server keeps both timeouts in a 32-bit number of milliseconds.
    match number.checked_mul(milliseconds).filter(|n| i32::try_from(*n).is_ok()) {
        Some(milliseconds) => Ok(Duration::from_millis(milliseconds)),
        None => Err("that is longer than the server can wait".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cli(words: &[&str]) -> Result<(Cli, Vec<Input>), clap::Error> {
        parse(["rolescope"].iter().chain(words).map(OsString::from))
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn h_is_the_host_and_help_is_spelled_out() {
        let (cli, _) = cli(&["-h", "db", "-p", "5433", "-U", "me", "-d", "shop", "-w", "status"]).unwrap();
        let said = cli.connection.arguments(None);
        assert_eq!(said.host.as_deref(), Some("db"));
        assert_eq!(said.prompt, Prompt::Never);
        assert!(matches!(cli.command, Some(Command::Status { .. })));
    }

    #[test]
    fn flags_stand_before_or_after_the_command() {
        let (cli, _) = cli(&["status", "-h", "db", "--read-only"]).unwrap();
        assert_eq!(cli.connection.host.as_deref(), Some("db"));
        assert!(cli.read_only);
    }

    #[test]
    fn c_and_f_keep_their_order() {
        let (_, inputs) = cli(&["plan", "-f", "a", "-c", "b", "-f", "-", "-c", "d", "host=x"]).unwrap();
        let file = |name: &str| Input::File(PathBuf::from(name));
        let text = |text: &str| Input::Text(text.to_owned().into());
        assert_eq!(inputs, [file("a"), text("b"), file("-"), text("d")]);
    }

    #[test]
    fn what_follows_demo_is_left_alone() {
        let (cli, _) = cli(&["demo", "plan", "-c", "GRANT a TO b", "--format", "json"]).unwrap();
        let Some(Command::Demo { command, .. }) = cli.command else { panic!("no demo") };
        assert_eq!(command, ["plan", "-c", "GRANT a TO b", "--format", "json"]);
    }

    #[test]
    fn a_plan_needs_statements() {
        assert!(cli(&["plan"]).is_err());
        assert!(cli(&["plan", "--format", "csv", "-c", "x"]).is_err());
    }

    #[test]
    fn times_are_said_as_in_postgresql() {
        assert_eq!(duration("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(duration("250"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("1min"), Ok(Duration::from_secs(60)));
        assert!(duration("soon").is_err() && duration("1y").is_err() && duration("99999999999h").is_err());
    }
}
