//! The explorer's state: `update(state, action, now) -> effects`, the keymap, the staged change set. Pure.
//!
//! The screen is drawn by `ui` from [`State`] alone; [`Layout`] is computed here, because the mouse and scrolling
//! need it as much as drawing does.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod action;
pub mod connect;
mod effect;
pub mod history;
pub mod item;
mod key;
mod keymap;
mod layout;
pub mod line;
pub mod new_password;
pub mod pane;
pub mod popup;
mod scroll;
pub mod search;
mod snapshot;
mod state;
#[cfg(test)]
pub mod testing;
pub mod text;
pub mod tree;
#[cfg(test)]
mod tree_tests;
pub mod unseen;
mod update;

pub use action::{
    Action, Applied, Connection, Now, Outcome, Problem, Progress, Reconnection, Reply, Tls, Verified,
};
pub use effect::{Effect, Stop};
pub use item::{Direction, Item};
pub use key::{Key, KeyCode, Mouse, MouseKind};
pub use keymap::{Binding, Command, Context, Keymap};
pub use layout::{Layout, WIDE, inside, layout, tab_at, tabs, tree_rows};
pub use snapshot::{
    Group, Other, OtherState, Snapshot, column_label, identity, membership_rows, object_label,
};
pub use state::{Banner, Link, Pending, Perspective, Screen, Settings, State, ThemeName, Tone, Zone};
pub use update::{next_wake, update};
