//! What only matters on Amazon RDS and Aurora.

use super::facts::Facts;
use super::mend::Trial;
use super::{Code, Finding, Level};
use crate::access::Mode;
use crate::cluster::{Flavor, Membership, Oid, Password, Role, View};
use crate::sql::identity::quoted;
use rustc_hash::FxHashSet;

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    if facts.view().base().flavor == Flavor::PostgreSQL {
        return;
    }
    let role = |name: &str| facts.view().role_by_name(name).map(|r| r.oid);
    if let Some(master) = role("rds_superuser").filter(|_| facts.is_wanted(Code::RdsMasterDrift)) {
        found.extend(drift(facts, master));
    }
    let Some(iam) = role("rds_iam") else { return };
    if facts.is_wanted(Code::RdsIamLockout) {
        lockouts(facts, iam, role("rds_superuser"), found);
    }
    if let Some(ad) = role("rds_ad").filter(|_| facts.is_wanted(Code::RdsIamAndAd)) {
        both(facts, iam, ad, found);
    }
}

/// What ALTER ROLE would have to say for it to be as RDS makes a master user.
fn missing(role: &Role) -> Vec<&'static str> {
    let finite = role.valid_until.as_deref().is_some_and(|until| until != "infinity");
    let all = [
        (!role.login, "LOGIN"),
        (!role.inherit, "INHERIT"),
        (!role.create_db, "CREATEDB"),
        (!role.create_role, "CREATEROLE"),
        (role.replication, "NOREPLICATION"),
        (role.superuser, "NOSUPERUSER"),
        (finite, "VALID UNTIL 'infinity'"),
    ];
    all.into_iter().filter(|(is, _)| *is).map(|(_, words)| words).collect()
}

/// The master user is a member of rds_superuser. Others may be, too; then one of them that is as it should be is it.
fn drift(facts: &Facts<'_>, master: Oid) -> Option<Finding> {
    let rows = facts.view().members_of(master).iter();
    let mut members: Vec<&Role> = rows.filter_map(|row| facts.view().role(row.member)).collect();
    members
        .retain(|role| !facts.is_protected(role.oid) && !facts.accepts_role(Code::RdsMasterDrift, role.oid));
    members.dedup_by_key(|role| role.oid);
    if members.is_empty() || members.iter().any(|role| missing(role).is_empty()) {
        return None;
    }
    let roles: Vec<Oid> = members.iter().map(|role| role.oid).collect();
    let (reason, mend) = match members.as_slice() {
        [one] => {
            let words = missing(one).join(" ");
            let statement = format!("ALTER ROLE {} {words}", quoted(facts.view(), &one.name));
            let oid = one.oid;
            let good = move |view: &View| view.role(oid).is_some_and(|role| missing(role).is_empty());
            let mend = Trial::new(facts).then(statement, &[], &good).done(&good).map_err(|why| {
                format!("{why} Changing the master password through the RDS API restores the master user.")
            });
            let reason = format!(
                "{} is the only member of rds_superuser, so it is the master user, and is not as RDS makes one: it \
                 lacks {words}.",
                one.name
            );
            (reason, mend)
        }
        _ => {
            let reason = format!(
                "{} are members of rds_superuser, and none of them is as RDS makes the master user, which one of them \
                 must be.",
                facts.names(&roles)
            );
            (reason, Err("Which of them is the master user only RDS knows.".to_owned()))
        }
    };
    Some(facts.finding(Code::RdsMasterDrift, Level::Medium, reason).with_roles(&roles).with_mend(mend))
}

/// rds_iam switches its holders off passwords. Whom somebody put there, itself or by a group made for that, is meant;
/// whoever comes there through another login, or is the master user, is not.
fn lockouts(facts: &Facts<'_>, iam: Oid, master: Option<Oid>, found: &mut Vec<Finding>) {
    let code = Code::RdsIamLockout;
    let meant = by_groups(facts, iam);
    for role in facts.logins_of(facts.access.reached_by(iam, Mode::Member)) {
        let known = facts.view().role(role).map(|r| r.password);
        let is_master = master.is_some_and(|m| facts.access.is_member_of_nosuper(role, m));
        let accepted = facts.accepts_role(code, role) || known == Some(Password::None);
        if accepted || (meant.contains(&role) && !is_master) {
            continue;
        }
        let Some(chain) = facts
            .access
            .chain(role, iam, Mode::Inherit)
            .or_else(|| facts.access.chain(role, iam, Mode::Member))
        else {
            continue;
        };
        let inherits = facts.access.chain(role, iam, Mode::Inherit).is_some();
        let word = if inherits { "switches" } else { "may switch" };
        let who = if is_master { " (as the master user, a member of rds_superuser)" } else { "" };
        let by: Vec<String> = chain.iter().skip(1).map(|role| facts.name(*role)).collect();
        let reason = format!(
            "rds_iam {word} {}{who} to IAM authentication, so that its password no longer works: it is a member of {}.",
            facts.name(role),
            by.join(", which is a member of ")
        );
        let level = if is_master && inherits { Level::High } else { Level::Medium };
        let finding = facts.finding(code, level, reason).with_roles(&[role]);
        found.push(finding.with_mend(leave(facts, role, chain.get(1).copied(), iam)));
    }
}

/// The roles that reach it with no other login between.
fn by_groups(facts: &Facts<'_>, iam: Oid) -> FxHashSet<Oid> {
    let mut found = FxHashSet::from_iter([iam]);
    let mut queue = vec![iam];
    while let Some(group) = queue.pop() {
        for row in facts.view().members_of(group) {
            if found.insert(row.member) && facts.view().role(row.member).is_some_and(|r| !r.login) {
                queue.push(row.member);
            }
        }
    }
    found
}

/// It leaves the role by which it comes there.
fn leave(facts: &Facts<'_>, role: Oid, group: Option<Oid>, iam: Oid) -> Result<Vec<String>, String> {
    let view = facts.view();
    let gone = |view: &View| !crate::access::Access::new(view).is_member_of_nosuper(role, iam);
    let Some(group) = group else { return Err("It is not known how it comes there.".to_owned()) };
    let quote = |role: Oid| quoted(view, &facts.name(role));
    let mut trial = Trial::new(facts);
    let rows: Vec<&Membership> = view.members_of(group).iter().filter(|row| row.member == role).collect();
    for row in rows {
        let revoke = format!("REVOKE {} FROM {}", quote(group), quote(role));
        let explicit = row.set.is_some() && row.grantor != view.base().session.user;
        let statement = if explicit { format!("{revoke} GRANTED BY {}", quote(row.grantor)) } else { revoke };
        trial = trial.then(statement, &[], &|view: &View| !view.members_of(group).contains(row));
    }
    trial.done(&gone)
}

fn both(facts: &Facts<'_>, iam: Oid, ad: Oid, found: &mut Vec<Finding>) {
    let in_ad: FxHashSet<Oid> = facts.access.reached_by(ad, Mode::Member).into_iter().collect();
    let in_both = facts.access.reached_by(iam, Mode::Member).into_iter().filter(|role| in_ad.contains(role));
    for role in facts.logins_of(in_both) {
        if facts.accepts_role(Code::RdsIamAndAd, role) {
            continue;
        }
        let reason = format!(
            "{} is a member of both rds_iam and rds_ad: which way it authenticates is not defined, and it may not log in \
             at all.",
            facts.name(role)
        );
        let mend = Err("Which of the two is meant cannot be known.".to_owned());
        found.push(
            facts.finding(Code::RdsIamAndAd, Level::Medium, reason).with_roles(&[role]).with_mend(mend),
        );
    }
}
