//! The rows that are no objects and that any preview may depend on.

use super::pipeline::{Batch, Query};
use super::{LoadError, queries, rows};
use crate::cluster::{
    Class, Cluster, DefaultAcl, EventTrigger, Memberships, Objects, Oid, Policy, RoleSetting, Roles, Version,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Roles, memberships, and what else hangs on roles without being an object.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// All roles.
    pub roles: Roles,
    /// All memberships.
    pub memberships: Memberships,
    /// The enabled event triggers.
    pub event_triggers: Vec<EventTrigger>,
    /// `pg_default_acl`.
    pub default_acls: Vec<DefaultAcl>,
    /// `pg_db_role_setting`.
    pub role_settings: Arc<[RoleSetting]>,
    /// Comments on roles, by role.
    pub role_comments: Arc<FxHashMap<Oid, String>>,
    /// `pg_policy`, of the tables that were loaded.
    pub policies: Vec<Policy>,
}

impl Graph {
    /// As it was loaded.
    pub fn of(cluster: &Cluster) -> Graph {
        Graph {
            roles: cluster.roles.clone(),
            memberships: cluster.memberships.clone(),
            event_triggers: cluster.event_triggers.clone(),
            default_acls: cluster.default_acls.clone(),
            role_settings: cluster.role_settings.clone(),
            role_comments: cluster.role_comments.clone(),
            policies: cluster.policies.clone(),
        }
    }

    /// The cluster with these rows in place of its own.
    pub fn in_place_of(self, cluster: &Cluster) -> Cluster {
        let Graph {
            roles,
            memberships,
            event_triggers,
            default_acls,
            role_settings,
            role_comments,
            policies,
        } = self;
        Cluster {
            roles,
            memberships,
            event_triggers,
            default_acls,
            role_settings,
            role_comments,
            policies,
            ..cluster.clone()
        }
    }

    pub(super) fn queries(version: Version, sees_passwords: bool) -> [Query; 7] {
        [
            queries::roles(sees_passwords),
            queries::memberships(version),
            queries::EVENT_TRIGGERS,
            queries::DEFAULT_ACLS,
            queries::ROLE_SETTINGS,
            queries::ROLE_COMMENTS,
            queries::POLICIES,
        ]
    }

    /// The answers to those queries, the next of the batch.
    pub(super) async fn read(batch: &mut Batch<'_>, objects: &Objects) -> Result<Graph, LoadError> {
        let roles = Roles::new(batch.collect(rows::role).await?);
        let memberships = Memberships::with_oids(batch.collect(rows::membership).await?);
        let event_triggers = batch.collect(rows::event_trigger).await?;
        let default_acls = batch.collect(rows::default_acl).await?;
        let role_settings = batch.collect(rows::role_setting).await?;
        let comments = batch.collect(rows::role_comment).await?;
        let policies = batch.collect(rows::policy).await?;
        let policies = policies.into_iter().filter_map(|row| policy(objects, row)).collect();
        Ok(Graph {
            roles,
            memberships,
            event_triggers,
            default_acls,
            role_settings: role_settings.into(),
            role_comments: Arc::new(comments.into_iter().collect()),
            policies,
        })
    }
}

/// None where its table is not known.
pub(super) fn policy(objects: &Objects, row: rows::PolicyRow) -> Option<Policy> {
    let relation = objects.by_oid(Class::Relation, row.relation)?;
    let rows::PolicyRow { oid, name, roles, command, permissive, .. } = row;
    Some(Policy { oid, relation, name, roles, command, permissive })
}
