//! Frames, and lines of styled pieces.

use super::theme::{Paint, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Widget};

/// A frame with its title; its lines tell whether keys go there.
pub fn frame(title: Line<'_>, focused: bool, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let paint = if focused { Paint::Focus } else { Paint::Frame };
    Block::new()
        .borders(Borders::ALL)
        .border_set(theme.glyphs.border)
        .border_style(theme.style(paint))
        .title(title)
        .render(area, buf);
}

/// One line of a part, from its top; nothing where the part is not that high.
pub fn put(line: &Line<'_>, row: u16, area: Rect, buf: &mut Buffer) {
    if row < area.height {
        buf.set_line(area.x, area.y + row, line, area.width);
    }
}

/// Lays a style over a whole row.
pub fn paint_row(style: Style, row: u16, area: Rect, buf: &mut Buffer) {
    if row < area.height {
        buf.set_style(Rect { y: area.y + row, height: 1, ..area }, style);
    }
}

/// A piece of text in a style.
pub fn span<'a>(text: impl Into<std::borrow::Cow<'a, str>>, theme: &Theme, paint: Paint) -> Span<'a> {
    Span::styled(text, theme.style(paint))
}
