//! What stays different after an undo, in sentences.

use super::attempt::Attempt;
use super::roles::until;
use super::{defaults, items, rows, settings};
use crate::cluster::{AclTarget, Change, Membership, Oid, Password, Role};
use crate::sql::identity::{column_identity, object_identity, object_type, quoted};

/// So many are named one by one.
const NAMED: usize = 3;

/// What differs in the catalogs and means the same.
pub(super) fn without_a_meaning(attempt: &Attempt<'_>) -> Vec<String> {
    let targets = items::targets(attempt);
    let (before, after) = (&attempt.target, &attempt.state);
    let mut said = Vec::new();
    let mut say = |differs: bool, sentence: &str| said.extend(differs.then(|| sentence.to_owned()));
    let written_out = |t: &AclTarget| before.acl(*t).is_none() && after.acl(*t).is_some();
    let reordered = |t: &AclTarget| before.acl(*t) != after.acl(*t) && !written_out(t);
    say(
        targets.iter().any(written_out),
        "Afterwards the default privileges (a NULL ACL) stay written out, which means the same.",
    );
    let default_rows = |key| before.default_acl(key) != after.default_acl(key);
    say(
        targets.iter().any(reordered) || defaults::keys(attempt).into_iter().any(default_rows),
        "Afterwards the items of the ACL stand in another order, which means the same.",
    );
    let rows_of = |view, pair: &rows::Pair| rows::of(view, pair);
    say(
        rows::pairs(attempt).iter().any(|pair| rows_of(before, pair) != rows_of(after, pair)),
        "The recorded grantor is another, which means nothing before PostgreSQL 16.",
    );
    let setting = |(role, database): settings::Row| {
        before.setting(role, database).unwrap_or(&[]) != after.setting(role, database).unwrap_or(&[])
    };
    say(
        settings::rows(attempt).into_iter().any(setting),
        "The settings are written in another way or order, which means the same.",
    );
    for (role, was) in both(attempt) {
        if role.valid_until != was.valid_until && until(&role) == until(&was) {
            let name = quoted(after, &role.name);
            said.push(format!("VALID UNTIL of {name} is infinity and was NULL, which means the same."));
        }
    }
    said
}

/// Roles of the changes as they are and as they were.
fn both(attempt: &Attempt<'_>) -> Vec<(Role, Role)> {
    let oids = super::roles::changed(&attempt.changes).into_iter();
    oids.filter_map(|oid| Some((attempt.state.role(oid)?.clone(), attempt.target.role(oid)?.clone())))
        .collect()
}

/// What a role that was dropped does not get back.
pub(super) fn made_again(attempt: &Attempt<'_>) -> Vec<String> {
    let view = &attempt.state;
    let is_of_these = |oid: &Oid| super::roles::changed(&attempt.changes).contains(oid);
    let again: Vec<(Oid, Oid)> = attempt
        .made_again
        .iter()
        .map(|(old, new)| (*old, *new))
        .filter(|(_, new)| is_of_these(new))
        .collect();
    if again.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = again.iter().map(|(_, new)| quoted(view, &view.role_name(*new))).collect();
    let mut said = vec![match names.as_slice() {
        [one] => format!("{one} has a new OID."),
        more => format!("{} have new OIDs.", listed(more)),
    }];
    let dangles = |row: &Membership| again.iter().any(|(old, _)| *old == row.grantor);
    if view
        .base()
        .memberships
        .iter()
        .any(|row| dangles(row) && rows::of(view, &(row.role, row.member)).contains(row))
    {
        said.push("Memberships that it granted still name the old OID as their grantor.".to_owned());
    }
    said
}

/// What becomes of passwords.
pub(super) fn passwords(attempt: &Attempt<'_>) -> Vec<String> {
    let mut said = Vec::new();
    for change in &attempt.changes {
        let Change::Role { before: Some(before), after, new_password } = change else { continue };
        let name = quoted(&attempt.state, &before.name);
        let none_now = attempt.state.role(before.oid).is_some_and(|role| role.password == Password::None);
        if before.password == Password::None && none_now {
            continue;
        }
        let unknown = before.password == Password::Unknown;
        said.extend(match after {
            None if unknown => Some(format!("A password of {name}, if there was one, is gone.")),
            None => Some(format!("The password of {name} is gone.")),
            Some(after) if after.password == Password::None && !*new_password => (before.password
                != Password::None)
                .then(|| format!("The former password of {name} cannot come back: it has none.")),
            Some(_) if *new_password => {
                Some(format!("The former password of {name} cannot come back: the new one stays."))
            }
            Some(after) if unknown && after.name != before.name => {
                Some(format!("An MD5 password of {name}, if it had one, is gone."))
            }
            Some(_) => None,
        });
    }
    said
}

/// Policies whose roles no statement here brings back.
pub(super) fn policies(attempt: &Attempt<'_>) -> Vec<String> {
    let view = &attempt.state;
    let mut said = Vec::new();
    for change in &attempt.changes {
        let Change::Policy { relation, name, before: Some(before), after } = change else { continue };
        let policy = format!("{} on {}", quoted(view, name), object_identity(view, *relation));
        let Some(after) = after else {
            said.push(format!("The policy {policy} is gone: rolescope sends no CREATE POLICY."));
            continue;
        };
        let gone: Vec<String> = before
            .iter()
            .filter(|role| !after.contains(role))
            .map(|role| quoted(view, &view.role_name(*role)))
            .collect();
        if !gone.is_empty() {
            let roles = listed(&gone);
            said.push(format!(
                "The policy {policy} is not for {roles} again: rolescope sends no ALTER POLICY."
            ));
        }
    }
    said
}

/// Privileges and memberships that do not come back.
pub(super) fn lost(attempt: &Attempt<'_>) -> Vec<String> {
    let mut said: Vec<String> = rows::missing(attempt).iter().map(|wish| row(attempt, wish)).collect();
    for target in items::targets(attempt) {
        if !items::differences(&attempt.state.items(target), &attempt.target.items(target)).is_empty() {
            said.push(format!("Not every privilege on {} is as it was.", place(attempt, target)));
        }
    }
    let more = said.len().saturating_sub(NAMED);
    said.truncate(NAMED);
    if more > 0 {
        said.push(format!("{more} more entries are not as they were."));
    }
    said
}

fn row(attempt: &Attempt<'_>, wish: &rows::Wish) -> String {
    let view = &attempt.state;
    let name = |oid: Oid| quoted(view, &view.role_name(oid));
    let what = |row: &Membership| {
        format!("membership of {} in {}, granted by {},", name(row.member), name(row.role), name(row.grantor))
    };
    match (wish.is(), wish.was()) {
        (None, Some(was)) => format!("The {} does not come back.", what(&was)),
        (Some(is), None) => format!("There is a new {} which cannot be taken away.", what(&is)),
        (is, was) => {
            format!("The {} has other options.", is.or(was).as_ref().map(what).unwrap_or_default())
        }
    }
}

fn place(attempt: &Attempt<'_>, target: AclTarget) -> String {
    let view = &attempt.state;
    let object = format!("{} {}", object_type(view, target.object), object_identity(view, target.object));
    match column_identity(view, target) {
        Some(column) => format!("column {column} of {object}"),
        None => object,
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
