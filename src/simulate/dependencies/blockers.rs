//! What keeps a role from being dropped (`checkSharedDependencies` of pg_shdepend.c).

use super::{Describer, dependents_of};
use crate::cluster::{Class, Oid};
use crate::simulate::ServerError;
use crate::simulate::run::Run;

/// How many the server tells the client of (`MAX_REPORTED_DEPS`).
const REPORTED: usize = 100;

/// The roles that initdb makes: by their OID since 14, by rows of `pg_shdepend` for the same ones in 13.
pub fn is_pinned(role: Oid) -> bool {
    role < Oid::FIRST_UNPINNED
}

/// 2BP01, for what initdb made.
pub fn required_by_the_system(message: String) -> ServerError {
    ServerError::new("2BP01", format!("{message} required by the database system"))
}

impl Run<'_> {
    /// DETAIL of the error that keeps the role; none if nothing does.
    pub fn blockers_of(&self, role: Oid) -> Option<String> {
        let here = dependents_of(self.view, role);
        let elsewhere = self.view.base().dependencies.elsewhere(role);
        if here.is_empty() && elsewhere.is_empty() {
            return None;
        }
        let describer = Describer { view: self.view, path: self.search_path() };
        let mut lines: Vec<String> =
            here.iter().take(REPORTED).map(|dependent| describer.dependency(role, dependent)).collect();
        let databases = REPORTED.saturating_sub(lines.len());
        lines
            .extend(elsewhere.iter().take(databases).map(|(database, count)| self.remote(*database, *count)));
        lines.extend(others(here.len().saturating_sub(REPORTED), "", "other object"));
        lines.extend(others(elsewhere.len().saturating_sub(databases), "objects in ", "other database"));
        Some(lines.join("\n"))
    }

    fn remote(&self, database: Oid, count: u64) -> String {
        let id = self.view.object_by_oid(Class::Database, database);
        let name = id.and_then(|id| self.view.object(id)).map_or("", |object| &object.name);
        format!("{count} {} in database {name}", if count == 1 { "object" } else { "objects" })
    }
}

/// The line that stands for those that are not told.
fn others(number: usize, of_what: &str, what: &str) -> Option<String> {
    let plural = if number == 1 { "" } else { "s" };
    (number > 0).then(|| format!("and {of_what}{number} {what}{plural} (see server log for list)"))
}
