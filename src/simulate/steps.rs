//! A statement that is carried out in several steps, each on what those before it leave.

use super::run::{Run, Stop};
use super::{Notice, Outcome, Session};
use crate::cluster::{AclTarget, Change, View, net_changes};

/// A statement under way, step by step.
pub struct Steps<'s> {
    session: &'s Session,
    view: View,
    changes: Vec<Change>,
    written: Vec<AclTarget>,
    pub notices: Vec<Notice>,
    pub any_order: bool,
    pub doubts: Vec<String>,
}

impl<'s> Steps<'s> {
    pub fn new(view: &View, session: &'s Session) -> Self {
        Steps {
            session,
            view: view.clone(),
            changes: Vec::new(),
            written: Vec::new(),
            notices: Vec::new(),
            any_order: false,
            doubts: Vec::new(),
        }
    }

    /// One step: the ACLs that it writes and the other changes that it gives are there for the next.
    pub fn step(&mut self, step: impl FnOnce(&mut Run<'_>) -> Result<Vec<Change>, Stop>) -> Result<(), Stop> {
        let mut run = Run::new(&self.view, self.session);
        let done = step(&mut run);
        self.notices.append(&mut run.notices);
        self.doubts.append(&mut run.doubts);
        self.any_order |= run.any_order;
        let Outcome { changes, written, .. } = run.outcome(done?, None);
        self.written.extend(written);
        changes.into_iter().for_each(|change| self.write(change));
        Ok(())
    }

    /// Asks something of the state as the steps so far have left it.
    pub fn ask<T>(&mut self, ask: impl FnOnce(&mut Run<'_>) -> Result<T, Stop>) -> Result<T, Stop> {
        let mut run = Run::new(&self.view, self.session);
        let answer = ask(&mut run);
        self.notices.append(&mut run.notices);
        answer
    }

    /// The state as the steps so far have left it.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The session that runs the statement.
    pub fn session(&self) -> &'s Session {
        self.session
    }

    /// Writes an entry.
    pub fn write(&mut self, change: Change) {
        self.view.apply(&change);
        self.changes.push(change);
    }

    /// What has become different, each entry once.
    pub fn outcome(self) -> Outcome {
        let row_per_grantor = self.view.base().version.major() >= 16;
        let is_row = |change: &&Change| !matches!(change, Change::Acl { .. });
        let rows = self.changes.iter().filter(is_row).cloned().collect();
        let changes = net_changes(self.changes, row_per_grantor);
        Outcome { changes, session: None, written: self.written, rows }
    }
}
