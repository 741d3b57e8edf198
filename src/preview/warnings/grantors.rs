//! Grants that outlive the grant option by which they were made.

use super::Context;
use crate::access::{Access, Held};
use crate::cluster::{AclTarget, Change, Oid, Privileges};
use crate::simulate::GrantedOn;
use crate::sql::ast::ObjectGrant;
use crate::sql::identity::{column_identity, grant_target, quoted};

/// PostgreSQL looks for dependents only in the ACL at hand: a column's item that was granted by a table's grant option
/// stays when that option goes, still in effect, and no REVOKE of the owner reaches it (all versions).
pub(super) fn warn(context: &mut Context<'_>, grant: &ObjectGrant, _: &GrantedOn) {
    let mut targets: Vec<AclTarget> = Vec::new();
    for change in &context.step.changes {
        let Change::Acl { target, .. } = change else { continue };
        targets.push(*target);
        if !target.is_column() {
            let columns = context.after.view().column_acls(target.object).into_iter();
            targets.extend(columns.map(|(attnum, _)| AclTarget::column(target.object, attnum)));
        }
    }
    targets.sort_unstable();
    targets.dedup();
    for target in targets {
        for (grantee, grantor, left) in orphans(context, target) {
            let message = message(context, target, grantee, grantor, left, grant.cascade);
            context.warn("orphaned_grant", message);
        }
    }
}

/// Items whose grantor could make them before and could not now.
fn orphans(context: &Context<'_>, target: AclTarget) -> Vec<(Oid, Oid, Privileges)> {
    let view = context.after.view();
    let owner = view.owner(target.object);
    let mut found = Vec::new();
    for item in view.items(target) {
        if item.grantor == owner || view.role(item.grantor).is_none() {
            continue;
        }
        let options = |access: &Access<'_>| held(access, item.grantor, target).options & item.privileges;
        let left = options(context.before).without(options(context.after));
        if !left.is_empty() {
            found.push((item.grantee, item.grantor, left));
        }
    }
    found
}

fn held(access: &Access<'_>, role: Oid, target: AclTarget) -> Held {
    match target.is_column() {
        true => access.held_on_column(role, target.object, target.attnum),
        false => access.held(role, target),
    }
}

fn message(
    context: &Context<'_>,
    target: AclTarget,
    grantee: Oid,
    grantor: Oid,
    left: Privileges,
    cascade: bool,
) -> String {
    let view = context.after.view();
    let (to, by, place) = (context.name(grantee), context.name(grantor), context.place(target));
    let names = left.names();
    let though = if cascade { ", even by CASCADE" } else { "" };
    let fact = format!(
        "{names} on {place} stays with {to}{though}: {by} granted it and can no longer take it back, nor can the owner."
    );
    let Some((keyword, name)) = grant_target(view, target) else { return fact };
    let one = |p: Privileges| match column_identity(view, target) {
        Some(column) => format!("{} ({column})", p.name()),
        None => p.name().to_owned(),
    };
    let what = left.iter().map(one).collect::<Vec<_>>().join(", ");
    let role = quoted(view, &by);
    format!(
        "{fact} To be rid of it: GRANT {what} ON {keyword} {name} TO {role} WITH GRANT OPTION; REVOKE {what} ON \
         {keyword} {name} FROM {role} CASCADE"
    )
}
