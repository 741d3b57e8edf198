//! The explorer's whole state, as a value.

use super::item::{Direction, Item};
use super::pane::Pane;
use super::tree::Tree;
use super::{Connection, Context, Keymap, Problem, Progress, Snapshot};
use jiff::civil::DateTime;
use std::sync::Arc;

/// What the user set before the start.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Nothing is ever applied.
    pub read_only: bool,
    /// Which theme.
    pub theme: ThemeName,
    /// Only ASCII on the screen.
    pub ascii: bool,
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
}

impl Perspective {
    /// All, in the order of their digits.
    pub const ALL: [Perspective; 3] = [Perspective::Roles, Perspective::Objects, Perspective::Changes];
    /// Its word.
    pub fn title(self) -> &'static str {
        match self {
            Perspective::Roles => "Roles",
            Perspective::Objects => "Objects",
            Perspective::Changes => "Changes",
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
    /// How many lines it takes.
    pub fn lines(&self) -> usize {
        self.text.len()
    }
}

/// A place that was left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visit {
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
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// That of the last effect; replies to older ones are dropped.
    pub generation: u64,
    /// The connection.
    pub connection: Option<Connection>,
    /// How it stands.
    pub link: Link,
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
    /// What is true of the selected row.
    pub pane: Pane,
    /// Places left by going to what a row named; Backspace comes back.
    pub back: Vec<Visit>,
    /// Where keys go.
    pub zone: Zone,
    /// Something to tell.
    pub banner: Option<Banner>,
    /// The mouse is ours, and not the terminal's.
    pub mouse: bool,
}

impl State {
    /// Before anything has happened.
    pub fn new(settings: Settings, width: u16, height: u16) -> State {
        State {
            settings,
            screen: Screen { width, height },
            keymap: Arc::new(Keymap::default()),
            generation: 0,
            connection: None,
            link: Link::Idle,
            snapshot: None,
            perspective: Perspective::Roles,
            direction: Direction::Members,
            roles: Tree::default(),
            objects: Tree::default(),
            changes: Tree::default(),
            pane: Pane::default(),
            back: Vec::new(),
            zone: Zone::Tree,
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
        }
    }

    /// The same, to be changed.
    pub fn tree_mut(&mut self) -> &mut Tree<Item> {
        match self.perspective {
            Perspective::Roles => &mut self.roles,
            Perspective::Objects => &mut self.objects,
            Perspective::Changes => &mut self.changes,
        }
    }

    /// Where a key would go now.
    pub fn context(&self) -> Context {
        match self.zone {
            Zone::Tree => Context::Tree,
            Zone::Pane => Context::Pane,
        }
    }

    /// How many lines the preview would take; none: there is none.
    pub fn preview_lines(&self) -> Option<usize> {
        None
    }
}
