//! The order in which a rehearsal's changes are shown.

use crate::cluster::{AclTarget, Change, Class, EntryKey, Name, ObjectId, Version, View};
use rustc_hash::FxHashMap;

/// What was predicted comes first, as it was predicted; then what else really changed: ACLs and owners by catalog, OID
/// and column, then the other rows as they are. What is found is found in the order of a load, which is that of the
/// heap and may be another in the next run.
pub(super) fn in_order(changes: &mut [Change], predicted: &[Change], names: &View) {
    let version = names.base().version;
    let places = predicted.iter().enumerate().map(|(at, change)| (key(change, version), at));
    let places: FxHashMap<EntryKey, usize> = places.collect();
    changes.sort_by_cached_key(|change| {
        let place = places.get(&key(change, version)).copied().unwrap_or(usize::MAX);
        (place, is_row(change), target(change).map(|target| identity(target, names)))
    });
}

fn key(change: &Change, version: Version) -> EntryKey {
    change.key(version.major() >= 16)
}

fn is_row(change: &Change) -> bool {
    !matches!(change, Change::Acl { .. } | Change::Owner { .. })
}

/// None for what is of no object: it keeps the order that it is found in, which is by OID.
fn target(change: &Change) -> Option<AclTarget> {
    match change {
        Change::Acl { target, .. } => Some(*target),
        Change::Owner { object, .. } | Change::Policy { relation: object, .. } => {
            Some(AclTarget::whole(*object))
        }
        _ => None,
    }
}

/// What stays the same from one load to the next. A parameter may have no OID, but it has a name.
fn identity(target: AclTarget, names: &View) -> (Option<(Class, u32, Name)>, i16) {
    (of_object(target.object, names), target.attnum)
}

fn of_object(id: ObjectId, names: &View) -> Option<(Class, u32, Name)> {
    names.object(id).map(|object| (object.kind.class(), object.oid.0, object.name.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing::Builder;
    use crate::cluster::{Kind, Oid};

    /// Two tables whose rows lie in the heap as they never were made: the second has the lower OID.
    #[test]
    fn predicted_changes_come_first_and_the_others_by_oid() {
        let mut builder = Builder::new(16);
        let owner = builder.role("owner");
        let schema = builder.schema("s", owner);
        let late = builder.push(Oid(30_002), Kind::Table, schema, "a", owner);
        let early = builder.push(Oid(30_001), Kind::Table, schema, "b", owner);
        let predicted = builder.push(Oid(30_003), Kind::Table, schema, "c", owner);
        let names = View::new(builder.build());
        let acl = |object, attnum| {
            let target = AclTarget { object, attnum };
            Change::Acl { target, before: None, after: None }
        };
        let comment = Change::Comment { role: owner, before: None, after: Some("x".into()) };
        let mut found =
            [comment.clone(), acl(late, 0), acl(early, 2), acl(early, 0), acl(early, 1), acl(predicted, 0)];
        in_order(&mut found, &[acl(predicted, 0)], &names);
        let rest = [acl(early, 0), acl(early, 1), acl(early, 2), acl(late, 0), comment];
        assert_eq!(found.first(), Some(&acl(predicted, 0)));
        assert_eq!(found.get(1..), Some(rest.as_slice()));
    }
}
