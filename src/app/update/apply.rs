//! From a preview to what came of it, and back.

use super::line;
use crate::app::history::Entry;
use crate::app::item::Item;
use crate::app::line::{Prefill, UNCERTAIN};
use crate::app::popup::{Confirm, Popup};
use crate::app::tree::Tree;
use crate::app::{
    Applied, Banner, Command, Context, Effect, Now, Pending, Perspective, Problem, State, Tone,
};
use crate::preview::Plan;
use crate::simulate::Certainty;
use std::sync::Arc;

/// Asks whether to apply what is previewed.
pub fn ask(state: &mut State) {
    let Some(editor) = &state.editor else { return };
    let plan = state.may_apply().and_then(|()| editor.applicable().cloned());
    match plan {
        Ok(plan) => state.popup = Some(Popup::Confirm(Confirm::new(plan))),
        Err(why) => {
            let mut text = why.to_owned();
            if why == UNCERTAIN
                && let Some(key) = state.keymap.key_for(Context::Line, Command::Rehearse)
            {
                text.push_str(&format!(" {key} does."));
            }
            state.banner = Some(Banner::new(Tone::Note, text));
        }
    }
}

/// It was confirmed.
pub fn apply(state: &mut State, plan: Arc<Plan>) -> Vec<Effect> {
    if let Err(why) = state.may_apply() {
        state.banner = Some(Banner::new(Tone::Note, why));
        return Vec::new();
    }
    state.generation += 1;
    state.pending = Some(Pending::Applying(Arc::clone(&plan)));
    vec![Effect::Apply { generation: state.generation, plan }]
}

/// Runs what is uncertain, and rolls it back.
pub fn rehearse(state: &mut State) -> Vec<Effect> {
    let Some(plan) = state.editor.as_ref().and_then(|e| e.plan().cloned()) else { return Vec::new() };
    let why = match state.may_apply() {
        Err(why) => Some(why),
        // A wrong error is a wrong prediction too: an uncertain one may be rehearsed.
        Ok(()) if plan.block().is_some() => Some("It targets a protected role and is never sent."),
        Ok(()) if plan.steps.is_empty() => Some("Nothing is written yet."),
        Ok(()) if plan.certainty() == Certainty::Certain && plan.is_ok() => {
            Some("The prediction is certain: there is nothing to rehearse.")
        }
        Ok(()) if plan.certainty() == Certainty::Certain => {
            Some("It would not succeed; the preview says why.")
        }
        Ok(()) => None,
    };
    if let Some(why) = why {
        state.banner = Some(Banner::new(Tone::Note, why));
        return Vec::new();
    }
    state.generation += 1;
    state.pending = Some(Pending::Rehearsing);
    vec![Effect::Rehearse { generation: state.generation, plan }]
}

/// What came of a rehearsal.
pub fn rehearsed(state: &mut State, result: Result<Arc<Plan>, Problem>) {
    state.pending = None;
    match (result, &mut state.editor) {
        (Ok(plan), Some(editor)) => {
            editor.rehearsed(plan);
            state.banner =
                Some(Banner::new(Tone::Good, "Rehearsed and rolled back. The preview is what it did."));
        }
        (Err(problem), _) => state.banner = Some(told(Tone::Bad, "The rehearsal failed. ", problem)),
        (Ok(_), None) => {}
    }
}

/// What came of applying: it is told, and the tree loads the new truth.
pub fn applied(state: &mut State, result: Applied, now: Now) -> Vec<Effect> {
    let Some(Pending::Applying(plan)) = state.pending.take() else { return Vec::new() };
    match result {
        Applied::Committed { read_back, unverified, warnings } => {
            let mut banner = committed(state, read_back, &unverified);
            banner.text.extend(warnings.iter().map(|warning| format!("! {warning}")));
            remember(state, &plan, now, Some(read_back), unverified);
            state.editor = None;
            state.banner = Some(banner);
        }
        Applied::RolledBack(problem) => {
            let mut banner = told(Tone::Bad, "Rolled back. ", problem);
            banner.text.push("It changed nothing here. The preview below is made anew.".to_owned());
            state.banner = Some(banner);
        }
        Applied::NotRun(problem) => state.banner = Some(told(Tone::Bad, "Not sent. ", problem)),
        Applied::Unknown(problem) => {
            remember(state, &plan, now, None, Vec::new());
            state.editor = None;
            state.banner = Some(told(Tone::Bad, "It is not known whether it was committed. ", problem));
        }
    }
    vec![super::reply::load(state)]
}

fn committed(state: &State, read_back: usize, unverified: &[String]) -> Banner {
    let entries = crate::app::text::entries(read_back);
    let undo = state.keymap.key_for(Context::Tree, Command::Undo);
    let undo = undo.map(|key| format!(" {key} undoes.")).unwrap_or_default();
    let mut banner =
        Banner::new(Tone::Good, format!("Committed. {entries} read back, all as previewed.{undo}"));
    banner.text.extend(unverified.iter().map(|what| format!("Not verified, it cannot be read back: {what}")));
    banner
}

fn told(tone: Tone, what: &str, problem: Problem) -> Banner {
    let first = format!("{what}{}", problem.message);
    Banner { tone, text: std::iter::once(first).chain(problem.more()).collect() }
}

fn remember(state: &mut State, plan: &Plan, now: Now, read_back: Option<usize>, unverified: Vec<String>) {
    let planner = state.snapshot.as_ref().map(|snapshot| snapshot.planner());
    let entry = Entry::new(planner, plan, now.wall, read_back, unverified);
    state.history.push(entry);
    let items = (0..state.history.len()).rev().map(|n| (Item::Applied(n), false));
    state.changes = Tree::new(items.collect());
}

/// The undo of the selected change, or of the last one, as the next preview.
pub fn undo(state: &mut State) {
    let selected = match (state.perspective, state.changes.selected().map(|n| n.item)) {
        (Perspective::Changes, Some(Item::Applied(n))) => state.history.get(n),
        _ => state.history.last(),
    };
    match selected.map(|entry| (entry.database, entry.undo.clone())) {
        Some((database, Ok(undo))) => {
            super::reply::turn(state, database);
            line::open(state, Prefill { sql: undo.statements.join("; "), cursor: None });
        }
        Some((_, Err(why))) => {
            state.banner = Some(Banner::new(Tone::Note, format!("There is no undo: {why}")))
        }
        None => state.banner = Some(Banner::new(Tone::Note, "Nothing was applied in this session.")),
    }
}
