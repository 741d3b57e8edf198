//! Logins that come to the predefined roles for the server's programs and files.

use super::facts::Facts;
use super::mend::Trial;
use super::superuser::{self, Step};
use super::{Code, Finding, Level};
use crate::access::Mode;
use crate::cluster::{Oid, View};
use crate::sql::identity::quoted;

/// What each is worth. Their OIDs are the same in all versions.
const ROLES: [(Code, Oid, &str); 3] = [
    (
        Code::RunsPrograms,
        Oid(4571),
        "runs programs as the server's operating-system user (COPY .. PROGRAM), which is as good as superuser",
    ),
    (
        Code::WritesFiles,
        Oid(4570),
        "writes any file that the server's operating-system user may (COPY .. TO), which is as good as superuser",
    ),
    (
        Code::ReadsFiles,
        Oid(4569),
        "reads any file that the server's operating-system user may (COPY .. FROM, pg_read_file()): of other databases, \
         and the hashes of passwords",
    ),
];

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for (code, role, does) in ROLES.into_iter().filter(|(code, ..)| facts.is_wanted(*code)) {
        if facts.view().role(role).is_none() {
            continue;
        }
        let mut members: Vec<Oid> = facts.view().members_of(role).iter().map(|row| row.member).collect();
        members.dedup();
        for member in members {
            found.extend(through(facts, code, role, member, does));
        }
    }
}

/// The logins that use the role through this member: they have its privileges, may SET ROLE to it, or can give it to
/// themselves.
fn through(facts: &Facts<'_>, code: Code, role: Oid, member: Oid, does: &str) -> Option<Finding> {
    let is_superuser = facts.view().role(member).is_none_or(|r| r.superuser);
    if is_superuser || facts.is_protected(member) || facts.accepts_role(code, member) {
        return None;
    }
    let rows: Vec<_> = facts.view().members_of(role).iter().filter(|row| row.member == member).collect();
    let inherits = facts.major() < 16 || rows.iter().any(|row| row.inherit == Some(true));
    let mut users = Vec::new();
    if rows.iter().any(|row| row.set != Some(false) || row.admin) {
        let start = [(member, (role, Step::Set))].into_iter();
        users.extend(superuser::reach(facts, start, false).into_keys());
    }
    if inherits {
        let uses = |r: &Oid| facts.access.chain(*r, role, Mode::Inherit).is_some();
        users.extend(facts.access.reached_by(member, Mode::Inherit).into_iter().filter(uses));
    }
    let logins = facts.logins_of(users);
    if logins.is_empty() {
        return None;
    }
    let (who, name) = (facts.names(&logins), facts.name(role));
    let by = if logins.as_slice() == [member] {
        String::new()
    } else {
        format!(" through {}", facts.name(member))
    };
    let reason = format!("{who} can use {name}{by}: it {does}.");
    let left = |view: &View| !view.members_of(role).iter().any(|row| row.member == member);
    let quote = |role: Oid| quoted(facts.view(), &facts.name(role));
    let mut trial = Trial::new(facts);
    for row in rows {
        let revoke = format!("REVOKE {} FROM {}", quote(role), quote(member));
        let since_16 = row.set.is_some() && row.grantor != Oid::BOOTSTRAP;
        let statement = if since_16 { format!("{revoke} GRANTED BY {}", quote(row.grantor)) } else { revoke };
        trial = trial.then(statement, &[], &|view: &View| !view.members_of(role).contains(row));
    }
    let level = if code == Code::ReadsFiles { Level::Medium } else { Level::High };
    Some(facts.finding(code, level, reason).with_roles(&logins).with_mend(trial.done(&left)))
}
