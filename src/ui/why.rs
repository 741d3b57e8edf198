//! Why a role can do something, or why not, as a small picture.

use super::frame::span;
use super::theme::{Paint, Theme};
use super::words;
use crate::access::why::{Path, PathEnd};
use crate::app::Snapshot;
use crate::app::popup::Why;
use crate::app::text::{escaped, width, wrapped};
use crate::cluster::{AclTarget, Oid};
use crate::question::{self, Tone};
use ratatui::text::{Line, Span};

/// The question and the picture, and the line that is selected.
pub fn lines(
    snapshot: &Snapshot,
    why: &Why,
    theme: &Theme,
    ascii: bool,
    cells: usize,
) -> (Vec<Line<'static>>, usize) {
    let mut picture = Picture { snapshot, why, theme, cells, lines: Vec::new(), selected: 0, roles: 0 };
    for line in question::heading(&why.view, &why.answered) {
        picture.told(&question::Line { text: format!(" {}", line.text), ..line }, 1);
    }
    for path in &why.answered.why.paths.list {
        picture.path(path);
    }
    for line in question::rest(&why.view, &why.answered, ascii) {
        if picture.roles == why.cursor {
            picture.selected = picture.lines.len();
        }
        picture.roles += 1;
        picture.told(&question::Line { text: format!(" {}", line.text), ..line }, 7);
    }
    (picture.lines, picture.selected)
}

struct Picture<'a> {
    snapshot: &'a Snapshot,
    why: &'a Why,
    theme: &'a Theme,
    cells: usize,
    lines: Vec<Line<'static>>,
    selected: usize,
    /// Roles drawn so far, and then lines below them.
    roles: usize,
}

impl Picture<'_> {
    fn text(&self, text: impl Into<String>) -> Span<'static> {
        span(text.into(), self.theme, Paint::Text)
    }

    /// A line in words; where it goes on, it is set in.
    fn told(&mut self, line: &question::Line, indent: usize) {
        let paint = match line.tone {
            Tone::Title => Paint::Title,
            Tone::Good => Paint::Good,
            Tone::Bad => Paint::Bad,
            Tone::Note => Paint::Note,
            Tone::Text => Paint::Text,
        };
        let room = self.cells.saturating_sub(indent).max(1);
        for (number, text) in wrapped(&line.text, room).into_iter().enumerate() {
            let indent = if number == 0 { 0 } else { indent };
            self.lines.push(Line::from(span(format!("{}{text}", " ".repeat(indent)), self.theme, paint)));
        }
    }

    fn role(&mut self, role: Oid) -> Span<'static> {
        let name = escaped(&self.why.view.role_name(role)).into_owned();
        let mark = if self.snapshot.is_protected(role) {
            format!("{} ", self.theme.glyphs.protected)
        } else {
            String::new()
        };
        let paint = if self.roles == self.why.cursor { Paint::Selected } else { Paint::Name };
        if self.roles == self.why.cursor {
            self.selected = self.lines.len();
        }
        self.roles += 1;
        span(format!("{mark}{name}"), self.theme, paint)
    }

    /// One way: the chain of roles, and what stands at its end.
    fn path(&mut self, path: &Path) {
        let glyphs = self.theme.glyphs;
        let [dash, arrow] = glyphs.step;
        let mut spans = vec![self.text("   ")];
        for (i, role) in path.roles().enumerate() {
            if i > 0 {
                spans.push(span(format!(" {dash}inherit{arrow} "), self.theme, Paint::Dim));
            }
            let role = self.role(role);
            spans.push(role);
        }
        spans.push(span(format!(" {} ", glyphs.dash), self.theme, Paint::Dim));
        let end = self.end(path);
        spans.extend(end);
        self.push_wrapped(spans);
    }

    fn end(&mut self, path: &Path) -> Vec<Span<'static>> {
        let option = if path.grantable { ", can hand it on" } else { "" };
        let (on, grantor, grantee, how) = match path.end {
            PathEnd::Superuser => return vec![self.text("superuser: no grant is needed")],
            PathEnd::Predefined => return vec![self.text("by the rule of this predefined role")],
            PathEnd::Setting => return vec![self.text("lo_compat_privileges is on: everybody may")],
            PathEnd::Owner { on, grantor } => (on, grantor, path.last, "as the owner, by"),
            PathEnd::Item { on, grantor } => (on, grantor, path.last, "granted by"),
            PathEnd::Public { on, grantor } => (on, grantor, Oid::PUBLIC, "granted to PUBLIC by"),
        };
        let items = self.items(on, grantee, grantor);
        let column = if on.is_column() { " on the column" } else { "" };
        let is_owner = if grantor == self.why.view.owner(on.object) { " (owner)" } else { "" };
        vec![
            self.text(format!("{items}{column} {how} ")),
            self.role(grantor),
            self.text(format!("{is_owner}{option}")),
        ]
    }

    /// All that the item gives, not only what was asked for.
    fn items(&self, on: AclTarget, grantee: Oid, grantor: Oid) -> String {
        let items = self.why.view.items(on);
        let item = items.iter().find(|item| item.grantee == grantee && item.grantor == grantor);
        item.map(|item| words::privileges(self.snapshot, on, item)).unwrap_or_default()
    }

    /// Pieces on as many lines as they need.
    fn push_wrapped(&mut self, spans: Vec<Span<'static>>) {
        let mut line = Line::default();
        let mut used = 0;
        for piece in spans {
            let cells = width(&piece.content);
            if used > 0 && used + cells > self.cells {
                self.lines.push(std::mem::take(&mut line));
                line.push_span(self.text("       "));
                used = 7;
            }
            used += cells;
            line.push_span(piece);
        }
        self.lines.push(line);
    }
}
