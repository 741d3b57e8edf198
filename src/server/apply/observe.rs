//! What a transaction has really changed, read back by OID.

use super::numbers::Numbers;
use super::outcome::{Difference, WriteCounts};
use super::rows;
use super::transaction::Transaction;
use super::writes::{self, Writes};
use crate::cluster::{AclTarget, Change, ObjectId, View};
use crate::preview::Plan;
use crate::server::load::{Entry, Graph, read_entries};
use rustc_hash::FxHashSet;

/// What was found.
pub(super) struct Observed {
    /// ACLs and owners that are not as before, each once.
    pub(super) changes: Vec<Change>,
    /// Rows written since, by catalog.
    pub(super) writes: Writes,
    /// Rows written in all.
    pub(super) total: Writes,
    /// Rows of other catalogs that are not as before; others may have written them meanwhile.
    pub(super) rows: Vec<Change>,
    /// Roles, memberships and the like as they are now.
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
    pub(super) graph: &'a Graph,
    pub(super) writes: &'a Writes,
    /// Roles that were made since.
    pub(super) numbers: &'a Numbers,
}

/// Looks at everything that was written since, and at every entry of `touched`.
pub(super) async fn observe(
    transaction: &Transaction,
    before: &Before<'_>,
    touched: impl IntoIterator<Item = AclTarget>,
) -> Result<Observed, Difference> {
    let total = transaction.writes().await?;
    let found = writes::between(before.writes, &total);
    let mut targets: FxHashSet<AclTarget> = touched.into_iter().collect();
    let mut written = FxHashSet::default();
    let mut strange = Vec::new();
    let with_rows = |counts: &WriteCounts| counts.inserted + counts.updated > 0;
    for (catalog, _) in found.iter().filter(|(name, counts)| writes::has_objects(name) && with_rows(counts)) {
        let (known, unknown) = transaction.written_rows(before.names, catalog).await?;
        written.extend(known.iter().copied());
        targets.extend(known);
        strange.extend(unknown);
    }
    let mut targets: Vec<AclTarget> = targets.into_iter().collect();
    targets.sort_by_key(|target| (target.object, target.attnum));
    let read = read_entries(transaction.reader(), before.names, true, &targets).await;
    let read = read.map_err(Difference::from)?;
    let now = before.numbers.graph(read.graph.unwrap_or_default());
    let version = before.names.base().version;
    let mut observed = Observed {
        changes: Vec::new(),
        writes: found,
        total,
        strange,
        rewritten: Vec::new(),
        rows: rows::changes(before.graph, &now, version),
        now,
    };
    for (target, entry) in targets.into_iter().zip(read.entries) {
        let entry = entry.map(|entry| before.numbers.entry(entry));
        observed.entry(before, target, entry, written.contains(&target));
    }
    Ok(observed)
}

/// What a plan writes, each once: ACLs, and objects whose owner it changes, with all that follows them.
pub(super) fn touched(plan: &Plan) -> Vec<AclTarget> {
    let base = plan.after.base();
    let mut targets: Vec<AclTarget> =
        plan.changes().flat_map(|change| targets_of(change, |id| base.followers_of(id))).collect();
    targets.sort_by_key(|target| (target.object, target.attnum));
    targets.dedup();
    targets
}

/// The entries of objects that a change is about.
pub(super) fn targets_of(change: &Change, followers: impl Fn(ObjectId) -> Vec<ObjectId>) -> Vec<AclTarget> {
    match change {
        Change::Acl { target, .. } => vec![*target],
        Change::Owner { object, .. } => {
            let all = std::iter::once(*object).chain(followers(*object));
            all.map(AclTarget::whole).collect()
        }
        _ => Vec::new(),
    }
}

impl Observed {
    fn entry(&mut self, before: &Before<'_>, target: AclTarget, found: Option<Entry>, written: bool) {
        let after = found.as_ref().and_then(|entry| entry.acl.clone());
        let acl = Change::Acl { target, before: before.state.acl(target).cloned(), after };
        // A parameter's row comes and goes with its ACL; anything else has to be the same but for ACL and owner.
        let known = Entry::in_cluster(before.names.base(), target);
        if let (Some(known), Some(found)) = (&known, &found)
            && *known != (Entry { acl: known.acl.clone(), owner: known.owner, ..found.clone() })
        {
            self.strange.push(format!("{} {}", found.kind.type_name(), found.name));
        }
        let mut same = acl.is_noop();
        if let (Some(_), Some(found), false) = (&known, &found, target.is_column()) {
            let (object, was) = (target.object, before.state.owner(target.object));
            let owner = Change::Owner { object, before: was, after: found.owner };
            same &= owner.is_noop();
            self.changes.extend((!owner.is_noop()).then_some(owner));
        }
        if !acl.is_noop() {
            self.changes.push(acl);
        } else if written && same {
            self.rewritten.push(target);
        }
    }

    /// Everything that was found.
    pub(super) fn all(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().chain(&self.rows)
    }
}
