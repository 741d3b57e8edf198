//! The left zone: where you are.

use super::frame::{frame, paint_row, put, span};
use super::input::input_line;
use super::theme::{Paint, Theme};
use crate::app::search::{Found, Search};
use crate::app::text::{count, escaped, fitted, grouped, width, wrapped};
use crate::app::tree::Node;
use crate::app::{
    Direction, Item, Link, OtherState, Perspective, Snapshot, State, Zone, identity, inside, membership_rows,
    object_label, tree_rows,
};
use crate::cluster::{AclTarget, Oid, Role};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The tree of the current perspective.
pub fn tree(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let focused = state.zone == Zone::Tree && state.editor.is_none();
    frame(tabs(state, theme), focused, theme, area, buf);
    let head = inside(area);
    match &state.search {
        Some(search) => {
            put(&input_line("/ ", &search.input, true, theme, head.width), 0, head, buf);
            found_count(state, search, theme, head, buf);
        }
        None => put(&summary(state, theme, usize::from(head.width)), 0, head, buf),
    }
    let rows = tree_rows(area);
    let Some(snapshot) = &state.snapshot else { return nothing_yet(state, theme, rows, buf) };
    if let Some(search) = state.search.as_ref().filter(|s| !s.input.value().is_empty()) {
        return matches(snapshot, search, theme, rows, buf);
    }
    let tree = state.tree();
    if tree.is_empty() {
        nothing_yet(state, theme, rows, buf);
    }
    for (line, (number, node)) in (0..rows.height).zip(tree.visible(rows.height.into())) {
        let above = tree.parent_item(node);
        put(&row(state, snapshot, node, above, theme, rows.width.into()), line, rows, buf);
        if number == tree.cursor() {
            let paint = if state.zone == Zone::Tree { Paint::Selected } else { Paint::Marked };
            paint_row(theme.style(paint), line, rows, buf);
        }
    }
}

/// Why there is nothing to see.
fn nothing_yet(state: &State, theme: &Theme, rows: Rect, buf: &mut Buffer) {
    let (lines, paint) = match (&state.link, state.perspective) {
        (Link::Failed(problem), _) if !state.has_loaded() => {
            let more = [Some(&problem.message), problem.detail.as_ref(), problem.hint.as_ref()];
            let mut lines: Vec<String> = more.into_iter().flatten().cloned().collect();
            lines.push("R tries again.".to_owned());
            (lines, Paint::Bad)
        }
        (Link::Lost(why), _) if !state.has_loaded() => (vec![why.clone()], Paint::Bad),
        (_, Perspective::Changes) => (vec!["Nothing was applied in this session.".to_owned()], Paint::Dim),
        (Link::Ready(_), Perspective::Findings) => (vec!["Nothing was found.".to_owned()], Paint::Good),
        (Link::Connecting, _) => (vec!["Connecting.".to_owned()], Paint::Dim),
        _ => return,
    };
    let cells = usize::from(rows.width).saturating_sub(2).max(1);
    let lines = lines.iter().flat_map(|l| wrapped(&escaped(l), cells));
    for (row, text) in (0..rows.height).zip(lines) {
        put(&Line::from(span(format!(" {text}"), theme, paint)), row, rows, buf);
    }
}

/// How many were found, at the end of the line of the search.
fn found_count(state: &State, search: &Search, theme: &Theme, head: Rect, buf: &mut Buffer) {
    let Some(snapshot) = state.snapshot.as_ref().filter(|_| !search.input.value().is_empty()) else { return };
    let more = if search.is_done(snapshot) { "" } else { " so far" };
    let text = format!(" {} found{more} ", grouped(search.count()));
    let cells = u16::try_from(width(&text)).unwrap_or(u16::MAX).min(head.width);
    let at = Rect { x: head.right().saturating_sub(cells), width: cells, ..head };
    put(&Line::from(span(text, theme, Paint::Dim)), 0, at, buf);
}

/// What was found, the best first.
fn matches(snapshot: &Snapshot, search: &Search, theme: &Theme, rows: Rect, buf: &mut Buffer) {
    let listed = search.listed().iter().enumerate().skip(search.top());
    let cells = usize::from(rows.width);
    for (line, (number, found)) in (0..rows.height).zip(listed) {
        let (name, kind) = match found {
            Found::Role(role) => (snapshot.view().role_name(*role), "role"),
            Found::Object(id) => {
                let kind = snapshot.object(*id).map_or("", |o| o.kind.type_name());
                (identity(snapshot, AclTarget::whole(*id)), kind)
            }
            Found::There(database, id) => {
                let Some((name, there)) = elsewhere(snapshot, *database) else { continue };
                let kind = there.object(*id).map_or("", |o| o.kind.type_name());
                (format!("{}  in {name}", identity(there, AclTarget::whole(*id))), kind)
            }
        };
        let name = fitted(&name, cells.saturating_sub(kind.len() + 4)).into_owned();
        let gap = " ".repeat(cells.saturating_sub(width(&name) + kind.len() + 3).max(1));
        let text = vec![
            span(format!("  {name}"), theme, Paint::Text),
            span(format!("{gap}{kind}"), theme, Paint::Dim),
        ];
        put(&Line::from(text), line, rows, buf);
        if number == search.cursor() {
            paint_row(theme.style(Paint::Selected), line, rows, buf);
        }
    }
    if search.listed().is_empty() {
        let text = if search.is_done(snapshot) { "  no match" } else { "  looking" };
        put(&Line::from(span(text, theme, Paint::Dim)), 0, rows, buf);
    }
}

/// Another database's name, and what is in it.
fn elsewhere(snapshot: &Snapshot, database: Oid) -> Option<(&str, &Snapshot)> {
    let other = snapshot.other(database)?;
    Some((&other.name, other.loaded()?))
}

fn tabs(state: &State, theme: &Theme) -> Line<'static> {
    let paint = |p| if p == state.perspective { Paint::Title } else { Paint::Dim };
    crate::app::tabs(state).into_iter().map(|(p, words)| span(words, theme, paint(p))).collect()
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
        Perspective::Findings => crate::findings::report::summary(snapshot.findings()),
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
    let mut name = name(state, snapshot, node.item);
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

fn name(state: &State, snapshot: &Snapshot, item: Item) -> String {
    match item {
        Item::Role(role) => snapshot.view().role_name(role),
        Item::Schema(id) | Item::Object(id) => object_label(snapshot, id),
        Item::Group(_, group) => group.title().to_owned(),
        Item::Column(target) => crate::app::column_label(snapshot, target).unwrap_or_default(),
        Item::Database(oid) => {
            let other = snapshot.other(oid).map_or("", |other| other.name.as_str());
            format!("database {other}")
        }
        Item::Applied(n) => {
            let statements = state.history.get(n).map(|e| e.statements.join("; ")).unwrap_or_default();
            format!("{} {statements}", n + 1)
        }
        Item::Finding(n) => finding_name(snapshot, n),
    }
}

fn finding_name(snapshot: &Snapshot, n: usize) -> String {
    let Some(finding) = snapshot.findings().get(n) else { return String::new() };
    let object = finding.objects.first().map(|target| identity(snapshot, *target));
    let role = || finding.roles.first().map(|role| snapshot.view().role_name(*role));
    let subject = object.or_else(role).map(|name| format!(": {name}")).unwrap_or_default();
    format!("{}{subject}", finding.code.title())
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
        Item::Database(oid) => match snapshot.other(oid).map(|other| &other.state) {
            Some(OtherState::Loaded(there)) => count(there.index().made_here(), "object"),
            Some(OtherState::Loading) => "loading".to_owned(),
            Some(OtherState::Waiting) => "Enter loads it".to_owned(),
            Some(OtherState::LeftOut(_)) => "not loaded".to_owned(),
            None => String::new(),
        },
        Item::Finding(n) => snapshot.findings().get(n).map(|f| f.level.word().to_owned()).unwrap_or_default(),
        Item::Applied(n) => {
            let at = state.history.get(n).map(|e| e.at.strftime("%H:%M").to_string());
            at.unwrap_or_default()
        }
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
