//! What effects answer.

use crate::app::item::{self, object_children, object_roots, role_children, role_roots};
use crate::app::{Effect, Item, Link, Now, Reply, Snapshot, State};
use std::sync::Arc;

/// Asks for everything to be loaded.
pub fn load(state: &mut State) -> Effect {
    state.generation += 1;
    state.link = Link::Connecting;
    Effect::Load { generation: state.generation }
}

/// An answer to the last effect.
pub fn reply(state: &mut State, reply: Reply, now: Now) -> Vec<Effect> {
    match reply {
        Reply::Connected(connection) => state.connection = Some(connection),
        Reply::Loading { progress, snapshot } => {
            state.link = Link::Loading(progress);
            if let Some(snapshot) = snapshot {
                replace(state, snapshot);
            }
        }
        Reply::Loaded(snapshot) => {
            replace(state, snapshot);
            state.link = Link::Ready(now.wall);
        }
        Reply::Failed(problem) => state.link = Link::Failed(problem),
        Reply::Applied(_) | Reply::Rehearsed(_) => {}
    }
    Vec::new()
}

/// Shows another snapshot, with the same places open and selected as far as they are still there.
fn replace(state: &mut State, new: Arc<Snapshot>) {
    let old = state.snapshot.replace(Arc::clone(&new));
    let direction = state.direction;
    let old = old.as_ref().unwrap_or(&new);
    let key = |item| item::translate(item, old, &new);
    let make = |item| role_children(&new, item, direction);
    state.roles = state.roles.rebuilt(role_roots(&new, direction), key, make);
    state.objects = state.objects.rebuilt(object_roots(&new), key, |item| object_children(&new, item));
    translate_visits(state, key);
    let subject = state.tree().selected().map(|n| n.item);
    // Ids of the old snapshot mean nothing in the new one, even where they are equal.
    let same = state.pane.subject.and_then(key) == subject;
    let row = state.pane.cursor();
    state.pane.show(&new, subject);
    if same {
        state.pane.select(row);
    }
}

fn translate_visits(state: &mut State, key: impl Fn(Item) -> Option<Item>) {
    for visit in &mut state.back {
        visit.path = visit.path.iter().map_while(|item| key(*item)).collect();
    }
    state.back.retain(|v| !v.path.is_empty());
}
