//! About what is neither a role nor an object.

use super::{PaneRow, Rows, SHORT, Section};
use crate::app::snapshot::{Group, OtherState, Snapshot};
use crate::app::text::count;
use crate::cluster::{ObjectId, Oid};
use rustc_hash::FxHashMap;

/// The objects of one kind: who owns them.
pub(super) fn group(snapshot: &Snapshot, schema: Option<ObjectId>, group: Group, rows: &mut Rows<'_>) {
    let schema = schema.and_then(|id| snapshot.object(id));
    let objects = snapshot.index().in_group(schema.map_or(Oid(0), |o| o.oid), group);
    let place = schema.map(|s| format!(" in schema {}", s.name)).unwrap_or_default();
    rows.fact(format!("{} {}{place}", objects.len(), group.title()));
    let mut owners: FxHashMap<Oid, usize> = FxHashMap::default();
    for object in objects.iter().filter_map(|id| snapshot.object(*id)) {
        *owners.entry(object.owner).or_default() += 1;
    }
    let mut owners: Vec<(Oid, usize)> = owners.into_iter().collect();
    owners.sort_by_key(|(owner, count)| (std::cmp::Reverse(*count), snapshot.index().role_rank(*owner)));
    if rows.head(Section::Owners, 0, owners.len(), SHORT) {
        rows.rows.extend(owners.into_iter().map(|(role, count)| PaneRow::Owner { role, count }));
    }
}

/// Another database: what is in it, as far as that is known.
pub(super) fn database(snapshot: &Snapshot, database: Oid, rows: &mut Rows<'_>) {
    let Some(other) = snapshot.other(database) else { return };
    match &other.state {
        OtherState::Waiting => rows.fact("It was not loaded yet: Enter loads it."),
        OtherState::Loading => rows.fact("It is being loaded."),
        OtherState::LeftOut(why) => rows.fact(format!("It was not loaded: {why}")),
        OtherState::Loaded(there) => {
            let made = count(there.index().made_here(), "object");
            rows.fact(format!("{made} that users made, schemas among them"));
            rows.fact("Enter looks at it; Backspace comes back.");
        }
    }
}
