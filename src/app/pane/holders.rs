//! Who has a privilege.

use crate::access::{Access, By, Mode};
use crate::app::snapshot::Snapshot;
use crate::cluster::{AclKind, AclTarget, Oid, Privileges, predefined};
use rustc_hash::FxHashSet;

/// Who has a privilege: everybody or not, and the roles that have it by more than PUBLIC, in reading order.
///
/// Found from the ACL's grantees down to their members, so it costs what the answer holds and not what the cluster
/// holds. For a column, what its table gives counts too.
pub fn holders(snapshot: &Snapshot, target: AclTarget, privilege: Privileges) -> (bool, Vec<Oid>) {
    let view = snapshot.view();
    let access = Access::new(view);
    let mut found: FxHashSet<Oid> = FxHashSet::default();
    found.extend(view.roles().filter(|r| r.superuser).map(|r| r.oid));
    let mut everybody = false;
    let whole = AclTarget::whole(target.object);
    let targets = if target.is_column() { vec![whole, target] } else { vec![whole] };
    for target in targets {
        for item in view.items(target).iter().filter(|i| i.privileges.intersects(privilege)) {
            match item.grantee {
                Oid::PUBLIC => everybody = true,
                grantee => found.extend(access.reached_by(grantee, Mode::Inherit)),
            }
        }
    }
    for rule in rules(snapshot, whole, privilege) {
        found.extend(access.reached_by(rule, Mode::Inherit));
    }
    let mut roles: Vec<Oid> = found.into_iter().filter(|r| view.role(*r).is_some()).collect();
    if view.object(target.object).is_some_and(|o| !o.oid.is_user_made()) {
        // On system catalogs the server takes away what an ACL gives.
        let has = |r: &Oid| match target.is_column() {
            true => access.held_on_column(*r, target.object, target.attnum),
            false => access.held(*r, target),
        };
        roles.retain(|r| has(r).privileges.intersects(privilege));
    }
    roles.sort_by_key(|r| (snapshot.index().role_rank(*r), *r));
    (everybody, roles)
}

/// The predefined roles whose rule gives it. Asked of one of their own, so that the rules stand in one place.
fn rules(snapshot: &Snapshot, target: AclTarget, privilege: Privileges) -> Vec<Oid> {
    let access = Access::new(snapshot.view());
    let known = [predefined::READ_ALL_DATA, predefined::WRITE_ALL_DATA, predefined::MAINTAIN];
    let kind = snapshot.object(target.object).map(|o| o.kind.acl_kind());
    if !matches!(kind, Some(AclKind::Relation | AclKind::Sequence | AclKind::Schema)) {
        return Vec::new();
    }
    let gives = |rule: &Oid| {
        snapshot.view().role(*rule).is_some()
            && access.sources(*rule, target, privilege).iter().any(|s| s.by == By::Predefined)
    };
    known.into_iter().filter(gives).collect()
}
