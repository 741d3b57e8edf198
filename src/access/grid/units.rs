//! Objects in units whose members no privilege question tells apart: thousands of tables have one owner and equal
//! ACLs, and what is worked out for one holds for all of them.

use super::Asked;
use crate::access::effective::is_system_relation;
use crate::cluster::{Acl, AclItem, AclTarget, Kind, Object, ObjectId, Oid, View};
use rustc_hash::FxHashMap;

/// Objects, or columns of objects, with the same answers.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Their kind; of columns, that of their relations.
    pub kind: Kind,
    /// Their owner.
    pub owner: Oid,
    /// They are columns.
    pub columns: bool,
    /// System catalogs: nobody but superusers writes them.
    pub(super) protected: bool,
    /// The objects' ACL as stored.
    pub(super) acl: Option<Acl>,
    /// Of columns: their own.
    pub(super) column_acl: Option<Acl>,
    /// They themselves.
    pub targets: Vec<AclTarget>,
}

/// What makes two things equal before every question. ACLs count by where they are: the loader shares equal ones, and
/// two that are equal and apart only make two units.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    kind: Kind,
    owner: Oid,
    protected: bool,
    acl: Option<*const AclItem>,
    column_acl: Option<*const AclItem>,
}

/// Everything that is asked about. An ACL's place is its identity for as long as the view holds it.
pub(super) fn units(view: &View, asked: &Asked<'_>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut at: FxHashMap<Key, usize> = FxHashMap::default();
    for (id, object) in everything(view) {
        if !asked.universe.has(view.base(), object) || !(asked.object)(id, object) {
            continue;
        }
        let unit = Unit {
            kind: object.kind,
            owner: view.owner(id),
            columns: false,
            protected: is_system_relation(object),
            acl: view.acl(AclTarget::whole(id)).cloned(),
            column_acl: None,
            targets: Vec::new(),
        };
        if object.kind.is_grantable_relation() {
            for (attnum, acl) in view.column_acls(id).into_iter().filter(|(attnum, _)| *attnum > 0) {
                let column = Unit { columns: true, column_acl: Some(acl), ..unit.clone() };
                put(&mut units, &mut at, column, AclTarget::column(id, attnum));
            }
        }
        put(&mut units, &mut at, unit, AclTarget::whole(id));
    }
    units
}

fn everything(view: &View) -> impl Iterator<Item = (ObjectId, &Object)> {
    let loaded = view.base().objects.len() as u32;
    let new = view.parameter_ids().filter(move |id| id.0 >= loaded);
    let ids = (0..loaded).map(ObjectId).chain(new);
    ids.filter_map(|id| Some((id, view.object(id)?)))
}

fn put(units: &mut Vec<Unit>, at: &mut FxHashMap<Key, usize>, unit: Unit, target: AclTarget) {
    let place = |acl: &Option<Acl>| acl.as_ref().map(|acl| acl.as_ptr());
    let key = Key {
        kind: unit.kind,
        owner: unit.owner,
        protected: unit.protected,
        acl: place(&unit.acl),
        column_acl: place(&unit.column_acl),
    };
    let next = units.len();
    let index = *at.entry(key).or_insert(next);
    if index == next {
        units.push(unit);
    }
    if let Some(unit) = units.get_mut(index) {
        unit.targets.push(target);
    }
}
