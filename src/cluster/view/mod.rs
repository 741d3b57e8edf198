//! A cluster as it would be after some changes.

mod apply;
mod rows;

use super::{
    Acl, AclItem, AclTarget, Class, Cluster, Column, DefaultAclKey, Kind, Membership, Name, Object, ObjectId,
    Oid, Role, effective_items,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A cluster with changes laid over it. Cloning costs what the changes hold.
#[derive(Clone, Debug)]
pub struct View {
    base: Arc<Cluster>,
    acls: FxHashMap<AclTarget, Option<Acl>>,
    /// The columns among them, by relation.
    columns: FxHashMap<ObjectId, Vec<i16>>,
    /// Rows by role and by member, for every role and member that a change touched.
    of_role: FxHashMap<Oid, Vec<Membership>>,
    of_member: FxHashMap<Oid, Vec<Membership>>,
    /// Parameters that have no row yet.
    parameters: Vec<Object>,
    /// Roles that were made, altered, or dropped (none).
    roles: BTreeMap<Oid, Option<Role>>,
    /// Names that came, or went (none).
    role_names: FxHashMap<String, Option<Oid>>,
    /// Last names of roles that changes dropped.
    dropped: FxHashMap<Oid, String>,
    owners: FxHashMap<ObjectId, Oid>,
    default_acls: BTreeMap<DefaultAclKey, Option<Acl>>,
    settings: BTreeMap<(Oid, Oid), Option<Vec<String>>>,
    comments: FxHashMap<Oid, Option<String>>,
    policies: BTreeMap<(ObjectId, Name), Option<Vec<Oid>>>,
    /// The OIDs of rows that came: those are what a DROP ROLE lists its obstacles by.
    membership_oids: FxHashMap<(Oid, Oid, Oid), Oid>,
    default_acl_oids: FxHashMap<DefaultAclKey, Oid>,
    parameter_oids: FxHashMap<ObjectId, Oid>,
    /// The last OID that was given to a new row; 0 before the first.
    last_oid: Oid,
}

impl View {
    /// The cluster as it was loaded.
    pub fn new(base: Arc<Cluster>) -> Self {
        View {
            base,
            acls: FxHashMap::default(),
            columns: FxHashMap::default(),
            of_role: FxHashMap::default(),
            of_member: FxHashMap::default(),
            parameters: Vec::new(),
            roles: BTreeMap::new(),
            role_names: FxHashMap::default(),
            dropped: FxHashMap::default(),
            owners: FxHashMap::default(),
            default_acls: BTreeMap::new(),
            settings: BTreeMap::new(),
            comments: FxHashMap::default(),
            policies: BTreeMap::new(),
            membership_oids: FxHashMap::default(),
            default_acl_oids: FxHashMap::default(),
            parameter_oids: FxHashMap::default(),
            last_oid: Oid(0),
        }
    }

    /// The same without its changes; what has a place in it keeps that.
    pub fn unchanged(&self) -> Self {
        View { parameters: self.parameters.clone(), ..View::new(Arc::clone(&self.base)) }
    }

    /// What lies below the changes.
    pub fn base(&self) -> &Arc<Cluster> {
        &self.base
    }

    /// The object, or the parameter that has no row yet.
    pub fn object(&self, id: ObjectId) -> Option<&Object> {
        let loaded = self.base.objects.len();
        match (id.0 as usize).checked_sub(loaded) {
            None => self.base.objects.get(id),
            Some(extra) => self.parameters.get(extra),
        }
    }

    /// By catalog, schema (0 where there is none) and name.
    pub fn objects_named(&self, class: Class, schema: Oid, name: &str) -> &[ObjectId] {
        self.base.objects.by_name(class, schema, name)
    }

    /// By catalog and OID.
    pub fn object_by_oid(&self, class: Class, oid: Oid) -> Option<ObjectId> {
        self.base.objects.by_oid(class, oid)
    }

    /// The live columns of a relation with their loaded ACLs; ask [`View::acl`] for the ACL as it is now.
    pub fn columns_of(&self, relation: ObjectId) -> &[Column] {
        self.base.objects.columns_of(relation)
    }

    /// A column's name, system columns among them.
    pub fn column_name(&self, target: AclTarget) -> Option<&str> {
        let fixed =
            |list: &[(i16, &'static str)]| list.iter().find(|(n, _)| *n == target.attnum).map(|(_, n)| *n);
        let is_sequence = self.object(target.object).is_some_and(|o| o.kind == Kind::Sequence);
        let sequence = is_sequence.then(|| fixed(super::SEQUENCE_COLUMNS)).flatten();
        let system = fixed(super::SYSTEM_COLUMNS).or(sequence);
        let columns = self.columns_of(target.object);
        let user =
            columns.binary_search_by_key(&target.attnum, |c| c.attnum).ok().and_then(|i| columns.get(i));
        user.map(|c| &*c.name).or(system)
    }

    /// The stored ACL: none is NULL.
    pub fn acl(&self, target: AclTarget) -> Option<&Acl> {
        if let Some(acl) = self.acls.get(&target) {
            return acl.as_ref();
        }
        if !target.is_column() {
            return self.object(target.object).and_then(|o| o.acl.as_ref());
        }
        let columns = self.columns_of(target.object);
        let at = columns.binary_search_by_key(&target.attnum, |c| c.attnum).ok()?;
        columns.get(at).and_then(|c| c.acl.as_ref())
    }

    /// The items in effect: stored, or the default's where the ACL is NULL.
    pub fn items(&self, target: AclTarget) -> Vec<AclItem> {
        let Some(object) = self.object(target.object) else { return Vec::new() };
        let kind = if target.is_column() { super::AclKind::Column } else { object.kind.acl_kind() };
        effective_items(self.acl(target), kind, self.owner(target.object), self.base.version)
    }

    /// The owner of an object as it is now; [`Object::owner`] is as it was loaded.
    pub fn owner(&self, id: ObjectId) -> Oid {
        match self.owners.get(&id) {
            Some(owner) => *owner,
            None => self.object(id).map_or(Oid::PUBLIC, |o| o.owner),
        }
    }

    /// Whose owner may differ from the loaded one.
    pub fn changed_owners(&self) -> impl Iterator<Item = ObjectId> {
        self.owners.keys().copied()
    }

    /// The columns that have an ACL now, by `attnum`.
    pub fn column_acls(&self, relation: ObjectId) -> Vec<(i16, Acl)> {
        let stored = self.columns_of(relation).iter().filter(|c| c.acl.is_some()).map(|c| c.attnum);
        let changed = self.columns.get(&relation).into_iter().flatten().copied();
        let mut attnums: Vec<i16> = stored.chain(changed).collect();
        attnums.sort_unstable();
        attnums.dedup();
        let acl = |n| self.acl(AclTarget::column(relation, n)).cloned();
        attnums.into_iter().filter_map(|n| acl(n).map(|acl| (n, acl))).collect()
    }

    /// The parameter of that name (folded): the loaded row, or one that stands for none.
    pub fn parameter(&mut self, name: &str) -> ObjectId {
        if let Some(id) = self.find_parameter(name) {
            return id;
        }
        self.parameters.push(Object {
            oid: Oid(0),
            kind: Kind::Parameter,
            schema: Oid(0),
            name: Name::from(name),
            owner: Oid::BOOTSTRAP,
            acl: None,
            detail: super::Detail::None,
        });
        ObjectId((self.base.objects.len() + self.parameters.len() - 1) as u32)
    }

    /// The parameter of that name, where it has a row or a statement before has named it.
    pub fn find_parameter(&self, name: &str) -> Option<ObjectId> {
        let loaded = self.objects_named(Class::Parameter, Oid(0), name).first().copied();
        let named = || self.parameters.iter().position(|p| &*p.name == name);
        loaded.or_else(|| named().map(|i| ObjectId((self.base.objects.len() + i) as u32)))
    }

    /// Whose ACL may differ from the loaded one.
    pub fn changed_acls(&self) -> impl Iterator<Item = AclTarget> {
        self.acls.keys().copied()
    }

    /// Every parameter that has a row, or that a statement before has named.
    pub fn parameter_ids(&self) -> impl Iterator<Item = ObjectId> {
        let loaded = self.base.objects.iter().filter(|(_, o)| o.kind == Kind::Parameter).map(|(id, _)| id);
        let first = self.base.objects.len();
        loaded.chain((first..first + self.parameters.len()).map(|i| ObjectId(i as u32)))
    }
}
