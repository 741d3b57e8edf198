//! `rds_iam` and `rds_ad`: memberships that decide how a login authenticates on RDS and Aurora.

use super::Context;
use crate::access::Mode;
use crate::cluster::{Membership, Oid};

const IAM: &str = "rds_iam";
const AD: &str = "rds_ad";

type Rows = [(Option<Membership>, Option<Membership>)];

/// Who gets rds_iam authenticates by IAM and no longer by password, through nested memberships too.
pub(super) fn warn(context: &mut Context<'_>, changes: &Rows) {
    let oid = |name: &str| context.after.view().role_by_name(name).map(|r| r.oid);
    let (iam, ad) = (oid(IAM), oid(AD));
    let come = new_members(context, changes);
    if let Some(iam) = iam {
        switched(context, iam, &come);
    }
    if let (Some(iam), Some(ad)) = (iam, ad) {
        both(context, iam, ad, &come);
    }
}

/// Members by any row of those whose memberships come or get more.
fn new_members(context: &Context<'_>, changes: &Rows) -> Vec<Oid> {
    let rows = changes.iter().filter_map(|(_, after)| *after);
    let mut roles: Vec<Oid> =
        rows.flat_map(|row| context.after.reached_by(row.member, Mode::Member)).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

fn switched(context: &mut Context<'_>, iam: Oid, roles: &[Oid]) {
    let view = context.after.view();
    let (mut will, mut may) = (Vec::new(), Vec::new());
    for role in roles.iter().copied().filter(|r| view.role(*r).is_some_and(|r| r.login)) {
        let inherits = |access: &crate::access::Access<'_>| access.chain(role, iam, Mode::Inherit).is_some();
        if inherits(context.after) && !inherits(context.before) {
            will.push(role);
        } else if context.after.is_member_of_nosuper(role, iam)
            && !context.before.is_member_of_nosuper(role, iam)
        {
            may.push(role);
        }
    }
    for (roles, word) in [(will, "will"), (may, "may")] {
        if !roles.is_empty() {
            let names = context.names(&roles);
            let message = format!(
                "{IAM} {word} switch {names} to IAM authentication on RDS and Aurora: a password no longer works there."
            );
            context.warn("rds_iam", message);
        }
    }
}

fn both(context: &mut Context<'_>, iam: Oid, ad: Oid, roles: &[Oid]) {
    let in_both = |access: &crate::access::Access<'_>, role: Oid| {
        access.is_member_of_nosuper(role, iam) && access.is_member_of_nosuper(role, ad)
    };
    let new = |role: &Oid| in_both(context.after, *role) && !in_both(context.before, *role);
    let roles: Vec<Oid> = roles.iter().copied().filter(new).collect();
    if !roles.is_empty() {
        let names = context.names(&roles);
        let message = format!("{IAM} and {AD} must not meet in one role, and do in {names}.");
        context.warn("rds_iam_and_rds_ad", message);
    }
}
