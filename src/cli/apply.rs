//! `rolescope apply`: predicts, shows, asks, runs, verifies, commits.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::args::{Cli, Input, PlanFormat, ScriptArgs};
use super::confirm::Terminal;
use super::failure::{Failure, Status};
use super::{output, plan, script, source};
use crate::cluster::View;
use crate::preview::report::{self, Style, visible};
use crate::preview::{OnError, Passwords, Plan, PlanOptions, Planner, Step};
use crate::server::apply::{self, Applied, ApplyError, ApplyOptions, Difference, Fate, Refusal};
use crate::server::journal::Journal;
use crate::server::{Opener, load};
use crate::simulate::{Certainty, Session};
use crate::sql::Parsed;

/// What `apply` was asked to do.
pub struct Request<'a> {
    pub cli: &'a Cli,
    pub said: &'a ScriptArgs,
    pub inputs: &'a [Input],
    pub rehearse: bool,
    pub yes: bool,
    pub target: Option<&'a str>,
}

/// How long to ask what became of a COMMIT whose answer was lost: a failover takes about half of it.
pub const RESOLVE: Duration = Duration::from_secs(60);

/// Does it all.
pub async fn run(request: &Request<'_>) -> Result<Status, Failure> {
    if request.cli.snapshot.is_some() {
        let hint = "plan --snapshot FILE --as ROLE predicts on it.";
        return Err(Failure::usage("nothing can be applied to a snapshot").hint(hint));
    }
    let texts = script::read(request.inputs)?;
    let connection = source::connect(request.cli, request.target).await?;
    let cluster = Arc::new(load::load_connected(&connection, |_| ()).await?);
    let opener = connection.opener().expecting(connection.identity().await);
    let pooled = connection.pooler.is_some();
    drop(connection);
    let planner = plan::planner(request.cli, &cluster);
    let effect_limit = request.said.effect_limit;
    let options = PlanOptions { on_error: OnError::Stop, effect_limit, passwords: Passwords::Sealed };
    let parsed = plan::parse(&cluster, &texts);
    let plan = planner.plan(Session::of_login(&cluster), &options, parsed.clone());
    if plan.steps.is_empty() {
        return Ok(Status::Success);
    }
    let run = Run { request, planner: &planner, options, journal: journal()?, pooled };
    run.apply(&opener, plan, parsed).await
}

fn journal() -> Result<Journal, Failure> {
    Journal::of_user().map_err(|error| {
        Failure::usage(format!("there is no place for the journal: {error}")).hint("Set XDG_STATE_HOME.")
    })
}

struct Run<'a> {
    request: &'a Request<'a>,
    planner: &'a Planner,
    options: PlanOptions,
    journal: Journal,
    /// Whether a pooler stands between.
    pooled: bool,
}

impl Run<'_> {
    async fn apply(&self, opener: &Opener, plan: Plan, script: Vec<Parsed>) -> Result<Status, Failure> {
        let uncertain = plan.certainty() != Certainty::Certain;
        let rehearse = self.request.rehearse && uncertain;
        if plan.block().is_some() || !(plan.is_ok() || rehearse && may_be_rehearsed(&plan)) {
            self.not_run(&plan)?;
            return Ok(plan::status(&plan));
        }
        if self.request.cli.read_only {
            return Err(Failure::usage("nothing is applied with --read-only"));
        }
        if let Some(refusal) = self.server_refuses() {
            self.not_run(&plan)?;
            return Err(ApplyError::from(refusal).into());
        }
        if rehearse {
            return self.rehearse(opener, plan, script).await;
        }
        if let Certainty::Uncertain { because } = plan.certainty() {
            self.not_run(&plan)?;
            let hint = "--rehearse runs it, rolls back, and takes what it changed as the preview.";
            return Err(Failure::failed("the prediction is uncertain").detail(because.join("\n")).hint(hint));
        }
        self.ask_and_apply(opener, &plan).await
    }

    /// What is known before anybody is asked and anything is sent.
    fn server_refuses(&self) -> Option<Refusal> {
        let read_only = self.planner.cluster().read_only;
        let pooled = self.pooled.then_some(Refusal::Pooled);
        pooled.or(read_only.then_some(Refusal::ServerReadOnly("it takes no changes (25006)")))
    }

    /// Takes what a rehearsal changed as the preview.
    async fn rehearse(&self, opener: &Opener, plan: Plan, script: Vec<Parsed>) -> Result<Status, Failure> {
        let rehearsal = apply::rehearse(opener, self.planner, &plan, script, &self.apply_options()).await?;
        let found = if rehearsal.plan.steps.is_empty() { plan } else { rehearsal.plan };
        if let Some(difference) = rehearsal.difference {
            let at = found.steps.len() - 1;
            let applied = Applied::rolled_back(&found, at, difference);
            return self.report(&found, &applied);
        }
        output::complain("rolescope: rehearsed, and rolled back: this is what it changed\n");
        if !found.is_ok() {
            self.not_run(&found)?;
            return Ok(plan::status(&found));
        }
        self.ask_and_apply(opener, &found).await
    }

    async fn ask_and_apply(&self, opener: &Opener, plan: &Plan) -> Result<Status, Failure> {
        if !self.agreed(plan)? {
            self.not_run(plan)?;
            return Err(Failure::failed("nothing was applied: not confirmed"));
        }
        let applied = apply::apply(opener, self.planner, plan, &self.apply_options()).await?;
        self.report(plan, &applied)
    }

    fn apply_options(&self) -> ApplyOptions<'_> {
        ApplyOptions {
            lock_timeout: self.request.cli.lock_timeout,
            statement_timeout: self.request.cli.statement_timeout,
            resolve_timeout: RESOLVE,
            read_only: self.request.cli.read_only,
            plan: self.options.clone(),
            journal: &self.journal,
            clock: &Timestamp::now,
            progress: &|_| (),
        }
    }

    /// Shows the preview, and asks unless `--yes` was said.
    fn agreed(&self, plan: &Plan) -> Result<bool, Failure> {
        let text = self.request.said.format == PlanFormat::Text;
        if text {
            output::print(&plan::text(plan, output::style()))?;
        }
        if self.request.yes {
            return Ok(true);
        }
        let Some(mut terminal) = Terminal::open() else {
            return Err(
                Failure::usage("there is no terminal to ask on").hint("--yes applies without asking.")
            );
        };
        if !text || !output::is_terminal() {
            let style = Style { color: !output::no_color(), ..Style::default() };
            terminal.show(&plan::text(plan, style))?;
        }
        terminal.agrees(&plan.risk(), plan.steps.len())
    }

    /// Prints a plan that was not run.
    fn not_run(&self, plan: &Plan) -> Result<(), Failure> {
        let json = self.request.said.format == PlanFormat::Json;
        match json {
            true => self.json(plan, |_| (Fate::NotRun, None))?,
            false => output::print(&plan::text(plan, output::style()))?,
        }
        plan::complain(plan, json);
        Ok(())
    }

    fn json<'d>(
        &self,
        plan: &Plan,
        result: impl Fn(usize) -> (Fate, Option<&'d Difference>),
    ) -> Result<(), Failure> {
        let mut at = 0..;
        let line = |step: &Step, view: &View| {
            let (fate, difference) = result(at.next().unwrap_or_default());
            let difference = difference.map(|difference| difference.json(&plan.after));
            report::json(step, view, Some(&report::Applied { applied: fate.word(), difference })) + "\n"
        };
        output::print(&plan.each(line).concat())
    }

    /// What came of it, and the exit status that says the same.
    fn report(&self, plan: &Plan, applied: &Applied) -> Result<Status, Failure> {
        for warning in &applied.warnings {
            output::complain(&format!("rolescope: WARNING:  {}\n", visible(warning)));
        }
        if self.request.said.format == PlanFormat::Json {
            self.json(plan, |at| match applied.steps.get(at) {
                Some(step) => (step.fate, step.difference.as_ref()),
                None => (applied.fate, None),
            })?;
        }
        match applied.fate {
            Fate::Committed => {
                let entries = applied.entries_verified;
                let line = format!("Committed, and verified in {entries} catalog entries.\n");
                if self.request.said.format == PlanFormat::Text {
                    output::print(&line)?;
                }
                Ok(Status::Success)
            }
            _ => Err(not_committed(plan, applied)),
        }
    }
}

/// Whether each statement that would not succeed might: its prediction is uncertain.
fn may_be_rehearsed(plan: &Plan) -> bool {
    let may = |step: &Step| step.is_ok() || step.error().is_some() && step.certainty != Certainty::Certain;
    plan.steps.iter().all(may)
}

fn not_committed(plan: &Plan, applied: &Applied) -> Failure {
    let because = applied.because.clone().unwrap_or_default();
    let what = match applied.fate {
        Fate::Unknown => format!("the outcome is unknown: {because}"),
        _ => format!("rolled back: {because}"),
    };
    let mut failure = Failure::failed(what);
    let at = applied.steps.iter().enumerate();
    let found =
        at.filter_map(|(at, step)| step.difference.as_ref().map(|difference| (at, difference))).next();
    if let Some((at, difference)) = found {
        let mut lines = difference.lines(&plan.after);
        let line = plan.steps.get(at).map(|step| step.line).unwrap_or_default();
        if plan.steps.len() > 1 {
            lines.insert(0, format!("at statement {} (line {line})", at + 1));
        }
        if !lines.is_empty() {
            failure = failure.detail(lines.join("\n"));
        }
        match difference {
            Difference::Protected(_) => failure.status = Status::Protected,
            Difference::Changed { .. } => {
                failure = failure.hint("Run it again for a preview of how things are now.")
            }
            _ => {}
        }
    }
    failure
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Connect(error) => error.into(),
            ApplyError::Refused(Refusal::Blocked(block)) => {
                Failure { status: Status::Protected, ..Failure::failed(block.to_string()) }
            }
            ApplyError::Refused(Refusal::ReadOnly) => Failure::usage("nothing is applied with --read-only"),
            ApplyError::Refused(Refusal::Pooled) => {
                let hint =
                    "Connect to the server itself: its own host and port, or the provider's direct endpoint.";
                Failure::usage(Refusal::Pooled.to_string()).hint(hint)
            }
            ref error @ ApplyError::Refused(Refusal::ServerReadOnly(_)) => {
                let hint =
                    "Connect to the primary; or ask who made it read-only (default_transaction_read_only).";
                Failure::failed(error.to_string()).hint(hint)
            }
            other => Failure::failed(other.to_string()),
        }
    }
}
