//! Findings: what a careful DBA would look at, each derived from the catalog and from effective privileges. Pure.
//!
//! No finding goes by a pattern in a name. What would mend it is made of statements that were tried out by simulation,
//! as the connected user, and that have the effect: afterwards the finding is gone.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod code;
mod defaults;
mod definers;
mod except;
mod facts;
mod grants;
mod logins;
mod memberships;
mod mend;
mod predefined;
mod public;
mod rds;
pub mod report;
mod row_security;
mod superuser;
#[cfg(test)]
mod tests;

pub use code::{Code, Level};
pub use except::Exception;

use crate::cluster::{AclTarget, Oid, View};
use crate::preview::Planner;
use facts::Facts;
use jiff::Timestamp;
use std::sync::Arc;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The moment, for what has expired.
    pub now: Timestamp,
    /// Only these kinds; none: all.
    pub only: Vec<Code>,
    /// What is known and accepted.
    pub except: Vec<Exception>,
    /// What all databases of a cluster share is looked at too: not again for every database.
    pub shared: bool,
}

impl Options {
    /// Everything, at this moment.
    pub fn at(now: Timestamp) -> Options {
        Options { now, only: Vec::new(), except: Vec::new(), shared: true }
    }
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Which kind.
    pub code: Code,
    /// How bad it is.
    pub level: Level,
    /// Why it is one, in a sentence or two.
    pub reason: String,
    /// The objects and columns in question, at most [`LISTED`].
    pub objects: Vec<AclTarget>,
    /// How many there are.
    pub object_count: usize,
    /// The roles in question, at most [`LISTED`]; [`Oid::PUBLIC`] is everybody.
    pub roles: Vec<Oid>,
    /// How many there are.
    pub role_count: usize,
    /// What somebody would do to make use of it, where that is a way of several statements.
    pub steps: Vec<String>,
    /// What would mend it, or why no statement of the connected user does.
    pub mend: Result<Vec<String>, String>,
}

/// How many objects and roles a finding lists; it counts all.
pub const LISTED: usize = 1000;

/// All findings, the worst first.
pub fn findings(planner: &Planner, options: &Options) -> Vec<Finding> {
    let view = View::new(Arc::clone(planner.cluster()));
    let facts = Facts::new(planner, &view, options);
    let mut found = Vec::new();
    if options.shared {
        superuser::find(&facts, &mut found);
        logins::find(&facts, &mut found);
        predefined::find(&facts, &mut found);
        memberships::find(&facts, &mut found);
        rds::find(&facts, &mut found);
    }
    public::find(&facts, &mut found);
    definers::find(&facts, &mut found);
    grants::find(&facts, &mut found);
    defaults::find(&facts, &mut found);
    row_security::find(&facts, &mut found);
    found.sort_by_key(|finding| (std::cmp::Reverse(finding.level), finding.code));
    found
}
