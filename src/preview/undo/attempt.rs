//! Statements tried out on a state.

use crate::cluster::{Oid, View};
use crate::guard::{self, Protected};
use crate::simulate::{Session, simulate};
use crate::sql::identity::quoted;
use crate::sql::{self, parse_one};

/// A state on the way back, and the statements that led to it.
pub(super) struct Attempt<'a> {
    pub before: &'a View,
    pub state: View,
    pub statements: Vec<String>,
    /// A new session of the same login: what runs the statements.
    login: Session,
    /// Whom the step ran as.
    ran_as: Oid,
    protected: &'a Protected,
    failure: Option<String>,
}

impl<'a> Attempt<'a> {
    pub fn new(before: &'a View, after: &View, session: &Session, protected: &'a Protected) -> Self {
        let login = Session::as_role(after.base(), session.authenticated);
        Attempt {
            before,
            state: after.clone(),
            statements: Vec::new(),
            login,
            ran_as: session.current_user,
            protected,
            failure: None,
        }
    }

    /// Tries the statement as the login role, as whoever ran the step, and as the grantor; keeps the first that
    /// makes the state `good`.
    pub fn try_as_any(&mut self, statement: &str, grantor: Oid, good: impl Fn(&View) -> bool) -> bool {
        let mut roles = vec![None];
        for role in [self.ran_as, grantor] {
            if role != self.login.current_user && !roles.contains(&Some(role)) {
                roles.push(Some(role));
            }
        }
        roles.into_iter().any(|role| self.try_as(statement, role, &good))
    }

    /// Tries the statement as the login role, or after SET ROLE.
    pub fn try_as(&mut self, statement: &str, role: Option<Oid>, good: &impl Fn(&View) -> bool) -> bool {
        let mut script = vec![statement.to_owned()];
        if let Some(role) = role {
            let Some(role) = self.state.role(role) else { return false };
            script.insert(0, format!("SET ROLE {}", quoted(&self.state, &role.name)));
            script.push(self.back_to_login());
        }
        match self.run(&script) {
            Ok(state) if good(&state) => {
                self.state = state;
                self.add(script);
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
    fn add(&mut self, script: Vec<String>) {
        let same_role = script.len() == 3
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
    pub fn reason(self) -> String {
        self.failure.unwrap_or_else(|| {
            let login = self.state.role_name(self.login.session_user);
            format!("{login} has no statement that brings back what this takes away.")
        })
    }
}
