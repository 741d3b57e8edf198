//! Logins with attributes that make them nearly superuser, and logins that are left over.

use super::facts::Facts;
use super::mend::Trial;
use super::{Code, Finding, Level};
use crate::access::Mode;
use crate::cluster::{Class, Detail, Flavor, Oid, Password, Privileges, Role, View};
use crate::sql::identity::quoted;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    for role in facts.roles().filter(|r| r.login && !r.superuser) {
        found.extend(create_role(facts, role));
        found.extend(bypass_rls(facts, role));
        found.extend(replication(facts, role));
        found.extend(expired(facts, role));
        found.extend(md5(facts, role));
        found.extend(nowhere(facts, role));
    }
}

fn finding(facts: &Facts<'_>, code: Code, role: &Role, level: Level, reason: String) -> Option<Finding> {
    let wanted = facts.is_wanted(code) && !facts.accepts_role(code, role.oid);
    wanted.then(|| facts.finding(code, level, reason).with_roles(&[role.oid]))
}

/// ALTER ROLE .. with these words, after which `good` holds of the role.
fn alter(
    facts: &Facts<'_>,
    role: &Role,
    words: &str,
    good: fn(&Role) -> bool,
) -> Result<Vec<String>, String> {
    let statement = format!("ALTER ROLE {} {words}", quoted(facts.view(), &role.name));
    let good = |view: &View| view.role(role.oid).is_some_and(good);
    Trial::new(facts).then(statement, &[], &good).done(&good)
}

/// Is it a member of rds_superuser, on RDS? Such roles have CREATEROLE by RDS's own making.
fn is_master(facts: &Facts<'_>, role: Oid) -> bool {
    let master = || facts.view().role_by_name("rds_superuser").map(|r| r.oid);
    facts.view().base().flavor != Flavor::PostgreSQL
        && master().is_some_and(|m| facts.access.is_member_of_nosuper(role, m))
}

fn create_role(facts: &Facts<'_>, role: &Role) -> Option<Finding> {
    if !role.create_role || is_master(facts, role.oid) {
        return None;
    }
    let name = &role.name;
    let plain = facts.view().base().flavor == Flavor::PostgreSQL;
    let (level, reason) = match (facts.major() < 16, plain) {
        (true, true) => (
            Level::High,
            format!(
                "{name} can log in and has CREATEROLE: before 16 it can give itself every role that is no superuser, \
                 pg_execute_server_program among them, which is as good as superuser, and set their passwords."
            ),
        ),
        (true, false) => (
            Level::High,
            format!(
                "{name} can log in and has CREATEROLE: before 16 it can give itself every role that is no superuser, \
                 and set their passwords."
            ),
        ),
        (false, _) => {
            (Level::Low, format!("{name} can log in and has CREATEROLE: it can make roles that can log in."))
        }
    };
    let finding = finding(facts, Code::LoginCreateRole, role, level, reason)?;
    Some(finding.with_mend(alter(facts, role, "NOCREATEROLE", |role| !role.create_role)))
}

fn bypass_rls(facts: &Facts<'_>, role: &Role) -> Option<Finding> {
    if !role.bypass_rls {
        return None;
    }
    let reason = format!("{} can log in and has BYPASSRLS: no policy of any table holds for it.", role.name);
    let finding = finding(facts, Code::LoginBypassRls, role, Level::Medium, reason)?;
    Some(finding.with_mend(alter(facts, role, "NOBYPASSRLS", |role| !role.bypass_rls)))
}

fn replication(facts: &Facts<'_>, role: &Role) -> Option<Finding> {
    if !role.replication {
        return None;
    }
    let reason = format!(
        "{} can log in and has REPLICATION: where pg_hba.conf lets it replicate, it can copy every database and the \
         hashes of all passwords.",
        role.name
    );
    let finding = finding(facts, Code::LoginReplication, role, Level::Low, reason)?;
    Some(finding.with_mend(alter(facts, role, "NOREPLICATION", |role| !role.replication)))
}

/// Only passwords expire: other ways of authentication don't look, and its objects and grants stay.
fn expired(facts: &Facts<'_>, role: &Role) -> Option<Finding> {
    let until = role.valid_until.as_deref()?;
    if moment(until)? > facts.options.now || role.password == Password::None {
        return None;
    }
    let reason = format!(
        "VALID UNTIL of {} has passed ({until}): no password lets it in any more, but certificate, peer, LDAP and their \
         like do not look at that, and its grants and members stay.",
        role.name
    );
    let finding = finding(facts, Code::ExpiredLogin, role, Level::Low, reason)?;
    Some(finding.with_mend(alter(facts, role, "NOLOGIN", |role| !role.login)))
}

/// A time as the server prints it (DateStyle ISO): `2024-06-30 00:00:00+00`. None for infinity, and for years BC.
fn moment(text: &str) -> Option<Timestamp> {
    if text.trim() == "-infinity" {
        return Some(Timestamp::MIN);
    }
    let (clock, zone, sign) = match text.rfind(['+', '-']).filter(|at| *at > 10) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?, if text.get(at..=at)? == "-" { -1 } else { 1 }),
        None => return None,
    };
    let mut parts = zone.split(':').map(|part| part.parse::<i32>().ok());
    let seconds = [3600, 60, 1].into_iter().try_fold(0, |sum, unit| match parts.next() {
        Some(part) => Some(sum + unit * part?),
        None => Some(sum),
    })?;
    let clock: DateTime = clock.parse().ok()?;
    let offset = Offset::from_seconds(sign * seconds).ok()?;
    clock.to_zoned(TimeZone::fixed(offset)).ok().map(|zoned| zoned.timestamp())
}

fn md5(facts: &Facts<'_>, role: &Role) -> Option<Finding> {
    if role.password != Password::Md5 {
        return None;
    }
    let reason = format!(
        "The password of {} is stored as MD5: who reads the hash can log in with it, and PostgreSQL is giving it up.",
        role.name
    );
    let mend =
        Err("Only a new password makes a SCRAM verifier: \\password of psql, or p in the explorer."
            .to_owned());
    Some(finding(facts, Code::Md5Password, role, Level::Low, reason)?.with_mend(mend))
}

fn nowhere(facts: &Facts<'_>, role: &Role) -> Option<Finding> {
    let databases = facts.databases.iter().copied();
    let mut connectable = databases.filter(|id| {
        let detail = facts.view().object(*id).map(|o| &o.detail);
        !matches!(detail, Some(Detail::Database { allow_connections: false, .. }))
    });
    let target = crate::cluster::AclTarget::whole;
    if connectable
        .any(|id| facts.access.held(role.oid, target(id)).privileges.intersects(Privileges::CONNECT))
    {
        return None;
    }
    let reason = format!("{} can log in and has CONNECT on no database.", role.name);
    let others = facts.access.reaches(role.oid, Mode::Set).len() > 1;
    let mend = Err(match others {
        true => "Whether it is to connect or is a group by now cannot be known.".to_owned(),
        false => "Whether it is to connect or to go cannot be known.".to_owned(),
    });
    Some(finding(facts, Code::LoginNowhere, role, Level::Info, reason)?.with_mend(mend))
}

/// All databases of the cluster.
pub(super) fn databases(view: &View) -> Vec<crate::cluster::ObjectId> {
    view.base().objects.iter().filter(|(_, o)| o.kind.class() == Class::Database).map(|(id, _)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments_as_the_server_prints_them() {
        let text = |t: &str| moment(t).map(|m| m.to_string());
        assert_eq!(text("2024-06-30 00:00:00+00").as_deref(), Some("2024-06-30T00:00:00Z"));
        assert_eq!(text("2024-06-30 02:30:00.5+05:30").as_deref(), Some("2024-06-29T21:00:00.5Z"));
        assert_eq!(text("2024-06-30 00:00:00-03").as_deref(), Some("2024-06-30T03:00:00Z"));
        assert_eq!(text("infinity"), None);
        assert!(moment("-infinity").is_some());
    }
}
