//! The right zone: what is true of the selected row.

use super::frame::{frame, paint_row, put, span};
use super::theme::{Paint, Theme};
use super::words;
use crate::access::Access;
use crate::app::pane::{How, PaneRow, Place, Section};
use crate::app::text::{count, escaped, fitted, grouped, width};
use crate::app::{Item, Snapshot, State, Zone, identity, inside};
use crate::cluster::{AclItem, AclTarget, Membership, ObjectId, Oid, Privileges};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// The pane with its frame.
pub fn pane(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let focused = state.zone == Zone::Pane;
    let Some(snapshot) = &state.snapshot else {
        return frame(Line::default(), focused, theme, area, buf);
    };
    let cells = usize::from(area.width).saturating_sub(4);
    let title = state.pane.subject.map(|s| title(snapshot, s, cells)).unwrap_or_default();
    frame(Line::from(span(title, theme, Paint::Title)), focused, theme, area, buf);
    let rows = inside(area);
    let painter = Painter {
        snapshot,
        access: Access::new(snapshot.view()),
        theme,
        cells: rows.width.into(),
        subject: state.pane.subject,
    };
    for (line, (number, row)) in (0..rows.height).zip(state.pane.visible(rows.height.into())) {
        put(&painter.row(state.pane.subject, row), line, rows, buf);
        if number == state.pane.cursor() && focused {
            paint_row(theme.style(Paint::Selected), line, rows, buf);
        }
    }
}

fn title(snapshot: &Snapshot, subject: Item, cells: usize) -> String {
    let object = |target: AclTarget| {
        let kind = snapshot.object(target.object).map_or("", |o| o.kind.type_name());
        format!("{kind} {}", identity(snapshot, target))
    };
    let text = match subject {
        Item::Role(role) => format!("role {}", snapshot.view().role_name(role)),
        Item::Schema(id) | Item::Object(id) => object(AclTarget::whole(id)),
        Item::Column(target) => format!("column of {}", object(target)),
        Item::Group(_, group) => group.title().to_owned(),
        Item::Database(oid) => {
            format!("database {}", snapshot.other(oid).map_or("", |other| other.name.as_str()))
        }
        Item::Applied(n) => format!("change {}", n + 1),
        Item::Finding(n) => {
            let code = snapshot.findings().get(n).map_or("", |finding| finding.code.text());
            format!("finding {} {code}", n + 1)
        }
    };
    format!(" {} ", fitted(&text, cells.saturating_sub(2)))
}

struct Painter<'a> {
    snapshot: &'a Snapshot,
    access: Access<'a>,
    theme: &'a Theme,
    cells: usize,
    subject: Option<Item>,
}

impl Painter<'_> {
    fn row(&self, subject: Option<Item>, row: &PaneRow) -> Line<'static> {
        match row {
            PaneRow::Gap => Line::default(),
            PaneRow::Fact(text) => self.line(vec![self.text(format!(" {}", escaped(text)))]),
            PaneRow::Head { section, depth, count, open } => self.head(*section, *depth, *count, *open),
            PaneRow::MemberOf(m) => self.membership(m.role, m),
            PaneRow::Member(m) => self.membership(m.member, m),
            PaneRow::Owned(id) => self.columns("", &self.object(AclTarget::whole(*id)), "", ""),
            PaneRow::Next { objtype, creator, schema, item } => self.next(*objtype, *creator, *schema, item),
            PaneRow::Named(place) => self.place(*place),
            PaneRow::OwnerThrough { role, count: n } => {
                let what = format!("all of {}", count(*n, "object"));
                self.columns("  ", &what, "as owner", &self.through(*role))
            }
            PaneRow::Grant { target, item, how } => self.grant(*target, item, *how),
            PaneRow::Acl { target, item } => self.acl(*target, item),
            PaneRow::Everybody { privilege, .. } => {
                let roles = count(self.snapshot.cluster().roles.len(), "role");
                self.columns("  ", &format!("{} PUBLIC", privilege.name()), &roles, "")
            }
            PaneRow::Holder { target, privilege, role } => self.holder(*target, *privilege, *role),
            PaneRow::Actor { role, inherit, set } => {
                let can = match (inherit, set) {
                    (true, true) => "has its privileges, can SET ROLE",
                    (true, false) => "has its privileges",
                    (false, _) => "can SET ROLE",
                };
                self.columns("", &self.role(*role), can, "")
            }
            PaneRow::Default { index, item } => self.default_acl(*index, item),
            PaneRow::Policy(index) => self.policy(subject, *index),
            PaneRow::Owner { role, count: 0 } => {
                self.line(vec![self.text(" owner ".to_owned()), self.named(self.role(*role))])
            }
            PaneRow::Owner { role, count: n } => self.columns("", &self.role(*role), &grouped(*n), ""),
            PaneRow::Elsewhere { database, owned, granted } => {
                let name = self.snapshot.other(*database).map_or("", |other| other.name.as_str());
                let what = words::elsewhere(*owned, *granted);
                self.columns("", name, &what, "")
            }
            PaneRow::Column(target) => {
                let name = self.snapshot.view().column_name(*target).unwrap_or_default();
                self.line(vec![self.text("  column ".to_owned()), self.named(escaped(name).into_owned())])
            }
        }
    }

    fn line(&self, spans: Vec<Span<'static>>) -> Line<'static> {
        Line::from(spans)
    }
    fn text(&self, text: String) -> Span<'static> {
        span(text, self.theme, Paint::Text)
    }
    fn named(&self, text: String) -> Span<'static> {
        span(text, self.theme, Paint::Name)
    }
    fn role(&self, role: Oid) -> String {
        let name = self.snapshot.view().role_name(role);
        match self.snapshot.is_protected(role) {
            true => format!("{} {name}", self.theme.glyphs.protected),
            false => name,
        }
    }
    fn object(&self, target: AclTarget) -> String {
        let schema = self.snapshot.object(target.object).filter(|o| o.schema == Oid(0));
        let kind = schema.map(|o| format!("{} ", o.kind.type_name())).unwrap_or_default();
        format!("{kind}{}", identity(self.snapshot, target))
    }
    fn through(&self, role: Oid) -> String {
        format!("{} {}", self.theme.glyphs.via, self.role(role))
    }
    fn by(&self, role: Oid) -> String {
        format!("by {}", self.role(role))
    }

    /// A name that is selected by, what about it, and where from: in columns that share the width.
    fn columns(&self, indent: &str, name: &str, what: &str, from: &str) -> Line<'static> {
        let cells = self.cells.saturating_sub(width(indent) + 2);
        let from_room = if from.is_empty() { 0 } else { cells * 3 / 10 };
        let left = cells.saturating_sub(from_room + 2);
        // The name gets what the words leave, within bounds.
        let name_room = left.saturating_sub(width(what)).clamp(left * 2 / 5, left * 3 / 5);
        let what_room = left.saturating_sub(name_room);
        let (name, what) = (fitted(name, name_room), fitted(what, what_room));
        let (name, what) = (name.into_owned(), what.into_owned());
        let from = fitted(from, cells.saturating_sub(name_room + what_room + 2)).into_owned();
        let after_name = " ".repeat((name_room + 1).saturating_sub(width(&name)));
        let after_what = " ".repeat((what_room + 1).saturating_sub(width(&what)));
        Line::from(vec![
            self.text(format!(" {indent} ")),
            self.named(name),
            self.text(format!("{after_name}{what}{after_what}")),
            span(from, self.theme, Paint::Dim),
        ])
    }

    fn head(&self, section: Section, depth: u8, count: usize, open: bool) -> Line<'static> {
        let mark = if open { self.theme.glyphs.open } else { self.theme.glyphs.closed };
        let title = words::section(self.snapshot, &self.theme.glyphs, section, count);
        let indent = " ".repeat(usize::from(depth) * 2 + 1);
        let paint = if depth == 0 { Paint::Title } else { Paint::Text };
        Line::from(vec![
            span(format!("{indent}{mark} "), self.theme, Paint::Dim),
            span(escaped(&title).into_owned(), self.theme, paint),
        ])
    }

    fn membership(&self, other: Oid, row: &Membership) -> Line<'static> {
        let what = words::options(row);
        self.columns("", &self.role(other), &what, &self.by(row.grantor))
    }

    fn grant(&self, target: AclTarget, item: &AclItem, how: How) -> Line<'static> {
        let privileges = words::privileges(self.snapshot, target, item);
        let by = self.by(item.grantor);
        match how {
            How::Direct => self.columns("", &self.object(target), &privileges, &by),
            How::Public => self.columns("", &self.object(target), &privileges, &format!("PUBLIC {by}")),
            How::Through(_) => self.columns("  ", &self.object(target), &privileges, &by),
            How::Given => {
                let to = format!("to {}", self.role(item.grantee));
                self.columns("", &self.object(target), &privileges, &to)
            }
        }
    }

    fn acl(&self, target: AclTarget, item: &AclItem) -> Line<'static> {
        let privileges = words::privileges(self.snapshot, target, item);
        let indent = if target.is_column() { "  " } else { "" };
        self.columns(indent, &self.role(item.grantee), &privileges, &self.by(item.grantor))
    }

    fn holder(&self, target: AclTarget, privilege: Privileges, role: Oid) -> Line<'static> {
        let whole = AclTarget::whole(target.object);
        let via = self.access.via(role, whole, privilege);
        let via = via.or_else(|| self.access.via(role, target, privilege));
        let how = via.map(|v| words::via(self.snapshot, &self.theme.glyphs, &v)).unwrap_or_default();
        self.columns("    ", &self.role(role), &how, "")
    }

    fn default_acl(&self, index: usize, item: &AclItem) -> Line<'static> {
        let Some(default) = self.snapshot.cluster().default_acls.get(index) else { return Line::default() };
        let schema = crate::cluster::Class::Schema;
        let schema = self.snapshot.cluster().objects.by_oid(schema, default.schema);
        let place = schema.and_then(|id| self.snapshot.object(id)).map(|o| format!(" in {}", o.name));
        let what = format!(
            "{} on new {} of {}{}",
            words::privilege_list(item),
            words::default_kind(default.objtype),
            self.role(default.role),
            place.unwrap_or_default(),
        );
        self.columns("", &self.role(item.grantee), &what, "")
    }

    fn next(&self, objtype: char, creator: Oid, schema: Option<ObjectId>, item: &AclItem) -> Line<'static> {
        let in_pane = |id: &ObjectId| Some(Item::Schema(*id)) == self.subject;
        let schema = schema.filter(|id| !in_pane(id)).and_then(|id| self.snapshot.object(id));
        let place = schema.map(|schema| format!(" in {}", schema.name)).unwrap_or_default();
        let what = match item.privileges.is_empty() {
            true => "nothing".to_owned(),
            false => words::privilege_list(item),
        };
        let what =
            format!("{what} on the next {} of {}{place}", words::next_kind(objtype), self.role(creator));
        self.columns("", &self.role(item.grantee), &what, "")
    }

    fn place(&self, place: Place) -> Line<'static> {
        let name = match place {
            Place::Role(role) => self.role(role),
            Place::Database(database) | Place::There(database, _) => {
                self.snapshot.other(database).map(|other| other.name.clone()).unwrap_or_default()
            }
            Place::Object(target) => {
                let kind = self.snapshot.object(target.object).map_or("", |o| o.kind.type_name());
                let column = if target.is_column() { "column of " } else { "" };
                format!("{column}{kind} {}", identity(self.snapshot, target))
            }
        };
        Line::from(vec![
            self.text("  ".to_owned()),
            self.named(fitted(&name, self.cells.saturating_sub(3)).into_owned()),
        ])
    }

    fn policy(&self, subject: Option<Item>, index: usize) -> Line<'static> {
        let Some(policy) = self.snapshot.cluster().policies.get(index) else { return Line::default() };
        let what = match subject {
            Some(Item::Role(_)) => {
                format!("on {}", identity(self.snapshot, AclTarget::whole(policy.relation)))
            }
            _ => {
                let roles: Vec<String> = policy.roles.iter().map(|r| self.role(*r)).collect();
                format!("for {}", roles.join(", "))
            }
        };
        self.columns("", &policy.name, &what, "")
    }
}
