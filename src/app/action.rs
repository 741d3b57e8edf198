//! Everything that can happen to the explorer, as data.

use super::connect::Choice;
use super::{Key, Mouse, Other, Snapshot};
use crate::preview::Plan;
use jiff::Timestamp;
use jiff::civil::DateTime;
use std::sync::Arc;
use std::time::Duration;

/// The moment of an action, read by whoever has a clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Now {
    /// Since the program started: for intervals.
    pub elapsed: Duration,
    /// The wall clock in the user's time zone: for people.
    pub wall: DateTime,
    /// The same moment for comparing.
    pub at: Timestamp,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Action {
    /// The program starts: loading begins.
    Start,
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse.
    Mouse(Mouse),
    /// The terminal has this size.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// The time that [`next_wake`](super::next_wake) named has come.
    Wake,
    /// An effect's answer. One of an older generation is dropped.
    Reply {
        /// That of the effect.
        generation: u64,
        /// The answer.
        reply: Reply,
    },
    /// The connection is gone, in one line why.
    ConnectionLost(String),
    /// To `Choices`: where one could connect.
    Choices(Vec<Choice>),
    /// To `Reconnect`; that of an older one is dropped.
    Reconnected {
        /// That of the effect.
        number: u64,
        /// What came of it.
        outcome: Reconnection,
    },
    /// To `Connect`; that of an older attempt is dropped.
    Attempted {
        /// That of the effect.
        attempt: u64,
        /// What came of it.
        outcome: Outcome,
    },
}

/// What came of connecting again.
#[derive(Clone, Debug)]
pub enum Reconnection {
    /// There is a connection again.
    Back(Connection),
    /// Still none.
    StillGone {
        /// Why.
        problem: Problem,
        /// Could it be otherwise later?
        passing: bool,
    },
}

/// What came of connecting to another place.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// There is another connection, and the one before is left.
    Switched,
    /// A password must be typed.
    PasswordWanted {
        /// Whose, where.
        place: String,
        /// One was there, and was refused.
        refused: bool,
    },
    /// There is none; the one before is as it was.
    Failed(Problem),
}

/// The answer to an effect.
#[derive(Clone, Debug)]
pub enum Reply {
    /// To `Load`: there is a connection.
    Connected(Connection),
    /// To `Load`: so far.
    Loading {
        /// Counts to show.
        progress: Progress,
        /// What can be looked at already: roles and memberships come first.
        snapshot: Option<Arc<Snapshot>>,
    },
    /// To `Load`: everything is there.
    Loaded(Arc<Snapshot>),
    /// To `Load`: it could not be done.
    Failed(Problem),
    /// To `Load`: the server cannot be reached now; it may be later.
    Unreachable(Problem),
    /// To `Load`: a password must be typed.
    PasswordWanted {
        /// Whose, where.
        place: String,
        /// One was there, and was refused.
        refused: bool,
    },
    /// To `Load`, for each of the other databases, several times.
    Other(Other),
    /// To `Apply`.
    Applied(Applied),
    /// To `Rehearse`: the plan with the changes that the server really made, now certain; or why it failed.
    Rehearsed(Result<Arc<Plan>, Problem>),
}

/// What came of applying a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Applied {
    /// The server has it for good.
    Committed {
        /// How many catalog entries were read back and found as previewed.
        read_back: usize,
        /// What cannot be read back, in words: `the password of alice`.
        unverified: Vec<String>,
        /// What the server had to say about COMMIT, and the like.
        warnings: Vec<String>,
    },
    /// Something was not as previewed, or failed: nothing has changed. In lines, the first one first.
    RolledBack(Problem),
    /// Nothing was sent: no connection, or what was previewed is no longer so.
    NotRun(Problem),
    /// The connection was lost during COMMIT and nobody could be asked what came of it.
    Unknown(Problem),
}

/// The connection, for the header line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connection {
    /// Host name or socket folder.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Database.
    pub database: String,
    /// Who authenticated.
    pub user: String,
    /// None: the connection is not encrypted.
    pub tls: Option<Tls>,
    /// A connection pooler stands between: nothing is applied through it.
    pub pooler: bool,
    /// What a person should be told about how it was made, once.
    pub warnings: Vec<String>,
}

/// How the connection is encrypted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tls {
    /// As `TLS 1.3`; none where the library cannot tell.
    pub version: Option<String>,
    /// What was verified of the certificate.
    pub verified: Verified,
}

/// What was verified of the server's certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verified {
    /// Nothing: anybody could be in between.
    None,
    /// Its chain, up to a known CA.
    Ca,
    /// Its chain and the host name.
    Full,
}

/// How far loading is: what is loaded, and of how many.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// What is being loaded, in PostgreSQL's words: `tables`.
    pub what: String,
    /// Rows that have come.
    pub done: u64,
    /// Rows in all, where known.
    pub total: Option<u64>,
}

/// What went wrong, for people.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Problem {
    /// One line.
    pub message: String,
    /// More, where there is more.
    pub detail: Option<String>,
    /// What to do.
    pub hint: Option<String>,
}

impl Problem {
    /// Of one line.
    pub fn new(message: impl Into<String>) -> Problem {
        Problem { message: message.into(), ..Problem::default() }
    }

    /// Detail and hint, line by line.
    pub fn more(&self) -> impl Iterator<Item = String> {
        [&self.detail, &self.hint].into_iter().flatten().flat_map(|text| text.lines()).map(str::to_owned)
    }
}
