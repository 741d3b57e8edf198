//! One statement of a plan, and what is known about it before it runs.

use crate::access::Via;
use crate::cluster::{AclTarget, Change, Oid, Privileges};
use crate::guard::Block;
use crate::simulate::{Certainty, Notice, ServerError, Session};
use crate::sql::{Statement, SyntaxError};

/// A statement and its preview.
#[derive(Clone, Debug)]
pub struct Step {
    /// The text to send. It may hold a password: show [`Step::masked`] instead.
    pub text: String,
    /// The text with passwords masked.
    pub masked: String,
    /// The line of the script on which it starts, from 1.
    pub line: usize,
    /// The statement, or why it is none.
    pub statement: Result<Statement, SyntaxError>,
    /// The session that it runs in.
    pub session_before: Session,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Whether the prediction can be relied on.
    pub certainty: Certainty,
    /// What the server says on the way; before an error too.
    pub notices: Vec<Notice>,
    /// The notices' order cannot be known.
    pub any_order: bool,
    /// Its changes and notices are what a rehearsal found, not what was predicted.
    pub rehearsed: bool,
    /// What it changes; empty unless the verdict is [`Verdict::Ok`].
    pub changes: Vec<Change>,
    /// Every ACL that the server writes, once a write: those too that come out as they were.
    pub written: Vec<AclTarget>,
    /// Every other row that the server writes, once a write: those too that come out as they were.
    pub rows: Vec<Change>,
    /// What that does to effective privileges.
    pub effect: Effect,
    /// What a careful DBA would want to know.
    pub warnings: Vec<Warning>,
    /// How to take it back.
    pub undo: Result<Undo, NoUndo>,
    /// How firmly to ask before it runs.
    pub risk: Risk,
}

impl Step {
    /// The predicted error.
    pub fn error(&self) -> Option<&ServerError> {
        match &self.verdict {
            Verdict::Error(error) => Some(error),
            _ => None,
        }
    }

    /// Predicted to succeed.
    pub fn is_ok(&self) -> bool {
        matches!(self.verdict, Verdict::Ok)
    }
}

/// What becomes of a statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The server will accept it.
    Ok,
    /// The server will refuse it with this error.
    Error(ServerError),
    /// It touches a protected role and is never sent.
    Blocked(Block),
    /// It is not predicted, for this reason, and never sent.
    Unsupported(String),
}

impl Verdict {
    /// The word for it in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Error(_) => "error",
            Verdict::Blocked(_) => "blocked",
            Verdict::Unsupported(_) => "unsupported",
        }
    }
}

/// The difference in effective privileges over all roles.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Effect {
    /// What is held afterwards and was not before, or with the grant option and was without.
    pub gained: Vec<EffectRow>,
    /// What was held before and is not afterwards, or without the grant option and was with it.
    pub lost: Vec<EffectRow>,
    /// What a source of was taken away, and which stays by another.
    pub kept: Vec<EffectRow>,
    /// How many rows there are of each; the lists may hold fewer.
    pub counts: Counts,
}

/// The true numbers of rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Counts {
    /// Gained.
    pub gained: u64,
    /// Lost.
    pub lost: u64,
    /// Kept.
    pub kept: u64,
}

/// One privilege of one role on one thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EffectRow {
    /// Whose; [`Oid::PUBLIC`] for what comes or goes by PUBLIC.
    pub role: Oid,
    /// For PUBLIC: the number of roles that it changes anything for.
    pub roles: Option<u64>,
    /// The privilege, a single one.
    pub privilege: Privileges,
    /// On what.
    pub target: AclTarget,
    /// Whether it can be handed on: afterwards, or, where the privilege is lost, before.
    pub grantable: bool,
    /// The privilege was there before and is there afterwards: only the grant option comes, goes or stays.
    pub grant_option_only: bool,
    /// How it is held: afterwards, or, where the privilege is lost, before.
    pub via: Via,
}

/// What a careful DBA would want to know.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
pub struct Warning {
    /// Which, for programs.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

/// The way back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Undo {
    /// Statements to run in this order in a new session of the same login.
    pub statements: Vec<String>,
    /// What stays different although every effective privilege is as before.
    pub differs: Option<String>,
}

/// Why there is no way back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoUndo {
    /// As a sentence.
    pub reason: String,
}

/// How firmly to ask before a statement or a plan runs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Risk {
    /// Enter is enough: nobody loses anything.
    #[default]
    Low,
    /// Type this name.
    High {
        /// The name of the role or object most affected.
        name: String,
        /// Why, as a sentence without its full stop.
        because: String,
    },
}
