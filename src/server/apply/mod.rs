//! Applying a plan: one transaction that commits only what was shown.
//!
//! On a connection of its own: everything that the preview was computed from is read again; the statements run, and
//! what they say is compared with what was predicted; every catalog entry that they wrote is read back and compared;
//! the guard is asked about what really changed; the journal is on disk; then COMMIT. Any difference rolls back.

mod accounting;
mod compare;
mod error;
mod fresh;
mod made;
mod numbers;
mod observe;
mod order;
mod others;
mod outcome;
mod owners;
mod rehearse;
mod report;
mod request;
mod resolve;
mod rows;
mod sealing;
mod told;
mod transaction;
mod writes;

pub use error::{ApplyError, Refusal};
pub use outcome::{Applied, CatalogWrites, Difference, Fate, Mismatch, Said, StepResult, WriteCounts};
pub use rehearse::{Rehearsal, rehearse};
pub use request::{ApplyOptions, Progress};

use crate::cluster::View;
use crate::preview::report::change_reports;
use crate::preview::{Plan, Planner};
use crate::server::Opener;
use crate::server::journal::{Entry, Intent, Place};
use crate::server::load::Graph;
use made::Made;
use outcome::Stop;
use std::sync::Arc;
use transaction::Transaction;

/// Applies `plan`, which `planner` made and a person saw.
///
/// # Errors
/// Where nothing was begun: the plan may not be applied, there is no connection, or no journal. What happened to a
/// transaction once it began is in the answer.
pub async fn apply(
    opener: &Opener,
    planner: &Planner,
    plan: &Plan,
    options: &ApplyOptions<'_>,
) -> Result<Applied, ApplyError> {
    request::check(plan, options)?;
    (options.progress)(Progress::Connecting);
    let mut transaction = Transaction::begin(opener, options).await?;
    match run(&mut transaction, planner, plan, options).await {
        Ok(ready) => Ok(ready.commit(transaction, opener, plan, options).await),
        Err(Stop { step, difference }) => {
            transaction.rollback(Some(&difference)).await;
            Ok(Applied::rolled_back(plan, step, *difference))
        }
    }
}

/// Ready to commit: run, verified, and in the journal.
struct Ready {
    xid: u64,
    entries_verified: usize,
    /// What cannot be read back, by step.
    unverified: Vec<Vec<String>>,
    /// The plan as it is on the roles and memberships of now.
    plan: Plan,
    /// The roles that it made.
    made: Made,
    journal: Entry,
}

/// Everything up to COMMIT.
async fn run(
    transaction: &mut Transaction,
    planner: &Planner,
    plan: &Plan,
    options: &ApplyOptions<'_>,
) -> Result<Ready, Stop> {
    (options.progress)(Progress::Checking);
    let plan = fresh::unchanged(transaction, planner, plan, options).await?;
    let before = transaction.writes().await?;
    let mut made = Made::default();
    for (at, step) in plan.steps.iter().enumerate() {
        (options.progress)(Progress::Running { step: at, of: plan.steps.len() });
        let said = transaction.run(&step.text).await.map_err(|difference| Stop::at(at, difference))?;
        compare::notices(step, &said, transaction.messages_are_english())
            .map_err(|difference| Stop::at(at, difference))?;
        made.by(step, transaction).await.map_err(|difference| Stop::at(at, difference))?;
    }
    (options.progress)(Progress::Verifying);
    let base = View::new(Arc::clone(plan.after.base()));
    let graph = Graph::of(base.base());
    let (names, numbers) = (&plan.after, &made.numbers);
    let since = observe::Before { names, state: &base, graph: &graph, writes: &before, numbers };
    let observed = observe::observe(transaction, &since, observe::touched(&plan)).await?;
    let others = compare::verify(planner, &plan, &observed)?;
    let unverified = made.passwords(transaction, &plan, &observed.now).await?;
    let verified = plan.entries();
    // What others committed meanwhile must not change what this means.
    fresh::still(planner, &plan, others::without_ours(&plan, observed.now, &others), options)?;
    let xid = transaction.xid().await?;
    let journal = options
        .journal
        .begin(&intent(transaction, planner, &plan, xid), (options.clock)())
        .map_err(|error| {
            let folder = options.journal.folder().display();
            Stop::at(0, Difference::Journal(format!("{folder}: {error}")))
        })?;
    Ok(Ready { xid, entries_verified: verified, unverified, plan, made, journal })
}

impl Ready {
    async fn commit(
        self,
        transaction: Transaction,
        opener: &Opener,
        shown: &Plan,
        options: &ApplyOptions<'_>,
    ) -> Applied {
        (options.progress)(Progress::Committing);
        let work = resolve::Work { plan: &self.plan, numbers: &self.made.numbers, xid: self.xid };
        let resolved = resolve::commit(transaction, opener, &work, options).await;
        let mut warnings = resolved.warnings;
        let because = resolved.because.as_deref();
        if let Err(error) = self.journal.outcome(resolved.fate.word(), because, (options.clock)()) {
            warnings.push(format!("The outcome could not be written to the journal: {error}"));
        }
        let mut unverified = self.unverified.iter().cloned();
        let mut step = |_| StepResult {
            fate: resolved.fate,
            difference: None,
            unverified: unverified.next().unwrap_or_default(),
        };
        Applied {
            steps: shown.steps.iter().map(&mut step).collect(),
            fate: resolved.fate,
            because: resolved.because,
            xid: Some(self.xid),
            entries_verified: self.entries_verified,
            unverified: self.unverified.into_iter().flatten().collect(),
            warnings,
        }
    }
}

fn intent(transaction: &Transaction, planner: &Planner, plan: &Plan, xid: u64) -> Intent {
    let connection = transaction.connection();
    let place = Place {
        host: connection.host.clone(),
        port: connection.port,
        database: connection.database.clone(),
        user: connection.user.clone(),
        server: connection.server.version.clone(),
    };
    Intent {
        place,
        xid,
        statements: plan.steps.iter().map(|step| step.masked.clone()).collect(),
        changes: plan
            .each(|step, view| change_reports(&step.changes, view))
            .concat()
            .into_iter()
            .filter_map(|change| serde_json::to_value(change).ok())
            .collect(),
        undo: planner.undo(plan).ok().map(|undo| undo.statements),
    }
}
