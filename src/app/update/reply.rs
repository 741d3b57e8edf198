//! What effects answer.

use super::{apply, busy, connect};
use crate::app::connect::Retry;
use crate::app::item::{self, finding_roots, object_children, object_roots, role_children, role_roots};
use crate::app::popup::Popup;
use crate::app::{
    Banner, Effect, Item, Link, Now, Other, OtherState, Problem, Progress, Reply, Snapshot, State, Tone,
};
use crate::cluster::Oid;
use secrecy::SecretString;
use std::sync::Arc;

/// Asks for everything to be loaded.
pub fn load(state: &mut State) -> Effect {
    load_with(state, None)
}

/// The same with what was typed, in place of the password there was.
pub fn load_with(state: &mut State, password: Option<SecretString>) -> Effect {
    state.generation += 1;
    state.others_generation = state.generation;
    state.link = Link::Connecting;
    let shown = || Some(state.snapshot.as_ref()?.database_name().to_owned()).filter(|name| !name.is_empty());
    let database = state.wanted.clone().or_else(shown);
    state.wanted = None;
    state.retry = None;
    state.asked = database.clone();
    busy::rest(state);
    Effect::Load { generation: state.generation, database, password }
}

/// An answer to the last effect.
pub fn reply(state: &mut State, reply: Reply, now: Now) -> Vec<Effect> {
    match reply {
        Reply::Connected(connection) => {
            warn(state, &connection.warnings);
            state.connection = Some(connection);
            state.link = Link::Loading(Progress::default());
        }
        Reply::Loading { progress, snapshot } => {
            state.link = Link::Loading(progress);
            // After the first load the old truth stays in sight until the new one is whole.
            if let Some(snapshot) = snapshot.filter(|_| !state.has_loaded()) {
                replace(state, snapshot);
            }
        }
        Reply::Loaded(snapshot) => {
            let snapshot = match &state.snapshot {
                Some(old) => Arc::new(snapshot.with_others_of(old)),
                None => snapshot,
            };
            replace(state, snapshot);
            state.loaded_at = Some(now.wall);
            state.link = Link::Ready(now.wall);
        }
        // Told apart by their own generation: `others`.
        Reply::Other(_) => {}
        Reply::Failed(problem) => failed(state, problem),
        Reply::Unreachable(problem) => {
            failed(state, problem);
            state.retry = Some(Retry::after(0, now.elapsed));
        }
        Reply::PasswordWanted { place, refused } => connect::ask_again(state, place, refused),
        Reply::Applied(result) => return apply::applied(state, result, now),
        Reply::Rehearsed(result) => apply::rehearsed(state, result),
    }
    Vec::new()
}

/// Something is known of another database.
pub fn other(state: &mut State, other: Other) -> Vec<Effect> {
    let Some(old) = state.snapshot.clone() else { return Vec::new() };
    if let (Some(before), Some(new)) = (old.other(other.database).and_then(Other::loaded), other.loaded()) {
        translate_visits(state, other.database, |item| item::translate(item, before, new));
    }
    // What is being asked, written or confirmed is about the database that is looked at, of which nothing is new.
    let new = Arc::new(old.with(other));
    if let Some(search) = &mut state.search {
        search.restart(&new);
    }
    state.found = None;
    lay_out(state, &old, new);
    Vec::new()
}

/// Looks at another database of the cluster.
pub fn turn(state: &mut State, database: Oid) {
    let Some(old) = state.snapshot.clone().filter(|old| old.cluster().database != database) else { return };
    match (old.turned(database), old.other(database)) {
        (Some(new), other) => {
            if let Some(other) = other.filter(|other| other.is_older) {
                state.wanted = Some(other.name.clone());
            }
            show(state, &old, Arc::new(new));
        }
        (None, Some(Other { name, state: OtherState::Waiting, .. })) => state.wanted = Some(name.clone()),
        (None, Some(Other { name, state: OtherState::LeftOut(why), .. })) => {
            state.banner = Some(Banner::new(Tone::Note, format!("{name} was not loaded: {why}")));
        }
        (None, Some(Other { name, .. })) => {
            state.banner = Some(Banner::new(Tone::Note, format!("{name} is being loaded.")));
        }
        (None, None) => {}
    }
}

/// What a person should be told about a connection.
pub fn warn(state: &mut State, warnings: &[String]) {
    if warnings.is_empty() {
        return;
    }
    let lines = warnings.iter().map(|warning| format!("! {warning}"));
    match &mut state.banner {
        Some(banner) => banner.text.extend(lines),
        None => state.banner = Some(Banner { tone: Tone::Note, text: lines.collect() }),
    }
}

fn failed(state: &mut State, problem: Problem) {
    if state.has_loaded() {
        let text = format!("Not loaded again: {} What is shown is older.", sentence(&problem.message));
        let text = std::iter::once(text).chain(problem.more()).collect();
        state.banner = Some(Banner { tone: Tone::Bad, text });
    }
    state.link = Link::Failed(problem);
}

/// With a full stop, so that another sentence can follow.
pub fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// Shows what was loaded anew, with the same places open and selected as far as they are still there.
fn replace(state: &mut State, new: Arc<Snapshot>) {
    let old = state.snapshot.clone().unwrap_or_else(|| Arc::clone(&new));
    if old.cluster().database == new.cluster().database {
        translate_visits(state, new.cluster().database, |item| item::translate(item, &old, &new));
    }
    show(state, &old, new);
}

/// Shows another snapshot in place of the old one.
fn show(state: &mut State, old: &Snapshot, new: Arc<Snapshot>) {
    renew(state, &new);
    lay_out(state, old, new);
}

/// Trees and pane of another snapshot, with the same places open and selected.
fn lay_out(state: &mut State, old: &Snapshot, new: Arc<Snapshot>) {
    state.snapshot = Some(Arc::clone(&new));
    let direction = state.direction;
    let key = |item| item::translate(item, old, &new);
    let make = |item| role_children(&new, item, direction);
    state.roles = state.roles.rebuilt(role_roots(&new, direction), key, make);
    state.objects = state.objects.rebuilt(object_roots(&new), key, |item| object_children(&new, item));
    state.findings = state.findings.rebuilt(finding_roots(&new), key, |_| Vec::new());
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

fn translate_visits(state: &mut State, database: Oid, key: impl Fn(Item) -> Option<Item>) {
    for visit in state.back.iter_mut().filter(|visit| visit.database == database) {
        visit.path = visit.path.iter().map_while(|item| key(*item)).collect();
    }
    state.back.retain(|v| !v.path.is_empty());
}
