//! `rolescope plan`: predicts, and runs nothing.

use std::sync::Arc;

use super::args::{Cli, Input, OnError, PlanFormat, ScriptArgs};
use super::failure::{Failure, Status};
use super::source::{self, Reach};
use super::{output, script};
use crate::cluster::Cluster;
use crate::guard::{DEFAULT, Protected};
use crate::preview::report::{self, Style};
use crate::preview::{self, Passwords, Plan, PlanOptions, Planner, Verdict};
use crate::simulate::Session;
use crate::sql::{self, Parsed};

/// Loads, predicts, prints.
pub async fn run(
    cli: &Cli,
    said: &ScriptArgs,
    inputs: &[Input],
    as_role: Option<&str>,
    on_error: OnError,
    target: Option<&str>,
) -> Result<Status, Failure> {
    let texts = script::read(inputs)?;
    if cli.snapshot.is_some() && as_role.is_none() {
        let hint = "A snapshot has no session: say with --as who would run the statements.";
        return Err(Failure::usage("--snapshot needs --as").hint(hint));
    }
    let (databases, warnings) = source::databases_with_warnings(cli, target, Reach::Connected).await?;
    for warning in warnings {
        output::complain(&format!("rolescope: WARNING:  {}\n", report::visible(&warning)));
    }
    let cluster = Arc::clone(source::connected(&databases)?);
    let mut session = match as_role {
        Some(name) => Session::as_role(&cluster, role(&cluster, name)?),
        None => Session::of_login(&cluster),
    };
    let planner = planner(cli, &cluster);
    let on_error = match on_error {
        OnError::Stop => preview::OnError::Stop,
        OnError::Continue => preview::OnError::Continue,
    };
    // Going on after an error means autocommit, where SET LOCAL does nothing.
    session.in_transaction = on_error == preview::OnError::Stop;
    let options = PlanOptions { on_error, effect_limit: said.effect_limit, passwords: Passwords::AsWritten };
    let plan = planner.plan(session, &options, parse(&cluster, &texts));
    output::print(&render(&plan, said.format))?;
    complain(&plan, said.format == PlanFormat::Json);
    Ok(status(&plan))
}

/// Says on standard error, in a line, why a plan does not succeed, where nobody may be reading standard output; and
/// what comes after a failure, which has no object of its own and can still be why the exit status is 3.
pub fn complain(plan: &Plan, json: bool) {
    if output::is_terminal() && !json {
        return;
    }
    for step in &plan.steps {
        let why = match &step.verdict {
            Verdict::Ok => continue,
            Verdict::Error(error) => format!("{} ({})", error.message, error.sqlstate),
            Verdict::Blocked(block) => format!("{block}. {}", block.reason()),
            Verdict::Unsupported(reason) => format!("unsupported: {reason}"),
        };
        output::complain(&format!("rolescope: line {}: {}\n", step.line, report::visible(&why)));
    }
    if json {
        output::complain(&report::plan_end(plan, Style::default()));
    }
}

/// Predicts over this cluster.
pub fn planner(cli: &Cli, cluster: &Arc<Cluster>) -> Planner {
    Planner::new(Arc::clone(cluster), protected(cli))
}

/// The default list and what `--protect` adds to it.
pub fn protected(cli: &Cli) -> Protected {
    Protected::new(DEFAULT.iter().map(|name| (*name).to_owned()).chain(cli.protect.iter().cloned()))
}

/// Each text by itself, as psql takes them: what one leaves open does not reach into the next.
pub fn parse(cluster: &Cluster, texts: &[String]) -> Vec<Parsed> {
    let options = sql::Options::of(cluster);
    texts.iter().flat_map(|text| sql::parse_script(text, &options)).collect()
}

fn role(cluster: &Cluster, name: &str) -> Result<crate::cluster::Oid, Failure> {
    match cluster.roles.by_name(name) {
        Some(role) => Ok(role.oid),
        None => Err(Failure::usage(format!("role \"{name}\" does not exist"))
            .hint("--as takes the name as the catalog spells it, without quotes.")),
    }
}

/// 0, 1 or 3, as CONTRACT has it.
pub fn status(plan: &Plan) -> Status {
    match plan.exit_status() {
        0 => Status::Success,
        3 => Status::Protected,
        _ => Status::Failed,
    }
}

fn render(plan: &Plan, format: PlanFormat) -> String {
    match format {
        PlanFormat::Json => plan.each(|step, view| report::json(step, view, None) + "\n").concat(),
        PlanFormat::Text => text(plan, output::style()),
    }
}

/// The whole plan for people.
pub fn text(plan: &Plan, style: Style) -> String {
    let steps = plan.each(|step, view| report::text(step, view, style)).into_iter();
    let end = Some(report::plan_end(plan, style)).filter(|end| !end.is_empty());
    steps.chain(end).collect::<Vec<_>>().join("\n")
}
