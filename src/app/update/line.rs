//! The SQL line.

use super::apply;
use crate::app::item::Item;
use crate::app::line::{Editor, Prefill, Row, Verb, prefill};
use crate::app::pane::{PaneRow, Place};
use crate::app::popup::{Popup, Why};
use crate::app::{
    Banner, Command, Effect, Key, Pending, Perspective, State, Tone, Zone, identity, inside, layout,
};
use crate::question;
use crate::sql::Options;
use crate::sql::identity::quoted;

/// Opens the line with nothing in it.
pub fn open_empty(state: &mut State) {
    open(state, Prefill::default());
}

/// Opens the line with a text.
pub fn open(state: &mut State, text: Prefill) {
    let Some(snapshot) = &state.snapshot else {
        state.banner = Some(Banner::new(Tone::Note, "Nothing is loaded yet."));
        return;
    };
    state.editor = Some(Editor::new(snapshot, text, state.screen.width.into()));
}

/// Opens the line with the statement that suits the row.
pub fn open_for_row(state: &mut State, verb: Verb) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let tree = state.tree();
    let Some(node) = tree.selected() else { return };
    let pane = state.pane.selected().filter(|_| state.zone == Zone::Pane);
    let row = Row { item: node.item, above: tree.parent_item(node), direction: state.direction, pane };
    match prefill(&snapshot, verb, row) {
        Some(text) => open(state, text),
        None => state.banner = Some(Banner::new(Tone::Note, "No GRANT or REVOKE is about this row.")),
    }
}

/// Opens the line with what would mend the selected finding.
pub fn open_mend(state: &mut State) {
    let finding = match (state.perspective, state.tree().selected().map(|node| node.item)) {
        (Perspective::Findings, Some(Item::Finding(n))) => {
            state.snapshot.as_ref().and_then(|s| s.findings().get(n))
        }
        _ => None,
    };
    let mend = finding.map(|finding| finding.mend.clone());
    match mend {
        Some(Ok(statements)) => open(state, Prefill { sql: statements.join("; "), cursor: None }),
        Some(Err(why)) => state.banner = Some(Banner::new(Tone::Note, why)),
        None => state.banner = Some(Banner::new(Tone::Note, "A finding must be selected: 4 lists them.")),
    }
}

/// A command in the line.
pub fn run(state: &mut State, command: Command) -> Vec<Effect> {
    let height = usize::from(inside(layout(state).preview).height.saturating_sub(1));
    let page = isize::try_from(height.max(2) - 1).unwrap_or(1);
    let (Some(editor), Some(snapshot)) = (&mut state.editor, &state.snapshot) else { return Vec::new() };
    let busy = state.pending.is_some();
    match command {
        Command::Apply if editor.completion.is_some() => editor.completion = None,
        Command::Apply if editor.question().is_some() => ask(state),
        Command::Apply => apply::ask(state),
        Command::Rehearse => return apply::rehearse(state),
        Command::Complete if !busy => editor.complete(snapshot, 1),
        Command::Up if editor.completion.is_some() => editor.complete(snapshot, -1),
        Command::Down if editor.completion.is_some() => editor.complete(snapshot, 1),
        Command::Up => editor.scroll(-1, height),
        Command::Down => editor.scroll(1, height),
        Command::PageUp => editor.scroll(-page, height),
        Command::PageDown => editor.scroll(page, height),
        Command::CopySql => {
            let options = Options::of(snapshot.cluster());
            return vec![copied(editor, options)];
        }
        Command::Leave if editor.completion.is_some() => editor.completion = None,
        Command::Leave => leave(state),
        _ => {}
    }
    Vec::new()
}

/// `why ROLE PRIVILEGE OBJECT`: the picture over the line, which stays to be asked anew.
fn ask(state: &mut State) {
    let (Some(editor), Some(snapshot)) = (&state.editor, &state.snapshot) else { return };
    let Some(text) = editor.question() else { return };
    let mut view = snapshot.view().clone();
    match question::ask_line(&mut view, text) {
        Ok(asked) => state.popup = Some(Popup::Why(Box::new(Why::new(&view, asked, state.clock)))),
        Err(error) => {
            let hint = error.hint.map(|hint| format!(" {hint}")).unwrap_or_default();
            state.banner = Some(Banner::new(Tone::Bad, format!("{}{hint}", error.message)));
        }
    }
}

/// A clipboard is read by many: passwords do not go there in clear text.
fn copied(editor: &Editor, options: Options) -> Effect {
    let text = editor.text().to_owned();
    if editor.has_password() { Effect::CopySealed { script: text, options } } else { Effect::Copy(text) }
}

/// A rehearsal is left behind; what is being applied is not.
fn leave(state: &mut State) {
    match state.pending {
        Some(Pending::Applying(_)) => {
            state.banner =
                Some(Banner::new(Tone::Note, "It is being applied; what comes of it is told here."));
        }
        Some(Pending::Rehearsing) => {
            state.generation += 1;
            state.pending = None;
            state.editor = None;
        }
        Some(Pending::Connecting(_)) | None => state.editor = None,
    }
}

/// A key that edits. What is at the server is not edited under its hands.
pub fn edit(state: &mut State, key: Key) -> Vec<Effect> {
    if let (Some(editor), Some(snapshot), None) = (&mut state.editor, &state.snapshot, &state.pending) {
        editor.edit(snapshot, key);
    }
    Vec::new()
}

/// Pasted text.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let (Some(editor), Some(snapshot), None) = (&mut state.editor, &state.snapshot, &state.pending) {
        editor.paste(snapshot, text);
    }
    Vec::new()
}

/// Copies what the row names, or the statements of an applied change.
pub fn copy_row(state: &mut State) -> Vec<Effect> {
    let Some(text) = row_text(state) else { return Vec::new() };
    state.banner = Some(Banner::new(Tone::Good, format!("Copied: {text}")));
    vec![Effect::Copy(text)]
}

fn row_text(state: &State) -> Option<String> {
    let snapshot = state.snapshot.as_ref()?;
    let role = |role| quoted(snapshot.view(), &snapshot.view().role_name(role));
    let place = match state.zone {
        Zone::Pane => state.pane.selected().and_then(PaneRow::place),
        Zone::Tree => None,
    };
    match (place, state.subject()?) {
        (Some(Place::Role(oid)), _) | (None, Item::Role(oid)) => Some(role(oid)),
        (Some(Place::Object(target)), _) | (None, Item::Column(target)) => Some(identity(snapshot, target)),
        (None, Item::Schema(id) | Item::Object(id)) => {
            Some(identity(snapshot, crate::cluster::AclTarget::whole(id)))
        }
        (None, Item::Applied(n)) => state.history.get(n).map(|e| format!("{};", e.statements.join(";\n"))),
        (Some(Place::Database(database) | Place::There(database, _)), _)
        | (None, Item::Database(database)) => {
            snapshot.other(database).map(|other| quoted(snapshot.view(), &other.name))
        }
        (None, Item::Finding(n)) => snapshot.findings().get(n).map(|f| match &f.mend {
            Ok(statements) => format!("{};", statements.join(";\n")),
            Err(_) => f.reason.clone(),
        }),
        (None, Item::Group(..)) => None,
    }
}
