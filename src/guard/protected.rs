//! Which roles are protected.

use crate::cluster::{Oid, View};
use std::collections::BTreeSet;

/// The provider's own superuser on RDS and Aurora. No option takes it off the list.
pub const ALWAYS: &str = "rdsadmin";

/// Protected unless the user says otherwise: providers' internal roles.
pub const DEFAULT: &[&str] = &[
    "rdsrepladmin",
    "rdstopmgr",
    "rdswriteforwarduser",
    "rdsproxyadmin",
    "rds_reserved",
    "rds_extension",
    "cloudsqladmin",
    "azuresu",
    "azure_superuser",
];

/// The names of the protected roles, as the catalog spells them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Protected {
    names: BTreeSet<String>,
}

impl Default for Protected {
    fn default() -> Self {
        Protected::new(DEFAULT.iter().copied())
    }
}

impl Protected {
    /// These names, and [`ALWAYS`].
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut names: BTreeSet<String> = names.into_iter().map(Into::into).collect();
        names.insert(ALWAYS.to_owned());
        Protected { names }
    }

    /// Is a role of this very name protected, whether or not there is one?
    pub fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Is this role protected? PUBLIC and dropped roles are not.
    pub fn has(&self, view: &View, role: Oid) -> bool {
        view.role(role).is_some_and(|r| self.has_name(&r.name))
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}
