//! What lies over the screen until it is answered or left.

use super::connect::{Connect, Login};
use super::new_password::NewPassword;
use super::pane::Place;
use crate::access::why::{Path, PathEnd, Question};
use crate::cluster::{Oid, View};
use crate::preview::{Plan, Risk};
use crate::question::{self, Answered};
use jiff::Timestamp;
use std::sync::Arc;
use tui_input::Input;

/// Something over the screen.
#[derive(Clone, Debug)]
pub enum Popup {
    /// The keys, from the table; the first line on the screen.
    Help(usize),
    /// Why a role can do something.
    Why(Box<Why>),
    /// Whether to apply.
    Confirm(Confirm),
    /// The new password of a role.
    Password(NewPassword),
    /// Where to connect.
    Connect(Connect),
    /// The password to connect with.
    Login(Login),
    /// Whether to quit although something is going on.
    Quit(&'static str),
}

/// Why a role has a privilege, or has it not.
#[derive(Clone, Debug)]
pub struct Why {
    /// What it is about: the snapshot's, with a place for a parameter that has no row.
    pub view: View,
    /// The answer.
    pub answered: Answered,
    /// The selected role of the ways, counted through all of them; beyond these, a line below.
    pub cursor: usize,
    /// How many lines are below.
    below: usize,
}

impl Why {
    /// The picture for a question; `now` is for passwords that expire.
    pub fn new(view: &View, asked: Question, now: Option<Timestamp>) -> Why {
        let answered = question::answer(view, asked, now);
        let below = question::rest(view, &answered, true).len();
        Why { view: view.clone(), answered, cursor: 0, below }
    }

    /// The question.
    pub fn asked(&self) -> Question {
        self.answered.why.question
    }

    /// The roles of all ways, in the order in which they are drawn.
    pub fn roles(&self) -> Vec<Oid> {
        let end = |path: &Path| match path.end {
            PathEnd::Item { grantor, .. }
            | PathEnd::Owner { grantor, .. }
            | PathEnd::Public { grantor, .. } => Some(grantor),
            PathEnd::Superuser | PathEnd::Predefined | PathEnd::Setting => None,
        };
        self.answered.why.paths.list.iter().flat_map(|path| path.roles().chain(end(path))).collect()
    }

    /// The role that is selected.
    pub fn selected(&self) -> Option<Place> {
        self.roles().get(self.cursor).copied().map(Place::Role)
    }

    /// Moves among the roles, and the lines below.
    pub fn move_by(&mut self, by: isize) {
        let last = (self.roles().len() + self.below).saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

/// The question before a plan is applied.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// What would be applied.
    pub plan: Arc<Plan>,
    /// How firmly it is asked.
    pub risk: Risk,
    /// What is typed.
    pub input: Input,
}

impl Confirm {
    /// For a plan.
    pub fn new(plan: Arc<Plan>) -> Confirm {
        Confirm { risk: plan.risk(), plan, input: Input::default() }
    }

    /// Is what must be typed typed?
    pub fn is_answered(&self) -> bool {
        match &self.risk {
            Risk::Low => true,
            Risk::High { name, .. } => self.input.value() == name,
        }
    }
}
