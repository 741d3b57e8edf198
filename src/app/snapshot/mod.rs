//! A loaded cluster, with what the screen looks up on every key press prepared once.
//!
//! Building one costs time in proportion to the cluster: it is done beside the event loop, never in `update`.

mod group;
mod index;
mod names;
mod others;

pub use group::Group;
pub use names::{column_label, identity, object_label};
pub use others::{Other, OtherState};

use crate::cluster::{Class, Cluster, Membership, Object, ObjectId, Oid, View};
use crate::findings::{Finding, Options, findings};
use crate::guard::Protected;
use crate::preview::Planner;
use index::Index;
use jiff::Timestamp;
use std::sync::Arc;

/// What was loaded, ready to be looked at: one database, and what is known of the cluster's others.
///
/// Cloning is cheap: what was prepared is shared.
#[derive(Clone, Debug)]
pub struct Snapshot {
    one: Arc<One>,
    others: Vec<Other>,
}

/// One database.
#[derive(Debug)]
struct One {
    view: View,
    planner: Planner,
    index: Index,
    findings: Option<Vec<Finding>>,
}

impl Snapshot {
    /// Prepares a cluster; `protected` are the roles that the guard keeps from being touched.
    pub fn new(cluster: Arc<Cluster>, protected: Protected) -> Snapshot {
        let index = Index::new(&cluster);
        let planner = Planner::new(Arc::clone(&cluster), protected);
        let one = One { view: View::new(cluster), planner, index, findings: None };
        Snapshot { one: Arc::new(one), others: Vec::new() }
    }

    /// With what is to be found in it at this moment. Of a part of a cluster nothing should be said.
    pub fn with_findings(mut self, now: Timestamp) -> Snapshot {
        // Before it is shared there is only this one.
        if let Some(one) = Arc::get_mut(&mut self.one) {
            one.findings = Some(findings(&one.planner, &Options::at(now)));
        }
        self
    }

    /// What was found; nothing before it was looked for.
    pub fn findings(&self) -> &[Finding] {
        self.one.findings.as_deref().unwrap_or_default()
    }

    /// Was it looked for?
    pub fn has_findings(&self) -> bool {
        self.one.findings.is_some()
    }

    /// The cluster without any change.
    pub fn view(&self) -> &View {
        &self.one.view
    }

    /// The cluster as it was loaded.
    pub fn cluster(&self) -> &Arc<Cluster> {
        self.one.view.base()
    }

    /// Must this role never be touched?
    pub fn is_protected(&self, role: Oid) -> bool {
        self.one.planner.protected().has(&self.one.view, role)
    }

    /// What predicts statements on it.
    pub fn planner(&self) -> &Planner {
        &self.one.planner
    }

    /// The object of an id of this snapshot.
    pub fn object(&self, id: ObjectId) -> Option<&Object> {
        self.one.view.object(id)
    }

    /// The schema an object is in.
    pub fn schema_of(&self, object: &Object) -> Option<ObjectId> {
        self.cluster().objects.by_oid(Class::Schema, object.schema)
    }

    /// The database that is looked at.
    pub fn database(&self) -> Option<ObjectId> {
        self.cluster().objects.by_oid(Class::Database, self.cluster().database)
    }

    /// Its name.
    pub fn database_name(&self) -> &str {
        self.database().and_then(|id| self.object(id)).map_or("", |database| &*database.name)
    }

    /// What was prepared.
    pub fn index(&self) -> &Index {
        &self.one.index
    }
}

/// The rows that make `member` a member of `group`, one a grantor.
pub fn membership_rows(snapshot: &Snapshot, group: Oid, member: Oid) -> &[Membership] {
    let rows = snapshot.view().members_of(group);
    let start = rows.partition_point(|m| m.member < member);
    let end = rows.partition_point(|m| m.member <= member);
    rows.get(start..end).unwrap_or(&[])
}
