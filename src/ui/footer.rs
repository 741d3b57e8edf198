//! The last line: the keys that mean something here, from the table of keys.

use super::frame::{put, span};
use super::theme::{Paint, Theme};
use crate::app::text::width;
use crate::app::{Binding, Command, Context, State};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The footer. Where it is narrow, what is last in the table goes first, but help and quit stay.
pub fn footer(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    // What stops the server is shown first while there is something to stop.
    let cancel = |b: &&Binding| b.command == Command::Cancel;
    let busy = state.stoppable().and_then(|_| state.keymap.of(Context::Busy).find(cancel));
    let stops = busy.and_then(|b| b.keys.first());
    let others = state.keymap.of(state.context()).filter(|b| stops.is_none() || b.keys.last() != stops);
    let words = busy.into_iter().chain(others).filter(|b| !b.word.is_empty() && !b.keys.is_empty());
    let (kept, others): (Vec<_>, Vec<_>) =
        words.partition(|b| matches!(b.command, Command::Help | Command::Quit | Command::Leave));
    let cells = |b: &&Binding| b.keys.first().map_or(0, |k| width(&k.to_string())) + width(b.word) + 3;
    let mut room = usize::from(area.width).saturating_sub(kept.iter().map(cells).sum());
    let fits = |b: &&Binding| {
        let fits = cells(b) <= room;
        room = room.saturating_sub(if fits { cells(b) } else { room });
        fits
    };
    let shown: Vec<&Binding> = others.into_iter().take_while(fits).chain(kept.iter().copied()).collect();
    let mut line = Line::default();
    for binding in shown {
        let key = binding.keys.first().map(|k| k.to_string()).unwrap_or_default();
        line.push_span(span(format!(" {key}"), theme, Paint::Key));
        line.push_span(span(format!(" {} ", binding.word), theme, Paint::Text));
    }
    put(&line, 0, area, buf);
}
