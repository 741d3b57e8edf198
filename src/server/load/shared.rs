//! The first stage: what the databases of a cluster share. It is small, and enough to show the tree of roles.

use super::objects::Context;
use super::pipeline::Batch;
use super::session::Session;
use super::{LoadError, Reader, queries, rows};
use crate::cluster::{
    Class, Cluster, Dependencies, DependencyCounts, Flavor, Memberships, Object, Objects, Oid, RoleSetting,
    Roles,
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What the first stage read.
pub(super) struct Shared {
    pub(super) roles: Roles,
    pub(super) memberships: Memberships,
    /// Databases, tablespaces and parameters.
    pub(super) objects: Vec<Object>,
    settings: Arc<[RoleSetting]>,
    comments: Arc<FxHashMap<Oid, String>>,
    counts: Arc<DependencyCounts>,
    flavor: Flavor,
}

const CLASSES: [Class; 3] = [Class::Database, Class::Tablespace, Class::Parameter];

/// Reads it in one round trip.
pub(super) async fn read(reader: Reader<'_>, session: &Session) -> Result<Shared, LoadError> {
    let version = session.version;
    let classes = || CLASSES.into_iter().filter_map(|class| Some((class, queries::objects(class, version)?)));
    let mut all = vec![session.roles(), queries::memberships(version)];
    all.extend(classes().map(|(_, query)| query));
    all.extend([queries::ROLE_SETTINGS, queries::ROLE_COMMENTS, queries::PROVIDER]);
    all.push(queries::DEPENDENCY_COUNTS);

    let mut batch = Batch::send(reader, &all, None).await;
    let roles = Roles::new(batch.collect(rows::role).await?);
    let memberships = Memberships::with_oids(batch.collect(rows::membership).await?);
    let (mut context, mut objects) = (Context::default(), Vec::new());
    for (class, _) in classes() {
        context.read(class, batch.next().await?, &mut objects, |_| ()).await?;
    }
    let settings = batch.collect(rows::role_setting).await?.into();
    let comments = Arc::new(batch.collect(rows::role_comment).await?.into_iter().collect());
    let aurora = batch.collect(|row| row.get(0)).await?.contains(&true);
    let mut counts = DependencyCounts::default();
    for (role, count) in batch.collect(rows::dependency_count).await? {
        counts.entry(role).or_default().push(count);
    }
    let (flavor, counts) = (flavor(&roles, aurora), Arc::new(counts));
    Ok(Shared { roles, memberships, objects, settings, comments, counts, flavor })
}

fn flavor(roles: &Roles, aurora: bool) -> Flavor {
    let amazon = ["rdsadmin", "rds_superuser"].iter().all(|name| roles.by_name(name).is_some());
    match (amazon, aurora) {
        (true, true) => Flavor::Aurora,
        (true, false) => Flavor::Rds,
        (false, _) => Flavor::PostgreSQL,
    }
}

impl Shared {
    /// A cluster of which only this is known.
    pub(super) fn cluster(&self, session: &Session) -> Cluster {
        let objects = Objects::new(self.objects.clone(), Vec::new());
        let database = objects.by_name(Class::Database, Oid(0), &session.database).first();
        let database = database.and_then(|id| objects.get(*id)).map(|d| d.oid).unwrap_or_default();
        Cluster {
            version: session.version,
            flavor: self.flavor,
            database,
            session: session.login(&self.roles),
            roles: self.roles.clone(),
            memberships: self.memberships.clone(),
            objects,
            default_acls: Vec::new(),
            role_settings: Arc::clone(&self.settings),
            role_comments: Arc::clone(&self.comments),
            event_triggers: Vec::new(),
            access_methods: FxHashMap::default(),
            encoding: session.encoding.clone(),
            policies: Vec::new(),
            unpinned_definers: Default::default(),
            uses: Default::default(),
            dependencies: Dependencies::new(database, Arc::clone(&self.counts)),
            parameters: Default::default(),
            read_only: session.read_only,
        }
    }
}
