//! The left zone: where you are.

use super::frame::{frame, paint_row, put, span};
use super::text::{count, fitted, grouped, width};
use super::theme::{Paint, Theme};
use crate::app::tree::Node;
use crate::app::{
    Direction, Item, Perspective, Snapshot, State, Zone, inside, membership_rows, object_label, tree_rows,
};
use crate::cluster::{Oid, Role};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The tree of the current perspective.
pub fn tree(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    frame(tabs(state, theme), state.zone == Zone::Tree, theme, area, buf);
    put(&summary(state, theme, usize::from(inside(area).width)), 0, inside(area), buf);
    let rows = tree_rows(area);
    let Some(snapshot) = &state.snapshot else { return };
    let tree = state.tree();
    for (line, (number, node)) in (0..rows.height).zip(tree.visible(rows.height.into())) {
        let above = tree.parent_item(node);
        put(&row(state, snapshot, node, above, theme, rows.width.into()), line, rows, buf);
        if number == tree.cursor() {
            let paint = if state.zone == Zone::Tree { Paint::Selected } else { Paint::Marked };
            paint_row(theme.style(paint), line, rows, buf);
        }
    }
}

fn tabs(state: &State, theme: &Theme) -> Line<'static> {
    let mut line = Line::default();
    for (i, perspective) in Perspective::ALL.into_iter().enumerate() {
        let current = perspective == state.perspective;
        let paint = if current { Paint::Title } else { Paint::Dim };
        let (left, right) = if current { ("[", "]") } else { (" ", " ") };
        line.push_span(span(format!("{left}{} {}{right}", i + 1, perspective.title()), theme, paint));
    }
    line
}

fn summary(state: &State, theme: &Theme, cells: usize) -> Line<'static> {
    let Some(snapshot) = &state.snapshot else { return Line::default() };
    let text = match state.perspective {
        Perspective::Roles => {
            let way = match state.direction {
                Direction::Members => "members below",
                Direction::Groups => "groups below",
            };
            format!("{}, {way}", count(snapshot.cluster().roles.len(), "role"))
        }
        Perspective::Objects => count(snapshot.index().objects().len(), "object"),
        Perspective::Changes => "applied in this session".to_owned(),
    };
    let gap = " ".repeat(cells.saturating_sub(width(&text) + 1));
    Line::from(span(format!("{gap}{text}"), theme, Paint::Dim))
}

fn row<'a>(
    state: &State,
    snapshot: &Snapshot,
    node: &Node<Item>,
    above: Option<Item>,
    theme: &Theme,
    cells: usize,
) -> Line<'a> {
    let glyphs = &theme.glyphs;
    let protected = matches!(node.item, Item::Role(role) if snapshot.is_protected(role));
    let mark = match (node.expandable, node.open) {
        (true, true) => glyphs.open,
        (true, false) => glyphs.closed,
        (false, _) if protected => glyphs.protected,
        (false, _) => glyphs.leaf,
    };
    let indent = " ".repeat((usize::from(node.depth) * 2).min(cells / 2));
    let mut name = name(snapshot, node.item);
    if protected && node.expandable {
        name = format!("{} {name}", glyphs.protected);
    }
    let note = fitted(&note(state, snapshot, node.item, above), cells / 2).into_owned();
    let before = width(&indent) + 3;
    let room = cells.saturating_sub(before + width(&note) + 2);
    let name = fitted(&name, room).into_owned();
    // Notes start at a common column where the names leave it free.
    let column = (cells * 55 / 100).max(before + width(&name) + 1);
    let column = column.min(cells.saturating_sub(width(&note) + 1));
    let gap = " ".repeat(column.saturating_sub(before + width(&name)).max(1));
    let paint = if protected { Paint::Protected } else { Paint::Text };
    Line::from(vec![
        span(format!(" {indent}{mark} "), theme, paint),
        span(name, theme, paint),
        span(format!("{gap}{note}"), theme, if protected { Paint::Protected } else { Paint::Dim }),
    ])
}

fn name(snapshot: &Snapshot, item: Item) -> String {
    match item {
        Item::Role(role) => snapshot.view().role_name(role),
        Item::Schema(id) | Item::Object(id) => object_label(snapshot, id),
        Item::Group(_, group) => group.title().to_owned(),
        Item::Column(target) => crate::app::column_label(snapshot, target).unwrap_or_default(),
        Item::Applied(n) => format!("{}", n + 1),
    }
}

fn note(state: &State, snapshot: &Snapshot, item: Item, above: Option<Item>) -> String {
    match item {
        Item::Role(role) => role_note(state, snapshot, role, above),
        Item::Group(schema, group) => {
            let schema = schema.and_then(|id| snapshot.object(id)).map_or(Oid(0), |o| o.oid);
            grouped(snapshot.index().in_group(schema, group).len())
        }
        Item::Schema(id) | Item::Object(id) => {
            let owner = snapshot.object(id).map(|o| snapshot.view().role_name(o.owner));
            owner.map(|o| format!("of {o}")).unwrap_or_default()
        }
        Item::Column(target) => match snapshot.view().acl(target) {
            Some(acl) => count(acl.len(), "grant"),
            None => String::new(),
        },
        Item::Applied(_) => String::new(),
    }
}

fn role_note(state: &State, snapshot: &Snapshot, role: Oid, above: Option<Item>) -> String {
    let mut words = Vec::new();
    if let Some(role) = snapshot.view().role(role) {
        words.extend(attributes(role));
    }
    if snapshot.is_protected(role) {
        words.push("protected".to_owned());
    }
    if let Some(Item::Role(above)) = above {
        let (group, member) = match state.direction {
            Direction::Members => (above, role),
            Direction::Groups => (role, above),
        };
        words.extend(edge(snapshot, group, member));
    }
    let members = snapshot.index().member_count(role);
    if members > 0 {
        words.push(count(members, "member"));
    }
    let owned = snapshot.index().owned_by(role).len();
    if owned > 0 && words.len() < 3 {
        words.push(format!("owns {}", grouped(owned)));
    }
    words.join(", ")
}

/// What is worth a word at first sight.
fn attributes(role: &Role) -> Vec<String> {
    let words = [(role.superuser, "superuser"), (role.login, "login"), (role.create_role, "createrole")];
    words.into_iter().filter(|(on, _)| *on).map(|(_, word)| word.to_owned()).collect()
}

/// What a membership does not give, or gives more than usual.
fn edge(snapshot: &Snapshot, group: Oid, member: Oid) -> Option<String> {
    let rows = membership_rows(snapshot, group, member);
    let (mut inherit, mut set, mut admin) = (false, false, false);
    for row in rows {
        inherit |= row.inherit != Some(false);
        set |= row.set != Some(false);
        admin |= row.admin;
    }
    match (inherit, set, admin) {
        (true, true, false) => None,
        (true, true, true) => Some("admin".to_owned()),
        (true, false, _) => Some("no set".to_owned()),
        (false, true, _) => Some("set only".to_owned()),
        (false, false, true) => Some("admin only".to_owned()),
        (false, false, false) => Some("no inherit, no set".to_owned()),
    }
}
