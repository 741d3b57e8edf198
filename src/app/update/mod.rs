//! What an action does to the state, and what it wants done outside. Pure and total.

mod go;
mod keys;
mod mouse;
mod reply;

use super::{Action, Effect, Now, State, inside, layout, tree_rows};
use std::time::Duration;

/// Lets an action happen.
pub fn update(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    let effects = match action {
        Action::Start => vec![reply::load(state)],
        Action::Key(key) => keys::press(state, key),
        Action::Paste(_) => Vec::new(),
        Action::Mouse(mouse) => mouse::mouse(state, mouse),
        Action::Resize { width, height } => {
            state.screen = super::Screen { width, height };
            Vec::new()
        }
        Action::Wake => Vec::new(),
        Action::Reply { generation, reply } if generation == state.generation => {
            reply::reply(state, reply, now)
        }
        Action::Reply { .. } => Vec::new(),
        Action::ConnectionLost(why) => {
            state.link = super::Link::Lost(why);
            Vec::new()
        }
    };
    settle(state);
    effects
}

/// When [`Action::Wake`] is wanted next, in time since the start; none: only when something happens.
pub fn next_wake(_: &State, _: Now) -> Option<Duration> {
    None
}

/// The pane is about the selected row, and what is selected is on the screen.
fn settle(state: &mut State) {
    refresh_pane(state);
    let parts = layout(state);
    let height = tree_rows(parts.tree).height;
    if height > 0 {
        state.tree_mut().scroll_into(height.into());
    }
    let height = inside(parts.pane).height;
    if height > 0 {
        state.pane.scroll_into(height.into());
    }
}

fn refresh_pane(state: &mut State) {
    let subject = state.tree().selected().map(|n| n.item);
    if let Some(snapshot) = state.snapshot.as_ref().filter(|_| state.pane.subject != subject) {
        state.pane.show(snapshot, subject);
    }
}
