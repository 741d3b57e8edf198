//! What the rows of the trees stand for, and what hangs below them.

use super::snapshot::{Group, Snapshot};
use super::tree::Child;
use crate::cluster::{AclTarget, Class, ObjectId, Oid};

/// A row of a tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Item {
    /// A role; below another role, as a member of it (or, turned round, as a group of it).
    Role(Oid),
    /// A schema.
    Schema(ObjectId),
    /// The objects of a kind, in a schema or in none.
    Group(Option<ObjectId>, Group),
    /// Any other object.
    Object(ObjectId),
    /// A column.
    Column(AclTarget),
    /// Another database of the cluster, by its OID.
    Database(Oid),
    /// An entry of the session's history of applied changes.
    Applied(usize),
    /// A finding of the snapshot.
    Finding(usize),
}

/// Which way memberships are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Direction {
    /// Groups at the top, their members below.
    #[default]
    Members,
    /// Those without members at the top, their groups below.
    Groups,
}

impl Direction {
    /// The other one.
    pub fn turned(self) -> Direction {
        match self {
            Direction::Members => Direction::Groups,
            Direction::Groups => Direction::Members,
        }
    }
}

/// The roles at the top: members of nothing, or, turned round, groups of nobody.
pub fn role_roots(snapshot: &Snapshot, direction: Direction) -> Vec<Child<Item>> {
    let memberships = &snapshot.cluster().memberships;
    let is_root = |role: &&Oid| match direction {
        Direction::Members => memberships.of_member(**role).is_empty(),
        Direction::Groups => memberships.of_role(**role).is_empty(),
    };
    let roots = snapshot.index().roles().iter().filter(is_root);
    roots.map(|role| (Item::Role(*role), has_below(snapshot, *role, direction))).collect()
}

fn has_below(snapshot: &Snapshot, role: Oid, direction: Direction) -> bool {
    let memberships = &snapshot.cluster().memberships;
    match direction {
        Direction::Members => !memberships.of_role(role).is_empty(),
        Direction::Groups => !memberships.of_member(role).is_empty(),
    }
}

/// The roles below a role, each once whatever the number of grantors.
fn below_role(snapshot: &Snapshot, role: Oid, direction: Direction) -> Vec<Child<Item>> {
    let memberships = &snapshot.cluster().memberships;
    let mut below: Vec<Oid> = match direction {
        Direction::Members => memberships.of_role(role).iter().map(|m| m.member).collect(),
        Direction::Groups => memberships.of_member(role).iter().map(|m| m.role).collect(),
    };
    below.sort_by_key(|r| (snapshot.index().role_rank(*r), *r));
    below.dedup();
    below.into_iter().map(|r| (Item::Role(r), has_below(snapshot, r, direction))).collect()
}

/// What hangs below an item of the tree of roles.
pub fn role_children(snapshot: &Snapshot, item: Item, direction: Direction) -> Vec<Child<Item>> {
    match item {
        Item::Role(role) => below_role(snapshot, role, direction),
        _ => Vec::new(),
    }
}

/// The top of the tree of objects: schemas, what is in none, and the cluster's other databases.
pub fn object_roots(snapshot: &Snapshot) -> Vec<Child<Item>> {
    let index = snapshot.index();
    let schemas = index.schemas().iter().map(|id| (Item::Schema(*id), true));
    let global = Group::GLOBAL.iter().filter(|g| !index.in_group(Oid(0), **g).is_empty());
    let others = snapshot.others().iter().map(|other| (Item::Database(other.database), false));
    schemas.chain(global.map(|g| (Item::Group(None, *g), true))).chain(others).collect()
}

/// The findings, the worst first.
pub fn finding_roots(snapshot: &Snapshot) -> Vec<Child<Item>> {
    (0..snapshot.findings().len()).map(|n| (Item::Finding(n), false)).collect()
}

/// What hangs below an item of the tree of objects.
pub fn object_children(snapshot: &Snapshot, item: Item) -> Vec<Child<Item>> {
    let index = snapshot.index();
    match item {
        Item::Schema(id) => {
            let Some(schema) = snapshot.object(id) else { return Vec::new() };
            let groups = SCHEMA_GROUPS.iter().filter(|g| !index.in_group(schema.oid, **g).is_empty());
            groups.map(|g| (Item::Group(Some(id), *g), true)).collect()
        }
        Item::Group(schema, group) => {
            let schema = schema.and_then(|id| snapshot.object(id)).map_or(Oid(0), |o| o.oid);
            let objects = index.in_group(schema, group).iter();
            objects.map(|id| (Item::Object(*id), has_columns(snapshot, *id))).collect()
        }
        Item::Object(id) if has_columns(snapshot, id) => {
            let columns = snapshot.view().columns_of(id).iter();
            columns.map(|c| (Item::Column(AclTarget::column(id, c.attnum)), false)).collect()
        }
        _ => Vec::new(),
    }
}

const SCHEMA_GROUPS: &[Group] = &[
    Group::Tables,
    Group::Views,
    Group::MaterializedViews,
    Group::ForeignTables,
    Group::Sequences,
    Group::Functions,
    Group::Procedures,
    Group::Aggregates,
    Group::Types,
    Group::Domains,
];

fn has_columns(snapshot: &Snapshot, id: ObjectId) -> bool {
    snapshot.object(id).is_some_and(|o| o.kind.has_columns())
}

/// The way from the top to a role, by the first group (or member) each; the way down a tree of roles.
pub fn role_path(snapshot: &Snapshot, role: Oid, direction: Direction) -> Vec<Item> {
    let other = direction.turned();
    let mut path = vec![Item::Role(role)];
    let mut at = role;
    while let Some((Item::Role(above), _)) = below_role(snapshot, at, other).first().copied() {
        if path.contains(&Item::Role(above)) {
            break;
        }
        path.push(Item::Role(above));
        at = above;
    }
    path.reverse();
    path
}

/// The way to an object or a column in the tree of objects.
pub fn object_path(snapshot: &Snapshot, target: AclTarget) -> Vec<Item> {
    let Some(object) = snapshot.object(target.object) else { return Vec::new() };
    if object.kind.class() == Class::Schema {
        return vec![Item::Schema(target.object)];
    }
    let Some(group) = Group::of(object.kind) else { return Vec::new() };
    let schema = snapshot.schema_of(object);
    let mut path: Vec<Item> = schema.map(Item::Schema).into_iter().collect();
    path.extend([Item::Group(schema, group), Item::Object(target.object)]);
    if target.is_column() {
        path.push(Item::Column(target));
    }
    path
}

/// The item that stands for the same thing in another snapshot: the same role or object, by OID. In another database
/// that is said only of what databases share.
pub fn translate(item: Item, old: &Snapshot, new: &Snapshot) -> Option<Item> {
    let same_database = old.cluster().database == new.cluster().database;
    let object = |id: ObjectId| {
        let object = old.object(id)?;
        if !same_database && !object.kind.is_shared() {
            return None;
        }
        new.cluster().objects.by_oid(object.kind.class(), object.oid)
    };
    Some(match item {
        Item::Role(oid) => Item::Role(new.view().role(oid)?.oid),
        Item::Schema(id) => Item::Schema(object(id)?),
        Item::Group(None, group) => Item::Group(None, group),
        Item::Group(Some(id), group) => Item::Group(Some(object(id)?), group),
        Item::Object(id) => Item::Object(object(id)?),
        Item::Column(target) => Item::Column(AclTarget { object: object(target.object)?, ..target }),
        Item::Database(oid) => Item::Database(new.other(oid)?.database),
        Item::Applied(n) => Item::Applied(n),
        Item::Finding(n) => {
            let was = old.findings().get(n)?;
            let same = |f: &crate::findings::Finding| (f.code, &f.reason) == (was.code, &was.reason);
            Item::Finding(new.findings().iter().position(same)?)
        }
    })
}
