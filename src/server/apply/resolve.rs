//! What became of COMMIT, asked and never guessed.

use super::numbers::Numbers;
use super::observe::touched;
use super::outcome::{Fate, Said};
use super::request::{ApplyOptions, Progress};
use super::transaction::{Lost, Transaction, describe};
use super::{compare, rows};
use crate::cluster::{AclTarget, Change, View};
use crate::preview::Plan;
use crate::server::identity::system_identifier;
use crate::server::load::{Entry, Graph, Reader, read_entries};
use crate::server::{Connection, Opener, reachable};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// What became of the transaction.
pub(super) struct Resolved {
    pub(super) fate: Fate,
    pub(super) because: Option<String>,
    pub(super) warnings: Vec<String>,
}

impl Resolved {
    fn new(fate: Fate, because: impl Into<String>) -> Self {
        Resolved { fate, because: Some(because.into()), warnings: Vec::new() }
    }
}

/// What the server says about a transaction number.
pub(super) enum Status {
    Committed,
    Aborted,
    InProgress,
    /// Nothing, for this reason.
    Nothing(String),
}

/// Between two questions while the transaction is still in progress or the server is not back yet.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What is to be committed.
pub(super) struct Work<'a> {
    pub(super) plan: &'a Plan,
    /// Roles that it made.
    pub(super) numbers: &'a Numbers,
    pub(super) xid: u64,
}

/// Sends COMMIT and finds out what came of it.
pub(super) async fn commit(
    mut transaction: Transaction,
    opener: &Opener,
    work: &Work<'_>,
    options: &ApplyOptions<'_>,
) -> Resolved {
    let answer = transaction.commit().await;
    let status = match &answer {
        // Where nothing comes back, a second question waits for nothing.
        Err(Lost::Silent) => Status::InProgress,
        _ => transaction.status(work.xid).await,
    };
    let answer = answer.map_err(|lost| transaction.describe(&lost));
    let lost = match (answer, status) {
        (Ok(said), Status::Committed) => {
            // As when the wait for a synchronous standby is cancelled: committed, but not everywhere.
            let warnings = said.into_iter().map(|said: Said| said.message).collect();
            return Resolved { fate: Fate::Committed, because: None, warnings };
        }
        (answer, Status::Aborted) => {
            let because =
                answer.err().unwrap_or_else(|| "the server answered COMMIT with ROLLBACK".to_owned());
            return Resolved::new(Fate::RolledBack, because);
        }
        (Err(error), _) => error,
        (Ok(_), Status::InProgress) => "the server did not say what became of the transaction".to_owned(),
        (Ok(_), Status::Nothing(because)) => because,
    };
    (options.progress)(Progress::Resolving);
    let system = transaction.system.clone();
    drop(transaction);
    // Whoever stops the work stops what it does, and not the question what became of it.
    let opener = opener.unregistered();
    let asking = ask(&opener, work, system.as_deref());
    match tokio::time::timeout(options.resolve_timeout, asking).await {
        Ok(resolved) => resolved,
        Err(_) => Resolved::new(
            Fate::Unknown,
            format!(
                "the connection was lost during COMMIT ({lost}), and the server could not be asked in time"
            ),
        ),
    }
}

/// Asks on new connections until there is an answer.
async fn ask(opener: &Opener, work: &Work<'_>, system: Option<&str>) -> Resolved {
    let mut pause = PAUSE;
    loop {
        if let Some(connection) = again(opener).await {
            let lost = "the answer to COMMIT was lost; the server was asked again";
            match ask_once(&connection, work, system).await {
                Status::Committed => return Resolved::new(Fate::Committed, lost),
                Status::Aborted => return Resolved::new(Fate::RolledBack, lost),
                Status::Nothing(because) => return Resolved::new(Fate::Unknown, because),
                Status::InProgress => {}
            }
        }
        // Most answers come at once; a COMMIT that waits for a standby may take as long as it likes.
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// A password command, or one that prints AWS credentials, is not run for a server that is not back.
async fn again(opener: &Opener) -> Option<Connection> {
    let settings = opener.settings();
    let runs_a_command = settings.password_command.is_some() || settings.iam.is_some();
    if runs_a_command && reachable(settings).await.is_err() {
        return None;
    }
    opener.reconnect().await.ok()
}

async fn ask_once(connection: &Connection, work: &Work<'_>, system: Option<&str>) -> Status {
    // A standby may be behind: what it does not know yet may have happened.
    if connection.server.in_recovery {
        return Status::InProgress;
    }
    if let Some(system) = system {
        match system_identifier(&connection.client).await {
            Some(here) if here == system => {}
            Some(_) => return Status::Nothing("the new connection reached another cluster".to_owned()),
            None => return Status::InProgress,
        }
    }
    match status(&connection.client, work.xid).await {
        Status::Committed => match in_effect(&connection.client, work).await {
            Some(true) => Status::Committed,
            Some(false) => Status::Nothing(
                "the server says that a transaction of this number committed, but nothing of it is in effect"
                    .to_owned(),
            ),
            None => Status::InProgress,
        },
        status => status,
    }
}

/// `pg_xact_status()`, by the name that all supported versions share.
pub(super) async fn status(client: &Client, xid: u64) -> Status {
    let Ok(xid) = i64::try_from(xid) else {
        return Status::Nothing("the transaction's number is too large".to_owned());
    };
    let sql = format!("SELECT pg_catalog.txid_status({xid})");
    let rows = match client.query_typed(&sql, &[]).await {
        Ok(rows) => rows,
        // Its number is "in the future" after a crash that lost it: what never reached the disk never committed.
        Err(error) if error.code() == Some(&SqlState::INVALID_PARAMETER_VALUE) => return Status::Aborted,
        Err(error) => {
            return match error.as_db_error() {
                // Class 57: somebody stopped the question, or ended the session. Another answers.
                Some(db) if !db.code().code().starts_with("57") => Status::Nothing(describe(&error)),
                _ => Status::InProgress,
            };
        }
    };
    let text: Option<String> = rows.first().and_then(|row| row.get(0));
    match text.as_deref() {
        Some("committed") => Status::Committed,
        Some("aborted") => Status::Aborted,
        Some("in progress") => Status::InProgress,
        _ => Status::Nothing("the server does not remember the transaction any more".to_owned()),
    }
}

/// After a crash, a number that was lost can be given to another transaction. So what the plan changes has to show.
/// None where it could not be read.
async fn in_effect(client: &Client, work: &Work<'_>) -> Option<bool> {
    let plan = work.plan;
    if plan.changes().next().is_none() {
        return Some(true);
    }
    // It may take as long as there is to ask.
    client.batch_execute("BEGIN READ ONLY; SET LOCAL statement_timeout = 0").await.ok()?;
    let targets = touched(plan);
    let read = read_entries(Reader::new(client, Duration::ZERO), &plan.after, true, &targets).await.ok()?;
    let before = View::new(Arc::clone(plan.after.base()));
    let shows = |(target, entry): (&AclTarget, Option<Entry>)| {
        let entry = entry.map(|entry| work.numbers.entry(entry));
        let (acl, owner) = entry.map(|entry| (entry.acl, Some(entry.owner))).unwrap_or_default();
        let (acl_after, owner_after) = (plan.after.acl(*target), plan.after.owner(target.object));
        let rewritten = before.acl(*target) != acl_after && acl_after == acl.as_ref();
        rewritten || (before.owner(target.object) != owner_after && owner == Some(owner_after))
    };
    if targets.iter().zip(read.entries).any(shows) {
        return Some(true);
    }
    let now = work.numbers.graph(read.graph.unwrap_or_default());
    let found = rows::changes(&Graph::of(plan.after.base()), &now, plan.after.base().version);
    let net = compare::net_changes(plan).into_values();
    let visible: Vec<Change> = net.filter_map(|(_, change)| compare::visible(change, &now)).collect();
    // Where nothing is to be seen, what was changed was changed back, or is a password.
    Some(visible.is_empty() || visible.iter().any(|change| found.contains(change)))
}
