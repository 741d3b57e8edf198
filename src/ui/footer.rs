//! The last line: the keys that mean something here, from the table of keys.

use super::frame::{put, span};
use super::text::width;
use super::theme::{Paint, Theme};
use crate::app::State;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The footer.
pub fn footer(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let mut line = Line::default();
    let mut used = 0;
    for binding in state.keymap.of(state.context()).filter(|b| !b.word.is_empty()) {
        let Some(key) = binding.keys.first() else { continue };
        let key = format!(" {key} ");
        used += width(&key) + binding.word.len() + 1;
        if used > usize::from(area.width) {
            break;
        }
        line.push_span(span(key, theme, Paint::Key));
        line.push_span(span(format!("{} ", binding.word), theme, Paint::Text));
    }
    put(&line, 0, area, buf);
}
