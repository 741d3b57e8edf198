//! The list of places to connect to, and the prompt for a password.

use super::frame::{paint_row, put, span};
use super::input::input_line;
use super::popup::{boxed, open};
use super::theme::{Paint, Theme};
use crate::app::connect::{Choice, Connect, Login, Safety};
use crate::app::text::{escaped, fitted, width, wrapped};
use crate::app::{Command, Context, Pending, State};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// More places than that scroll.
const MOST: usize = 12;

/// The list: what is typed, the places, and what is known of the selected one.
pub fn connect(state: &State, connect: &Connect, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let cells = usize::from(boxed(1, area).width).saturating_sub(4).max(1);
    let shown = connect.shown();
    let below = below(state, connect, theme, cells);
    let room = usize::from(area.height).saturating_sub(below.len() + 8).max(1);
    let listed = shown.len().clamp(1, MOST.min(room));
    let place = boxed(listed + below.len() + 3, area);
    let rows = open(" connect to ", theme, place, buf);
    put(&input_line("> ", &connect.seen(), true, theme, rows.width), 0, rows, buf);
    let top = connect.cursor().saturating_sub(listed.saturating_sub(1));
    if shown.is_empty() {
        put(&Line::from(span(format!(" {}", nothing(connect)), theme, Paint::Dim)), 2, rows, buf);
    }
    let columns = columns(&shown);
    for (line, (number, choice)) in (2..).zip(shown.iter().enumerate().skip(top).take(listed)) {
        put(&row(choice, columns, cells, theme), line, rows, buf);
        if number == connect.cursor() {
            paint_row(theme.style(Paint::Selected), line, rows, buf);
        }
    }
    let start = u16::try_from(listed + 3).unwrap_or(u16::MAX);
    for (line, text) in (start..rows.height).zip(&below) {
        put(text, line, rows, buf);
    }
}

/// Why there is no row.
fn nothing(connect: &Connect) -> &'static str {
    match &connect.choices {
        _ if connect.is_typed() => "Enter connects to what is typed.",
        None => "Looking for services and recent connections.",
        Some(_) => "None is called so. A conninfo string or a postgresql:// URI can be typed too.",
    }
}

/// Cells for what kind it is, for names, and for what is promised about TLS.
fn columns(shown: &[&Choice]) -> [usize; 3] {
    let widest =
        |text: fn(&Choice) -> &str| shown.iter().map(|choice| width(text(choice))).max().unwrap_or(0);
    [widest(|choice| choice.kind), widest(|choice| &choice.name).min(20), widest(|choice| &choice.tls)]
}

fn row(choice: &Choice, [kind, name, tls]: [usize; 3], cells: usize, theme: &Theme) -> Line<'static> {
    let (place, paint) = match &choice.place {
        Ok(place) => (place, Paint::Text),
        Err(why) => (why, Paint::Bad),
    };
    let named = if name > 0 { name + 2 } else { 0 };
    let room = cells.saturating_sub(kind + 2 + named + tls + 2);
    let padded = |text: &str, cells: usize| {
        let text = fitted(&escaped(text), cells).into_owned();
        format!("{text}{}", " ".repeat(cells.saturating_sub(width(&text))))
    };
    let safety = match choice.safety {
        Safety::Safe => Paint::Good,
        Safety::Doubtful => Paint::Note,
        Safety::Open => Paint::Bad,
    };
    let mut line = Line::from(span(format!(" {}  ", padded(choice.kind, kind)), theme, Paint::Dim));
    if named > 0 {
        line.push_span(span(format!("{}  ", padded(&choice.name, name)), theme, Paint::Name));
    }
    if choice.tls.is_empty() {
        line.push_span(span(padded(place, room + 2 + tls), theme, paint));
        return line;
    }
    line.push_span(span(format!("{}  ", padded(place, room)), theme, paint));
    line.push_span(span(padded(&choice.tls, tls), theme, safety));
    line
}

/// What goes on, what went wrong, or what is known of the selected place.
fn below(state: &State, connect: &Connect, theme: &Theme, cells: usize) -> Vec<Line<'static>> {
    let lines = |texts: &[String], paint| -> Vec<Line<'static>> {
        let all = texts.iter().flat_map(|text| wrapped(&escaped(text), cells));
        all.map(|text| Line::from(span(format!(" {text}"), theme, paint))).collect()
    };
    if let Some(Pending::Connecting(_)) = state.pending {
        let key = state.keymap.key_for(Context::Busy, Command::Cancel).unwrap_or_default();
        return lines(&[format!("Connecting. {key} stops it.")], Paint::Note);
    }
    if !connect.note.is_empty() {
        return lines(&connect.note, Paint::Bad);
    }
    let Some(choice) = connect.selected() else { return Vec::new() };
    // In the row it may be cut: which cluster it is must be read in full.
    let mut all = match &choice.place {
        Ok(place) => lines(std::slice::from_ref(place), Paint::Text),
        Err(why) => lines(std::slice::from_ref(why), Paint::Bad),
    };
    all.extend(lines(&choice.about, Paint::Dim));
    all
}

/// The prompt: stars.
pub fn login(login: &Login, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let place = boxed(3, area);
    let rows = open(" password ", theme, place, buf);
    let asked = format!(" Password for {}:", escaped(&login.place));
    put(&Line::from(span(asked, theme, Paint::Text)), 0, rows, buf);
    put(&input_line("> ", &login.input.shown(), true, theme, rows.width), 1, rows, buf);
    if login.refused {
        put(&Line::from(span(" The server refused the one before.", theme, Paint::Bad)), 2, rows, buf);
    }
}
