//! Which objects a role has to do with, found without walking over all of them.

use crate::access::Universe;
use crate::cluster::{Acl, AclKind, AclTarget, Cluster, Object, ObjectId, Oid, default_acl, predefined};
use rustc_hash::{FxHashMap, FxHashSet};

/// Everything of the universe, in units whose members no privilege question tells apart.
///
/// Thousands of tables have one owner and equal ACLs: what is worked out for one holds for all of them.
#[derive(Debug, Default)]
pub(in crate::preview) struct Index {
    units: Vec<Vec<AclTarget>>,
    /// By grantee and by owner.
    by_role: FxHashMap<Oid, Vec<u32>>,
    /// Units that pg_read_all_data and its like reach.
    relations: Vec<u32>,
    schemas: Vec<u32>,
    /// How many objects each role owns.
    owned: FxHashMap<Oid, u64>,
}

/// What makes two things equal before every privilege question.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    kind: AclKind,
    owner: Oid,
    acl: Option<&'a Acl>,
    /// For a column: its own ACL.
    column: Option<&'a Acl>,
}

/// Is it shown by `access`, where nothing more is asked for?
pub fn in_universe(cluster: &Cluster, object: &Object) -> bool {
    Universe::default().has(cluster, object)
}

impl Index {
    pub fn new(cluster: &Cluster) -> Self {
        let mut index = Index::default();
        let mut keys: FxHashMap<Key<'_>, u32> = FxHashMap::default();
        let mut inside: FxHashSet<ObjectId> = FxHashSet::default();
        for (id, object) in cluster.objects.iter().filter(|(_, o)| in_universe(cluster, o)) {
            inside.insert(id);
            *index.owned.entry(object.owner).or_default() += 1;
            let key = Key {
                kind: object.kind.acl_kind(),
                owner: object.owner,
                acl: object.acl.as_ref(),
                column: None,
            };
            index.put(cluster, &mut keys, key, AclTarget::whole(id));
        }
        for column in cluster.objects.columns().iter().filter(|c| c.acl.is_some() && c.attnum > 0) {
            let Some(object) =
                cluster.objects.get(column.relation).filter(|_| inside.contains(&column.relation))
            else {
                continue;
            };
            let (acl, column_acl) = (object.acl.as_ref(), column.acl.as_ref());
            let key = Key { kind: AclKind::Column, owner: object.owner, acl, column: column_acl };
            index.put(cluster, &mut keys, key, AclTarget::column(column.relation, column.attnum));
        }
        index
    }

    fn put<'a>(
        &mut self,
        cluster: &Cluster,
        keys: &mut FxHashMap<Key<'a>, u32>,
        key: Key<'a>,
        target: AclTarget,
    ) {
        if let Some(unit) = keys.get(&key).and_then(|at| self.units.get_mut(*at as usize)) {
            return unit.push(target);
        }
        let at = self.units.len() as u32;
        self.units.push(vec![target]);
        for role in mentioned(cluster, &key) {
            self.by_role.entry(role).or_default().push(at);
        }
        match key.kind {
            AclKind::Relation | AclKind::Sequence => self.relations.push(at),
            AclKind::Schema => self.schemas.push(at),
            _ => {}
        }
        keys.insert(key, at);
    }

    /// How many objects of the universe the role owns.
    pub fn owned_by(&self, role: Oid) -> u64 {
        self.owned.get(&role).copied().unwrap_or(0)
    }

    /// All of them.
    pub fn all_units(&self) -> Vec<&[AclTarget]> {
        self.units.iter().map(Vec::as_slice).collect()
    }

    /// The units that have to do with any of these roles: they own them, are granted something there, or reach
    /// them by the rule of a predefined role.
    pub fn units_of(&self, roles: impl IntoIterator<Item = Oid>) -> Vec<&[AclTarget]> {
        let mut units: Vec<u32> = Vec::new();
        for role in roles {
            units.extend(self.by_role.get(&role).into_iter().flatten());
            match role {
                predefined::READ_ALL_DATA | predefined::WRITE_ALL_DATA => {
                    units.extend(&self.relations);
                    units.extend(&self.schemas);
                }
                predefined::MAINTAIN => units.extend(&self.relations),
                _ => {}
            }
        }
        units.sort_unstable();
        units.dedup();
        units.into_iter().filter_map(|at| self.units.get(at as usize)).map(Vec::as_slice).collect()
    }
}

fn mentioned(cluster: &Cluster, key: &Key<'_>) -> Vec<Oid> {
    let kind = if key.kind == AclKind::Column { AclKind::Relation } else { key.kind };
    let default = match key.acl {
        Some(_) => Vec::new(),
        None => default_acl(kind, key.owner, cluster.version),
    };
    let stored = [key.acl, key.column].into_iter().flatten().flat_map(|acl| acl.iter());
    let mut roles: Vec<Oid> = stored.chain(&default).map(|item| item.grantee).collect();
    roles.push(key.owner);
    roles.retain(|role| *role != Oid::PUBLIC);
    roles.sort_unstable();
    roles.dedup();
    roles
}
