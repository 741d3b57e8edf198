//! A line of text with a cursor in it.

use super::frame::span;
use super::theme::{Paint, Theme};
use crate::app::text::{escaped, width};
use ratatui::text::Line;
use tui_input::Input;

/// The part of the text around the cursor that fits; the cursor is a cell in reverse.
pub fn input_line<'a>(prompt: &'a str, input: &Input, focused: bool, theme: &Theme, cells: u16) -> Line<'a> {
    let room = usize::from(cells).saturating_sub(width(prompt) + 3);
    let (before, rest): (String, String) = {
        let mut chars = input.value().chars();
        let before: String = chars.by_ref().take(input.cursor()).collect();
        (before, chars.collect())
    };
    let before = escaped(&before).into_owned();
    let mut rest = rest.chars();
    let at = rest.next().map(|c| escaped(&c.to_string()).into_owned()).unwrap_or_else(|| " ".to_owned());
    let after = escaped(rest.as_str()).into_owned();
    let start = from_the_end(&before, room);
    let before = before.get(start..).unwrap_or_default().to_owned();
    let cut = if start > 0 { ".." } else { "" };
    let cursor = if focused { Paint::Cursor } else { Paint::Text };
    Line::from(vec![
        span(format!(" {prompt}"), theme, Paint::Key),
        span(format!("{cut}{before}"), theme, Paint::Text),
        span(at, theme, cursor),
        span(after, theme, Paint::Text),
    ])
}

/// Where the last part begins that takes no more than so many cells.
fn from_the_end(text: &str, cells: usize) -> usize {
    if width(text) <= cells {
        return 0;
    }
    let mut used = 2;
    let mut start = text.len();
    for (i, c) in text.char_indices().rev() {
        used += width(c.encode_utf8(&mut [0; 4]));
        if used > cells {
            break;
        }
        start = i;
    }
    start
}
