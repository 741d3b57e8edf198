//! The mouse: a click selects, a second one opens, the wheel scrolls.

use super::{find, views};
use crate::app::popup::Popup;
use crate::app::{Context, Effect, Mouse, MouseKind, State, Zone, inside, layout, tab_at, tree_rows};
use ratatui::layout::{Position, Rect};

const WHEEL: isize = 3;

/// The mouse did something.
pub fn mouse(state: &mut State, mouse: Mouse) -> Vec<Effect> {
    let wheel = match mouse.kind {
        MouseKind::WheelUp => -WHEEL,
        MouseKind::WheelDown => WHEEL,
        MouseKind::Press => 0,
    };
    if let Some(popup) = &mut state.popup {
        if let Popup::Help(top) = popup {
            *top = top.saturating_add_signed(wheel);
        }
        return Vec::new();
    }
    let parts = layout(state);
    let at = Position { x: mouse.column, y: mouse.row };
    let line_in = |rows: Rect| rows.contains(at).then(|| usize::from(mouse.row - rows.y));
    let on_frame = mouse.row == parts.tree.y && !parts.tree.is_empty() && wheel == 0;
    if let Some(tab) = tab_at(state, mouse.column).filter(|_| on_frame && state.search.is_none()) {
        state.perspective = tab;
    } else if let Some(line) = line_in(tree_rows(parts.tree)) {
        on_tree(state, wheel, line, tree_rows(parts.tree).height.into());
    } else if let Some(line) = line_in(inside(parts.pane)) {
        on_pane(state, wheel, line, inside(parts.pane).height.into());
    } else if line_in(inside(parts.preview)).is_some()
        && let Some(editor) = &mut state.editor
    {
        editor.scroll(wheel, usize::from(inside(parts.preview).height.saturating_sub(1)));
    }
    Vec::new()
}

fn on_tree(state: &mut State, wheel: isize, line: usize, height: usize) {
    if let Some(search) = state.search.as_mut().filter(|s| !s.input.value().is_empty()) {
        let row = search.top() + line;
        match wheel {
            0 if search.cursor() == row => find::enter(state),
            0 => search.select(row),
            _ => search.move_by(wheel),
        }
        return;
    }
    if wheel != 0 {
        return state.tree_mut().scroll_by(wheel, height);
    }
    let row = state.tree().top() + line;
    let again = state.zone == Zone::Tree && state.tree().cursor() == row;
    if state.context() == Context::Pane {
        state.zone = Zone::Tree;
    }
    match state.tree().row(row).map(|n| n.open) {
        None => {}
        Some(true) if again => state.tree_mut().close(row),
        Some(false) if again => views::open_row(state, row),
        Some(_) => state.tree_mut().select(row),
    }
}

fn on_pane(state: &mut State, wheel: isize, line: usize, height: usize) {
    if wheel != 0 {
        return state.pane.scroll_by(wheel, height);
    }
    let row = state.pane.top() + line;
    let again = state.zone == Zone::Pane && state.pane.cursor() == row;
    state.zone = Zone::Pane;
    if row < state.pane.rows().len() {
        state.pane.select(row);
    }
    if let (true, Some(snapshot)) = (again, state.snapshot.clone()) {
        views::follow(state, &snapshot);
    }
}
