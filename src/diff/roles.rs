//! Roles of both sides, matched by name, in classes that no privilege question tells apart.

use crate::access::{Access, Mode};
use crate::cluster::{Cluster, Oid, View, predefined};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// A role by its OIDs; none where that side has none of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub before: Option<Oid>,
    pub after: Option<Oid>,
}

/// Roles that are alike on either side.
pub(super) struct Class {
    pub roles: Vec<Pair>,
    /// Something of them differs: what they are members of, or whether they are superusers.
    pub differs: bool,
    /// Superusers on both sides: they could do everything and can.
    pub superusers: bool,
}

/// How a role stands on one side: superuser or not, and what it can use of what is mentioned anywhere.
type Standing = Option<(bool, Vec<u32>)>;

/// All roles.
pub(super) struct Roles {
    pub classes: Vec<Class>,
    before: FxHashMap<Oid, u32>,
    after: FxHashMap<Oid, u32>,
}

impl Roles {
    pub fn new(before: &Access<'_>, after: &Access<'_>) -> Roles {
        let mut by_name: BTreeMap<&str, Pair> = BTreeMap::new();
        let none = Pair { before: None, after: None };
        for role in before.view().roles() {
            by_name.entry(&role.name).or_insert(none).before = Some(role.oid);
        }
        for role in after.view().roles() {
            by_name.entry(&role.name).or_insert(none).after = Some(role.oid);
        }
        let numbered = || by_name.values().zip(0_u32..);
        let mut roles = Roles {
            classes: Vec::new(),
            before: numbered().filter_map(|(pair, n)| Some((pair.before?, n))).collect(),
            after: numbered().filter_map(|(pair, n)| Some((pair.after?, n))).collect(),
        };
        let mut mentioned = mentioned(before.view().base(), &roles.before);
        mentioned.extend(self::mentioned(after.view().base(), &roles.after));
        let mut places: FxHashMap<(Standing, Standing), usize> = FxHashMap::default();
        for pair in by_name.values() {
            let standing = (
                standing(before, pair.before, &roles.before, &mentioned),
                standing(after, pair.after, &roles.after, &mentioned),
            );
            let place = *places.entry(standing).or_insert_with_key(|(before, after)| {
                let is_superuser = |standing: &Standing| standing.as_ref().is_some_and(|(is, _)| *is);
                roles.classes.push(Class {
                    roles: Vec::new(),
                    differs: before != after,
                    superusers: is_superuser(before) && is_superuser(after),
                });
                roles.classes.len() - 1
            });
            if let Some(class) = roles.classes.get_mut(place) {
                class.roles.push(*pair);
            }
        }
        roles
    }

    /// The number of a role of the side before, the same as its namesake's after.
    pub fn number_before(&self, oid: Oid) -> Result<u32, Oid> {
        self.before.get(&oid).copied().ok_or(oid)
    }

    pub fn number_after(&self, oid: Oid) -> Result<u32, Oid> {
        self.after.get(&oid).copied().ok_or(oid)
    }
}

/// Who owns something or is granted something anywhere, or has privileges by rule.
fn mentioned(cluster: &Cluster, numbers: &FxHashMap<Oid, u32>) -> FxHashSet<u32> {
    let objects = || cluster.objects.iter().map(|(_, object)| object);
    let mut oids: FxHashSet<Oid> = objects().map(|object| object.owner).collect();
    let acls = objects().filter_map(|object| object.acl.as_ref());
    let acls = acls.chain(cluster.objects.columns().iter().filter_map(|column| column.acl.as_ref()));
    oids.extend(acls.flat_map(|acl| acl.iter().map(|item| item.grantee)));
    oids.extend([predefined::READ_ALL_DATA, predefined::WRITE_ALL_DATA, predefined::MAINTAIN]);
    oids.iter().filter_map(|oid| numbers.get(oid).copied()).collect()
}

fn standing(
    access: &Access<'_>,
    role: Option<Oid>,
    numbers: &FxHashMap<Oid, u32>,
    mentioned: &FxHashSet<u32>,
) -> Standing {
    let view: &View = access.view();
    let role = role?;
    let superuser = view.role(role).is_some_and(|role| role.superuser);
    let reaches = access.reaches(role, Mode::Inherit).into_iter();
    let mut reaches: Vec<u32> =
        reaches.filter_map(|oid| numbers.get(&oid).copied()).filter(|n| mentioned.contains(n)).collect();
    reaches.sort_unstable();
    Some((superuser, reaches))
}
