//! Membership rows that differ from the former state, and the GRANT or REVOKE for them.

use super::attempt::Attempt;
use crate::cluster::{Change, Membership, Oid, View};
use crate::sql::identity::quoted;

/// A role and a member of it.
pub(super) type Pair = (Oid, Oid);

/// One row as it is and as it was.
pub(super) struct Wish {
    is: Option<Membership>,
    was: Option<Membership>,
}

impl Wish {
    /// The row as it is.
    pub fn is(&self) -> Option<Membership> {
        self.is
    }
    /// The row as it was.
    pub fn was(&self) -> Option<Membership> {
        self.was
    }
}

/// The pairs that the changes are about, and those of roles that were made again: CREATE ROLE makes members.
pub(super) fn pairs(attempt: &Attempt<'_>) -> Vec<Pair> {
    let pair = |row: &Membership| (row.role, row.member);
    let changed = |change: &Change| match change {
        Change::Membership { before, after } => before.or(*after).as_ref().map(pair),
        _ => None,
    };
    let mut pairs: Vec<Pair> = attempt.changes.iter().filter_map(changed).collect();
    let made_again = attempt.made_again.values().flat_map(|role| of_role(&attempt.state, *role));
    pairs.extend(made_again.map(|row| pair(&row)));
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The rows that a role is in, on either side.
pub(super) fn of_role(view: &View, role: Oid) -> Vec<Membership> {
    view.members_of(role).iter().chain(view.memberships_of(role)).copied().collect()
}

/// The rows of a pair.
pub(super) fn of(view: &View, pair: &Pair) -> Vec<Membership> {
    view.members_of(pair.0).iter().filter(|row| row.member == pair.1).copied().collect()
}

/// Before 16 the grantor is decoration: it does not make another row.
fn meaning(row: &Membership) -> Membership {
    match row.set {
        Some(_) => *row,
        None => Membership { grantor: Oid::PUBLIC, ..*row },
    }
}

pub(super) fn missing(attempt: &Attempt<'_>) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for pair in pairs(attempt) {
        let (is, was) = (of(&attempt.state, &pair), of(&attempt.target, &pair));
        let same_key = |a: &Membership, b: &Membership| meaning(a).key() == meaning(b).key();
        for row in &is {
            wishes.push(Wish { is: Some(*row), was: was.iter().find(|w| same_key(row, w)).copied() });
        }
        let gone = was.iter().filter(|w| !is.iter().any(|i| same_key(i, w)));
        wishes.extend(gone.map(|row| Wish { is: None, was: Some(*row) }));
    }
    wishes.retain(|wish| wish.is.as_ref().map(meaning) != wish.was.as_ref().map(meaning));
    wishes
}

/// Tries the statement for a wish, without and with GRANTED BY.
pub(super) fn bring_back(attempt: &mut Attempt<'_>, wish: &Wish) {
    let Some(row) = wish.is.or(wish.was) else { return };
    let ends = [row.role, row.member];
    if ends.iter().any(|role| attempt.state.role(*role).is_none() || attempt.goes(*role)) {
        return;
    }
    let name = |oid: Oid| quoted(&attempt.state, &attempt.state.role_name(oid));
    let (role, member) = (name(row.role), name(row.member));
    let statement = match (&wish.is, &wish.was) {
        (Some(_), None) => format!("REVOKE {role} FROM {member}"),
        (Some(is), Some(was)) if is.admin && !was.admin => {
            format!("REVOKE ADMIN OPTION FOR {role} FROM {member}")
        }
        (Some(is), Some(was)) => format!("GRANT {role} TO {member}{}", options(was, Some(is))),
        (None, Some(was)) => format!("GRANT {role} TO {member}{}", options(was, None)),
        (None, None) => return,
    };
    let grantor = wish.was.unwrap_or(row).grantor;
    let by = format!("{statement} GRANTED BY {}", name(grantor));
    if row.set.is_none() && before_16(attempt, wish, &statement) {
        return;
    }
    let target = attempt.target.clone();
    let pair = (row.role, row.member);
    // One statement may only do a part: REVOKE ADMIN OPTION first, the other options after.
    let distance = |view: &View| -> usize {
        let (is, was) = (of(view, &pair), of(&target, &pair));
        let key = |row: &Membership| meaning(row).key();
        let alike = |a: &Membership| was.iter().find(|b| key(a) == key(b)).map_or(4, |b| unlike(a, b));
        let lost = was.iter().filter(|b| !is.iter().any(|a| key(a) == key(b))).count() * 4;
        is.iter().map(alike).sum::<usize>() + lost
    };
    let now = distance(&attempt.state);
    let good = |state: &View| distance(state) < now;
    let statement = [statement];
    let _done = attempt.try_as(&statement, None, &good)
        || (row.set.is_some() && attempt.try_as(&[by], None, &good))
        || attempt.try_as_any(&statement, &[grantor], &good);
}

/// Up to 15 GRANTED BY is for superusers, and records what it is told: so the row comes back as it was, if its grantor
/// is still there. A row that is there keeps its grantor, unless it goes first.
fn before_16(attempt: &mut Attempt<'_>, wish: &Wish, statement: &str) -> bool {
    let Some(was) = wish.was else { return false };
    let pair = (was.role, was.member);
    let exact = |state: &View| of(state, &pair) == [was];
    if attempt.try_as(&[statement.to_owned()], None, &exact) {
        return true;
    }
    let Some(grantor) = attempt.state.role(was.grantor) else { return false };
    let name = |oid: Oid| quoted(&attempt.state, &attempt.state.role_name(oid));
    let (role, member, grantor) = (name(was.role), name(was.member), quoted(&attempt.state, &grantor.name));
    let first = wish.is.map(|_| format!("REVOKE {role} FROM {member}"));
    let grant = format!("GRANT {role} TO {member}{} GRANTED BY {grantor}", options(&was, None));
    let statements: Vec<String> = first.into_iter().chain([grant]).collect();
    attempt.try_as(&statements, None, &exact)
}

fn unlike(a: &Membership, b: &Membership) -> usize {
    usize::from(a.admin != b.admin) + usize::from(a.inherit != b.inherit) + usize::from(a.set != b.set)
}

/// The options that have to be said: all that differ from what is there, or for a new row every one (since 16), since
/// what a new row starts with depends on the member.
fn options(was: &Membership, is: Option<&Membership>) -> String {
    let (Some(inherit), Some(set)) = (was.inherit, was.set) else {
        return if was.admin { " WITH ADMIN OPTION".to_owned() } else { String::new() };
    };
    let mut words = Vec::new();
    let mut say = |name: &str, value: bool, there: Option<bool>| {
        if there != Some(value) {
            words.push(format!("{name} {}", if value { "TRUE" } else { "FALSE" }));
        }
    };
    say("ADMIN", was.admin, is.map_or(Some(false), |row| Some(row.admin)));
    say("INHERIT", inherit, is.and_then(|row| row.inherit));
    say("SET", set, is.map_or(Some(true), |row| row.set));
    if words.is_empty() { String::new() } else { format!(" WITH {}", words.join(", ")) }
}
