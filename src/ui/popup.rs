//! What lies over the screen.

use super::frame::{frame, put, span};
use super::help;
use super::input::input_line;
use super::theme::{Paint, Theme};
use super::why;
use super::{confirm, connect};
use crate::app::new_password::NewPassword;
use crate::app::popup::Popup;
use crate::app::text::escaped;
use crate::app::{State, inside};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget};

/// The popup, if there is one.
pub fn popup(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    match &state.popup {
        None => {}
        Some(Popup::Help(top)) => {
            let lines = help::lines(&state.keymap, theme);
            scrolled(" keys ", &lines, *top, theme, area, buf);
        }
        Some(Popup::Why(picture)) => {
            let Some(snapshot) = &state.snapshot else { return };
            let cells = usize::from(area.width).saturating_sub(6);
            let (lines, selected) = why::lines(snapshot, picture, theme, state.settings.ascii, cells);
            let place = boxed(lines.len(), area);
            let rows = open(" why ", theme, place, buf);
            let top = selected.saturating_sub(usize::from(rows.height).saturating_sub(1));
            for (row, line) in (0..rows.height).zip(lines.iter().skip(top)) {
                put(line, row, rows, buf);
            }
        }
        Some(Popup::Quit(what)) => {
            let lines = vec![
                Line::from(span(
                    format!(" {what} Its outcome would be in the journal alone."),
                    theme,
                    Paint::Note,
                )),
                Line::default(),
                Line::from(span(" Enter quits all the same, Esc stays.", theme, Paint::Text)),
            ];
            scrolled(" quit? ", &lines, 0, theme, area, buf);
        }
        Some(Popup::Password(asked)) => password(asked, theme, area, buf),
        Some(Popup::Confirm(confirm)) => confirm::confirm(state, confirm, theme, area, buf),
        Some(Popup::Connect(list)) => connect::connect(state, list, theme, area, buf),
        Some(Popup::Login(login)) => connect::login(login, theme, area, buf),
    }
}

/// The prompt for a new password: stars, and what was not right.
fn password(asked: &NewPassword, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let again = if asked.is_again() { "Type it again." } else { "It is sent as a SCRAM-SHA-256 verifier." };
    let place = boxed(3, area);
    let rows = open(" new password ", theme, place, buf);
    let role = format!(" Of {}. {again}", escaped(&asked.role));
    put(&Line::from(span(role, theme, Paint::Text)), 0, rows, buf);
    put(&input_line("> ", &asked.input.shown(), true, theme, rows.width), 1, rows, buf);
    if let Some(note) = asked.note {
        put(&Line::from(span(format!(" {note}"), theme, Paint::Bad)), 2, rows, buf);
    }
}

/// A box of that many lines in the middle.
pub(super) fn boxed(lines: usize, area: Rect) -> Rect {
    let height = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(area.height.saturating_sub(2).max(3));
    let width = area.width.saturating_sub(4).min(116);
    let place = Rect {
        x: area.x + area.width.saturating_sub(width) / 2,
        y: area.y + area.height.saturating_sub(height) / 2,
        width,
        height,
    };
    place.intersection(area)
}

/// Clears a box and frames it; gives what is inside.
pub(super) fn open(title: &str, theme: &Theme, place: Rect, buf: &mut Buffer) -> Rect {
    Clear.render(place, buf);
    frame(Line::from(span(title.to_owned(), theme, Paint::Title)), true, theme, place, buf);
    inside(place).intersection(place)
}

fn scrolled(title: &str, lines: &[Line<'_>], top: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let place = boxed(lines.len(), area);
    let rows = open(title, theme, place, buf);
    let top = top.min(lines.len().saturating_sub(rows.height.into()));
    for (row, line) in (0..rows.height).zip(lines.iter().skip(top)) {
        put(line, row, rows, buf);
    }
}
