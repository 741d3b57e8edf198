//! The keys, from the table of keys.

use super::frame::span;
use super::theme::{Paint, Theme};
use crate::app::text::width;
use crate::app::{Context, Keymap};
use ratatui::text::Line;

/// Every binding, by context.
pub fn lines(keymap: &Keymap, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for context in Context::ALL {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(span(format!(" {}", context.title()), theme, Paint::Title)));
        for binding in keymap.of(context) {
            let keys: Vec<String> = binding.keys.iter().map(|k| k.to_string()).collect();
            let keys = keys.join(" ");
            let gap = " ".repeat(18_usize.saturating_sub(width(&keys)).max(1));
            lines.push(Line::from(vec![
                span(format!("   {keys}{gap}"), theme, Paint::Key),
                span(binding.help, theme, Paint::Text),
            ]));
        }
    }
    lines
}
