//! What a transaction has really changed, read back by OID.

use super::fresh::Graph;
use super::outcome::{Difference, WriteCounts};
use super::transaction::Transaction;
use super::writes::{self, Writes};
use crate::cluster::{AclTarget, Change, Membership, Memberships, Oid, Version, View};
use crate::preview::Plan;
use crate::server::load::{Entry, read_entries};
use rustc_hash::FxHashSet;

/// What was found.
pub(super) struct Observed {
    /// ACLs that are not as before, each once.
    pub(super) changes: Vec<Change>,
    /// Rows written since, by catalog.
    pub(super) writes: Writes,
    /// Rows written in all.
    pub(super) total: Writes,
    /// Rows of `pg_auth_members` that are not as before; others may have written them meanwhile.
    pub(super) memberships: Vec<Change>,
    /// Roles, memberships and event triggers of now.
    pub(super) now: Graph,
    /// Rows that were written and stand for no change that is known here.
    pub(super) strange: Vec<String>,
    /// ACLs that were written and came out as they were.
    pub(super) rewritten: Vec<AclTarget>,
}

/// What there was before.
pub(super) struct Before<'a> {
    /// Names and identities.
    pub(super) names: &'a View,
    /// The state that what is found is compared with.
    pub(super) state: &'a View,
    pub(super) memberships: &'a Memberships,
    pub(super) writes: &'a Writes,
}

/// Looks at everything that was written since, and at every entry of `touched`.
pub(super) async fn observe(
    transaction: &Transaction,
    before: &Before<'_>,
    touched: impl Iterator<Item = AclTarget>,
) -> Result<Observed, Difference> {
    let total = transaction.writes().await?;
    let found = writes::between(before.writes, &total);
    let mut targets: FxHashSet<AclTarget> = touched.collect();
    let mut written = FxHashSet::default();
    let mut strange = Vec::new();
    let with_rows = |counts: &WriteCounts| counts.inserted + counts.updated > 0;
    for (catalog, _) in found.iter().filter(|(name, counts)| writes::has_acls(name) && with_rows(counts)) {
        let (known, unknown) = transaction.written_rows(before.names, catalog).await?;
        written.extend(known.iter().copied());
        targets.extend(known);
        strange.extend(unknown);
    }
    let mut targets: Vec<AclTarget> = targets.into_iter().collect();
    targets.sort_by_key(|target| (target.object, target.attnum));
    let read = read_entries(transaction.client(), before.names, true, &targets).await;
    let read = read.map_err(|error| Difference::Unverifiable(error.to_string()))?;
    let (roles, memberships) = read.roles.unwrap_or_default();
    let version = before.names.base().version;
    let mut observed = Observed {
        changes: Vec::new(),
        writes: found,
        total,
        strange,
        rewritten: Vec::new(),
        memberships: membership_changes(before.memberships, &memberships, version),
        now: Graph { roles, memberships, event_triggers: read.event_triggers },
    };
    for (target, entry) in targets.into_iter().zip(read.entries) {
        observed.entry(before, target, entry, written.contains(&target));
    }
    Ok(observed)
}

/// The ACLs that a plan changes.
pub(super) fn touched(plan: &Plan) -> impl Iterator<Item = AclTarget> + '_ {
    plan.changes().filter_map(|change| match change {
        Change::Acl { target, .. } => Some(*target),
        _ => None,
    })
}

impl Observed {
    fn entry(&mut self, before: &Before<'_>, target: AclTarget, found: Option<Entry>, written: bool) {
        let after = found.as_ref().and_then(|entry| entry.acl.clone());
        let change = Change::Acl { target, before: before.state.acl(target).cloned(), after };
        // A parameter's row comes and goes with its ACL; anything else has to be the same but for the ACL.
        let known = Entry::in_cluster(before.names.base(), target);
        if let (Some(known), Some(found)) = (&known, &found)
            && *known != (Entry { acl: known.acl.clone(), ..found.clone() })
        {
            self.strange.push(format!("{} {}", found.kind.type_name(), found.name));
        }
        match change.is_noop() {
            false => self.changes.push(change),
            true if written => self.rewritten.push(target),
            true => {}
        }
    }
}

/// The rows that differ. Before 16 a (role, member) pair is one row, whoever granted it.
pub(super) fn membership_changes(before: &Memberships, after: &Memberships, version: Version) -> Vec<Change> {
    let by_grantor = version.major() >= 16;
    let key = |row: &Membership| (row.role, row.member, if by_grantor { row.grantor } else { Oid::PUBLIC });
    let find = |rows: &Memberships, row: &Membership| {
        rows.of_role(row.role).iter().find(|other| key(other) == key(row)).copied()
    };
    let old = before.iter().map(|row| Change::Membership { before: Some(*row), after: find(after, row) });
    let new = after.iter().filter(|row| find(before, row).is_none());
    let new = new.map(|row| Change::Membership { before: None, after: Some(*row) });
    old.chain(new).filter(|change| !change.is_noop()).collect()
}
