//! What is true of the selected row, as rows that can be selected, opened and followed.
//!
//! Rows are small values made when the selection changes; their text is made only for those on the screen.

mod finding;
mod holders;
mod next;
mod object;
mod other;
mod role;

pub use holders::Holders;

use super::history::Entry;
use super::item::Item;
use super::scroll;
use super::snapshot::{Group, Snapshot};
use super::text::wrapped;
use crate::cluster::{AclItem, AclTarget, Membership, ObjectId, Oid, Privileges};
use crate::preview::report::visible;
use rustc_hash::FxHashMap;

/// A list of the pane that can be opened and closed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the headings say each in words")]
pub enum Section {
    Groups,
    Members,
    Owns,
    OwnedKind(Group),
    Direct,
    Inherited,
    Through(Oid),
    Public,
    Given,
    Actors,
    Defaults,
    Settings,
    Policies,
    Acl,
    Columns,
    Who,
    Holders(Privileges),
    SchemaDefaults,
    Owners,
    Elsewhere,
    Next,
    FoundObjects,
    FoundRoles,
}

/// How a grant comes to the role that the pane is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It is its own.
    Direct,
    /// It is this group's.
    Through(Oid),
    /// It is everybody's.
    Public,
    /// It is one that it gave.
    Given,
}

/// One row.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs, reason = "the fields are named for what they hold")]
pub enum PaneRow {
    /// A line of text.
    Fact(String),
    /// An empty line.
    Gap,
    /// A heading, with the number of rows below it.
    Head { section: Section, depth: u8, count: usize, open: bool },
    /// A membership, seen from the member.
    MemberOf(Membership),
    /// A membership, seen from the group.
    Member(Membership),
    /// An object that it owns.
    Owned(ObjectId),
    /// All that a group owns, as its owner.
    OwnerThrough { role: Oid, count: usize },
    /// An ACL item, seen from the role.
    Grant { target: AclTarget, item: AclItem, how: How },
    /// An ACL item, seen from the object.
    Acl { target: AclTarget, item: AclItem },
    /// Everybody has it.
    Everybody { target: AclTarget, privilege: Privileges },
    /// A role that has the privilege.
    Holder { target: AclTarget, privilege: Privileges, role: Oid },
    /// A role that has the privileges of the one that the pane is about, or can become it.
    Actor { role: Oid, inherit: bool, set: bool },
    /// An item of a default ACL, which is one of the snapshot's.
    Default { index: usize, item: AclItem },
    /// A policy of the snapshot.
    Policy(usize),
    /// An owner of several.
    Owner { role: Oid, count: usize },
    /// A column.
    Column(AclTarget),
    /// What a role has in another database: how many objects it owns, and on how many something is granted to it.
    Elsewhere { database: Oid, owned: usize, granted: usize },
    /// What the next object of a kind (the letter of `pg_default_acl`) that a role makes in a schema will give.
    Next { objtype: char, creator: Oid, schema: Option<ObjectId>, item: AclItem },
    /// A role or an object, and no more.
    Named(Place),
}

/// Where following a row leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// To a role.
    Role(Oid),
    /// To an object or a column.
    Object(AclTarget),
    /// To the same row, in another database.
    Database(Oid),
    /// To an object or a column of another database.
    There(Oid, AclTarget),
}

impl PaneRow {
    /// What the row names.
    pub fn place(&self) -> Option<Place> {
        let role = |oid: Oid| (oid != Oid::PUBLIC).then_some(Place::Role(oid));
        match self {
            PaneRow::MemberOf(m) => role(m.role),
            PaneRow::Member(m) => role(m.member),
            PaneRow::Owned(id) => Some(Place::Object(AclTarget::whole(*id))),
            PaneRow::Grant { target, .. } | PaneRow::Column(target) => Some(Place::Object(*target)),
            PaneRow::OwnerThrough { role: r, .. }
            | PaneRow::Holder { role: r, .. }
            | PaneRow::Actor { role: r, .. }
            | PaneRow::Owner { role: r, .. } => role(*r),
            PaneRow::Elsewhere { database, .. } => Some(Place::Database(*database)),
            PaneRow::Acl { item, .. } | PaneRow::Default { item, .. } | PaneRow::Next { item, .. } => {
                role(item.grantee)
            }
            PaneRow::Named(Place::Role(r)) => role(*r),
            PaneRow::Named(place) => Some(*place),
            PaneRow::Fact(_) | PaneRow::Gap | PaneRow::Head { .. } => None,
            PaneRow::Everybody { .. } | PaneRow::Policy(_) => None,
        }
    }
}

impl PaneRow {
    /// The other role that the row names: its grantor, or the one whose default privileges they are.
    pub fn second_place(&self, snapshot: &Snapshot) -> Option<Place> {
        match self {
            PaneRow::MemberOf(m) | PaneRow::Member(m) => Some(Place::Role(m.grantor)),
            PaneRow::Grant { item, how: How::Given, .. } if item.grantee == Oid::PUBLIC => None,
            PaneRow::Grant { item, how: How::Given, .. } => Some(Place::Role(item.grantee)),
            PaneRow::Grant { item, .. } | PaneRow::Acl { item, .. } => Some(Place::Role(item.grantor)),
            PaneRow::Default { index, .. } => {
                snapshot.cluster().default_acls.get(*index).map(|d| Place::Role(d.role))
            }
            PaneRow::Next { creator, .. } => Some(Place::Role(*creator)),
            PaneRow::Policy(index) => {
                let policy = snapshot.cluster().policies.get(*index);
                policy.map(|p| Place::Object(AclTarget::whole(p.relation)))
            }
            _ => None,
        }
    }
}

/// The pane.
#[derive(Clone, Debug, Default)]
pub struct Pane {
    /// What it is about.
    pub subject: Option<Item>,
    rows: Vec<PaneRow>,
    cursor: usize,
    top: usize,
    cells: usize,
    /// What the user opened or closed; the rest is as long as lists are.
    toggled: FxHashMap<Section, bool>,
}

/// Longer lists are closed until they are wanted.
const SHORT: usize = 24;

impl Pane {
    /// The rows.
    pub fn rows(&self) -> &[PaneRow] {
        &self.rows
    }
    /// The selected row.
    pub fn cursor(&self) -> usize {
        self.cursor
    }
    /// The first row on the screen.
    pub fn top(&self) -> usize {
        self.top
    }
    /// The selected row's content.
    pub fn selected(&self) -> Option<&PaneRow> {
        self.rows.get(self.cursor)
    }
    /// The rows of a screen of that height, with their numbers.
    pub fn visible(&self, height: usize) -> impl Iterator<Item = (usize, &PaneRow)> {
        self.rows.iter().enumerate().skip(self.top).take(height)
    }
    /// Selects a row, the nearest there is.
    pub fn select(&mut self, row: usize) {
        self.cursor = row.min(self.rows.len().saturating_sub(1));
    }
    /// Moves the selection.
    pub fn move_by(&mut self, by: isize) {
        self.select(self.cursor.saturating_add_signed(by));
    }
    /// Moves the screen so that the selection is on it.
    pub fn scroll_into(&mut self, height: usize) {
        self.top = scroll::into_view(self.top, self.cursor, self.rows.len(), height);
    }
    /// Moves the screen, and the selection only as far as it must.
    pub fn scroll_by(&mut self, by: isize, height: usize) {
        let (top, cursor) = scroll::moved(self.top, self.cursor, by, self.rows.len(), height);
        self.top = top;
        self.select(cursor);
    }
    /// Selects the heading of a list, and opens it.
    pub fn go_to(&mut self, snapshot: &Snapshot, history: &[Entry], wanted: Section) -> bool {
        let find = |rows: &[PaneRow]| {
            rows.iter().position(|r| matches!(r, PaneRow::Head { section, .. } if *section == wanted))
        };
        if find(&self.rows).is_none() {
            return false;
        }
        self.toggled.insert(wanted, true);
        self.make(snapshot, history);
        self.select(find(&self.rows).unwrap_or(0));
        true
    }
    /// Opens or closes the list of the selected heading. True if it is one.
    pub fn toggle(&mut self, snapshot: &Snapshot, history: &[Entry], to: Option<bool>) -> bool {
        let Some(PaneRow::Head { section, open, .. }) = self.selected().cloned() else { return false };
        self.toggled.insert(section, to.unwrap_or(!open));
        self.make(snapshot, history);
        true
    }
    /// Selects the heading above.
    pub fn select_heading(&mut self) {
        let above = self.rows.get(..self.cursor).unwrap_or(&[]);
        if let Some(row) = above.iter().rposition(|r| matches!(r, PaneRow::Head { .. })) {
            self.cursor = row;
        }
    }

    /// About something else, from its first row.
    pub fn show(&mut self, snapshot: &Snapshot, history: &[Entry], subject: Option<Item>) {
        if self.subject != subject {
            // What was opened by name of a role or privilege means nothing elsewhere.
            self.toggled.retain(|s, _| !matches!(s, Section::Through(_) | Section::Holders(_)));
            (self.cursor, self.top) = (0, 0);
        }
        self.subject = subject;
        self.make(snapshot, history);
    }

    /// The screen has another width: lines of text are wrapped to it.
    pub fn fit(&mut self, snapshot: &Snapshot, history: &[Entry], cells: usize) {
        if self.cells != cells {
            self.cells = cells;
            self.make(snapshot, history);
        }
    }

    fn make(&mut self, snapshot: &Snapshot, history: &[Entry]) {
        let mut rows = Rows { rows: Vec::new(), toggled: &self.toggled, cells: self.cells };
        match self.subject {
            Some(Item::Role(role)) => role::rows(snapshot, role, &mut rows),
            Some(Item::Schema(id) | Item::Object(id)) => {
                object::rows(snapshot, AclTarget::whole(id), &mut rows);
            }
            Some(Item::Column(target)) => object::rows(snapshot, target, &mut rows),
            Some(Item::Group(schema, group)) => other::group(snapshot, schema, group, &mut rows),
            Some(Item::Database(database)) => other::database(snapshot, database, &mut rows),
            Some(Item::Applied(n)) => {
                let facts = history.get(n).map(Entry::facts).unwrap_or_default();
                facts.into_iter().for_each(|fact| rows.fact(fact));
            }
            Some(Item::Finding(n)) => finding::rows(snapshot, n, &mut rows),
            None => {}
        }
        self.rows = rows.rows;
        self.select(self.cursor);
    }
}

/// Rows being made.
struct Rows<'a> {
    rows: Vec<PaneRow>,
    toggled: &'a FxHashMap<Section, bool>,
    cells: usize,
}

impl Rows<'_> {
    fn fact(&mut self, text: impl Into<String>) {
        let text = text.into();
        // A frame and a blank on each side; before the first screen there is no width to wrap to.
        let cells = if self.cells == 0 { usize::MAX } else { self.cells.saturating_sub(4).max(8) };
        self.rows.extend(wrapped(&visible(&text), cells).into_iter().map(PaneRow::Fact));
    }
    /// A heading, where there is anything below it. True if it is open.
    fn head(&mut self, section: Section, depth: u8, count: usize, short: usize) -> bool {
        if count == 0 {
            return false;
        }
        let open = self.toggled.get(&section).copied().unwrap_or(count <= short);
        if depth == 0 && !self.rows.is_empty() {
            self.rows.push(PaneRow::Gap);
        }
        self.rows.push(PaneRow::Head { section, depth, count, open });
        open
    }
    /// A list below a heading.
    fn list(&mut self, section: Section, depth: u8, items: impl ExactSizeIterator<Item = PaneRow>) {
        if self.head(section, depth, items.len(), SHORT) {
            self.rows.extend(items);
        }
    }
}
