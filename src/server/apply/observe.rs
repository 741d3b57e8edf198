//! What a transaction has really changed, read back by OID.

use super::outcome::{Difference, WriteCounts};
use super::transaction::Transaction;
use super::writes::{self, Writes};
use crate::cluster::{AclTarget, Change, Membership, Memberships, Oid, Roles};
use crate::preview::Plan;
use crate::server::load::{Entry, read_entries};
use rustc_hash::FxHashSet;

/// What was found.
#[derive(Debug)]
pub(super) struct Observed {
    /// Entries that are not as before the plan, each once.
    pub(super) changes: Vec<Change>,
    /// Entries that were read back.
    pub(super) verified: usize,
    /// Rows written by catalog.
    pub(super) writes: Writes,
    /// Rows that were written and stand for no change that is known here.
    pub(super) strange: Vec<String>,
    /// ACLs that were written and came out as they were.
    pub(super) rewritten: Vec<AclTarget>,
}

/// Looks at everything that was written since `before`, and at every entry that the plan touches.
pub(super) async fn observe(
    transaction: &Transaction,
    plan: &Plan,
    before: &Writes,
) -> Result<Observed, Difference> {
    let found = writes::between(before, &transaction.writes().await?);
    let mut targets: FxHashSet<AclTarget> = touched(plan).collect();
    let mut written = FxHashSet::default();
    let mut strange = Vec::new();
    let with_rows = |counts: &WriteCounts| counts.inserted + counts.updated > 0;
    for (catalog, _) in found.iter().filter(|(name, counts)| writes::has_acls(name) && with_rows(counts)) {
        let (known, unknown) = transaction.written_rows(&plan.after, catalog).await?;
        written.extend(known.iter().copied());
        targets.extend(known);
        strange.extend(unknown);
    }
    let mut targets: Vec<AclTarget> = targets.into_iter().collect();
    targets.sort_by_key(|target| (target.object, target.attnum));
    let read = read_entries(transaction.client(), &plan.after, true, &targets).await;
    let read = read.map_err(|error| Difference::Unverifiable(error.to_string()))?;
    let mut observed = Observed {
        changes: Vec::new(),
        verified: targets.len(),
        writes: found,
        strange,
        rewritten: Vec::new(),
    };
    for (target, entry) in targets.into_iter().zip(read.entries) {
        observed.entry(plan, target, entry, written.contains(&target));
    }
    let (roles, memberships) = read.roles.unwrap_or_default();
    observed.roles(plan, &roles);
    observed.memberships(plan, &memberships);
    Ok(observed)
}

/// The ACLs that a plan changes.
pub(super) fn touched(plan: &Plan) -> impl Iterator<Item = AclTarget> + '_ {
    plan.changes().filter_map(|change| match change {
        Change::Acl { target, .. } => Some(*target),
        Change::Membership { .. } => None,
    })
}

impl Observed {
    fn entry(&mut self, plan: &Plan, target: AclTarget, found: Option<Entry>, written: bool) {
        let before = Entry::in_cluster(plan.after.base(), target);
        let acl = |entry: &Option<Entry>| entry.as_ref().and_then(|entry| entry.acl.clone());
        let change = Change::Acl { target, before: acl(&before), after: acl(&found) };
        // A parameter's row comes and goes with its ACL; anything else has to be the same but for the ACL.
        if let (Some(before), Some(found)) = (&before, &found)
            && *before != (Entry { acl: before.acl.clone(), ..found.clone() })
        {
            self.strange.push(format!("{} {}", found.kind.type_name(), found.name));
        }
        match change.is_noop() {
            false => self.changes.push(change),
            true if written => self.rewritten.push(target),
            true => {}
        }
    }

    /// Role rows are not written by anything that is predicted so far.
    fn roles(&mut self, plan: &Plan, found: &Roles) {
        let before = &plan.after.base().roles;
        let changed = found.iter().filter(|role| before.get(role.oid) != Some(role));
        self.strange.extend(changed.map(|role| format!("role {}", role.name)));
        let gone = before.iter().filter(|role| found.get(role.oid).is_none());
        self.strange.extend(gone.map(|role| format!("role {}", role.name)));
    }

    fn memberships(&mut self, plan: &Plan, found: &Memberships) {
        let base = plan.after.base();
        self.changes.extend(membership_changes(&base.memberships, found, base.version.major() >= 16));
        let touched = plan.changes().filter(|change| matches!(change, Change::Membership { .. }));
        self.verified += touched.count();
    }
}

/// The rows that differ. Before 16 a (role, member) pair is one row, whoever granted it.
pub(super) fn membership_changes(before: &Memberships, after: &Memberships, by_grantor: bool) -> Vec<Change> {
    let key = |row: &Membership| (row.role, row.member, if by_grantor { row.grantor } else { Oid::PUBLIC });
    let find = |rows: &Memberships, row: &Membership| {
        rows.of_role(row.role).iter().find(|other| key(other) == key(row)).copied()
    };
    let old = before.iter().map(|row| Change::Membership { before: Some(*row), after: find(after, row) });
    let new = after.iter().filter(|row| find(before, row).is_none());
    let new = new.map(|row| Change::Membership { before: None, after: Some(*row) });
    old.chain(new).filter(|change| !change.is_noop()).collect()
}
