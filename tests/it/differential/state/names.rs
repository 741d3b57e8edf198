//! Names for the OIDs of roles, of those that are gone too.

use rolescope::cluster::Oid;
use std::collections::HashMap;

/// Which role had which OID, and which of them there still are.
#[derive(Clone, Debug, Default)]
pub struct Names {
    ever: HashMap<u32, String>,
    now: HashMap<u32, String>,
}

impl Names {
    /// The roles that there are now.
    pub fn are<'n>(&mut self, roles: impl Iterator<Item = (Oid, &'n str)>) {
        self.now = roles.map(|(oid, name)| (oid.0, name.to_owned())).collect();
        self.ever.extend(self.now.iter().map(|(oid, name)| (*oid, name.clone())));
    }

    /// The role's name; of one that is gone, the last that it had.
    pub fn of(&self, oid: Oid) -> String {
        if oid == Oid::PUBLIC {
            return "PUBLIC".to_owned();
        }
        match (self.now.get(&oid.0), self.ever.get(&oid.0)) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => format!("({name}, gone)"),
            (None, None) => oid.to_string(),
        }
    }

    /// The OID of a role that there is.
    pub fn oid(&self, name: &str) -> Option<Oid> {
        self.now.iter().find(|(_, n)| *n == name).map(|(oid, _)| Oid(*oid))
    }

    /// The roles that there are.
    pub fn all(&self) -> impl Iterator<Item = (Oid, &str)> {
        self.now.iter().map(|(oid, name)| (Oid(*oid), name.as_str()))
    }
}
