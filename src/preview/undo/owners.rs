//! Owners that are others than before.

use super::attempt::Attempt;
use crate::cluster::{Change, Kind, ObjectId, Oid, View};
use crate::sql::identity::{owner_target, quoted};

/// An object and its former owner.
pub(super) type Wish = (ObjectId, Oid);

/// Sequences come last: one that belongs to a column goes with its table, and never by itself.
pub(super) fn missing(attempt: &Attempt<'_>) -> Vec<Wish> {
    let object = |change: &Change| match change {
        Change::Owner { object, .. } => Some(*object),
        _ => None,
    };
    let objects = attempt.changes.iter().filter_map(object);
    let mut wishes: Vec<Wish> = objects
        .filter(|object| attempt.state.owner(*object) != attempt.target.owner(*object))
        .map(|object| (object, attempt.target.owner(object)))
        .collect();
    let is_sequence = |id: ObjectId| attempt.state.object(id).is_some_and(|o| o.kind == Kind::Sequence);
    wishes.sort_by_key(|(object, _)| is_sequence(*object));
    wishes
}

/// Tries ALTER .. OWNER TO for all, at once or one by one.
pub(super) fn bring_back(attempt: &mut Attempt<'_>, wishes: &[Wish]) {
    let alone = |(object, owner): &Wish| {
        let (view, is) = (&attempt.state, attempt.state.object(*object)?);
        let follows = is.kind == Kind::Sequence && belongs_to_a_column(attempt, *object);
        if follows {
            return None;
        }
        let (keyword, name) = owner_target(view, *object)?;
        let owner = quoted(view, &view.role(*owner)?.name);
        Some(format!("ALTER {keyword} {name} OWNER TO {owner}"))
    };
    let statements: Vec<(&Wish, String)> =
        wishes.iter().filter_map(|wish| Some((wish, alone(wish)?))).collect();
    let all: Vec<String> = statements.iter().map(|(_, text)| text.clone()).collect();
    let good = |state: &View| wishes.iter().all(|(object, owner)| state.owner(*object) == *owner);
    if all.is_empty() || attempt.try_as(&all, None, &good) {
        return;
    }
    for ((object, owner), text) in statements {
        let is = attempt.state.owner(*object);
        let good = |state: &View| state.owner(*object) == *owner;
        if !attempt.try_as_any(&[text], &[is, *owner], &good) {
            return;
        }
    }
}

fn belongs_to_a_column(attempt: &Attempt<'_>, sequence: ObjectId) -> bool {
    let detail = attempt.state.object(sequence).map(|object| &object.detail);
    matches!(detail, Some(crate::cluster::Detail::Relation { owned_by, .. }) if *owned_by != Oid(0))
}
