//! What effects answer.

use super::apply;
use crate::app::item::{self, finding_roots, object_children, object_roots, role_children, role_roots};
use crate::app::popup::Popup;
use crate::app::{Banner, Effect, Item, Link, Now, Problem, Reply, Snapshot, State, Tone};
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
            // After the first load the old truth stays in sight until the new one is whole.
            if let Some(snapshot) = snapshot.filter(|_| !state.has_loaded) {
                replace(state, snapshot);
            }
        }
        Reply::Loaded(snapshot) => {
            replace(state, snapshot);
            state.has_loaded = true;
            state.link = Link::Ready(now.wall);
        }
        Reply::Failed(problem) => failed(state, problem),
        Reply::Applied(result) => return apply::applied(state, result, now),
        Reply::Rehearsed(result) => apply::rehearsed(state, result),
    }
    Vec::new()
}

fn failed(state: &mut State, problem: Problem) {
    if state.has_loaded {
        let text = format!("Not loaded again: {} What is shown is older.", sentence(&problem.message));
        state.banner = Some(Banner::new(Tone::Bad, text));
    }
    state.link = Link::Failed(problem);
}

/// With a full stop, so that another sentence can follow.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// The connection is gone. What was loaded can still be looked at, and previewed.
pub fn lost(state: &mut State, why: String) -> Vec<Effect> {
    let text = format!(
        "Connection lost: {} What was loaded can still be looked at; R connects again.",
        sentence(&why)
    );
    state.banner = Some(Banner::new(Tone::Bad, text));
    state.link = Link::Lost(why);
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
    state.findings = state.findings.rebuilt(finding_roots(&new), key, |_| Vec::new());
    translate_visits(state, key);
    renew(state, &new);
    let subject = state.subject();
    // Ids of the old snapshot mean nothing in the new one, even where they are equal.
    let same = state.pane.subject.and_then(key) == subject;
    let row = state.pane.cursor();
    state.pane.show(&new, &state.history, subject);
    if same {
        state.pane.select(row);
    }
}

/// What was computed from the old snapshot is computed again.
fn renew(state: &mut State, new: &Snapshot) {
    if let Some(editor) = &mut state.editor {
        editor.predict(new);
    }
    if let Some(search) = &mut state.search {
        search.restart(new);
    }
    state.found = None;
    // Pictures and questions about the old truth are answered no more.
    if matches!(state.popup, Some(Popup::Why(_) | Popup::Confirm(_))) {
        state.popup = None;
    }
}

fn translate_visits(state: &mut State, key: impl Fn(Item) -> Option<Item>) {
    for visit in &mut state.back {
        visit.path = visit.path.iter().map_while(|item| key(*item)).collect();
    }
    state.back.retain(|v| !v.path.is_empty());
}
