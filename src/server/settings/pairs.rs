//! Settings as keyword and value, before anything is made of them.

use std::collections::BTreeMap;
use std::fmt;

use super::keywords;
use crate::server::connect_error::ConnectError;

/// Where a value was said; the order is libpq's precedence, the strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Environment,
    Service,
    Flag,
    Conninfo,
}

/// Keyword and value pairs, each with where it was said.
#[derive(Clone, Default)]
pub(super) struct Pairs {
    values: BTreeMap<&'static str, (String, Origin)>,
}

impl Pairs {
    /// Stores a value of a keyword that the caller knows to be one.
    pub(super) fn set(&mut self, keyword: &'static str, value: String, origin: Origin) {
        self.values.insert(keyword, (value, origin));
    }

    /// Stores a value if there is none yet.
    pub(super) fn fill(&mut self, keyword: &'static str, value: String, origin: Origin) {
        self.values.entry(keyword).or_insert((value, origin));
    }

    /// Stores a value under a keyword that somebody wrote.
    pub(super) fn store(&mut self, keyword: &str, value: String, origin: Origin) -> Result<(), ConnectError> {
        // libpq still translates the keyword that came before sslmode.
        if keyword == "requiressl" {
            let mode = if value.starts_with('1') { "require" } else { "prefer" };
            self.set("sslmode", mode.to_owned(), origin);
            return Ok(());
        }
        let Some(known) = keywords::find(keyword) else {
            return Err(unknown(keyword));
        };
        self.set(known, value, origin);
        Ok(())
    }

    /// Takes over every pair of `other`, which is the stronger.
    pub(super) fn merge(&mut self, other: Pairs) {
        self.values.extend(other.values);
    }

    pub(super) fn get(&self, keyword: &str) -> Option<&str> {
        self.values.get(keyword).map(|(value, _)| value.as_str())
    }

    /// A value that is not the empty string; for most keywords libpq takes the two for the same.
    pub(super) fn nonempty(&self, keyword: &str) -> Option<&str> {
        self.get(keyword).filter(|value| !value.is_empty())
    }

    /// All, by keyword.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str, Origin)> {
        self.values.iter().map(|(keyword, (value, origin))| (*keyword, value.as_str(), *origin))
    }

    /// Every keyword with its value.
    pub(super) fn into_values(self) -> impl Iterator<Item = (&'static str, String)> {
        self.values.into_iter().map(|(keyword, (value, _))| (keyword, value))
    }

    pub(super) fn origin(&self, keyword: &str) -> Option<Origin> {
        self.values.get(keyword).map(|(_, origin)| *origin)
    }
}

/// Names what is no keyword, unless it is no word at all: a URI with a slip in its first letters has a password in it.
fn unknown(keyword: &str) -> ConnectError {
    if keyword.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return ConnectError::invalid(format!("invalid connection option \"{keyword}\""));
    }
    ConnectError::invalid("invalid connection option")
        .hint("What stands before an \"=\" is no keyword; a URI begins with postgresql://.")
}

/// Keywords only: values may be secret.
impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}
