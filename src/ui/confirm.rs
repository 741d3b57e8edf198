//! The question before anything runs: what will be run, what will be verified, what happens if it is not so.

use super::frame::{paint_row, put, span};
use super::header;
use super::input::input_line;
use super::popup::{boxed, open};
use super::theme::{Paint, Theme};
use crate::app::State;
use crate::app::popup::Confirm;
use crate::app::text::{entries, escaped, wrapped};
use crate::preview::Risk;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// More statements than that are counted here; the preview has them all.
const STATEMENTS: usize = 12;

/// The box.
pub fn confirm(state: &State, confirm: &Confirm, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let place = state.connection.as_ref().map(|connection| header::place(connection, state));
    let lines = lines(confirm, place.as_deref(), theme, usize::from(area.width.saturating_sub(8).min(110)));
    let typed = matches!(confirm.risk, Risk::High { .. });
    let place = boxed(lines.len() + usize::from(typed), area);
    let rows = open(" apply? ", theme, place, buf);
    // Where the screen is low, the question is what must be seen.
    let room = usize::from(rows.height).saturating_sub(usize::from(typed));
    let top = lines.len().saturating_sub(room);
    for (row, line) in (0..rows.height).zip(lines.iter().skip(top)) {
        put(line, row, rows, buf);
    }
    if typed && rows.height > 0 {
        let row = rows.height - 1;
        put(&input_line("> ", &confirm.input, true, theme, rows.width), row, rows, buf);
        if confirm.is_answered() {
            paint_row(theme.style(Paint::Good), row, rows, buf);
        }
    }
}

fn lines(confirm: &Confirm, place: Option<&str>, theme: &Theme, cells: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut say = |text: &str, paint| {
        let text = wrapped(&escaped(text), cells).into_iter();
        lines.extend(text.map(|t| Line::from(span(format!(" {t}"), theme, paint))));
    };
    for step in confirm.plan.steps.iter().take(STATEMENTS) {
        say(&step.masked, Paint::Name);
    }
    if let Some(more) = confirm.plan.steps.len().checked_sub(STATEMENTS).filter(|n| *n > 0) {
        say(&format!("and {more} more statements"), Paint::Note);
    }
    // The same statement on the wrong cluster is what hurts most.
    if let Some(place) = place {
        say(&format!("on {place}"), Paint::Title);
    }
    say("", Paint::Text);
    let (written, changed) = (confirm.plan.entries(), confirm.plan.changed());
    let changes = match written - changed.min(written) {
        0 => entries(written),
        same => format!("{}, {} of them unchanged", entries(written), same),
    };
    say(
        &format!(
            "It runs in one transaction: what it did ({changes}) is read back and compared with the preview \
             before COMMIT, and any difference rolls it back."
        ),
        Paint::Text,
    );
    say("", Paint::Text);
    match &confirm.risk {
        Risk::Low => say("Enter applies it, Esc does not.", Paint::Title),
        Risk::High { name, because } => {
            say(&format!("{because}."), Paint::Bad);
            say(&format!("Type {name} and press Enter to apply it; Esc does not."), Paint::Title);
        }
    }
    lines
}
