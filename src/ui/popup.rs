//! What lies over the screen.

use super::frame::{frame, paint_row, put, span};
use super::help;
use super::input::input_line;
use super::theme::{Paint, Theme};
use super::why;
use crate::app::popup::{Confirm, Popup};
use crate::app::text::{entries, escaped, wrapped};
use crate::app::{State, inside};
use crate::preview::Risk;
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
            let (title, lines, selected) = why::lines(snapshot, picture, theme, cells);
            let place = boxed(lines.len(), area);
            let rows = open(&title, theme, place, buf);
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
        Some(Popup::Confirm(confirm)) => self::confirm(confirm, theme, area, buf),
    }
}

/// A box of that many lines in the middle.
fn boxed(lines: usize, area: Rect) -> Rect {
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

fn open(title: &str, theme: &Theme, place: Rect, buf: &mut Buffer) -> Rect {
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

/// What will be run, what will be verified, and what happens if it is not so.
fn confirm(confirm: &Confirm, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let cells = usize::from(area.width.saturating_sub(8).min(110));
    let changes = confirm.plan.changes().count();
    let mut lines: Vec<Line<'_>> = Vec::new();
    for step in confirm.plan.steps.iter().take(12) {
        for text in wrapped(&escaped(&step.masked), cells) {
            lines.push(Line::from(span(format!(" {text}"), theme, Paint::Name)));
        }
    }
    if let Some(more) = confirm.plan.steps.len().checked_sub(12).filter(|n| *n > 0) {
        lines.push(Line::from(span(format!(" and {more} more statements"), theme, Paint::Note)));
    }
    lines.push(Line::default());
    let promise = format!(
        "It runs in one transaction. {} are read back and compared with the preview before COMMIT; any difference rolls it back.",
        entries(changes)
    );
    lines.extend(
        wrapped(&promise, cells).into_iter().map(|t| Line::from(span(format!(" {t}"), theme, Paint::Text))),
    );
    lines.push(Line::default());
    match &confirm.risk {
        Risk::Low => lines.push(Line::from(span(" Enter applies it, Esc does not.", theme, Paint::Title))),
        Risk::High { name, because } => {
            let reason = format!("{}.", escaped(because));
            for text in wrapped(&reason, cells) {
                lines.push(Line::from(span(format!(" {text}"), theme, Paint::Bad)));
            }
            let ask = format!("Type {} and press Enter to apply it; Esc does not.", escaped(name));
            lines.extend(
                wrapped(&ask, cells)
                    .into_iter()
                    .map(|t| Line::from(span(format!(" {t}"), theme, Paint::Title))),
            );
        }
    }
    let typed = matches!(confirm.risk, Risk::High { .. });
    let place = boxed(lines.len() + usize::from(typed), area);
    let rows = open(" apply? ", theme, place, buf);
    // Where it is low, the question is what must be seen.
    let room = usize::from(rows.height).saturating_sub(usize::from(typed));
    let top = lines.len().saturating_sub(room);
    for (row, line) in (0..rows.height).zip(lines.iter().skip(top)) {
        put(line, row, rows, buf);
    }
    if typed && rows.height > 0 {
        let line = input_line("> ", &confirm.input, true, theme, rows.width);
        put(&line, rows.height - 1, rows, buf);
        if confirm.is_answered() {
            paint_row(theme.style(Paint::Good), rows.height - 1, rows, buf);
        }
    }
}
