//! ACL items that differ from the former state, and the GRANT or REVOKE for them.

use super::attempt::Attempt;
use crate::cluster::{AclItem, AclTarget, Change, Oid, Privileges, View};
use crate::sql::identity::{column_identity, grant_target, quoted};
use std::collections::BTreeMap;

/// What to do about an item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Action {
    Revoke,
    RevokeOption,
    GrantWithOption,
    Grant,
}

/// One statement: an action for some grantees on some objects.
pub(super) struct Wish {
    action: Action,
    grantor: Oid,
    grantees: Vec<Oid>,
    keyword: &'static str,
    names: Vec<String>,
    privileges: String,
    targets: Vec<AclTarget>,
}

/// What is wanted of an object, or of its columns.
type OnObject = (Action, Oid, Oid, &'static str, bool, String);
type ByObject = BTreeMap<OnObject, BTreeMap<Privileges, Vec<AclTarget>>>;
type Mergeable = (Action, Oid, &'static str, String, Vec<String>);

/// The ACLs that the changes are about, and those that taking them back can reach.
pub(super) fn targets(attempt: &Attempt<'_>) -> Vec<AclTarget> {
    with_columns(attempt, &changed(attempt))
}

fn changed(attempt: &Attempt<'_>) -> Vec<AclTarget> {
    let target = |change: &Change| match change {
        Change::Acl { target, .. } => Some(*target),
        _ => None,
    };
    attempt.changes.iter().filter_map(target).collect()
}

/// Statements for every item that differs, those that take away first.
pub(super) fn missing(attempt: &Attempt<'_>) -> Vec<Wish> {
    let view = &attempt.state;
    let mut by_object: ByObject = BTreeMap::new();
    for target in targets(attempt) {
        let Some((keyword, name)) = grant_target(view, target) else { continue };
        for (action, item) in differences(&view.items(target), &attempt.target.items(target)) {
            let key = (action, item.grantor, item.grantee, keyword, target.is_column(), name.clone());
            for privilege in item.privileges.iter() {
                by_object.entry(key.clone()).or_default().entry(privilege).or_default().push(target);
            }
        }
    }
    merged(by_object, view)
}

/// A REVOKE on a table reaches its columns.
fn with_columns(attempt: &Attempt<'_>, targets: &[AclTarget]) -> Vec<AclTarget> {
    let mut all = targets.to_vec();
    for target in targets.iter().filter(|t| !t.is_column()) {
        for view in [&attempt.target, &attempt.state] {
            let columns = view.column_acls(target.object).into_iter();
            all.extend(columns.map(|(attnum, _)| AclTarget::column(target.object, attnum)));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// One statement for objects, and one for grantees, that need the same.
fn merged(by_object: ByObject, view: &View) -> Vec<Wish> {
    type Key = (Action, Oid, Oid, &'static str, String);
    let mut by_names: BTreeMap<Key, (Vec<String>, Vec<AclTarget>)> = BTreeMap::new();
    for ((action, grantor, grantee, keyword, _, name), privileges) in by_object {
        let text = privilege_list(&privileges, view);
        let (names, targets) = by_names.entry((action, grantor, grantee, keyword, text)).or_default();
        names.push(name);
        targets.extend(privileges.into_values().flatten());
    }
    let mut wishes: BTreeMap<Mergeable, (Vec<Oid>, Vec<AclTarget>)> = BTreeMap::new();
    for ((action, grantor, grantee, keyword, privileges), (names, targets)) in by_names {
        let (grantees, all) = wishes.entry((action, grantor, keyword, privileges, names)).or_default();
        grantees.push(grantee);
        all.extend(targets);
    }
    let wish = |((action, grantor, keyword, privileges, names), (grantees, mut targets)): (
        Mergeable,
        (Vec<Oid>, Vec<AclTarget>),
    )| {
        targets.sort_unstable();
        targets.dedup();
        Wish { action, grantor, grantees, keyword, names, privileges, targets }
    };
    wishes.into_iter().map(wish).collect()
}

/// `SELECT, UPDATE`, or with columns `SELECT (a, b), UPDATE (b)`.
fn privilege_list(privileges: &BTreeMap<Privileges, Vec<AclTarget>>, view: &View) -> String {
    let one = |(privilege, targets): (&Privileges, &Vec<AclTarget>)| {
        let columns: Vec<String> = targets.iter().filter_map(|t| column_identity(view, *t)).collect();
        match columns.is_empty() {
            true => privilege.name().to_owned(),
            false => format!("{} ({})", privilege.name(), columns.join(", ")),
        }
    };
    privileges.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What is to be done about the items, an item an action.
pub(super) fn differences(is: &[AclItem], was: &[AclItem]) -> Vec<(Action, AclItem)> {
    let find = |items: &[AclItem], like: &AclItem| {
        let same = |i: &&AclItem| (i.grantee, i.grantor) == (like.grantee, like.grantor);
        let none = AclItem { privileges: Privileges::NONE, options: Privileges::NONE, ..*like };
        items.iter().find(same).copied().unwrap_or(none)
    };
    let mut all: Vec<AclItem> = is.to_vec();
    all.extend(was.iter().filter(|w| !is.iter().any(|i| (i.grantee, i.grantor) == (w.grantee, w.grantor))));
    let mut found = Vec::new();
    for key in all {
        let (is, was) = (find(is, &key), find(was, &key));
        let mut add = |action, privileges: Privileges| {
            if !privileges.is_empty() {
                found.push((action, AclItem { privileges, ..key }));
            }
        };
        let extra = is.privileges.without(was.privileges);
        add(Action::Revoke, extra);
        add(Action::RevokeOption, is.options.without(was.options).without(extra));
        add(Action::GrantWithOption, was.options.without(is.options));
        add(Action::Grant, was.privileges.without(is.privileges).without(was.options));
    }
    found
}

/// Tries the statement for a wish.
pub(super) fn bring_back(attempt: &mut Attempt<'_>, wish: &Wish) {
    let view = &attempt.state;
    let role = |oid: &Oid| match *oid {
        Oid::PUBLIC => "PUBLIC".to_owned(),
        oid => quoted(view, &view.role_name(oid)),
    };
    let grantees = wish.grantees.iter().map(role).collect::<Vec<_>>().join(", ");
    let (privileges, names) = (&wish.privileges, wish.names.join(", "));
    let on = format!("{privileges} ON {} {names}", wish.keyword);
    let statement = match wish.action {
        Action::Revoke => format!("REVOKE {on} FROM {grantees}"),
        Action::RevokeOption => format!("REVOKE GRANT OPTION FOR {on} FROM {grantees}"),
        Action::GrantWithOption => format!("GRANT {on} TO {grantees} WITH GRANT OPTION"),
        Action::Grant => format!("GRANT {on} TO {grantees}"),
    };
    let was: Vec<Vec<AclItem>> = wish.targets.iter().map(|t| attempt.target.items(*t)).collect();
    let good = |state: &View| {
        let mut both = wish.targets.iter().zip(&was);
        both.all(|(target, was)| is_granted(wish, &state.items(*target), was))
    };
    attempt.try_as_any(&[statement], &[wish.grantor], &good);
}

/// Are the items of the wish as they were, as far as its action goes?
fn is_granted(wish: &Wish, is: &[AclItem], was: &[AclItem]) -> bool {
    differences(is, was).into_iter().all(|(action, item)| {
        action != wish.action || item.grantor != wish.grantor || !wish.grantees.contains(&item.grantee)
    })
}
