//! Applying and rehearsing, and what came of it in the explorer's words.

use super::Answer;
use super::office::Office;
use crate::app::{Applied, Problem, Reply};
use crate::cluster::Class;
use crate::preview::{Plan, PlanOptions, Planner, Step};
use crate::server::apply::{self, ApplyError, ApplyOptions, Difference, Fate};
use crate::server::journal::Journal;
use crate::server::{ErrorKind, Opener, Running};
use crate::sql::{self, Options, Parsed};
use jiff::Timestamp;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

pub(super) async fn apply(office: Arc<Office>, plan: Arc<Plan>, answer: Answer, stop: Stop) {
    let (running, asked) = (Running::default(), stop.clone());
    let work = stoppable(try_apply(&office, &plan, &running), &running, stop).await;
    let applied = match work.unwrap_or_else(|| Err(nothing_sent())) {
        Ok(applied) => outcome(&plan, applied),
        Err(problem) => Applied::NotRun(problem),
    };
    let applied = match applied {
        Applied::RolledBack(problem) if *asked.borrow() => Applied::RolledBack(stopped(problem)),
        other => other,
    };
    answer.send(Reply::Applied(applied));
}

pub(super) async fn rehearse(office: Arc<Office>, plan: Arc<Plan>, answer: Answer, stop: Stop) {
    let (running, asked) = (Running::default(), stop.clone());
    let work = stoppable(try_rehearse(&office, &plan, &running), &running, stop).await;
    let ended = work.unwrap_or_else(|| Err(nothing_sent())).map(Arc::new);
    answer.send(Reply::Rehearsed(
        ended.map_err(|problem| if *asked.borrow() { stopped(problem) } else { problem }),
    ));
}

/// Turns true when the user wants no more of it.
type Stop = watch::Receiver<bool>;

/// The server may miss a request that comes between two statements.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// Does `work`, whose connections `running` knows. Told to stop, it asks the server to, until there is an outcome; where
/// there was no connection yet, nothing was sent and there is none.
async fn stoppable<T>(work: impl Future<Output = T>, running: &Running, mut stop: Stop) -> Option<T> {
    let mut work = pin!(work);
    tokio::select! {
        biased;
        done = &mut work => return Some(done),
        Ok(_) = stop.wait_for(|stop| *stop) => {}
    }
    if running.is_unused() {
        return None;
    }
    let ask = async {
        loop {
            running.cancel().await;
            sleep(ASK_AGAIN).await;
        }
    };
    tokio::select! {
        biased;
        done = work => Some(done),
        () = ask => None,
    }
}

fn nothing_sent() -> Problem {
    Problem::new("It was stopped before anything was sent.")
}

/// The reason comes first; what it looks like from the server's side is detail.
fn stopped(problem: Problem) -> Problem {
    let detail = [Some(problem.message), problem.detail].into_iter().flatten().collect::<Vec<_>>().join("\n");
    Problem { message: "You stopped it.".to_owned(), detail: Some(detail), hint: None }
}

async fn try_apply(office: &Office, plan: &Arc<Plan>, running: &Running) -> Result<apply::Applied, Problem> {
    let journal = journal()?;
    let planner = planner(office, plan);
    let opener = opener(office, plan)?.running(running);
    let applied = apply::apply(&opener, &planner, plan, &options(office, &journal)).await;
    applied.map_err(|error| not_begun(office, error))
}

async fn try_rehearse(office: &Office, plan: &Plan, running: &Running) -> Result<Plan, Problem> {
    let script = script(plan)?;
    let journal = journal()?;
    let options = options(office, &journal);
    let opener = opener(office, plan)?.running(running);
    let rehearsal = apply::rehearse(&opener, &planner(office, plan), plan, script, &options).await;
    let rehearsal = rehearsal.map_err(|error| not_begun(office, error))?;
    match rehearsal.difference {
        Some(difference) => Err(Problem {
            message: difference.message(),
            detail: Some(difference.lines(&plan.after).join("\n")).filter(|lines| !lines.is_empty()),
            hint: None,
        }),
        None => Ok(rehearsal.plan),
    }
}

/// The statements of a plan. One that ends early has lost those after its end.
fn script(plan: &Plan) -> Result<Vec<Parsed>, Problem> {
    if plan.not_run > 0 {
        return Err(Problem {
            message: "The preview ends before the last statement.".to_owned(),
            detail: None,
            hint: Some("Rehearse the statement that may fail by itself.".to_owned()),
        });
    }
    let options = Options::of(plan.after.base());
    let parse = |step: &Step| {
        let line = step.line;
        sql::parse_script(&step.text, &options).into_iter().map(move |parsed| Parsed { line, ..parsed })
    };
    Ok(plan.steps.iter().flat_map(parse).collect())
}

fn options<'a>(office: &Office, journal: &'a Journal) -> ApplyOptions<'a> {
    ApplyOptions {
        lock_timeout: office.manner.limits.lock,
        statement_timeout: office.manner.limits.statement,
        resolve_timeout: office.manner.limits.resolve,
        read_only: office.manner.read_only,
        plan: PlanOptions::default(),
        journal,
        clock: &Timestamp::now,
        progress: &|_| (),
    }
}

/// The one that made the plan: it knows nothing but the cluster and the protected roles.
fn planner(office: &Office, plan: &Plan) -> Planner {
    Planner::new(Arc::clone(plan.after.base()), office.protected.clone())
}

/// To the database that the plan is for, whichever was loaded meanwhile.
fn opener(office: &Office, plan: &Plan) -> Result<Opener, Problem> {
    if office.is_refused() {
        let message = "The server refused the password that there was.".to_owned();
        return Err(Problem { message, detail: None, hint: Some("R asks for another.".to_owned()) });
    }
    let cluster = plan.after.base();
    let database = cluster.objects.by_oid(Class::Database, cluster.database);
    Ok(match database.and_then(|id| cluster.objects.get(id)) {
        Some(database) => office.opener().to(&database.name),
        None => office.opener(),
    })
}

fn journal() -> Result<Journal, Problem> {
    Journal::of_user().map_err(|error| Problem {
        message: "There is no place for the journal.".to_owned(),
        detail: Some(error.to_string()),
        hint: Some("Set XDG_STATE_HOME.".to_owned()),
    })
}

fn not_begun(office: &Office, error: ApplyError) -> Problem {
    match error {
        ApplyError::Connect(error) => {
            // The password has changed: the next load asks for another, which then serves here too.
            office.note(Some(&error), &office.opener());
            if matches!(error.kind, ErrorKind::WrongPassword | ErrorKind::PasswordNeeded) {
                drop(office.link.take());
            }
            error.into()
        }
        other => Problem { message: format!("{other}."), detail: None, hint: None },
    }
}

fn outcome(plan: &Plan, applied: apply::Applied) -> Applied {
    match applied.fate {
        Fate::Committed => {
            let (unverified, warnings) = (applied.unverified, applied.warnings);
            Applied::Committed { read_back: applied.entries_verified, unverified, warnings }
        }
        Fate::RolledBack => Applied::RolledBack(why(plan, applied)),
        Fate::NotRun => Applied::NotRun(why(plan, applied)),
        Fate::Unknown => Applied::Unknown(why(plan, applied)),
    }
}

/// The reason, and in detail what differs.
fn why(plan: &Plan, applied: apply::Applied) -> Problem {
    let found = applied.steps.iter().find_map(|step| step.difference.as_ref());
    let lines = found.map(|difference| difference.lines(&plan.after)).unwrap_or_default();
    let detail: Vec<String> = lines.into_iter().chain(applied.warnings).collect();
    let message = applied.because.or_else(|| found.map(Difference::message)).unwrap_or_default();
    Problem { message, detail: Some(detail.join("\n")).filter(|detail| !detail.is_empty()), hint: None }
}
