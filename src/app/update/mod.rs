//! What an action does to the state, and what it wants done outside. Pure and total.

mod apply;
mod busy;
mod connect;
#[cfg(test)]
mod connect_tests;
#[cfg(test)]
mod databases_tests;
mod find;
mod go;
mod keys;
mod line;
mod mouse;
mod password;
mod popup;
mod reply;
#[cfg(test)]
mod tests;
mod views;

use super::{Action, Effect, Now, Reply, Screen, State, inside, layout, tree_rows};
use std::time::Duration;

/// Lets an action happen.
pub fn update(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    state.clock = Some(now.at);
    let mut effects = match action {
        Action::Start if state.settings.choose => connect::open(state),
        Action::Start => vec![reply::load(state)],
        Action::Key(key) => keys::press(state, key),
        Action::Paste(text) => keys::paste(state, &text),
        Action::Mouse(mouse) => mouse::mouse(state, mouse),
        Action::Resize { width, height } => {
            state.screen = Screen { width, height };
            Vec::new()
        }
        Action::Wake => {
            find::look(state);
            busy::retry(state, now)
        }
        Action::Reply { generation, reply: Reply::Other(other) } => {
            match generation == state.others_generation {
                true => reply::other(state, other),
                false => Vec::new(),
            }
        }
        Action::Reply { generation, reply } if generation == state.generation => {
            reply::reply(state, reply, now)
        }
        Action::Reply { .. } => Vec::new(),
        Action::ConnectionLost(why) => busy::lost(state, why, now),
        Action::Choices(choices) => connect::found(state, choices),
        Action::Reconnected { number, outcome } => busy::reconnected(state, number, outcome, now),
        Action::Attempted { attempt, outcome } if attempt == state.attempt => {
            connect::attempted(state, outcome)
        }
        Action::Attempted { .. } => Vec::new(),
    };
    if state.wanted.is_some() {
        effects.extend(views::reload(state));
    }
    settle(state);
    effects
}

/// When [`Action::Wake`] is wanted next, in time since the start; none: only when something happens.
///
/// It is wanted while a search has names left to look at, and then at once; and while the connection is lost, to try
/// another.
pub fn next_wake(state: &State, now: Now) -> Option<Duration> {
    let searching =
        state.search.as_ref().zip(state.snapshot.as_ref()).is_some_and(|(s, all)| !s.is_done(all));
    if searching {
        return Some(now.elapsed);
    }
    // One thing at a time: choosing another place comes first.
    let free = state.pending.is_none();
    state.retry.filter(|retry| free && retry.running.is_none()).map(|retry| retry.at)
}

/// The pane is about what is selected, and what is selected is on the screen.
fn settle(state: &mut State) {
    let cells = usize::from(state.screen.width);
    if let Some(banner) = &mut state.banner {
        banner.fit(cells);
    }
    refresh_pane(state);
    if let Some(editor) = &mut state.editor {
        editor.fit(cells);
    }
    let parts = layout(state);
    let height = tree_rows(parts.tree).height;
    if height > 0 {
        state.tree_mut().scroll_into(height.into());
        if let Some(search) = &mut state.search {
            search.scroll_into(height.into());
        }
    }
    let height = inside(parts.pane).height;
    if let (Some(snapshot), true) = (&state.snapshot, height > 0) {
        state.pane.fit(snapshot, &state.history, parts.pane.width.into());
    }
    if height > 0 {
        state.pane.scroll_into(height.into());
    }
    let height = usize::from(inside(parts.preview).height);
    if let Some(editor) = &mut state.editor {
        editor.scroll(0, height.saturating_sub(1));
    }
}

fn refresh_pane(state: &mut State) {
    let subject = state.subject();
    if let Some(snapshot) = state.snapshot.as_ref().filter(|_| state.pane.subject != subject) {
        state.pane.show(snapshot, &state.history, subject);
    }
}
