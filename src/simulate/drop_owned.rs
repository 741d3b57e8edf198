//! DROP OWNED (`DropOwnedObjects` of user.c, `shdepDropOwned` of pg_shdepend.c) of roles that own nothing here that it
//! would drop.

use super::ServerError;
use super::dependencies::{Dependent, Describer, What, dependents_of, is_pinned, required_by_the_system};
use super::grant::Grant;
use super::privilege_words::Wanted;
use super::run::{Run, Stop, error};
use super::steps::Steps;
use crate::cluster::{AclTarget, Change, Class, DefaultAclKey, Membership, Name, ObjectId, Oid, Privileges};
use crate::sql::ast::DropOwned;

/// What goes when all roles have been looked at.
#[derive(Default)]
struct Doomed {
    default_acls: Vec<DefaultAclKey>,
    memberships: Vec<Membership>,
    policies: Vec<(ObjectId, Name)>,
    /// In words, what cannot be predicted: how many there are and the first of them.
    objects: (usize, Vec<String>),
}

/// How many objects a refusal names.
const NAMED: usize = 3;

/// Runs the statement.
pub fn run(steps: &mut Steps<'_>, statement: &DropOwned) -> Result<(), Stop> {
    let roles = steps.ask(|run| run.roles_to_clear(statement))?;
    let mut doomed = Doomed::default();
    for role in roles {
        steps.step(|run| run.clear_role(role, &mut doomed))?;
    }
    if let (number @ 1.., named) = doomed.objects {
        let more = number.saturating_sub(named.len());
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        return Err(Stop::Unsupported(format!("DROP OWNED would drop {}{more}.", named.join(", "))));
    }
    steps.step(|run| run.delete(&doomed))
}

impl Run<'_> {
    /// All names come before all checks.
    fn roles_to_clear(&self, statement: &DropOwned) -> Result<Vec<Oid>, Stop> {
        let roles = statement.roles.iter().map(|spec| self.role(spec)).collect::<Result<Vec<_>, _>>()?;
        if let Some(role) = roles.iter().find(|role| !self.access.has_privs_of(self.user(), **role)) {
            let denied = ServerError::new("42501", "permission denied to drop objects");
            let name = self.view.role_name(*role);
            return Err(Stop::Error(match self.switches.membership_options {
                true => denied.detail(format!(
                    "Only roles with privileges of role \"{name}\" may drop objects owned by it."
                )),
                false => denied,
            }));
        }
        Ok(roles)
    }

    /// Takes a role out of ACLs and policies, row by row of `pg_shdepend`. Their order is that of the heap, which
    /// nobody can know.
    fn clear_role(&mut self, role: Oid, doomed: &mut Doomed) -> Result<Vec<Change>, Stop> {
        if is_pinned(role) {
            let name = self.view.role_name(role);
            let message = format!("cannot drop objects owned by role {name} because they are");
            return Err(required_by_the_system(message).into());
        }
        self.any_order = true;
        let mut changes = Vec::new();
        for dependent in dependents_of(self.view, role) {
            match (&dependent.what, dependent.kind) {
                (What::DefaultAcl(key), 'o') => doomed.default_acls.push(*key),
                (What::DefaultAcl(key), 'a') => changes.extend(self.revoke_default(*key, role)?),
                (What::Membership(row), _) => doomed.memberships.push(*row),
                (What::Policy(relation, name), _) => {
                    changes.extend(self.leave_policy(*relation, name, role, doomed));
                }
                (What::Object(target), 'a') => self.revoke_all(*target, role)?,
                (What::Object(target), 'o') if self.is_shared(*target) => {}
                _ => self.doom(role, &dependent, doomed),
            }
        }
        Ok(changes)
    }

    /// `RemoveRoleFromObjectACL`: REVOKE ALL .. CASCADE of the current user. It is done once for the object and once
    /// more for each of its columns that mentions the role, warnings included.
    fn revoke_all(&mut self, target: AclTarget, role: Oid) -> Result<(), Stop> {
        let grant = Grant {
            revoke: true,
            grant_option: false,
            cascade: true,
            grantees: vec![role],
            wanted: Wanted { all: true, privileges: Privileges::NONE, columns: Vec::new() },
            as_sequence: false,
            as_domain: false,
        };
        self.grant_on(&grant, target.object)
    }

    /// `RemoveRoleFromObjectPolicy`: a policy that would be for nobody goes.
    fn leave_policy(
        &self,
        relation: ObjectId,
        name: &Name,
        role: Oid,
        doomed: &mut Doomed,
    ) -> Option<Change> {
        let before = self.view.policy(relation, name)?;
        let after: Vec<Oid> = before.iter().copied().filter(|named| *named != role).collect();
        if after.is_empty() {
            doomed.policies.push((relation, name.clone()));
            return None;
        }
        let (before, after) = (Some(before.to_vec()), Some(after));
        Some(Change::Policy { relation, name: name.clone(), before, after })
    }

    /// Databases, tablespaces and whatever else belongs to no database stay.
    fn is_shared(&self, target: AclTarget) -> bool {
        let class = self.kind_of(target.object).class();
        matches!(class, Class::Database | Class::Tablespace | Class::Parameter | Class::Subscription)
    }

    fn doom(&self, role: Oid, dependent: &Dependent, doomed: &mut Doomed) {
        let (number, named) = &mut doomed.objects;
        *number += 1;
        if named.len() < NAMED {
            let describer = Describer { view: self.view, path: self.search_path() };
            let what = describer.what(role, dependent);
            let initial = if dependent.kind == 'i' { "initial privileges for " } else { "" };
            named.push(format!("{initial}{what}"));
        }
    }

    /// `performMultipleDeletions`. A row of default privileges may be gone already: when a role later in the list left
    /// it, nothing but the default was in it.
    fn delete(&self, doomed: &Doomed) -> Result<Vec<Change>, Stop> {
        let mut changes = Vec::new();
        for key in &doomed.default_acls {
            let Some(before) = self.view.default_acl(*key).cloned() else {
                let oid = self.view.default_acl_oid(*key);
                return error("XX000", format!("could not find tuple for default ACL {oid}"));
            };
            changes.push(Change::DefaultAcl { key: *key, before: Some(before), after: None });
        }
        let rows = doomed.memberships.iter();
        changes.extend(rows.map(|row| Change::Membership { before: Some(*row), after: None }));
        changes.extend(doomed.policies.iter().map(|(relation, name)| Change::Policy {
            relation: *relation,
            name: name.clone(),
            before: self.view.policy(*relation, name).map(<[Oid]>::to_vec),
            after: None,
        }));
        Ok(changes)
    }
}

#[cfg(test)]
mod tests {
    use crate::cluster::testing::Builder;
    use crate::cluster::{Kind, View};
    use crate::simulate::{Session, simulate};
    use crate::sql;

    #[test]
    fn what_it_would_drop_is_named() {
        let mut b = Builder::new(16);
        let owner = b.role("owner");
        let shop = b.schema("shop", owner);
        for name in ["a", "b", "c"] {
            b.table(shop, name, owner);
        }
        b.add(Kind::Database, crate::cluster::Oid(0), "theirs", owner);
        let refused = |b: &Builder, role: &str| {
            let cluster = b.build();
            let session = Session::as_role(&cluster, b.oid("postgres"));
            let parsed = sql::parse_script(&format!("DROP OWNED BY {role}"), &sql::Options::new(16));
            let statement = parsed[0].result.clone().expect("a statement");
            simulate(&statement, &session, &mut View::new(cluster)).err().map(|why| why.reason)
        };
        let expected = "DROP OWNED would drop schema shop, table shop.a, table shop.b and 1 more.";
        assert_eq!(refused(&b, "owner").as_deref(), Some(expected));
        assert_eq!(refused(&b, "dba"), None);
    }
}
