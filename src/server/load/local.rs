//! The second stage: what is in the connected database.

use super::objects::Context;
use super::pipeline::{Batch, Fields, Query, Rows};
use super::shared::Shared;
use super::{LoadError, Progress, Reader, graph, queries, rows};
use crate::cluster::{
    Class, Cluster, Column, Kind, Object, ObjectId, Objects, Oid, Parameters, Uses, Version,
};
use rustc_hash::FxHashMap;

/// In the order of reading; relations before their columns.
const CLASSES: &[Class] = &[
    Class::Schema,
    Class::Relation,
    Class::Routine,
    Class::Type,
    Class::Language,
    Class::ForeignDataWrapper,
    Class::ForeignServer,
    Class::LargeObject,
    Class::Operator,
    Class::OperatorClass,
    Class::OperatorFamily,
    Class::Collation,
    Class::Conversion,
    Class::Statistics,
    Class::TextSearchConfiguration,
    Class::TextSearchDictionary,
    Class::EventTrigger,
    Class::Publication,
    Class::Subscription,
    Class::Extension,
];

fn classes(version: Version) -> impl Iterator<Item = (Class, Query)> {
    CLASSES.iter().filter_map(move |class| Some((*class, queries::objects(*class, version)?)))
}

/// Reads it in one round trip, and adds it to the cluster of the first stage.
pub(super) async fn read(
    reader: Reader<'_>,
    shared: &Shared,
    mut cluster: Cluster,
    progress: &mut impl FnMut(Progress),
) -> Result<Cluster, LoadError> {
    let version = cluster.version;
    let mut all = vec![queries::ESTIMATE, queries::ACLS, queries::SEQUENCE_OWNERS];
    all.extend(classes(version).map(|(_, query)| query));
    all.extend([queries::COLUMNS, queries::DEFAULT_ACLS, queries::EVENT_TRIGGERS, queries::POLICIES]);
    all.extend([
        queries::DEPENDENCIES,
        queries::ACCESS_METHODS,
        queries::PARAMETERS,
        queries::definers(version),
        queries::uses(version),
    ]);
    let mut batch = Batch::send(reader, &all, None).await;

    let estimate = batch.collect(|row| row.get::<i64>(0)).await?.into_iter().sum::<i64>();
    let estimate = u64::try_from(estimate).unwrap_or(0);
    let mut context = Context::new(&mut batch).await?;
    // Those of the first stage stay first, so that their ids mean the same in both.
    let mut objects = shared.objects.clone();
    let mut told = |loaded: usize| {
        let loaded = loaded as u64;
        progress(Progress::Objects { loaded, about: estimate.max(loaded) });
    };
    for (class, _) in classes(version) {
        context.read(class, batch.next().await?, &mut objects, &mut told).await?;
    }
    told(objects.len());
    let about = context.columns;
    let columns = columns(batch.next().await?, &objects, context, |loaded| {
        progress(Progress::Columns { loaded, about: about.max(loaded) });
    });
    let columns = columns.await?;
    cluster.objects = Objects::new(objects, columns);
    cluster.default_acls = batch.collect(rows::default_acl).await?;
    cluster.event_triggers = batch.collect(rows::event_trigger).await?;
    let policies = batch.collect(rows::policy).await?;
    cluster.policies = policies.into_iter().filter_map(|row| graph::policy(&cluster.objects, row)).collect();
    let dependencies = &mut cluster.dependencies;
    batch.collect(|row| rows::dependency(row, dependencies)).await?;
    let methods = batch.collect(|row| Ok((row.string(0)?, row.letter(1)?))).await?;
    cluster.access_methods = methods.into_iter().collect();
    let mut encoding = None;
    let parameters = batch.collect(|row| rows::parameter(row, &mut encoding)).await?;
    cluster.parameters = Parameters::new(parameters, encoding.unwrap_or_default());
    cluster.unpinned_definers = batch.collect(|row| row.oid(0)).await?.into_iter().collect();
    let uses = batch.collect(|row| rows::used(row, &cluster.objects)).await?;
    cluster.uses = Uses::new(uses.into_iter().flatten().collect());
    Ok(cluster)
}

/// Where each relation that may have columns to grant on will be found.
fn relations(objects: &[Object]) -> FxHashMap<Oid, ObjectId> {
    let relations = objects.iter().enumerate().filter(|(_, o)| {
        o.kind.class() == Class::Relation && !matches!(o.kind, Kind::Index | Kind::PartitionedIndex)
    });
    relations.map(|(at, object)| (object.oid, ObjectId(at as u32))).collect()
}

/// Reads columns.sql, for the objects that are here.
pub(super) async fn columns(
    mut rows: Rows<'_>,
    objects: &[Object],
    context: Context,
    mut progress: impl FnMut(u64),
) -> Result<Vec<Column>, LoadError> {
    let relations = relations(objects);
    let Context { acls, mut names, .. } = context;
    let mut columns = Vec::new();
    while let Some(row) = rows.next().await? {
        let row = Fields::new(rows.reading, &row);
        let (oid, attnum) = (row.oid(0)?, row.get(1)?);
        let Some(relation) = relations.get(&oid).copied() else { continue };
        let (name, acl) = (names.shared(&row.text(2)?), acls.of_column(oid, attnum));
        columns.push(Column { relation, attnum, name, acl });
        if columns.len().is_multiple_of(super::EVERY) {
            progress(columns.len() as u64);
        }
    }
    Ok(columns)
}
