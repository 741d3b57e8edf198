//! Statements tried out on a state.

use super::login;
use super::renumber::{NewOids, renumbered};
use crate::cluster::{Change, Oid, View};
use crate::guard::{self, Protected};
use crate::simulate::{Session, simulate};
use crate::sql::identity::quoted;
use crate::sql::{self, parse_one};

/// A state on the way back, and the statements that led to it.
pub(super) struct Attempt<'a> {
    /// What is taken back, by the OIDs that roles have on the way.
    pub changes: Vec<Change>,
    /// Where the way should end.
    pub target: View,
    pub state: View,
    pub statements: Vec<String>,
    /// Roles that were dropped and made again.
    pub made_again: NewOids,
    start: View,
    /// A new session of the same login: what runs the statements.
    login: Session,
    /// Whom the steps ran as.
    ran_as: Vec<Oid>,
    protected: &'a Protected,
    failure: Option<String>,
}

impl<'a> Attempt<'a> {
    /// From the state that is left, in a new session of `authenticated`.
    pub fn new(after: &View, authenticated: Oid, ran_as: Vec<Oid>, protected: &'a Protected) -> Self {
        Attempt {
            changes: Vec::new(),
            target: after.clone(),
            state: after.clone(),
            statements: Vec::new(),
            made_again: NewOids::default(),
            start: after.clone(),
            login: login::session(after, authenticated),
            ran_as,
            protected,
            failure: None,
        }
    }

    /// Turns to these changes, from the state that is reached.
    pub fn aim_at(&mut self, changes: &[Change]) {
        self.changes = changes.iter().map(|change| renumbered(change, &self.made_again)).collect();
        self.start = self.state.clone();
        self.failure = None;
        self.aim();
    }

    fn aim(&mut self) {
        self.target = self.start.clone();
        for change in self.changes.iter().rev() {
            self.target.apply(&change.reversed());
        }
    }

    /// Does the role only stay until DROP ROLE? What goes with it needs no statement of its own.
    pub fn goes(&self, role: Oid) -> bool {
        self.state.role(role).is_some() && self.target.role(role).is_none()
    }

    /// The role has come back under another OID: what is meant by the old one is it from now on.
    pub fn is_made_again(&mut self, old: Oid, new: Oid) {
        let only_this = NewOids::from_iter([(old, new)]);
        self.changes = self.changes.iter().map(|change| renumbered(change, &only_this)).collect();
        self.made_again.insert(old, new);
        self.aim();
    }

    /// Tries the statements as the login role, as whoever ran the step, and as these roles; keeps the first that make
    /// the state `good`.
    pub fn try_as_any(&mut self, statements: &[String], roles: &[Oid], good: &dyn Fn(&View) -> bool) -> bool {
        let mut tried = vec![None];
        for role in self.ran_as.iter().chain(roles) {
            if *role != self.login.current_user && !tried.contains(&Some(*role)) {
                tried.push(Some(*role));
            }
        }
        tried.into_iter().any(|role| self.try_as(statements, role, good))
    }

    /// Tries the statements as the login role, or after SET ROLE.
    pub fn try_as(&mut self, statements: &[String], role: Option<Oid>, good: &dyn Fn(&View) -> bool) -> bool {
        let mut script = statements.to_vec();
        if let Some(role) = role {
            let Some(role) = self.state.role(role) else { return false };
            script.insert(0, format!("SET ROLE {}", quoted(&self.state, &role.name)));
            script.push(self.back_to_login());
        }
        match self.run(&script) {
            Ok(state) if good(&state) => {
                self.state = state;
                self.add(script, role.is_some());
                true
            }
            Ok(_) => false,
            Err(reason) => {
                self.failure.get_or_insert(reason);
                false
            }
        }
    }

    /// One SET ROLE serves neighbours that need the same.
    fn add(&mut self, script: Vec<String>, with_role: bool) {
        let same_role = with_role
            && self.statements.last() == script.last()
            && self.statements.iter().rev().find(|s| s.starts_with("SET ROLE")) == script.first();
        if same_role {
            self.statements.pop();
            self.statements.extend(script.into_iter().skip(1));
        } else {
            self.statements.extend(script);
        }
    }

    fn back_to_login(&self) -> String {
        match self.login.current_user == self.login.session_user {
            true => "RESET ROLE".to_owned(),
            false => {
                format!("SET ROLE {}", quoted(&self.state, &self.state.role_name(self.login.current_user)))
            }
        }
    }

    fn run(&self, script: &[String]) -> Result<View, String> {
        let options = sql::Options::new(self.state.base().version.major());
        let (mut state, mut session) = (self.state.clone(), self.login.clone());
        for text in script {
            let statement = parse_one(text, &options).and_then(|parsed| parsed.result.ok());
            let Some(statement) = statement else { return Err(format!("{text} is not understood.")) };
            let blocked = |block: guard::Block| format!("{text} {}.", block.what);
            guard::check_statement(&statement, &session, &state, self.protected).map_err(blocked)?;
            let prediction = simulate(&statement, &session, &mut state).map_err(|u| u.reason)?;
            let outcome = prediction.result.map_err(|e| format!("{text} would fail: {}.", e.message))?;
            guard::check_changes(&outcome.changes, &state, self.protected).map_err(blocked)?;
            state.apply_all(&outcome.changes);
            session = outcome.session.unwrap_or(session);
        }
        Ok(state)
    }

    /// Why there is no way back.
    pub fn reason(&self) -> String {
        self.failure.clone().unwrap_or_else(|| {
            let login = self.state.role_name(self.login.session_user);
            format!("{login} has no statement that brings back what this takes away.")
        })
    }
}
