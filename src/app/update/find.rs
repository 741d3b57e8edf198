//! Finding by name.

use super::go;
use crate::app::search::Search;
use crate::app::{Banner, Command, Effect, Key, State, Tone, Zone, layout, tree_rows};

/// Begins to find.
pub fn start(state: &mut State) {
    state.zone = Zone::Tree;
    state.search = Some(Search::default());
}

/// A command while something is searched.
pub fn run(state: &mut State, command: Command) -> Vec<Effect> {
    let page = isize::try_from(tree_rows(layout(state).tree).height.max(2) - 1).unwrap_or(1);
    let Some(search) = &mut state.search else { return Vec::new() };
    match command {
        Command::Up => search.move_by(-1),
        Command::Down => search.move_by(1),
        Command::PageUp => search.move_by(-page),
        Command::PageDown => search.move_by(page),
        Command::Enter => enter(state),
        Command::Leave => state.search = None,
        _ => {}
    }
    Vec::new()
}

/// Goes to the match, and keeps the others for n and N.
pub fn enter(state: &mut State) {
    let Some(search) = state.search.take() else { return };
    match search.selected() {
        Some(found) => {
            go::to(state, found.place());
            state.found = Some(search);
        }
        None if search.input.value().is_empty() => {}
        None => {
            let text = format!("Nothing is called like {}.", search.input.value());
            state.banner = Some(Banner::new(Tone::Note, text));
        }
    }
}

/// The next match, or the one before.
pub fn step(state: &mut State, by: isize) {
    let Some(search) = &mut state.found else {
        state.banner = Some(Banner::new(Tone::Note, "Nothing was found yet: / finds."));
        return;
    };
    search.move_by(by);
    if let Some(found) = search.selected() {
        go::show(state, found.place());
    }
}

/// A key that edits the query.
pub fn edit(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(request) = crate::app::line::request(key) else { return Vec::new() };
    change(state, |search| {
        search.input.handle(request);
    });
    Vec::new()
}

/// Pasted text, up to the end of its line.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let line = text.lines().next().unwrap_or("").to_owned();
    change(state, |search| {
        for c in line.chars().filter(|c| !c.is_control()) {
            search.input.handle(tui_input::InputRequest::InsertChar(c));
        }
    });
    Vec::new()
}

fn change(state: &mut State, edit: impl FnOnce(&mut Search)) {
    let (Some(search), Some(snapshot)) = (&mut state.search, &state.snapshot) else { return };
    let before = search.input.value().to_owned();
    edit(search);
    if search.input.value() != before {
        search.changed(snapshot, &before);
    }
}

/// Looks at some more names.
pub fn look(state: &mut State) {
    if let (Some(search), Some(snapshot)) = (&mut state.search, &state.snapshot) {
        search.look(snapshot);
    }
}
