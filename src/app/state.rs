//! The explorer's whole state, as a value.

use super::connect::Retry;
use super::history::Entry;
use super::item::{Direction, Item};
use super::line::Editor;
use super::pane::Pane;
use super::popup::Popup;
use super::search::{Found, Search};
use super::text::{width, wrapped};
use super::tree::Tree;
use super::{Connection, Context, Keymap, OtherState, Problem, Progress, Snapshot, Stop};
use crate::cluster::Oid;
use crate::preview::Plan;
use jiff::Timestamp;
use jiff::civil::DateTime;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// What the user set before the start.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Nothing is ever applied.
    pub read_only: bool,
    /// Which theme.
    pub theme: ThemeName,
    /// Only ASCII on the screen.
    pub ascii: bool,
    /// When the snapshot was taken that is looked at in place of a server.
    pub snapshot_taken: Option<String>,
    /// Nothing was said about where to connect: it is asked.
    pub choose: bool,
}

/// The themes there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ThemeName {
    /// For dark backgrounds.
    #[default]
    Dark,
    /// For light ones.
    Light,
    /// No colour at all: NO_COLOR.
    Mono,
}

impl ThemeName {
    /// Round and round.
    pub fn next(self) -> ThemeName {
        match self {
            ThemeName::Dark => ThemeName::Light,
            ThemeName::Light => ThemeName::Mono,
            ThemeName::Mono => ThemeName::Dark,
        }
    }
}

/// The size of the terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Screen {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// The link to the server.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Link {
    /// Nothing was asked yet.
    #[default]
    Idle,
    /// Connecting.
    Connecting,
    /// Loading, this far.
    Loading(Progress),
    /// What is shown is what was loaded at this moment.
    Ready(DateTime),
    /// No connection could be made, or loading failed.
    Failed(Problem),
    /// The connection went away.
    Lost(String),
}

/// What the left side shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Perspective {
    /// Roles by membership.
    #[default]
    Roles,
    /// Objects by schema and kind.
    Objects,
    /// What was applied in this session.
    Changes,
    /// What a careful DBA would look at.
    Findings,
}

impl Perspective {
    /// All, in the order of their digits.
    pub const ALL: [Perspective; 4] =
        [Perspective::Roles, Perspective::Objects, Perspective::Changes, Perspective::Findings];
    /// Its word.
    pub fn title(self) -> &'static str {
        match self {
            Perspective::Roles => "Roles",
            Perspective::Objects => "Objects",
            Perspective::Changes => "Changes",
            Perspective::Findings => "Findings",
        }
    }
}

/// Where keys go.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Zone {
    /// The tree.
    #[default]
    Tree,
    /// What is true of the selected row.
    Pane,
}

/// Something to tell, below the header, until the next key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Banner {
    /// How it is meant.
    pub tone: Tone,
    /// Its lines.
    pub text: Vec<String>,
}

/// How something is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// It went well.
    Good,
    /// Worth knowing.
    Note,
    /// It went wrong.
    Bad,
}

impl Banner {
    /// Of one line.
    pub fn new(tone: Tone, text: impl Into<String>) -> Banner {
        Banner { tone, text: vec![text.into()] }
    }
    /// Wrapped to so many cells.
    pub fn fit(&mut self, cells: usize) {
        let cells = cells.saturating_sub(2).max(8);
        if self.text.iter().any(|line| width(line) > cells) {
            self.text = self.text.iter().flat_map(|line| wrapped(line, cells)).collect();
        }
    }
    /// How many lines it takes.
    pub fn lines(&self) -> usize {
        self.text.len()
    }
}

/// A place that was left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visit {
    /// The database that was looked at.
    pub database: Oid,
    /// The tree it was in.
    pub perspective: Perspective,
    /// From the root to the row.
    pub path: Vec<Item>,
    /// Where keys went.
    pub zone: Zone,
    /// The row of the pane.
    pub pane_row: usize,
}

/// Everything that the screen is a function of.
#[derive(Clone, Debug)]
pub struct State {
    /// What the user set.
    pub settings: Settings,
    /// The terminal.
    pub screen: Screen,
    /// The moment of the last action.
    pub clock: Option<Timestamp>,
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// That of the last effect; replies to older ones are dropped.
    pub generation: u64,
    /// That of the last load: other databases come beside everything else.
    pub others_generation: u64,
    /// That of the last attempt to connect to another place.
    pub attempt: u64,
    /// That of the last attempt to connect again.
    pub reconnection: u64,
    /// When a connection was there again, and how many attempts had failed: one that dies at once is no success.
    pub came_back: Option<(Duration, u32)>,
    /// The database that was asked for last.
    pub asked: Option<String>,
    /// The connection.
    pub connection: Option<Connection>,
    /// How it stands.
    pub link: Link,
    /// When everything was loaded last; none: not yet.
    pub loaded_at: Option<DateTime>,
    /// The connection is lost, and this is when another is tried.
    pub retry: Option<Retry>,
    /// What was loaded last.
    pub snapshot: Option<Arc<Snapshot>>,
    /// What the left side shows.
    pub perspective: Perspective,
    /// Which way memberships are drawn.
    pub direction: Direction,
    /// The tree of roles.
    pub roles: Tree<Item>,
    /// The tree of objects.
    pub objects: Tree<Item>,
    /// The list of applied changes.
    pub changes: Tree<Item>,
    /// The list of findings.
    pub findings: Tree<Item>,
    /// What is true of the selected row.
    pub pane: Pane,
    /// Places left by going to what a row named; Backspace comes back.
    pub back: Vec<Visit>,
    /// Where keys go.
    pub zone: Zone,
    /// The statement being written.
    pub editor: Option<Editor>,
    /// The search that is going on.
    pub search: Option<Search>,
    /// The search before, for the next match.
    pub found: Option<Search>,
    /// What lies over the screen.
    pub popup: Option<Popup>,
    /// What was applied in this session.
    pub history: Vec<Entry>,
    /// A database that is gone to and must be loaded for it.
    pub wanted: Option<String>,
    /// What is going on at the server.
    pub pending: Option<Pending>,
    /// Something to tell.
    pub banner: Option<Banner>,
    /// The mouse is ours, and not the terminal's.
    pub mouse: bool,
}

/// Something going on at the server that is neither connecting nor loading.
#[derive(Clone, Debug)]
pub enum Pending {
    /// A plan is being applied.
    Applying(Arc<Plan>),
    /// A plan is being rehearsed.
    Rehearsing,
    /// Another place is being connected to.
    Connecting(SecretString),
}

impl State {
    /// Before anything has happened.
    pub fn new(settings: Settings, width: u16, height: u16) -> State {
        State {
            settings,
            screen: Screen { width, height },
            clock: None,
            keymap: Arc::new(Keymap::default()),
            generation: 0,
            others_generation: 0,
            attempt: 0,
            reconnection: 0,
            came_back: None,
            asked: None,
            connection: None,
            link: Link::Idle,
            loaded_at: None,
            retry: None,
            snapshot: None,
            perspective: Perspective::Roles,
            direction: Direction::Members,
            roles: Tree::default(),
            objects: Tree::default(),
            changes: Tree::default(),
            findings: Tree::default(),
            pane: Pane::default(),
            back: Vec::new(),
            zone: Zone::Tree,
            editor: None,
            search: None,
            found: None,
            popup: None,
            history: Vec::new(),
            wanted: None,
            pending: None,
            banner: None,
            mouse: true,
        }
    }

    /// The tree of the current perspective.
    pub fn tree(&self) -> &Tree<Item> {
        match self.perspective {
            Perspective::Roles => &self.roles,
            Perspective::Objects => &self.objects,
            Perspective::Changes => &self.changes,
            Perspective::Findings => &self.findings,
        }
    }

    /// The same, to be changed.
    pub fn tree_mut(&mut self) -> &mut Tree<Item> {
        match self.perspective {
            Perspective::Roles => &mut self.roles,
            Perspective::Objects => &mut self.objects,
            Perspective::Changes => &mut self.changes,
            Perspective::Findings => &mut self.findings,
        }
    }

    /// Where a key would go now.
    pub fn context(&self) -> Context {
        match &self.popup {
            Some(Popup::Confirm(_) | Popup::Quit(_)) => return Context::Confirm,
            Some(Popup::Password(_)) => return Context::Password,
            Some(Popup::Connect(_)) => return Context::Connect,
            Some(Popup::Login(_)) => return Context::Login,
            Some(Popup::Help(_) | Popup::Why(_)) => return Context::Popup,
            None => {}
        }
        match self.zone {
            _ if self.search.is_some() => Context::Search,
            _ if self.editor.is_some() => Context::Line,
            Zone::Tree => Context::Tree,
            Zone::Pane => Context::Pane,
        }
    }

    /// Was everything loaded once?
    pub fn has_loaded(&self) -> bool {
        self.loaded_at.is_some()
    }

    /// What the key that stops things would stop. While something is written or searched it is for that, and leaves a
    /// load alone.
    pub fn stoppable(&self) -> Option<Stop> {
        match (&self.pending, &self.popup) {
            (Some(Pending::Connecting(_)), Some(Popup::Connect(_))) => Some(Stop::Attempt),
            (Some(Pending::Applying(_) | Pending::Rehearsing), None) => Some(Stop::Plan),
            (None, None) if matches!(self.context(), Context::Tree | Context::Pane) => {
                self.is_loading().then_some(Stop::Load)
            }
            _ => None,
        }
    }

    /// Is something being loaded, be it another database?
    fn is_loading(&self) -> bool {
        let others = || self.snapshot.iter().flat_map(|snapshot| snapshot.others());
        let other = || others().any(|other| matches!(other.state, OtherState::Loading));
        self.settings.snapshot_taken.is_none()
            && (matches!(self.link, Link::Connecting | Link::Loading(_)) || other())
    }

    /// How many lines the preview would take, the SQL line among them; none: there is none.
    pub fn preview_lines(&self) -> Option<usize> {
        self.editor.as_ref().map(|e| e.preview().len() + 1)
    }

    /// What the pane should be about: the selected match of a search, or the selected row.
    pub fn subject(&self) -> Option<Item> {
        let found = self.search.as_ref().and_then(Search::selected);
        let item = |found| match found {
            Found::Role(role) => Item::Role(role),
            Found::Object(id) => Item::Object(id),
            Found::There(database, _) => Item::Database(database),
        };
        found.map(item).or_else(|| self.tree().selected().map(|n| n.item))
    }

    /// Could something be applied now? Else why not.
    pub fn may_apply(&self) -> Result<(), &'static str> {
        if self.settings.snapshot_taken.is_some() {
            return Err("This is a snapshot: nothing can be applied to it.");
        }
        if self.settings.read_only {
            return Err("This is --read-only: nothing is applied.");
        }
        if self.snapshot.as_ref().is_some_and(|s| s.cluster().read_only) {
            return Err("The server is read-only (25006): nothing can be applied here.");
        }
        if self.connection.as_ref().is_some_and(|connection| connection.pooler) {
            return Err(
                "A connection pooler stands between, and its sessions are not ours alone: connect to the server itself \
                 to apply.",
            );
        }
        match (&self.pending, &self.link) {
            (Some(_), _) => Err("Something is going on at the server already."),
            (None, Link::Ready(_)) => Ok(()),
            (None, Link::Connecting | Link::Loading(_)) => Err("Everything must be loaded first."),
            (None, Link::Idle) => Err("There is no connection; C chooses one."),
            (None, _) => Err("There is no connection; R connects again."),
        }
    }
}
