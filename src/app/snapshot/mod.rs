//! A loaded cluster, with what the screen looks up on every key press prepared once.
//!
//! Building one costs time in proportion to the cluster: it is done beside the event loop, never in `update`.

mod group;
mod index;
mod names;

pub use group::Group;
pub use names::{column_label, identity, object_label};

use crate::cluster::{Class, Cluster, Membership, Object, ObjectId, Oid, View};
use crate::findings::{Finding, Options, findings};
use crate::guard::Protected;
use crate::preview::Planner;
use index::Index;
use jiff::Timestamp;
use std::sync::Arc;

/// What one load gave, ready to be looked at.
#[derive(Debug)]
pub struct Snapshot {
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
        Snapshot { view: View::new(cluster), planner, index, findings: None }
    }

    /// With what is to be found in it at this moment. Of a part of a cluster nothing should be said.
    pub fn with_findings(mut self, now: Timestamp) -> Snapshot {
        self.findings = Some(findings(&self.planner, &Options::at(now)));
        self
    }

    /// What was found; nothing before it was looked for.
    pub fn findings(&self) -> &[Finding] {
        self.findings.as_deref().unwrap_or_default()
    }

    /// Was it looked for?
    pub fn has_findings(&self) -> bool {
        self.findings.is_some()
    }

    /// The cluster without any change.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The cluster as it was loaded.
    pub fn cluster(&self) -> &Arc<Cluster> {
        self.view.base()
    }

    /// Must this role never be touched?
    pub fn is_protected(&self, role: Oid) -> bool {
        self.planner.protected().has(&self.view, role)
    }

    /// What predicts statements on it.
    pub fn planner(&self) -> &Planner {
        &self.planner
    }

    /// The object of an id of this snapshot.
    pub fn object(&self, id: ObjectId) -> Option<&Object> {
        self.view.object(id)
    }

    /// The schema an object is in.
    pub fn schema_of(&self, object: &Object) -> Option<ObjectId> {
        self.cluster().objects.by_oid(Class::Schema, object.schema)
    }

    /// The database that was loaded.
    pub fn database(&self) -> Option<ObjectId> {
        self.cluster().objects.by_oid(Class::Database, self.cluster().database)
    }

    /// What was prepared.
    pub fn index(&self) -> &Index {
        &self.index
    }
}

/// The rows that make `member` a member of `group`, one a grantor.
pub fn membership_rows(snapshot: &Snapshot, group: Oid, member: Oid) -> &[Membership] {
    let rows = snapshot.view().members_of(group);
    let start = rows.partition_point(|m| m.member < member);
    let end = rows.partition_point(|m| m.member <= member);
    rows.get(start..end).unwrap_or(&[])
}
