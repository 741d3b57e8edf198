//! Some entries read again, by OID, inside a transaction that is already open.

use super::objects::Context;
use super::pipeline::Batch;
use super::{Graph, LoadError, Reader, local, queries, session};
use crate::cluster::{Acl, AclTarget, Class, Cluster, Kind, Name, Objects, Oid, View};
use rustc_hash::FxHashSet;

/// What an ACL belongs to and what it says: comparable between a snapshot and what was read again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What the object is.
    pub kind: Kind,
    /// Its name; for a column, its relation's.
    pub name: Name,
    /// Its schema, 0 where it has none.
    pub schema: Oid,
    /// The name of that schema.
    pub schema_name: Option<Name>,
    /// The name of the column, where the target is one; not of a system column or a sequence's without an ACL.
    pub column: Option<Name>,
    /// Its owner.
    pub owner: Oid,
    /// The ACL as stored: none is NULL.
    pub acl: Option<Acl>,
}

impl Entry {
    /// As the snapshot has it. None for what has no row: a parameter that nothing was granted on.
    pub fn in_cluster(cluster: &Cluster, target: AclTarget) -> Option<Entry> {
        Entry::of(&cluster.objects, target)
    }

    fn of(objects: &Objects, target: AclTarget) -> Option<Entry> {
        let object = objects.get(target.object)?;
        let column = objects.columns_of(target.object).iter().find(|c| c.attnum == target.attnum);
        let acl = match column {
            Some(column) => column.acl.clone(),
            None if !target.is_column() => object.acl.clone(),
            // System columns and those of sequences are always there, with or without an ACL.
            None if target.attnum < 0 || object.kind == Kind::Sequence => None,
            None => return None,
        };
        let schema = objects.by_oid(Class::Schema, object.schema);
        Some(Entry {
            kind: object.kind,
            name: object.name.clone(),
            schema: object.schema,
            schema_name: schema.and_then(|id| objects.get(id)).map(|s| s.name.clone()),
            column: column.map(|c| c.name.clone()),
            owner: object.owner,
            acl,
        })
    }
}

/// What was read again.
#[derive(Debug)]
pub struct Entries {
    /// The rows that are no objects, where they were asked for.
    pub graph: Option<Graph>,
    /// For each target, in their order, the entry; none where it is gone.
    pub entries: Vec<Option<Entry>>,
}

/// Reads again, in the transaction that is open on `reader`, the entries of `targets` by OID and, if asked, all rows
/// that are no objects. The session's search_path is left as it was.
///
/// A parameter is found by its name: its row, and with it the OID, comes and goes with its grants. What kind of
/// password a role has is read where the session's user may see it now.
pub async fn read_entries(
    reader: Reader<'_>,
    view: &View,
    graph: bool,
    targets: &[AclTarget],
) -> Result<Entries, LoadError> {
    let wanted = Wanted::new(view, targets);
    let before = session::trust_search_path(reader).await?;
    // After an error the transaction is lost, and the setting with it.
    let found = wanted.read(reader, view, graph.then_some(before.sees_passwords)).await?;
    session::set_search_path(reader, &before.search_path).await?;
    let entries = targets.iter().map(|target| found.entry(view, *target)).collect();
    Ok(Entries { graph: found.graph, entries })
}

/// What to ask for.
#[derive(Default)]
struct Wanted {
    classes: FxHashSet<Class>,
    /// Of all classes together. What has one of these OIDs in another catalog comes too and is not looked at.
    oids: FxHashSet<u32>,
}

impl Wanted {
    fn new(view: &View, targets: &[AclTarget]) -> Wanted {
        let mut wanted = Wanted::default();
        for object in targets.iter().filter_map(|target| view.object(target.object)) {
            wanted.classes.extend([object.kind.class(), Class::Schema]);
            wanted.oids.extend([object.oid.0, object.schema.0]);
        }
        wanted
    }

    /// The same queries and the same code as for the whole load, limited to these OIDs. `graph`: whether passwords
    /// may be seen.
    async fn read(&self, reader: Reader<'_>, view: &View, graph: Option<bool>) -> Result<Found, LoadError> {
        let version = view.base().version;
        let objects: Vec<_> =
            self.classes.iter().filter_map(|c| Some((*c, queries::objects(*c, version)?))).collect();
        let mut all = Vec::new();
        all.extend(graph.into_iter().flat_map(|sees_passwords| Graph::queries(version, sees_passwords)));
        if !objects.is_empty() {
            all.extend([queries::ACLS, queries::SEQUENCE_OWNERS]);
            all.extend(objects.iter().map(|(_, query)| *query));
            all.push(queries::COLUMNS);
        }
        let only: Vec<u32> = self.oids.iter().copied().collect();
        let mut batch = Batch::send(reader, &all, Some(&only)).await;
        let mut found = Found::default();
        if graph.is_some() {
            found.graph = Some(Graph::read(&mut batch, &view.base().objects).await?);
        }
        if objects.is_empty() {
            return Ok(found);
        }
        let (mut context, mut rows) = (Context::new(&mut batch).await?, Vec::new());
        for (class, _) in objects {
            context.read(class, batch.next().await?, &mut rows, |_| ()).await?;
        }
        let columns = local::columns(batch.next().await?, &rows, context, |_| ()).await?;
        found.objects = Objects::new(rows, columns);
        Ok(found)
    }
}

/// What came.
#[derive(Default)]
struct Found {
    graph: Option<Graph>,
    objects: Objects,
}

impl Found {
    fn entry(&self, view: &View, target: AclTarget) -> Option<Entry> {
        let before = view.object(target.object)?;
        let object = match before.kind.class() {
            Class::Parameter => self.objects.by_name(Class::Parameter, Oid(0), &before.name).first().copied(),
            class => self.objects.by_oid(class, before.oid),
        };
        Entry::of(&self.objects, AclTarget { object: object?, attnum: target.attnum })
    }
}
