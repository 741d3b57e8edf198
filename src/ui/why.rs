//! Why a role can do something, as a small picture.

use super::frame::span;
use super::theme::{Paint, Theme};
use super::words;
use crate::access::{By, Source};
use crate::app::popup::{Need, Why};
use crate::app::text::{escaped, width, wrapped};
use crate::app::{Snapshot, identity};
use crate::cluster::{AclTarget, Oid};
use ratatui::text::{Line, Span};

/// The question and the picture, and the line that the selected role is in.
pub fn lines(snapshot: &Snapshot, why: &Why, theme: &Theme, cells: usize) -> (Vec<Line<'static>>, usize) {
    let name = escaped(&snapshot.view().role_name(why.role)).into_owned();
    let object = escaped(&identity(snapshot, why.target)).into_owned();
    let question = format!("Why can {name} {} on {object}?", why.privilege.name());
    let asked = wrapped(&question, cells).into_iter();
    let asked = asked.map(|text| Line::from(span(format!(" {text}"), theme, Paint::Title)));
    let lines = asked.collect();
    let mut picture = Picture { snapshot, why, theme, cells, lines, selected: 0, roles: 0 };
    picture.answer();
    for source in &why.sources {
        picture.source(source);
    }
    picture.needs();
    (picture.lines, picture.selected)
}

struct Picture<'a> {
    snapshot: &'a Snapshot,
    why: &'a Why,
    theme: &'a Theme,
    cells: usize,
    lines: Vec<Line<'static>>,
    selected: usize,
    /// Roles drawn so far.
    roles: usize,
}

impl Picture<'_> {
    fn text(&self, text: impl Into<String>) -> Span<'static> {
        span(text.into(), self.theme, Paint::Text)
    }

    fn answer(&mut self) {
        let (text, paint) = match self.why.sources.len() {
            0 => ("no".to_owned(), Paint::Bad),
            1 => ("yes, by 1 path".to_owned(), Paint::Good),
            n => (format!("yes, by {n} paths"), Paint::Good),
        };
        self.lines.push(Line::from(span(format!(" {text}"), self.theme, paint)));
    }

    fn role(&mut self, role: Oid) -> Span<'static> {
        let name = escaped(&self.snapshot.view().role_name(role)).into_owned();
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
    fn source(&mut self, source: &Source) {
        let glyphs = self.theme.glyphs;
        let [dash, arrow] = glyphs.step;
        let mut spans = vec![self.text("   ")];
        for (i, role) in source.chain.iter().enumerate() {
            if i > 0 {
                spans.push(span(format!(" {dash}inherit{arrow} "), self.theme, Paint::Dim));
            }
            let role = self.role(*role);
            spans.push(role);
        }
        spans.push(span(format!(" {} ", glyphs.dash), self.theme, Paint::Dim));
        let end = self.end(source);
        spans.extend(end);
        self.push_wrapped(spans);
    }

    fn end(&mut self, source: &Source) -> Vec<Span<'static>> {
        let option = if source.grantable { ", can hand it on" } else { "" };
        match source.by {
            By::Superuser => vec![self.text("superuser: no grant is needed")],
            By::Predefined => vec![self.text("by the rule of this predefined role")],
            By::Item { grantee, grantor } => {
                let items = self.items(grantee, grantor);
                let to = if grantee == Oid::PUBLIC { " to PUBLIC" } else { "" };
                let owner = self.snapshot.view().owner(self.why.target.object);
                let is_owner = if grantor == owner { " (owner)" } else { "" };
                let text = if grantee == owner && grantor == owner {
                    format!("{items} as the owner, by ")
                } else {
                    format!("{items} granted{to} by ")
                };
                vec![self.text(text), self.role(grantor), self.text(format!("{is_owner}{option}"))]
            }
        }
    }

    /// All that the item gives, not only what was asked for.
    fn items(&self, grantee: Oid, grantor: Oid) -> String {
        let whole = AclTarget::whole(self.why.target.object);
        let mut targets = vec![self.why.target];
        targets.extend((whole != self.why.target).then_some(whole));
        let view = self.snapshot.view();
        let items = targets.into_iter().flat_map(|t| view.items(t).into_iter().map(move |i| (t, i)));
        let mut fitting = items.filter(|(_, i)| {
            i.grantee == grantee && i.grantor == grantor && i.privileges.intersects(self.why.privilege)
        });
        fitting.next().map(|(t, i)| words::privileges(self.snapshot, t, &i)).unwrap_or_default()
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

    fn needs(&mut self) {
        for need in &self.why.needs {
            let Need { target, privilege, via } = need;
            let kind = self.snapshot.object(target.object).map_or("", |o| o.kind.type_name());
            let object = escaped(&identity(self.snapshot, *target)).into_owned();
            let (mark, how, paint) = match via {
                Some(via) => {
                    (self.theme.glyphs.yes, words::via(self.snapshot, &self.theme.glyphs, via), Paint::Good)
                }
                None => ("!", "missing".to_owned(), Paint::Bad),
            };
            self.lines.push(Line::from(vec![
                self.text(format!("   needs too: {} on {kind} {object}  ", privilege.name())),
                span(format!("{mark} {}", escaped(&how)), self.theme, paint),
            ]));
        }
    }
}
