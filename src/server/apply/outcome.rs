//! What became of a plan.

use crate::cluster::Change;
use crate::guard::Block;
use crate::preview::Plan;
use crate::server::LoadError;
use crate::simulate::Notice;

/// What became of a plan.
#[derive(Debug, Clone)]
pub struct Applied {
    /// One for each step of the plan.
    pub steps: Vec<StepResult>,
    /// What became of the transaction.
    pub fate: Fate,
    /// Why, where that needs a reason.
    pub because: Option<String>,
    /// The transaction's number with its epoch, as `pg_xact_status()` takes it.
    pub xid: Option<u64>,
    /// Catalog entries that were read back and are as predicted.
    pub entries_verified: usize,
    /// What cannot be read back.
    pub unverified: Vec<String>,
    /// What else a person should be told.
    pub warnings: Vec<String>,
}

/// What became of a statement, or of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is in effect.
    Committed,
    /// It ran, or was about to, and nothing of it is in effect.
    RolledBack,
    /// It was never sent.
    NotRun,
    /// The answer to COMMIT was lost, and nobody could be asked.
    Unknown,
}

impl Fate {
    /// The word for it in reports and in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Committed => "committed",
            Fate::RolledBack => "rolled_back",
            Fate::NotRun => "not_run",
            Fate::Unknown => "unknown",
        }
    }
}

/// What became of a statement.
#[derive(Debug, Clone)]
pub struct StepResult {
    /// In a word.
    pub fate: Fate,
    /// Where what was predicted and what was found part.
    pub difference: Option<Difference>,
    /// What of it cannot be read back.
    pub unverified: Vec<String>,
}

/// How what was predicted and what was found differ.
#[derive(Debug, Clone)]
pub enum Difference {
    /// What the preview was computed from is not so any more. Nothing was run.
    Changed {
        /// What differs, a sentence each.
        what: Vec<String>,
        /// Entries that the plan touches: as the preview knew them, and as they are.
        entries: Vec<Mismatch>,
    },
    /// The server refused the statement.
    Error(Said),
    /// It said something else than predicted.
    Notices {
        /// As predicted.
        predicted: Vec<Notice>,
        /// As said.
        found: Vec<Said>,
    },
    /// Catalog entries are not as predicted.
    Entries(Vec<Mismatch>),
    /// Catalogs were written more, less or elsewhere than the plan accounts for.
    Writes {
        /// Catalogs and their numbers.
        catalogs: Vec<CatalogWrites>,
        /// Rows that were written and that the plan does not know.
        rows: Vec<String>,
    },
    /// What really changed touches a protected role.
    Protected(Block),
    /// The journal could not be written, so there was no COMMIT.
    Journal(String),
    /// The connection was lost before COMMIT was sent.
    Lost(String),
    /// It could not be read back.
    Unverifiable(String),
}

impl Difference {
    /// Which, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Difference::Changed { .. } => "changed_since_preview",
            Difference::Error(_) => "error",
            Difference::Notices { .. } => "notices",
            Difference::Entries(_) => "entries",
            Difference::Writes { .. } => "writes",
            Difference::Protected(_) => "protected",
            Difference::Journal(_) => "journal",
            Difference::Lost(_) => "lost",
            Difference::Unverifiable(_) => "unverifiable",
        }
    }

    /// In one sentence.
    pub fn message(&self) -> String {
        match self {
            Difference::Changed { what, .. } => match what.first() {
                Some(first) => format!("The cluster has changed since the preview: {first}"),
                None => "The cluster has changed since the preview.".to_owned(),
            },
            Difference::Error(said) => {
                format!("The server refused it: {} ({}).", said.message, said.sqlstate)
            }
            Difference::Notices { .. } => "The server said something else than predicted.".to_owned(),
            Difference::Entries(entries) => {
                format!("{} catalog entries are not as predicted.", entries.len())
            }
            Difference::Writes { catalogs, rows } => {
                let names =
                    catalogs.iter().map(|c| c.catalog.as_str()).chain(rows.first().map(String::as_str));
                let names = names.collect::<Vec<_>>().join(", ");
                format!("More or other catalog rows were written than the plan accounts for: {names}.")
            }
            Difference::Protected(block) => format!("What really changed is protected: {block}."),
            Difference::Journal(error) => format!("The journal could not be written: {error}."),
            Difference::Lost(error) => format!("The connection was lost before COMMIT: {error}."),
            Difference::Unverifiable(error) => format!("It could not be read back: {error}."),
        }
    }
}

/// Reading that did not succeed, inside the transaction.
impl From<LoadError> for Difference {
    fn from(error: LoadError) -> Self {
        match error.ends_connection() {
            true => Difference::Lost(error.to_string()),
            false => Difference::Unverifiable(error.to_string()),
        }
    }
}

/// One catalog entry, predicted and found. None where that side has no such change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// As predicted.
    pub predicted: Option<Change>,
    /// As found.
    pub found: Option<Change>,
}

/// Rows written in a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogWrites {
    /// Which.
    pub catalog: String,
    /// What the plan accounts for; where updates that change nothing are possible, the most there can be.
    pub predicted: WriteCounts,
    /// What the transaction wrote.
    pub found: WriteCounts,
}

/// Numbers of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct WriteCounts {
    /// Inserted.
    pub inserted: i64,
    /// Updated.
    pub updated: i64,
    /// Deleted.
    pub deleted: i64,
}

/// A notice or an error as the server sent it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Said {
    /// NOTICE, WARNING, ERROR, FATAL.
    pub severity: String,
    /// Its SQLSTATE.
    pub sqlstate: String,
    /// The message.
    pub message: String,
    /// DETAIL.
    pub detail: Option<String>,
    /// HINT.
    pub hint: Option<String>,
}

impl From<&tokio_postgres::error::DbError> for Said {
    fn from(error: &tokio_postgres::error::DbError) -> Self {
        Said {
            severity: error.parsed_severity().map_or(error.severity().to_owned(), |s| s.to_string()),
            sqlstate: error.code().code().to_owned(),
            message: error.message().to_owned(),
            detail: error.detail().map(str::to_owned),
            hint: error.hint().map(str::to_owned),
        }
    }
}

/// Why a transaction does not reach COMMIT, and at which step.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) step: usize,
    pub(super) difference: Box<Difference>,
}

impl Stop {
    pub(super) fn at(step: usize, difference: Difference) -> Self {
        Stop { step, difference: Box::new(difference) }
    }
}

/// Where no step is to blame, the last one shows it: all of them ran.
impl From<Difference> for Stop {
    fn from(difference: Difference) -> Self {
        Stop::at(usize::MAX, difference)
    }
}

impl Applied {
    /// Nothing is in effect; the difference shows at `step`.
    pub fn rolled_back(plan: &Plan, step: usize, difference: Difference) -> Applied {
        let at = step.min(plan.steps.len().saturating_sub(1));
        let not_sent = |n: usize| match &difference {
            Difference::Error(_) | Difference::Notices { .. } | Difference::Lost(_) => n > at,
            _ => false,
        };
        let fate = |n| if not_sent(n) { Fate::NotRun } else { Fate::RolledBack };
        let steps = (0..plan.steps.len())
            .map(|n| StepResult {
                fate: fate(n),
                difference: (n == at).then(|| difference.clone()),
                unverified: Vec::new(),
            })
            .collect();
        Applied {
            steps,
            fate: Fate::RolledBack,
            because: Some(difference.message()),
            xid: None,
            entries_verified: 0,
            unverified: Vec::new(),
            warnings: Vec::new(),
        }
    }
}
