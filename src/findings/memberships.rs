//! Memberships: ADMIN that a whole group has, and grantors that are gone.

use super::facts::Facts;
use super::mend::Trial;
use super::{Code, Finding, Level};
use crate::access::Mode;
use crate::cluster::{Flavor, Membership, Oid, View};
use crate::sql::identity::quoted;

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    if facts.is_wanted(Code::AdminThroughGroup) {
        let rows = facts.view().base().memberships.iter().filter(|row| row.admin);
        found.extend(rows.filter_map(|row| admin_through_group(facts, row)));
    }
    // Since 16 a grantor is a dependency, and cannot go before its grants.
    if facts.major() < 16 && facts.is_wanted(Code::DanglingGrantor) {
        let rows = facts.view().base().memberships.iter();
        found.extend(rows.filter_map(|row| dangling_grantor(facts, row)));
    }
}

/// The members of the member that can use its ADMIN OPTION: before 16 by any membership, since 16 by one that inherits
/// or that lets them SET ROLE to it.
fn administrators(facts: &Facts<'_>, member: Oid) -> Vec<Oid> {
    let modes: &[Mode] = if facts.major() < 16 { &[Mode::Member] } else { &[Mode::Inherit, Mode::Set] };
    let all = modes.iter().flat_map(|mode| facts.access.reached_by(member, *mode));
    facts.logins_of(all.filter(|role| *role != member))
}

fn admin_through_group(facts: &Facts<'_>, row: &Membership) -> Option<Finding> {
    let view = facts.view();
    // ADMIN on a superuser is only of use to superusers.
    let of_no_use = view.role(row.role).is_none_or(|r| r.superuser);
    let providers = view.base().flavor != Flavor::PostgreSQL && facts.name(row.member) == "rds_superuser";
    let accepted = [row.role, row.member].iter().any(|r| facts.accepts_role(Code::AdminThroughGroup, *r));
    if of_no_use || providers || accepted || facts.is_protected(row.member) || facts.is_protected(row.role) {
        return None;
    }
    let logins = administrators(facts, row.member);
    if logins.is_empty() {
        return None;
    }
    let (group, role) = (facts.name(row.member), facts.name(row.role));
    let reason = format!(
        "{group} has ADMIN OPTION on {role}, so its members can give {role} to anybody, and take it away: {} of them \
         can log in ({}).",
        logins.len(),
        facts.names(&logins)
    );
    let quote = |role: Oid| quoted(view, &facts.name(role));
    let revoke = format!("REVOKE ADMIN OPTION FOR {} FROM {}", quote(row.role), quote(row.member));
    let explicit = row.set.is_some() && row.grantor != view.base().session.user;
    let statement = if explicit && view.role(row.grantor).is_some() {
        format!("{revoke} GRANTED BY {}", quote(row.grantor))
    } else {
        revoke
    };
    let key = row.key();
    let gone = |view: &View| !view.members_of(key.0).iter().any(|r| r.key() == key && r.admin);
    let mend = Trial::new(facts).then(statement, &[row.grantor], &gone).done(&gone);
    let finding = facts.finding(Code::AdminThroughGroup, Level::Medium, reason);
    let mut roles = vec![row.member, row.role];
    roles.extend(logins);
    Some(finding.with_roles(&roles).with_mend(mend))
}

fn dangling_grantor(facts: &Facts<'_>, row: &Membership) -> Option<Finding> {
    let view = facts.view();
    let accepted = [row.role, row.member].iter().any(|r| facts.accepts_role(Code::DanglingGrantor, *r));
    if view.role(row.grantor).is_some() || accepted {
        return None;
    }
    let (role, member) = (facts.name(row.role), facts.name(row.member));
    let reason = format!(
        "{member} is a member of {role} by a grant of role {}, which was dropped: nobody can tell any more who gave it.",
        row.grantor
    );
    let (quoted_role, quoted_member) = (quoted(view, &role), quoted(view, &member));
    let admin = if row.admin { " WITH ADMIN OPTION" } else { "" };
    let of_pair = |view: &View| view.members_of(row.role).iter().find(|r| r.member == row.member).copied();
    let gone = |view: &View| of_pair(view).is_none();
    let again =
        |view: &View| of_pair(view).is_some_and(|r| r.admin == row.admin && view.role(r.grantor).is_some());
    let mend = Trial::new(facts)
        .then(format!("REVOKE {quoted_role} FROM {quoted_member}"), &[], &gone)
        .then(format!("GRANT {quoted_role} TO {quoted_member}{admin}"), &[], &again)
        .done(&again);
    let finding = facts.finding(Code::DanglingGrantor, Level::Low, reason);
    Some(finding.with_roles(&[row.member, row.role]).with_mend(mend))
}
