//! Screens as text.

use super::render;
use crate::app::State;
use crate::app::testing::{explorer, press};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The screen of a state.
pub fn screen(state: &State) -> Buffer {
    let area = Rect::new(0, 0, state.screen.width, state.screen.height);
    let mut buf = Buffer::empty(area);
    render(state, area, &mut buf);
    buf
}

/// Its characters, line by line.
pub fn text(state: &State) -> String {
    let buf = screen(state);
    let width = usize::from(buf.area.width.max(1));
    let mut out = String::new();
    for line in buf.content().chunks(width) {
        let line: String = line.iter().map(|cell| cell.symbol()).collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[test]
fn roles_by_membership() {
    let mut state = explorer(120, 30);
    press(&mut state, "Enter j Enter");
    insta::assert_snapshot!(text(&state));
}
