//! What depends on a role, as `pg_shdepend` has it for this database and for what all databases share.
//!
//! Nearly all of it follows from owners, ACLs, policies and memberships; the rest was loaded.

mod blockers;
mod describe;
mod visible;

pub use blockers::{is_pinned, required_by_the_system};
pub use describe::Describer;

use crate::cluster::{
    AclTarget, Class, DefaultAclKey, Kind, Membership, Name, ObjectId, Oid, View, catalogs,
};
use rustc_hash::FxHashSet;

/// A row of `pg_shdepend` about some role.
#[derive(Clone, PartialEq, Debug)]
pub struct Dependent {
    /// The OID of its catalog.
    pub catalog: Oid,
    pub oid: Oid,
    /// A column, or 0.
    pub part: i32,
    /// `deptype`: `o` owner, `a` ACL, `r` policy, `i` initial privileges (17+).
    pub kind: char,
    pub what: What,
}

/// What it is that depends.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    Object(AclTarget),
    DefaultAcl(DefaultAclKey),
    Policy(ObjectId, Name),
    Membership(Membership),
    UserMapping(Name),
    /// Of a catalog that is not known here.
    Unknown,
}

/// Everything here that depends on the role, in the order in which the server lists it
/// (`shared_dependency_comparator`).
pub fn dependents_of(view: &View, role: Oid) -> Vec<Dependent> {
    let mut found = owned(view, role);
    found.extend(mentioned(view, role));
    found.extend(rows(view, role));
    found.extend(loaded(view, role));
    found.sort_by_key(|d| (d.oid, d.catalog, d.part as u32, d.kind));
    found
}

/// Objects of the role. What follows another object has no row of its own.
fn owned(view: &View, role: Oid) -> Vec<Dependent> {
    let all = view.base().objects.iter().filter(|(id, _)| view.owner(*id) == role);
    let of_their_own = all.filter(|(_, object)| is_registered(view, object.kind));
    of_their_own.filter_map(|(id, _)| object(view, AclTarget::whole(id), 'o')).collect()
}

/// Does an object of this kind have a row for its owner? Indexes, TOAST tables, array and row types go with what they
/// belong to; up to 16 multirange types do not.
pub fn is_registered(view: &View, kind: Kind) -> bool {
    match kind {
        Kind::Index | Kind::PartitionedIndex | Kind::Toast | Kind::CompositeRelation => false,
        Kind::ArrayType | Kind::RowType => false,
        Kind::Multirange => view.base().version.major() < 17,
        _ => true,
    }
}

/// ACLs that mention the role. Owners have no row for theirs (`updateAclDependencies`).
fn mentioned(view: &View, role: Oid) -> impl Iterator<Item = Dependent> {
    let base = &view.base().objects;
    let changed: FxHashSet<AclTarget> = view.changed_acls().collect();
    let objects = base.iter().map(|(id, object)| (AclTarget::whole(id), object.acl.as_ref()));
    let columns = base.columns().iter().map(|c| (AclTarget::column(c.relation, c.attnum), c.acl.as_ref()));
    let stored = objects.chain(columns).filter_map(|(target, acl)| Some((target, acl?)));
    let unchanged = stored.filter(|(target, _)| !changed.contains(target));
    let now = changed.iter().filter_map(|target| Some((*target, view.acl(*target)?)));
    let mention = |(target, acl): (AclTarget, &crate::cluster::Acl)| {
        let mentions = acl.iter().any(|item| item.grantee == role || item.grantor == role);
        (mentions && view.owner(target.object) != role).then_some(target)
    };
    let found: Vec<AclTarget> = unchanged.chain(now).filter_map(mention).collect();
    found.into_iter().filter_map(|target| object(view, target, 'a'))
}

fn object(view: &View, target: AclTarget, kind: char) -> Option<Dependent> {
    let catalog = view.object(target.object)?.kind.class().catalog_oid();
    let oid = view.object_oid(target.object);
    Some(Dependent { catalog, oid, part: i32::from(target.attnum), kind, what: What::Object(target) })
}

/// Default privileges, policies, and since 16 the memberships that the role granted.
fn rows(view: &View, role: Oid) -> Vec<Dependent> {
    let mut found = Vec::new();
    for (key, acl) in view.default_acls() {
        let mentions = acl.iter().any(|item| item.grantee == role || item.grantor == role);
        let kind = if key.role == role { 'o' } else { 'a' };
        if key.role == role || mentions {
            let oid = view.default_acl_oid(key);
            found.push(row(catalogs::DEFAULT_ACL, oid, kind, What::DefaultAcl(key)));
        }
    }
    for policy in &view.base().policies {
        let roles = view.policy(policy.relation, &policy.name).unwrap_or(&[]);
        // A role that is named twice has two rows.
        for _ in roles.iter().filter(|named| **named == role) {
            let what = What::Policy(policy.relation, Name::from(policy.name.as_str()));
            found.push(row(catalogs::POLICY, policy.oid, 'r', what));
        }
    }
    if view.base().version.major() >= 16 {
        let memberships = view.roles().flat_map(|group| view.members_of(group.oid));
        for membership in memberships.filter(|membership| membership.grantor == role) {
            let oid = view.membership_oid(membership.key());
            found.push(row(catalogs::AUTH_MEMBERS, oid, 'a', What::Membership(*membership)));
        }
    }
    found
}

fn row(catalog: Oid, oid: Oid, kind: char, what: What) -> Dependent {
    Dependent { catalog, oid, part: 0, kind, what }
}

/// What nothing but `pg_shdepend` tells.
fn loaded(view: &View, role: Oid) -> impl Iterator<Item = Dependent> {
    view.base().dependencies.here(role).iter().map(|dependency| {
        let class = Class::of_catalog(dependency.catalog);
        let object = class.and_then(|class| view.object_by_oid(class, dependency.oid));
        let what = match (object, &dependency.server) {
            (Some(object), _) => {
                What::Object(AclTarget { object, attnum: i16::try_from(dependency.part).unwrap_or(0) })
            }
            (None, Some(server)) => What::UserMapping(server.clone()),
            (None, None) => What::Unknown,
        };
        let &crate::cluster::Dependency { catalog, oid, part, kind, .. } = dependency;
        Dependent { catalog, oid, part, kind, what }
    })
}
