//! Statements that mend something, each tried out by simulation on what those before it leave.

use super::facts::Facts;
use crate::cluster::{AclItem, AclTarget, Oid, Privileges, View};
use crate::guard;
use crate::simulate::{Session, simulate};
use crate::sql::identity::{column_identity, grant_target, quoted};
use crate::sql::{self, parse_one};
use std::collections::BTreeMap;

/// More names than this are split over several statements.
const NAMES: usize = 100;

/// A script for more objects than this is nobody's to read.
const MOST: usize = 1000;

/// So many objects and statements are tried in all, so that looking at a large cluster stays quick.
pub(super) const BUDGET: usize = 20_000;

/// A script on its way: in a new session of the connected user.
#[derive(Clone)]
pub(super) struct Trial<'f> {
    facts: &'f Facts<'f>,
    state: View,
    session: Session,
    statements: Vec<String>,
    failure: Option<String>,
}

impl<'f> Trial<'f> {
    pub fn new(facts: &'f Facts<'f>) -> Trial<'f> {
        let session = Session::of_login(facts.view().base());
        Trial { facts, state: facts.view().clone(), session, statements: Vec::new(), failure: None }
    }

    /// The next statement, as the connected user or else as one of these roles. `good` says what it is for.
    pub fn then(self, statement: String, roles: &[Oid], good: &dyn Fn(&View) -> bool) -> Self {
        let user = self.session.current_user;
        let others = roles.iter().filter(|role| **role != user).map(|role| Some(*role));
        self.by_one_of(statement, std::iter::once(None).chain(others), good)
    }

    /// The next statement, as this role.
    pub fn then_as(self, statement: String, role: Oid, good: &dyn Fn(&View) -> bool) -> Self {
        let role = Some(role).filter(|role| *role != self.session.current_user);
        self.by_one_of(statement, std::iter::once(role), good)
    }

    /// Is all well so far?
    pub fn is_well(&self) -> bool {
        self.failure.is_none()
    }

    /// It fails here unless this holds.
    pub fn check(mut self, good: &dyn Fn(&View) -> bool) -> Self {
        if self.failure.is_none() && !good(&self.state) {
            self.failure = Some(format!("{} has no statement that mends it.", self.user()));
        }
        self
    }

    fn spend(&mut self, much: usize) {
        let left = self.facts.budget.get();
        self.facts.budget.set(left.saturating_sub(much));
        if left < much {
            let text =
                "Too much was found to work out a script for each: ask for one kind, or mend some first."
                    .to_owned();
            self.failure.get_or_insert(text);
        }
    }

    fn by_one_of(
        mut self,
        statement: String,
        roles: impl Iterator<Item = Option<Oid>>,
        good: &dyn Fn(&View) -> bool,
    ) -> Self {
        self.spend(1);
        if self.failure.is_some() {
            return self;
        }
        let mut first = None;
        for role in roles {
            let mut script = vec![statement.clone()];
            if let Some(role) = role {
                let Some(name) = self.state.role(role).map(|r| r.name.clone()) else { continue };
                script.insert(0, format!("SET ROLE {}", quoted(&self.state, &name)));
                script.push("RESET ROLE".to_owned());
            }
            match self.run(&script) {
                Ok(state) if good(&state) => {
                    self.state = state;
                    self.add(script, role.is_some());
                    return self;
                }
                Ok(_) => {
                    first.get_or_insert_with(|| {
                        format!("{statement} would change nothing when {} runs it.", self.user())
                    });
                }
                Err(reason) => {
                    first.get_or_insert(reason);
                }
            }
        }
        self.failure = first;
        self
    }

    /// One SET ROLE serves neighbours that need the same.
    fn add(&mut self, script: Vec<String>, with_role: bool) {
        let same = with_role
            && self.statements.last() == script.last()
            && self.statements.iter().rev().find(|s| s.starts_with("SET ROLE")) == script.first();
        match same {
            true => {
                self.statements.pop();
                self.statements.extend(script.into_iter().skip(1));
            }
            false => self.statements.extend(script),
        }
    }

    fn user(&self) -> String {
        self.state.role_name(self.session.current_user)
    }

    fn run(&self, script: &[String]) -> Result<View, String> {
        let options = sql::Options::new(self.facts.major());
        let protected = self.facts.planner.protected();
        let (mut state, mut session) = (self.state.clone(), self.session.clone());
        for text in script {
            let statement = parse_one(text, &options).and_then(|parsed| parsed.result.ok());
            let Some(statement) = statement else { return Err(format!("{text} is not understood.")) };
            let blocked = |block: guard::Block| format!("{text} {}. {}", block.what, block.reason());
            guard::check_statement(&statement, &session, &state, protected).map_err(blocked)?;
            let prediction = simulate(&statement, &session, &mut state).map_err(|u| u.reason)?;
            let refused = |e: crate::simulate::ServerError| {
                format!("{} may not: {text} fails with {} ({}).", self.user(), e.message, e.sqlstate)
            };
            let outcome = prediction.result.map_err(refused)?;
            guard::check_changes(&outcome.changes, &state, protected).map_err(blocked)?;
            state.apply_all(&outcome.changes);
            session = outcome.session.unwrap_or(session);
        }
        Ok(state)
    }

    /// The script, if after it all is `good`; or why there is none.
    pub fn done(self, good: &dyn Fn(&View) -> bool) -> Result<Vec<String>, String> {
        let checked = self.check(good);
        checked.failure.map_or(Ok(checked.statements), Err)
    }

    /// Takes privileges on some things from a grantee, whoever granted them.
    pub fn revoke(self, targets: &[AclTarget], grantee: Oid, privileges: Privileges) -> Self {
        let still_has = |item: &AclItem| item.privileges & privileges;
        self.revoke_what("", targets, grantee, &still_has)
    }

    /// The same of grant options alone.
    pub fn revoke_options(self, targets: &[AclTarget], grantee: Oid, options: Privileges) -> Self {
        let still_has = |item: &AclItem| item.options & options;
        self.revoke_what("GRANT OPTION FOR ", targets, grantee, &still_has)
    }

    fn revoke_what(
        mut self,
        start: &str,
        targets: &[AclTarget],
        grantee: Oid,
        still_has: &dyn Fn(&AclItem) -> Privileges,
    ) -> Self {
        if targets.len() > MOST {
            self.failure = Some(format!("There are {}: too many for one script.", targets.len()));
            return self;
        }
        self.spend(targets.len());
        if self.failure.is_some() {
            return self;
        }
        type Key = (Oid, Oid, &'static str, String);
        let mut by_words: BTreeMap<Key, Vec<(String, AclTarget)>> = BTreeMap::new();
        let view = self.facts.view();
        for target in targets {
            let Some((keyword, name)) = grant_target(view, *target) else { continue };
            for item in view.items(*target).into_iter().filter(|item| item.grantee == grantee) {
                let words = words(view, *target, still_has(&item));
                if !words.is_empty() {
                    let key = (item.grantor, view.owner(target.object), keyword, words);
                    by_words.entry(key).or_default().push((name.clone(), *target));
                }
            }
        }
        for ((grantor, owner, keyword, words), named) in by_words {
            for some in named.chunks(NAMES) {
                let names: Vec<&str> = some.iter().map(|(name, _)| name.as_str()).collect();
                let from = grantee_name(view, grantee);
                let statement =
                    format!("REVOKE {start}{words} ON {keyword} {} FROM {from}", names.join(", "));
                let gone = |state: &View| {
                    some.iter().all(|(_, target)| {
                        !state.items(*target).iter().any(|item| {
                            (item.grantee, item.grantor) == (grantee, grantor) && !still_has(item).is_empty()
                        })
                    })
                };
                // What the owner granted, or what was made its own, the owner takes back.
                let roles = if grantor == owner { vec![owner] } else { vec![grantor, owner] };
                self = self.then(statement, &roles, &gone);
            }
        }
        self
    }
}

/// Privileges as a statement lists them, of a column with its name.
pub(super) fn words(view: &View, target: AclTarget, privileges: Privileges) -> String {
    let column = column_identity(view, target).map(|c| format!(" ({c})")).unwrap_or_default();
    privileges.iter().map(|p| format!("{}{column}", p.name())).collect::<Vec<_>>().join(", ")
}

/// A grantee as a statement names it.
pub(super) fn grantee_name(view: &View, role: Oid) -> String {
    match role {
        Oid::PUBLIC => "PUBLIC".to_owned(),
        role => quoted(view, &view.role_name(role)),
    }
}
