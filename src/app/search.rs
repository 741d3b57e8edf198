//! Finding roles and objects by name while the name is typed.
//!
//! A key press looks at a bounded number of names; the rest is looked at when the loop wakes again, which is at once.

use super::pane::Place;
use super::snapshot::{Other, Snapshot};
use crate::cluster::{AclTarget, ObjectId, Oid};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use tui_input::Input;

/// Names looked at in one go: some milliseconds.
pub const CHUNK: usize = 16_384;
/// Matches that are listed; all are counted.
pub const LISTED: usize = 1_000;

/// A name that can be found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Found {
    /// A role.
    Role(Oid),
    /// An object.
    Object(ObjectId),
    /// An object of another database, by its OID.
    There(Oid, ObjectId),
}

impl Found {
    /// Where it is.
    pub fn place(self) -> Place {
        match self {
            Found::Role(role) => Place::Role(role),
            Found::Object(id) => Place::Object(AclTarget::whole(id)),
            Found::There(database, id) => Place::There(database, AclTarget::whole(id)),
        }
    }
}

/// Better scores first, then shorter names, then the order of reading.
type Rank = (Reverse<u32>, usize, u32);

/// A search.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// What is typed.
    pub input: Input,
    /// The names in question, by number: the matches of a shorter query, or none for all names.
    pool: Option<Vec<u32>>,
    /// How much of them was looked at.
    looked: usize,
    /// All matches so far, by number.
    matching: Vec<u32>,
    /// The best of them; the worst on top.
    best: BinaryHeap<Rank>,
    listed: Vec<Found>,
    cursor: usize,
    top: usize,
}

impl Search {
    /// The matches that are listed, the best first.
    pub fn listed(&self) -> &[Found] {
        &self.listed
    }
    /// How many names match, so far.
    pub fn count(&self) -> usize {
        self.matching.len()
    }
    /// Was every name looked at?
    pub fn is_done(&self, snapshot: &Snapshot) -> bool {
        self.input.value().is_empty() || self.looked >= self.pool_len(snapshot)
    }
    /// The selected match.
    pub fn selected(&self) -> Option<Found> {
        self.listed.get(self.cursor).copied()
    }
    /// Its number.
    pub fn cursor(&self) -> usize {
        self.cursor
    }
    /// The first match on the screen.
    pub fn top(&self) -> usize {
        self.top
    }
    /// Moves among the matches.
    pub fn move_by(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.listed.len().saturating_sub(1));
    }
    /// Selects a match, the nearest there is.
    pub fn select(&mut self, row: usize) {
        self.cursor = row.min(self.listed.len().saturating_sub(1));
    }
    /// Moves the screen so that the selection is on it.
    pub fn scroll_into(&mut self, height: usize) {
        let height = height.max(1);
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(height), self.cursor);
        self.top = self.top.min(self.listed.len().saturating_sub(height));
    }

    /// The query is another than `before`. A longer one can only match what the shorter one matched.
    pub fn changed(&mut self, snapshot: &Snapshot, before: &str) {
        let query = self.input.value();
        // With a dot in the query, names are matched with their schema.
        let same_names = query.contains('.') == before.contains('.');
        let narrower = !before.is_empty() && query.starts_with(before) && same_names;
        let plain = !query.contains(['!', '^', '$', '\'', '\\', ' ']);
        let done = self.looked >= self.pool_len(snapshot);
        self.pool = (narrower && plain && done).then(|| std::mem::take(&mut self.matching));
        self.start();
        self.look(snapshot);
    }

    /// The names are others.
    pub fn restart(&mut self, snapshot: &Snapshot) {
        self.pool = None;
        self.start();
        self.look(snapshot);
    }

    fn start(&mut self) {
        self.matching.clear();
        self.best.clear();
        (self.looked, self.cursor, self.top) = (0, 0, 0);
        self.listed.clear();
    }

    fn pool_len(&self, snapshot: &Snapshot) -> usize {
        let own = |snapshot: &Snapshot| snapshot.index().objects().len();
        let others =
            || snapshot.others().iter().filter_map(Other::loaded).map(|other| own(other)).sum::<usize>();
        let all = || snapshot.index().roles().len() + own(snapshot) + others();
        self.pool.as_ref().map_or_else(all, Vec::len)
    }

    /// Looks at some more names.
    pub fn look(&mut self, snapshot: &Snapshot) {
        if self.is_done(snapshot) {
            return;
        }
        let query = self.input.value();
        let pattern = Pattern::parse(query, CaseMatching::Smart, Normalization::Smart);
        let qualified = query.contains('.');
        let mut matcher = Matcher::new(Config::DEFAULT);
        let (mut name, mut chars) = (String::new(), Vec::new());
        let end = self.pool_len(snapshot).min(self.looked + CHUNK);
        for at in self.looked..end {
            let number = match &self.pool {
                Some(pool) => pool.get(at).copied(),
                None => u32::try_from(at).ok(),
            };
            let Some((number, found)) = number.and_then(|n| Some((n, nth(snapshot, n)?))) else { continue };
            write_name(snapshot, found, qualified, &mut name);
            let Some(score) = pattern.score(Utf32Str::new(&name, &mut chars), &mut matcher) else { continue };
            self.matching.push(number);
            self.best.push((Reverse(score), name.len(), number));
            if self.best.len() > LISTED {
                self.best.pop();
            }
        }
        self.looked = end;
        let kept = self.selected().filter(|_| self.cursor > 0);
        let best = self.best.clone().into_sorted_vec();
        self.listed = best.into_iter().filter_map(|(_, _, n)| nth(snapshot, n)).collect();
        // Better matches may come in before it, but what is selected stays so.
        self.cursor = kept.and_then(|k| self.listed.iter().position(|f| *f == k)).unwrap_or(0);
    }
}

/// Roles are numbered first, then objects, each in the order of reading, then those of the other databases.
fn nth(snapshot: &Snapshot, number: u32) -> Option<Found> {
    let (number, roles) = (number as usize, snapshot.index().roles());
    let Some(mut number) = number.checked_sub(roles.len()) else {
        return roles.get(number).copied().map(Found::Role);
    };
    let objects = snapshot.index().objects();
    if let Some(id) = objects.get(number) {
        return Some(Found::Object(*id));
    }
    number -= objects.len();
    for other in snapshot.others() {
        let objects = other.loaded().map_or(&[][..], |loaded| loaded.index().objects());
        if let Some(id) = objects.get(number) {
            // What databases share, and what is the system's in each of them, was among the own ones.
            let object = other.loaded().and_then(|loaded| loaded.object(*id));
            let is_its_own = object.is_some_and(|o| o.oid.is_user_made() && !o.kind.is_shared());
            return is_its_own.then_some(Found::There(other.database, *id));
        }
        number -= objects.len();
    }
    None
}

fn write_name(snapshot: &Snapshot, found: Found, qualified: bool, name: &mut String) {
    name.clear();
    match found {
        Found::Role(role) => name.push_str(snapshot.view().role(role).map_or("", |r| &r.name)),
        Found::Object(id) => write_object(snapshot, id, qualified, name),
        Found::There(database, id) => {
            if let Some(other) = snapshot.other(database).and_then(Other::loaded) {
                write_object(other, id, qualified, name);
            }
        }
    }
}

fn write_object(snapshot: &Snapshot, id: ObjectId, qualified: bool, name: &mut String) {
    let Some(object) = snapshot.object(id) else { return };
    let schema = snapshot.schema_of(object).filter(|_| qualified);
    if let Some(schema) = schema.and_then(|s| snapshot.object(s)) {
        name.push_str(&schema.name);
        name.push('.');
    }
    name.push_str(&object.name);
}
