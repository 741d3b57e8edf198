//! How many rows of which catalogs a plan writes: what experiments on 13 to 18 showed, exact but for one case.
//!
//! - GRANT and REVOKE write the row of every object they are on, whether or not its ACL changes.
//! - A first grant on a parameter inserts the row with the default ACL and then updates it (15+).
//! - `pg_shdepend` has a row for each role that an ACL mentions, but for the owner and pinned roles.
//! - A membership is one row; its grantor is a dependency since 16.
//! - A row of `pg_authid` is written by every ALTER of the role, whether or not it changes anything; so are a comment,
//!   a row of settings and one of default privileges that stay.
//! - A row of `pg_default_acl` depends on its role, as on an owner, on its schema, and on whom it mentions.
//! - REVOKE .. OPTION FOR writes a row that had none, too: those updates are possible, not certain.

use super::outcome::{CatalogWrites, WriteCounts};
use super::owners::Given;
use super::writes::Writes;
use crate::cluster::{Acl, AclTarget, Change, Class, DefaultAclKey, Kind, Membership, Oid, Version, View};
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
pub(super) const DEPENDENCIES: &str = "pg_shdepend";

impl Account {
    /// Of these steps; `names` knows every object that they are on, `state` is how things are before them.
    pub(super) fn of(steps: &[Step], names: &View, mut state: View) -> Account {
        let mut account = Account::default();
        for step in steps {
            account.step(step, names, &state);
            state.apply_all(&step.changes);
        }
        account
    }

    fn step(&mut self, step: &Step, names: &View, state: &View) {
        let version = state.base().version;
        let given = Given::by(step, state);
        self.acls(step, names, &given);
        self.owners(step, state, &given);
        for change in &step.changes {
            if let Change::Acl { target, before, after } = change
                && !given.has(*target)
            {
                let owner =
                    names.object(target.object).map_or(Oid::BOOTSTRAP, |_| state.owner(target.object));
                self.acl_dependencies(owner, before.as_ref(), after.as_ref());
            }
        }
        for row in &step.rows {
            self.row(version, row);
        }
        self.idle_membership_updates += idle_updates(step);
    }

    pub(super) fn at(&mut self, catalog: &str) -> &mut WriteCounts {
        self.writes.entry(catalog.to_owned()).or_default()
    }

    /// A row of a catalog that holds no objects.
    fn row(&mut self, version: Version, row: &Change) {
        match row {
            Change::Membership { before, after } => {
                self.membership(version, before.as_ref(), after.as_ref());
            }
            Change::Role { before, after, .. } => self.write("pg_authid", before.is_some(), after.is_some()),
            Change::DefaultAcl { key, before, after } => {
                self.default_acl(*key, before.as_ref(), after.as_ref());
            }
            Change::Setting { before, after, .. } => {
                self.write("pg_db_role_setting", before.is_some(), after.is_some());
            }
            Change::Comment { before, after, .. } => {
                self.write("pg_shdescription", before.is_some(), after.is_some());
            }
            // By owners.rs; and policies are refused before anything is sent: see request.rs.
            Change::Acl { .. } | Change::Owner { .. } | Change::Policy { .. } => {}
        }
    }

    /// What is there and stays is written, even if nothing of it changes.
    fn write(&mut self, catalog: &str, before: bool, after: bool) {
        let counts = self.at(catalog);
        match (before, after) {
            (false, true) => counts.inserted += 1,
            (true, false) => counts.deleted += 1,
            (true, true) => counts.updated += 1,
            (false, false) => {}
        }
    }

    /// The row's role is its owner, and its schema a dependency.
    fn default_acl(&mut self, key: DefaultAclKey, before: Option<&Acl>, after: Option<&Acl>) {
        self.write("pg_default_acl", before.is_some(), after.is_some());
        self.acl_dependencies(key.role, before, after);
        if before.is_some() != after.is_some() {
            if !pinned(key.role) {
                self.write(DEPENDENCIES, before.is_some(), after.is_some());
            }
            if key.schema != Oid(0) && !pinned_schema(key.schema) {
                self.write("pg_depend", before.is_some(), after.is_some());
            }
        }
    }

    /// One row for each write, and what becomes of the rows of parameters.
    fn acls(&mut self, step: &Step, view: &View, given: &Given) {
        let mut parameters: BTreeMap<u32, (AclTarget, i64)> = BTreeMap::new();
        for target in &step.written {
            let Some(object) = view.object(target.object) else { continue };
            match object.kind {
                Kind::Parameter => parameters.entry(target.object.0).or_insert((*target, 0)).1 += 1,
                _ if target.is_column() => self.at("pg_attribute").updated += 1,
                _ if given.has(*target) => {}
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
        self.write(MEMBERS, before.is_some(), after.is_some());
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
pub(super) fn mentioned(acl: Option<&Acl>, owner: Oid) -> BTreeSet<Oid> {
    let items = acl.map_or(&[][..], |acl| acl);
    let roles = items.iter().flat_map(|item| [item.grantee, item.grantor]);
    roles.filter(|role| *role != Oid::PUBLIC && *role != owner && !pinned(*role)).collect()
}

/// Roles that initdb made: nothing is recorded about them (13: by rows of `pg_shdepend`, 14+: by their OID).
pub(super) fn pinned(role: Oid) -> bool {
    role < Oid::FIRST_UNPINNED
}

/// Schema public is initdb's and can be dropped all the same.
fn pinned_schema(schema: Oid) -> bool {
    schema < Oid::FIRST_UNPINNED && schema != Oid(2200)
}

fn idle_updates(step: &Step) -> i64 {
    match &step.statement {
        Ok(Statement::GrantRole(grant)) if grant.revoke && !grant.options.is_empty() => {
            (grant.roles.len() * grant.members.len()) as i64
        }
        _ => 0,
    }
}
