//! The mouse: a click selects, a second one opens, the wheel scrolls.

use crate::app::{Effect, Mouse, MouseKind, State, Zone, layout, tree_rows};
use ratatui::layout::Position;

const WHEEL: isize = 3;

/// The mouse did something.
pub fn mouse(state: &mut State, mouse: Mouse) -> Vec<Effect> {
    let parts = layout(state);
    let at = Position { x: mouse.column, y: mouse.row };
    let rows = tree_rows(parts.tree);
    if !rows.contains(at) {
        return Vec::new();
    }
    let height = rows.height.into();
    match mouse.kind {
        MouseKind::WheelUp => state.tree_mut().scroll_by(-WHEEL, height),
        MouseKind::WheelDown => state.tree_mut().scroll_by(WHEEL, height),
        MouseKind::Press => press_row(state, usize::from(mouse.row - rows.y)),
    }
    Vec::new()
}

fn press_row(state: &mut State, line: usize) {
    let row = state.tree().top() + line;
    let again = state.zone == Zone::Tree && state.tree().cursor() == row;
    state.zone = Zone::Tree;
    match state.tree().row(row).map(|n| n.open) {
        None => {}
        Some(true) if again => state.tree_mut().close(row),
        Some(false) if again => super::keys::open_row(state, row),
        Some(_) => state.tree_mut().select(row),
    }
}
