//! The bottom zone: the SQL line and what it would change.

use super::frame::{frame, put, span};
use super::input::input_line;
use super::theme::{Paint, Theme};
use crate::app::line::Editor;
use crate::app::text::{escaped, fitted, grouped, width};
use crate::app::{Context, Pending, State, inside};
use crate::preview::report::{Line as Told, Mark};
use crate::preview::{Plan, Step, Verdict};
use crate::simulate::Certainty;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

/// The preview with its frame; the SQL line is its first line.
pub fn preview(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(editor) = state.editor.as_ref().filter(|_| !area.is_empty()) else { return };
    let (title, paint) = title(state, editor);
    let mut top = vec![span(format!(" {title}{} ", place(state)), theme, paint)];
    top.extend(editor.plan().map(|plan| summary(plan, theme)).unwrap_or_default());
    frame(Line::from(top), true, theme, area, buf);
    let rows = inside(area);
    let focused = matches!(state.context(), Context::Line);
    put(&input_line(": ", &editor.shown(), focused, theme, rows.width), 0, rows, buf);
    let rest = Rect { y: rows.y.saturating_add(1), height: rows.height.saturating_sub(1), ..rows };
    let seen = editor.preview().iter().skip(editor.top);
    for (row, told) in (0..rest.height).zip(seen) {
        put(&told_line(told, theme), row, rest, buf);
    }
    let below = editor.preview().len().saturating_sub(editor.top + usize::from(rest.height));
    if below > 0 && area.width > 24 {
        let more = format!(" {below} more below ");
        let at = Rect {
            x: area.right().saturating_sub(width(&more) as u16 + 2),
            y: area.bottom().saturating_sub(1),
            width: width(&more) as u16,
            height: 1,
        };
        put(&Line::from(span(more, theme, Paint::Note)), 0, at.intersection(area), buf);
    }
}

/// In which database, where there are several.
fn place(state: &State) -> String {
    let snapshot = state.snapshot.as_ref().filter(|snapshot| !snapshot.others().is_empty());
    snapshot.map(|s| format!(" in {}", escaped(s.database_name()))).unwrap_or_default()
}

/// What is going on, or how it stands with the prediction.
fn title(state: &State, editor: &Editor) -> (&'static str, Paint) {
    match &state.pending {
        Some(Pending::Applying(_)) => return ("applying", Paint::Note),
        Some(Pending::Rehearsing) => return ("rehearsing", Paint::Note),
        Some(Pending::Connecting(_)) | None => {}
    }
    let Some(plan) = editor.plan().filter(|p| !p.steps.is_empty()) else {
        return ("preview", Paint::Title);
    };
    match (plan.block().is_some(), plan.is_ok(), plan.certainty()) {
        (true, ..) => ("blocked", Paint::Protected),
        (_, _, _) if editor.is_rehearsed() => ("preview, rehearsed", Paint::Good),
        (_, _, Certainty::Uncertain { .. }) => ("preview, uncertain", Paint::Note),
        (_, false, _) if is_unfinished(plan) => ("not finished", Paint::Title),
        (_, false, _) if is_unsupported(plan) => ("not predicted, never sent", Paint::Note),
        (_, false, _) => ("would fail", Paint::Bad),
        (_, true, Certainty::Certain) => ("preview", Paint::Good),
    }
}

/// The last statement ends where more is expected.
fn is_unfinished(plan: &Plan) -> bool {
    let error = plan.steps.last().and_then(Step::error);
    error.is_some_and(|e| {
        e.message == "syntax error at end of input" || e.message.starts_with("unterminated ")
    })
}

fn is_unsupported(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| matches!(step.verdict, Verdict::Unsupported(_)))
}

/// The counts, in sight however long the lists below are.
fn summary(plan: &Plan, theme: &Theme) -> Vec<Span<'static>> {
    let sum = |count: fn(&Step) -> u64| plan.steps.iter().map(count).sum::<u64>();
    let counts = [
        (sum(|step| step.effect.counts.lost), Mark::Lose, "lost", Paint::Lose),
        (sum(|step| step.effect.counts.gained), Mark::Gain, "gained", Paint::Gain),
        (sum(|step| step.effect.counts.kept), Mark::Keep, "kept", Paint::Keep),
        (sum(|step| step.warnings.len() as u64), Mark::Note, "to know", Paint::Note),
    ];
    let told = |(count, mark, word, paint): (u64, Mark, &str, Paint)| {
        let count = grouped(usize::try_from(count).unwrap_or(usize::MAX));
        span(format!(" {} {count} {word} ", mark.sign(true)), theme, paint)
    };
    counts.into_iter().filter(|(count, ..)| *count > 0).map(told).collect()
}

fn told_line<'a>(told: &'a Told, theme: &Theme) -> Line<'a> {
    let paint = match told.mark {
        Some(Mark::Gain) => Paint::Gain,
        Some(Mark::Lose) => Paint::Lose,
        Some(Mark::Keep) => Paint::Keep,
        Some(Mark::Become) => Paint::Change,
        Some(Mark::Note) => Paint::Note,
        Some(Mark::Blocked) => Paint::Protected,
        None => Paint::Text,
    };
    let sign = match told.mark {
        Some(Mark::Blocked) => theme.glyphs.protected,
        Some(mark) => mark.sign(true),
        None => " ",
    };
    Line::from(vec![
        span(format!(" {sign} "), theme, paint),
        span(told.text.as_str(), theme, if told.mark == Some(Mark::Blocked) { paint } else { Paint::Text }),
    ])
}

/// The words to choose from, above the line.
pub fn completions(state: &State, theme: &Theme, preview: Rect, area: Rect, buf: &mut Buffer) {
    const SHOWN: u16 = 8;
    let Some(completion) = state.editor.as_ref().and_then(|e| e.completion.as_ref()) else { return };
    let count = u16::try_from(completion.words.len()).unwrap_or(u16::MAX).min(SHOWN);
    let height = (count + 2).min(preview.y.saturating_sub(area.y));
    let widest = completion.words.iter().take(200).map(|w| width(w)).max().unwrap_or(0);
    let cells = u16::try_from(widest + 4).unwrap_or(u16::MAX).min(preview.width);
    let place = Rect { x: preview.x, y: preview.y.saturating_sub(height), width: cells, height };
    let place = place.intersection(area);
    if place.height < 3 {
        return;
    }
    Clear.render(place, buf);
    frame(Line::default(), true, theme, place, buf);
    let rows = inside(place);
    let top = completion.selected.saturating_sub(usize::from(rows.height).saturating_sub(1));
    let words = completion.words.iter().enumerate().skip(top);
    for (row, (i, word)) in (0..rows.height).zip(words) {
        let word = fitted(word, usize::from(rows.width).saturating_sub(2));
        put(&Line::from(span(format!(" {word}"), theme, Paint::Text)), row, rows, buf);
        if i == completion.selected {
            super::frame::paint_row(theme.style(Paint::Selected), row, rows, buf);
        }
    }
}
