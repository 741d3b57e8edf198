//! Where everything is on the screen: the one source for drawing, scrolling and the mouse.

use super::{Perspective, State, Zone};
use ratatui::layout::Rect;

/// From this width on, the tree and the pane stand side by side.
pub const WIDE: u16 = 100;

/// The parts of the screen; an empty rectangle is not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Layout {
    /// The line about the connection.
    pub header: Rect,
    /// The line below it, where there is something to tell.
    pub banner: Rect,
    /// The tree with its frame.
    pub tree: Rect,
    /// The pane with its frame.
    pub pane: Rect,
    /// The preview with its frame; the SQL line is its first line.
    pub preview: Rect,
    /// The keys.
    pub footer: Rect,
}

/// What a frame leaves inside.
pub fn inside(frame: Rect) -> Rect {
    Rect {
        x: frame.x.saturating_add(1),
        y: frame.y.saturating_add(1),
        width: frame.width.saturating_sub(2),
        height: frame.height.saturating_sub(2),
    }
}

/// The rows of a tree: its frame's inside below the line of the search.
pub fn tree_rows(frame: Rect) -> Rect {
    let inside = inside(frame);
    Rect { y: inside.y.saturating_add(1), height: inside.height.saturating_sub(1), ..inside }
}

fn tabs_with(state: &State, short: bool) -> Vec<(Perspective, String)> {
    let findings = state.snapshot.as_ref().filter(|s| s.has_findings()).map(|s| s.findings().len());
    let tab = |(i, perspective): (usize, Perspective)| {
        let count = match perspective {
            Perspective::Changes if !state.history.is_empty() => format!(" ({})", state.history.len()),
            Perspective::Findings => findings.map(|n| format!(" ({n})")).unwrap_or_default(),
            _ => String::new(),
        };
        let current = perspective == state.perspective;
        let (left, right) = if current { ("[", "]") } else { (" ", " ") };
        let title = if current || !short { format!(" {}", perspective.title()) } else { String::new() };
        (perspective, format!("{left}{}{title}{count}{right}", i + 1))
    };
    Perspective::ALL.into_iter().enumerate().map(tab).collect()
}

/// The tabs in the upper line of the tree's frame: each with its words and its cells. Where there is little room, the
/// others are their digits alone.
pub fn tabs(state: &State) -> Vec<(Perspective, String)> {
    let long = tabs_with(state, false);
    let cells: usize = long.iter().map(|(_, words)| words.chars().count()).sum();
    let (width, wide) = (usize::from(state.screen.width), state.screen.width >= WIDE);
    let room = if wide { width * 45 / 100 } else { width };
    if cells + 2 <= room { long } else { tabs_with(state, true) }
}

/// The tab at so many cells from the left of the frame.
pub fn tab_at(state: &State, column: u16) -> Option<Perspective> {
    let mut end = 1;
    for (perspective, words) in tabs(state) {
        let start = end;
        end += words.chars().count();
        if (start..end).contains(&usize::from(column)) {
            return Some(perspective);
        }
    }
    None
}

/// The layout of a screen.
pub fn layout(state: &State) -> Layout {
    let (width, height) = (state.screen.width, state.screen.height);
    let line = |y, height| Rect { x: 0, y, width, height };
    let header = line(0, height.min(1));
    let footer = line(height.saturating_sub(1), u16::from(height > 1));
    let mut top = header.height;
    let mut left = height.saturating_sub(header.height + footer.height);
    let banner_height = (state.banner.as_ref().map_or(0, |b| b.lines() as u16)).min(left);
    let banner = line(top, banner_height);
    top += banner_height;
    left -= banner_height;
    let preview_height = preview_height(state, left);
    left -= preview_height;
    let preview = line(top + left, preview_height);
    let body = line(top, left);
    let (tree, pane) = columns(state, body);
    Layout { header, banner, tree, pane, preview, footer }
}

fn preview_height(state: &State, left: u16) -> u16 {
    let Some(wanted) = state.preview_lines() else { return 0 };
    let wanted = u16::try_from(wanted).unwrap_or(u16::MAX).saturating_add(2);
    // The tree stays in sight; the rest scrolls.
    let most = (left / 2).max(left.saturating_sub(12).min(left * 2 / 3));
    wanted.clamp(4, most.max(4)).min(left)
}

fn columns(state: &State, body: Rect) -> (Rect, Rect) {
    let nothing = Rect { width: 0, height: 0, ..body };
    if state.screen.width < WIDE {
        return if state.zone == Zone::Pane { (nothing, body) } else { (body, nothing) };
    }
    let left = body.width * 45 / 100;
    let tree = Rect { width: left, ..body };
    (tree, Rect { x: body.x + left, width: body.width - left, ..body })
}
