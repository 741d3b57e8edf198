//! State to screen. Pure.
//!
//! Every part draws only the rows that are seen, so a frame costs what the screen holds.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod confirm;
mod connect;
mod footer;
mod frame;
mod header;
mod help;
mod input;
mod pane;
mod popup;
mod preview;
#[cfg(test)]
mod tests;
mod why;

mod theme;
mod tree;
mod words;

pub use theme::{Paint, Theme};

use crate::app::{State, layout};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the screen. `area` is the terminal's; what the state knows of it may be older, and what lies outside is
/// not drawn.
pub fn render(state: &State, area: Rect, buf: &mut Buffer) {
    let theme = Theme::of(&state.settings);
    let parts = layout(state);
    let seen = area.intersection(buf.area);
    let on_screen = |part: Rect| part.intersection(seen);
    header::header(state, &theme, on_screen(parts.header), buf);
    header::banner(state, &theme, on_screen(parts.banner), buf);
    tree::tree(state, &theme, on_screen(parts.tree), buf);
    pane::pane(state, &theme, on_screen(parts.pane), buf);
    preview::preview(state, &theme, on_screen(parts.preview), buf);
    preview::completions(state, &theme, parts.preview, seen, buf);
    footer::footer(state, &theme, on_screen(parts.footer), buf);
    popup::popup(state, &theme, seen, buf);
}
