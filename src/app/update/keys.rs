//! Keys, by the table of keys.

use super::go;
use crate::app::item::{Item, object_children, role_children, role_path, role_roots};
use crate::app::pane::PaneRow;
use crate::app::tree::Tree;
use crate::app::{
    Banner, Command, Effect, Key, Perspective, Snapshot, State, Tone, Zone, inside, layout, tree_rows,
};
use std::sync::Arc;

/// A key was pressed.
pub fn press(state: &mut State, key: Key) -> Vec<Effect> {
    state.banner = None;
    let keymap = Arc::clone(&state.keymap);
    match keymap.command(state.context(), key) {
        Some(command) => run(state, command),
        None => Vec::new(),
    }
}

fn run(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::Quit => return vec![Effect::Quit],
        Command::Suspend => return vec![Effect::Suspend],
        Command::Mouse => return vec![turn_mouse(state)],
        Command::Reload => return vec![super::reply::load(state)],
        Command::Roles => state.perspective = Perspective::Roles,
        Command::Objects => state.perspective = Perspective::Objects,
        Command::Changes => state.perspective = Perspective::Changes,
        Command::Turn => turn(state),
        Command::NextZone if state.zone == Zone::Tree => state.zone = Zone::Pane,
        Command::NextZone | Command::Leave => state.zone = Zone::Tree,
        Command::GoBack => go::back(state),
        _ if state.zone == Zone::Tree => move_in_tree(state, command),
        _ => move_in_pane(state, command),
    }
    Vec::new()
}

fn turn_mouse(state: &mut State) -> Effect {
    state.mouse = !state.mouse;
    let text = match state.mouse {
        true => "The mouse selects rows again.",
        false => "The mouse is the terminal's: drag to select text. M takes it back.",
    };
    state.banner = Some(Banner::new(Tone::Note, text));
    Effect::Mouse { captured: state.mouse }
}

fn move_in_tree(state: &mut State, command: Command) {
    let page = isize::try_from(tree_rows(layout(state).tree).height.max(2) - 1).unwrap_or(1);
    let row = state.tree().cursor();
    match command {
        Command::Up => state.tree_mut().move_by(-1),
        Command::Down => state.tree_mut().move_by(1),
        Command::PageUp => state.tree_mut().move_by(-page),
        Command::PageDown => state.tree_mut().move_by(page),
        Command::First => state.tree_mut().select(0),
        Command::Last => state.tree_mut().select(usize::MAX),
        Command::Open => open_row(state, row),
        Command::Enter if state.tree().row(row).is_some_and(|n| n.expandable && !n.open) => {
            open_row(state, row);
        }
        Command::Enter => state.zone = Zone::Pane,
        Command::Close => close_row(state, row),
        _ => {}
    }
}

fn move_in_pane(state: &mut State, command: Command) {
    let page = isize::try_from(inside(layout(state).pane).height.max(2) - 1).unwrap_or(1);
    let Some(snapshot) = state.snapshot.clone() else { return };
    match command {
        Command::Up => state.pane.move_by(-1),
        Command::Down => state.pane.move_by(1),
        Command::PageUp => state.pane.move_by(-page),
        Command::PageDown => state.pane.move_by(page),
        Command::First => state.pane.select(0),
        Command::Last => state.pane.select(usize::MAX),
        Command::Open => {
            state.pane.toggle(&snapshot, Some(true));
        }
        Command::Close => {
            if matches!(state.pane.selected(), Some(PaneRow::Head { open: true, .. })) {
                state.pane.toggle(&snapshot, Some(false));
            } else {
                state.pane.select_heading();
            }
        }
        Command::Enter => follow(state, &snapshot),
        _ => {}
    }
}

/// Opens the heading, or goes to what the row names.
pub fn follow(state: &mut State, snapshot: &Snapshot) {
    if !state.pane.toggle(snapshot, None)
        && let Some(place) = state.pane.selected().and_then(PaneRow::place)
    {
        go::to(state, place);
    }
}

/// Opens a row of the current tree.
pub fn open_row(state: &mut State, row: usize) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let (perspective, direction) = (state.perspective, state.direction);
    state.tree_mut().open(row, |item| match perspective {
        Perspective::Roles => role_children(&snapshot, item, direction),
        Perspective::Objects => object_children(&snapshot, item),
        Perspective::Changes => Vec::new(),
    });
}

fn close_row(state: &mut State, row: usize) {
    let tree = state.tree_mut();
    match tree.row(row).is_some_and(|n| n.open) {
        true => tree.close(row),
        false => tree.select_parent(),
    }
}

/// Turns the tree of roles round, keeping the role.
fn turn(state: &mut State) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let selected = state.roles.selected().map(|n| n.item);
    let direction = state.direction.turned();
    state.direction = direction;
    state.perspective = Perspective::Roles;
    state.roles = Tree::new(role_roots(&snapshot, direction));
    if let Some(Item::Role(role)) = selected {
        let path = role_path(&snapshot, role, direction);
        state.roles.reveal(&path, |item| role_children(&snapshot, item, direction));
    }
}
