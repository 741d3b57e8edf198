//! What is looked up on every key press, sorted once.

use super::Group;
use crate::cluster::{AclTarget, Class, Cluster, Object, ObjectId, Oid, effective_items};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Lists in the order in which people read them, each found without walking the cluster.
#[derive(Debug, Default)]
pub struct Index {
    roles: Vec<Oid>,
    role_rank: FxHashMap<Oid, u32>,
    superusers: Vec<Oid>,
    member_count: FxHashMap<Oid, usize>,
    schemas: Vec<ObjectId>,
    /// Every object that is listed, by (schema, group, name).
    objects: Vec<ObjectId>,
    /// How many of them users made in this database.
    made_here: usize,
    groups: FxHashMap<(Oid, Group), Range<usize>>,
    /// By owner, then as in `objects`.
    owned: Vec<(Oid, ObjectId)>,
    /// By grantee; an owner's own items are not in it, and PUBLIC's by default only on what users made.
    grants_to: Vec<(Oid, AclTarget)>,
    /// By grantor; what an owner holds itself is not in it.
    grants_by: Vec<(Oid, AclTarget)>,
}

impl Index {
    pub(super) fn new(cluster: &Cluster) -> Index {
        let mut index = Index::default();
        index.add_roles(cluster);
        index.add_objects(cluster);
        index.add_grants(cluster);
        index
    }

    fn add_roles(&mut self, cluster: &Cluster) {
        let mut roles: Vec<_> = cluster.roles.iter().collect();
        roles.sort_by(|a, b| (!a.oid.is_user_made(), &a.name).cmp(&(!b.oid.is_user_made(), &b.name)));
        self.roles = roles.iter().map(|r| r.oid).collect();
        self.role_rank = self.roles.iter().enumerate().map(|(i, oid)| (*oid, i as u32)).collect();
        self.superusers = cluster.roles.iter().filter(|r| r.superuser).map(|r| r.oid).collect();
        let mut last = None;
        for row in cluster.memberships.iter() {
            // Since 16 a member can be in a group by several grantors.
            if last.replace((row.role, row.member)) != Some((row.role, row.member)) {
                *self.member_count.entry(row.role).or_default() += 1;
            }
        }
    }

    fn add_objects(&mut self, cluster: &Cluster) {
        let objects = &cluster.objects;
        let schemas = objects.iter().filter(|(_, o)| o.kind.class() == Class::Schema);
        let mut schemas: Vec<(ObjectId, &Object)> = schemas.collect();
        schemas.sort_by_key(|(_, o)| (is_system_schema(o), &o.name));
        let rank: FxHashMap<Oid, usize> = schemas.iter().enumerate().map(|(i, (_, o))| (o.oid, i)).collect();
        self.schemas = schemas.iter().map(|(id, _)| *id).collect();
        let rank_of = |o: &Object| rank.get(&o.schema).copied().unwrap_or(usize::MAX);
        let listed = objects.iter().filter_map(|(id, o)| Some((rank_of(o), Group::of(o.kind)?, id, o)));
        let mut listed: Vec<_> = listed.collect();
        listed.sort_by(|a, b| (a.0, a.1, &a.3.name, a.2).cmp(&(b.0, b.1, &b.3.name, b.2)));
        for (i, (_, group, _, object)) in listed.iter().enumerate() {
            self.groups.entry((object.schema, *group)).or_insert(i..i).end = i + 1;
        }
        let made_here = |o: &Object| o.oid.is_user_made() && !o.kind.is_shared();
        self.made_here = listed.iter().filter(|(.., o)| made_here(o)).count();
        self.objects = listed.iter().map(|(_, _, id, _)| *id).collect();
        self.owned = listed.iter().map(|(_, _, id, o)| (o.owner, *id)).collect();
        self.owned.sort_by_key(|(owner, _)| *owner);
    }

    fn add_grants(&mut self, cluster: &Cluster) {
        for id in self.objects.clone() {
            let Some(object) = cluster.objects.get(id) else { continue };
            self.add_object_grants(cluster, id, object);
        }
        self.grants_to.sort_by_key(|(role, _)| *role);
        self.grants_by.sort_by_key(|(role, _)| *role);
    }

    fn add_object_grants(&mut self, cluster: &Cluster, id: ObjectId, object: &Object) {
        let mut add = |target, items: &[crate::cluster::AclItem]| {
            for item in items.iter().filter(|i| i.grantee != object.owner) {
                // One object can hold items of several grantors for one grantee: it is listed once.
                if self.grants_to.last() != Some(&(item.grantee, target)) {
                    self.grants_to.push((item.grantee, target));
                }
                if self.grants_by.last() != Some(&(item.grantor, target)) {
                    self.grants_by.push((item.grantor, target));
                }
            }
        };
        match &object.acl {
            Some(acl) => add(AclTarget::whole(id), acl),
            None if object.oid.is_user_made() => {
                let kind = object.kind.acl_kind();
                add(AclTarget::whole(id), &effective_items(None, kind, object.owner, cluster.version));
            }
            None => {}
        }
        for column in cluster.objects.columns_of(id) {
            if let Some(acl) = &column.acl {
                add(AclTarget::column(id, column.attnum), acl);
            }
        }
    }

    /// All roles, those of users first, by name.
    pub fn roles(&self) -> &[Oid] {
        &self.roles
    }
    /// A role's place among [`Index::roles`]; those that are gone come last.
    pub fn role_rank(&self, role: Oid) -> u32 {
        self.role_rank.get(&role).copied().unwrap_or(u32::MAX)
    }
    /// The superusers.
    pub fn superusers(&self) -> &[Oid] {
        &self.superusers
    }
    /// How many roles are members of it, directly.
    pub fn member_count(&self, role: Oid) -> usize {
        self.member_count.get(&role).copied().unwrap_or(0)
    }
    /// All schemas, those of users first, by name.
    pub fn schemas(&self) -> &[ObjectId] {
        &self.schemas
    }
    /// Every object that is listed.
    pub fn objects(&self) -> &[ObjectId] {
        &self.objects
    }
    /// How many of them users made in this database.
    pub fn made_here(&self) -> usize {
        self.made_here
    }
    /// The objects of a kind in a schema (0 for what is in none).
    pub fn in_group(&self, schema: Oid, group: Group) -> &[ObjectId] {
        self.groups.get(&(schema, group)).and_then(|r| self.objects.get(r.clone())).unwrap_or(&[])
    }
    /// What a role owns, with the owner, by schema and kind.
    pub fn owned_by(&self, role: Oid) -> &[(Oid, ObjectId)] {
        of(&self.owned, role)
    }
    /// What carries an item for this grantee; an owner's own is not among it.
    pub fn grants_to(&self, role: Oid) -> &[(Oid, AclTarget)] {
        of(&self.grants_to, role)
    }
    /// What carries an item from this grantor.
    pub fn grants_by(&self, role: Oid) -> &[(Oid, AclTarget)] {
        of(&self.grants_by, role)
    }
}

fn of<T>(rows: &[(Oid, T)], role: Oid) -> &[(Oid, T)] {
    let start = rows.partition_point(|(r, _)| *r < role);
    let end = rows.partition_point(|(r, _)| *r <= role);
    rows.get(start..end).unwrap_or(&[])
}

/// `public` has an OID below 16384 from 15 on, and is a user's all the same.
fn is_system_schema(schema: &Object) -> bool {
    schema.name.starts_with("pg_") || &*schema.name == "information_schema"
}
