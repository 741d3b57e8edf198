//! Superusers that log in, and ways to become one.

use super::facts::Facts;
use super::mend::Trial;
use super::{Code, Finding, Level};
use crate::access::Mode;
use crate::cluster::{Oid, View, predefined};
use crate::sql::identity::quoted;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    if facts.is_wanted(Code::LoginSuperuser) {
        logins(facts, found);
    }
    if facts.is_wanted(Code::WayToSuperuser) {
        ways(facts, found);
    }
}

/// The bootstrap superuser is one by nature: since 16 it cannot even be taken from it.
fn logins(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let code = Code::LoginSuperuser;
    for role in facts.roles().filter(|r| r.login && r.superuser && r.oid != Oid::BOOTSTRAP) {
        if facts.accepts_role(code, role.oid) {
            continue;
        }
        let reason =
            format!("{} can log in as superuser: no privilege, policy or owner counts for it.", role.name);
        let alter = format!("ALTER ROLE {} NOSUPERUSER", quoted(facts.view(), &role.name));
        let good = |view: &View| view.role(role.oid).is_some_and(|r| !r.superuser);
        let mend = Trial::new(facts).then(alter, &[], &good).done(&good);
        found.push(facts.finding(code, Level::High, reason).with_roles(&[role.oid]).with_mend(mend));
    }
}

/// One step of a way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// SET ROLE.
    Set,
    /// A membership that its ADMIN OPTION lets it give itself.
    Admin,
    /// One that CREATEROLE lets it give itself, before 16.
    CreateRole,
}

/// From each role that gets there, the next step: where it leads, and which kind it is.
pub(super) type Reach = FxHashMap<Oid, (Oid, Step)>;

/// What stands before a superuser: a member that may SET ROLE to it.
type Door = (Oid, Oid);

fn ways(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let view = facts.view();
    let mut doors: Vec<Door> = Vec::new();
    for superuser in view.roles().filter(|role| role.superuser) {
        let rows = view.members_of(superuser.oid).iter().filter(|row| row.set != Some(false));
        doors.extend(rows.map(|row| (row.member, superuser.oid)));
    }
    doors.retain(|(member, _)| {
        view.role(*member).is_some_and(|r| !r.superuser) && !facts.is_protected(*member)
    });
    doors.sort_unstable();
    doors.dedup();
    let reach = reach(facts, doors.iter().map(|door| (door.0, (door.1, Step::Set))), true);
    // Each login goes through the door that is nearest.
    let mut through: BTreeMap<Door, Vec<(usize, Oid)>> = BTreeMap::new();
    for login in facts.logins_of(reach.keys().copied()) {
        if let Some((door, length)) = walk(&reach, login) {
            through.entry(door).or_default().push((length, login));
        }
    }
    for (door, mut logins) in through {
        if facts.accepts_role(Code::WayToSuperuser, door.0) {
            continue;
        }
        logins.sort_unstable();
        found.push(way(facts, &reach, door, &logins));
    }
}

fn way(facts: &Facts<'_>, reach: &Reach, door: Door, logins: &[(usize, Oid)]) -> Finding {
    let (member, superuser) = door;
    let roles: Vec<Oid> = logins.iter().map(|(_, login)| *login).collect();
    let (who, can) = (facts.names(&roles), if roles.len() == 1 { "can become" } else { "can all become" });
    let mut reason = format!(
        "{} is a member of the superuser {}; {who} {can} it",
        facts.name(member),
        facts.name(superuser)
    );
    let steps = roles.first().map(|login| statements(facts, reach, *login)).unwrap_or_default();
    reason.push_str(if roles.as_slice() == [member] { "." } else { ", the nearest by these steps." });
    let name = |role| quoted(facts.view(), &facts.name(role));
    let gone =
        |view: &View| !view.members_of(superuser).iter().any(|r| r.member == member && r.set != Some(false));
    let mut trial = Trial::new(facts);
    let rows = facts.view().members_of(superuser).iter().filter(|row| row.member == member);
    for row in rows {
        let revoke = format!("REVOKE {} FROM {}", name(superuser), name(member));
        let by = format!("{revoke} GRANTED BY {}", name(row.grantor));
        let left = |view: &View| !view.members_of(superuser).contains(row);
        // Since 16 each grantor's row goes by itself; what the bootstrap superuser granted is a superuser's by default.
        let statement = if row.set.is_some() && row.grantor != Oid::BOOTSTRAP { by } else { revoke };
        trial = trial.then(statement, &[], &left);
    }
    let mut finding = facts.finding(Code::WayToSuperuser, Level::High, reason).with_roles(&roles);
    finding.steps = steps;
    finding.with_mend(trial.done(&gone))
}

/// Every role from which a way leads to one of these, by the fewest steps. None of them may be a superuser.
///
/// SET ROLE asks what the session's own user is a member of; a membership that a role on the way gives it makes it a
/// member of all that lies beyond.
pub(super) fn reach(
    facts: &Facts<'_>,
    starts: impl Iterator<Item = (Oid, (Oid, Step))>,
    with_create_role: bool,
) -> Reach {
    let (view, old) = (facts.view(), facts.major() < 16);
    let mut reach = Reach::default();
    let mut queue = VecDeque::new();
    let add = |reach: &mut Reach, queue: &mut VecDeque<Oid>, from: Oid, step: (Oid, Step)| {
        if view.role(from).is_some_and(|r| !r.superuser) && !reach.contains_key(&from) {
            reach.insert(from, step);
            queue.push_back(from);
        }
    };
    for (from, step) in starts {
        add(&mut reach, &mut queue, from, step);
    }
    let mut makers = with_create_role && old;
    // Only those that hold ADMIN before 16 count by any membership, since 16 by those that inherit.
    let mode = if old { Mode::Member } else { Mode::Inherit };
    while let Some(role) = queue.pop_front() {
        let rows = view.members_of(role);
        for row in rows.iter().filter(|row| row.set != Some(false)) {
            add(&mut reach, &mut queue, row.member, (role, Step::Set));
        }
        // Nobody can be given membership in pg_database_owner.
        if role == predefined::DATABASE_OWNER {
            continue;
        }
        for row in rows.iter().filter(|row| row.admin) {
            for from in facts.access.reached_by(row.member, mode) {
                add(&mut reach, &mut queue, from, (role, Step::Admin));
            }
        }
        if std::mem::take(&mut makers) {
            for maker in view.roles().filter(|r| r.create_role) {
                add(&mut reach, &mut queue, maker.oid, (role, Step::CreateRole));
            }
        }
    }
    reach
}

/// The door that a way ends at, and its length.
fn walk(reach: &Reach, login: Oid) -> Option<(Door, usize)> {
    let (mut at, mut length) = (login, 0);
    loop {
        let (next, _) = *reach.get(&at)?;
        length += 1;
        if !reach.contains_key(&next) {
            return Some(((at, next), length));
        }
        at = next;
    }
}

/// What `login` would run.
pub(super) fn statements(facts: &Facts<'_>, reach: &Reach, login: Oid) -> Vec<String> {
    let name = |role| quoted(facts.view(), &facts.name(role));
    let set = if facts.major() >= 16 { " WITH SET TRUE" } else { "" };
    let (mut at, mut acts_as, mut steps) = (login, login, Vec::new());
    while let Some((next, step)) = reach.get(&at).copied() {
        if step != Step::Set {
            if acts_as != at {
                steps.push(format!("SET ROLE {}", name(at)));
                acts_as = at;
            }
            // Who has ADMIN is a member already; with CREATEROLE, it may be the other way round, and a circle is refused.
            for member in members_between(facts, login, next) {
                steps.push(format!("REVOKE {} FROM {}", name(login), name(member)));
            }
            steps.push(format!("GRANT {} TO {}{set}", name(next), name(login)));
        }
        at = next;
    }
    steps.push(format!("SET ROLE {}", name(at)));
    steps
}

/// The members of `login` by which `role` is one, too.
fn members_between(facts: &Facts<'_>, login: Oid, role: Oid) -> Vec<Oid> {
    let rows = facts.view().members_of(login).iter();
    let mut members: Vec<Oid> = rows
        .map(|row| row.member)
        .filter(|member| facts.access.is_member_of_nosuper(role, *member))
        .collect();
    members.dedup();
    members
}
