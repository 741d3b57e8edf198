//! Arguments and the headless commands.

mod access;
mod apply;
pub mod args;
mod audit;
mod confirm;
mod demo;
mod diff;
mod explorer;
mod failure;
mod file;
mod output;
mod plan;
mod private;
mod progress;
mod script;
mod session;
mod snapshot;
mod source;
mod status;
mod why;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory;

use crate::demo::DemoOptions;
use args::{Cli, Command, Input};
pub use failure::{Failure, Status};

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    crate::server::memory::protect();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let ended = match args::parse(arguments.iter().cloned()) {
        Ok((cli, inputs)) => run(cli, &inputs, true),
        Err(error) => Ok(said(&error, &arguments).into()),
    };
    ended.unwrap_or_else(|failure| {
        output::complain(&failure.report());
        failure.status.into()
    })
}

/// Prints what clap has to say. Help and version are no errors; everything else is one of usage.
fn said(error: &clap::Error, arguments: &[OsString]) -> Status {
    match private::without(&error.render().to_string(), arguments) {
        Some(hidden) if error.use_stderr() => output::complain(&hidden),
        _ => drop(error.print()),
    }
    if error.use_stderr() { Status::Usage } else { Status::Success }
}

/// `remember`: what the explorer connects to is offered the next time.
fn run(cli: Cli, inputs: &[Input], remember: bool) -> Result<ExitCode, Failure> {
    if cli.command.is_some()
        && let Some(target) = &cli.target
    {
        let hint = "CONNECTION is the last argument, after the command.";
        return Err(Failure::usage(format!("unexpected argument \"{}\"", private::shown(target))).hint(hint));
    }
    let status = match &cli.command {
        None => return explorer::run(&cli, remember),
        Some(Command::Demo { command, postgres, major }) => {
            return demo::run(command, &DemoOptions { folder: postgres.clone(), major: *major });
        }
        Some(Command::Status(said)) => block_on(status::run(&cli, said)),
        Some(Command::Access(said)) => block_on(access::run(&cli, said)),
        Some(Command::Why(said)) => block_on(why::run(&cli, said)),
        Some(Command::Snapshot(said)) => block_on(snapshot::run(&cli, said)),
        Some(Command::Diff(said)) => block_on(diff::run(&cli, said)),
        Some(Command::Audit(said)) => block_on(audit::run(&cli, said)),
        Some(Command::Plan { script, as_role, on_error, target }) => {
            block_on(plan::run(&cli, script, inputs, as_role.as_deref(), *on_error, target.as_deref()))
        }
        Some(Command::Apply { script, rehearse, yes, target }) => {
            let (rehearse, yes, target) = (*rehearse, *yes, target.as_deref());
            block_on(apply::run(&apply::Request { cli: &cli, said: script, inputs, rehearse, yes, target }))
        }
        Some(Command::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "rolescope", &mut text);
            output::print(&String::from_utf8_lossy(&text)).map(|()| Status::Success)
        }
        Some(Command::Man) => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text)?;
            output::print(&String::from_utf8_lossy(&text)).map(|()| Status::Success)
        }
    };
    status.map(ExitCode::from)
}

fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(work)
}
