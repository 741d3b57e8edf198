//! How the rows that are no objects differ between two looks.

use crate::cluster::{
    Change, DefaultAcl, DefaultAclKey, Membership, Name, ObjectId, Oid, Password, Policy, Role, RoleSetting,
    Version,
};
use crate::server::load::Graph;
use std::collections::BTreeMap;

/// Every row that is not as before.
pub(super) fn changes(before: &Graph, after: &Graph, version: Version) -> Vec<Change> {
    let mut changes = memberships(before, after, version);
    changes.extend(roles(before, after));
    changes.extend(default_acls(before, after));
    changes.extend(settings(before, after));
    changes.extend(comments(before, after));
    changes.extend(policies(before, after));
    changes
}

/// What was there and is not, or otherwise; then what is new.
fn compare<K: Ord, V: Clone + PartialEq>(
    before: impl Iterator<Item = (K, V)>,
    after: impl Iterator<Item = (K, V)>,
    change: impl Fn(K, Option<V>, Option<V>) -> Change,
) -> Vec<Change> {
    let mut after: BTreeMap<K, V> = after.collect();
    let mut changes = Vec::new();
    for (key, old) in before {
        let new = after.remove(&key);
        if new.as_ref() != Some(&old) {
            changes.push(change(key, Some(old), new));
        }
    }
    changes.extend(after.into_iter().map(|(key, new)| change(key, None, Some(new))));
    changes
}

fn roles(before: &Graph, after: &Graph) -> Vec<Change> {
    // A password that is to be seen at one of the looks only has not changed for that.
    let unseen = |graph: &Graph, oid| graph.roles.get(oid).is_some_and(|r| r.password == Password::Unknown);
    let seen = |role: &Role| {
        let hidden = unseen(before, role.oid) || unseen(after, role.oid);
        let password = if hidden { Password::Unknown } else { role.password };
        (role.oid, Role { password, ..role.clone() })
    };
    let row = |role: Option<Role>| role.map(Box::new);
    compare(before.roles.iter().map(seen), after.roles.iter().map(seen), |_, before, after| Change::Role {
        before: row(before),
        after: row(after),
        new_password: false,
    })
}

/// Before 16 a (role, member) pair is one row, whoever granted it.
fn memberships(before: &Graph, after: &Graph, version: Version) -> Vec<Change> {
    let by_grantor = version.major() >= 16;
    let key = |row: &Membership| {
        let grantor = if by_grantor { row.grantor } else { Oid::PUBLIC };
        ((row.role, row.member, grantor), *row)
    };
    let rows = |graph: &Graph| graph.memberships.iter().map(key).collect::<Vec<_>>();
    compare(rows(before).into_iter(), rows(after).into_iter(), |_, before, after| Change::Membership {
        before,
        after,
    })
}

fn default_acls(before: &Graph, after: &Graph) -> Vec<Change> {
    let row = |row: &DefaultAcl| (row.key(), row.acl.clone());
    let change = |key: DefaultAclKey, before, after| Change::DefaultAcl { key, before, after };
    compare(before.default_acls.iter().map(row), after.default_acls.iter().map(row), change)
}

fn settings(before: &Graph, after: &Graph) -> Vec<Change> {
    let row = |row: &RoleSetting| ((row.role, row.database), row.settings.clone());
    compare(
        before.role_settings.iter().map(row),
        after.role_settings.iter().map(row),
        |(role, database), before, after| Change::Setting { role, database, before, after },
    )
}

fn comments(before: &Graph, after: &Graph) -> Vec<Change> {
    let row = |(role, comment): (&Oid, &String)| (*role, comment.clone());
    compare(
        before.role_comments.iter().map(row),
        after.role_comments.iter().map(row),
        |role, before, after| Change::Comment { role, before, after },
    )
}

fn policies(before: &Graph, after: &Graph) -> Vec<Change> {
    let row = |row: &Policy| ((row.relation, Name::from(row.name.as_str())), row.roles.clone());
    let change =
        |(relation, name): (ObjectId, Name), before, after| Change::Policy { relation, name, before, after };
    compare(before.policies.iter().map(row), after.policies.iter().map(row), change)
}
