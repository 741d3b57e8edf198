//! How many rows of which catalogs a plan writes: what experiments on 13 to 18 showed, exact but for one case.
//!
//! - GRANT and REVOKE write the row of every object they are on, whether or not its ACL changes.
//! - A first grant on a parameter inserts the row with the default ACL and then updates it (15+).
//! - `pg_shdepend` has a row for each role that an ACL mentions, but for the owner and pinned roles.
//! - A membership is one row; its grantor is a dependency since 16.
//! - REVOKE .. OPTION FOR writes a row that had none, too: those updates are possible, not certain.

use super::outcome::{CatalogWrites, WriteCounts};
use super::writes::Writes;
use crate::cluster::{Acl, AclTarget, Change, Class, Kind, Membership, Oid, Version, View};
use crate::preview::Step;
use crate::sql::Statement;
use std::collections::{BTreeMap, BTreeSet};

/// What a plan accounts for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    writes: Writes,
    /// Updates of `pg_auth_members` that change nothing, at most.
    idle_membership_updates: i64,
}

const MEMBERS: &str = "pg_auth_members";
const DEPENDENCIES: &str = "pg_shdepend";

impl Account {
    /// Of these steps; `view` knows every object that they are on.
    pub(super) fn of(steps: &[Step], view: &View) -> Account {
        let mut account = Account::default();
        let version = view.base().version;
        for step in steps {
            account.acls(step, view);
            for change in &step.changes {
                match change {
                    Change::Acl { target, before, after } => {
                        let owner = view.owner(target.object);
                        account.acl_dependencies(owner, before.as_ref(), after.as_ref());
                    }
                    Change::Membership { before, after } => {
                        account.membership(version, before.as_ref(), after.as_ref());
                    }
                    // Refused before anything is sent: see request.rs.
                    _ => {}
                }
            }
            account.idle_membership_updates += idle_updates(step);
        }
        account
    }

    fn at(&mut self, catalog: &str) -> &mut WriteCounts {
        self.writes.entry(catalog.to_owned()).or_default()
    }

    /// One row for each write, and what becomes of the rows of parameters.
    fn acls(&mut self, step: &Step, view: &View) {
        let mut parameters: BTreeMap<u32, (AclTarget, i64)> = BTreeMap::new();
        for target in &step.written {
            let Some(object) = view.object(target.object) else { continue };
            match object.kind {
                Kind::Parameter => parameters.entry(target.object.0).or_insert((*target, 0)).1 += 1,
                _ if target.is_column() => self.at("pg_attribute").updated += 1,
                kind => self.at(kind.class().catalog()).updated += 1,
            }
        }
        for (target, writes) in parameters.into_values() {
            self.parameter(step, target, writes);
        }
    }

    fn parameter(&mut self, step: &Step, target: AclTarget, writes: i64) {
        let counts = self.at(Class::Parameter.catalog());
        let change = step.changes.iter().find_map(|change| match change {
            Change::Acl { target: t, before, after } if *t == target => {
                Some((before.is_some(), after.is_some()))
            }
            _ => None,
        });
        match change {
            // Inserted with the default, then written.
            Some((false, true)) => {
                counts.inserted += 1;
                counts.updated += writes;
            }
            // Deleted in place of the last write.
            Some((true, false)) => {
                counts.deleted += 1;
                counts.updated += writes - 1;
            }
            _ => counts.updated += writes,
        }
    }

    fn acl_dependencies(&mut self, owner: Oid, before: Option<&Acl>, after: Option<&Acl>) {
        let (before, after) = (mentioned(before, owner), mentioned(after, owner));
        let counts = self.at(DEPENDENCIES);
        counts.inserted += after.difference(&before).count() as i64;
        counts.deleted += before.difference(&after).count() as i64;
    }

    fn membership(&mut self, version: Version, before: Option<&Membership>, after: Option<&Membership>) {
        let row = self.at(MEMBERS);
        match (before, after) {
            (None, Some(_)) => row.inserted += 1,
            (Some(_), None) => row.deleted += 1,
            (Some(_), Some(_)) => row.updated += 1,
            (None, None) => {}
        }
        let depends = |row: Option<&Membership>| row.filter(|row| !pinned(row.grantor)).is_some();
        if version.major() >= 16 && before.is_none() != after.is_none() {
            self.at(DEPENDENCIES).inserted += i64::from(depends(after));
            self.at(DEPENDENCIES).deleted += i64::from(depends(before));
        }
    }

    /// The catalogs where what was written is not what is accounted for.
    pub(super) fn differences(&self, found: &Writes) -> Vec<CatalogWrites> {
        let mut catalogs: BTreeSet<&String> = found.keys().collect();
        catalogs.extend(self.writes.keys());
        let counts = |writes: &Writes, catalog: &String| writes.get(catalog).copied().unwrap_or_default();
        let compared = catalogs.into_iter().map(|catalog| CatalogWrites {
            catalog: catalog.clone(),
            predicted: counts(&self.writes, catalog),
            found: counts(found, catalog),
        });
        compared.filter(|c| !self.accounts_for(c)).collect()
    }

    fn accounts_for(&self, c: &CatalogWrites) -> bool {
        let idle = if c.catalog == MEMBERS { self.idle_membership_updates } else { 0 };
        let updated = c.predicted.updated..=c.predicted.updated + idle;
        c.found.inserted == c.predicted.inserted
            && c.found.deleted == c.predicted.deleted
            && updated.contains(&c.found.updated)
    }
}

/// The roles that get a `pg_shdepend` row (`updateAclDependencies`).
fn mentioned(acl: Option<&Acl>, owner: Oid) -> BTreeSet<Oid> {
    let items = acl.map_or(&[][..], |acl| acl);
    let roles = items.iter().flat_map(|item| [item.grantee, item.grantor]);
    roles.filter(|role| *role != Oid::PUBLIC && *role != owner && !pinned(*role)).collect()
}

/// Roles that initdb made: nothing is recorded about them (13: by rows of `pg_shdepend`, 14+: by their OID).
fn pinned(role: Oid) -> bool {
    role < Oid::FIRST_UNPINNED
}

fn idle_updates(step: &Step) -> i64 {
    match &step.statement {
        Ok(Statement::GrantRole(grant)) if grant.revoke && !grant.options.is_empty() => {
            (grant.roles.len() * grant.members.len()) as i64
        }
        _ => 0,
    }
}
