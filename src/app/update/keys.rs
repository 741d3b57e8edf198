//! Keys go where the context says, by the table of keys.

use super::{busy, connect, find, line, popup, views};
use crate::app::popup::Popup;
use crate::app::{Command, Context, Effect, Key, State};
use std::sync::Arc;

/// A key was pressed.
pub fn press(state: &mut State, key: Key) -> Vec<Effect> {
    state.banner = None;
    let context = state.context();
    let keymap = Arc::clone(&state.keymap);
    if let Some(stop) = state.stoppable()
        && keymap.command(Context::Busy, key) == Some(Command::Cancel)
    {
        return busy::cancel(state, stop);
    }
    let command = keymap.command(context, key);
    if command == Some(Command::Suspend) {
        return vec![Effect::Suspend];
    }
    match (context, command) {
        (Context::Tree | Context::Pane, Some(command)) => views::run(state, command),
        (Context::Tree | Context::Pane, None) => Vec::new(),
        (Context::Search, Some(command)) => find::run(state, command),
        (Context::Search, None) => find::edit(state, key),
        (Context::Line, Some(command)) => line::run(state, command),
        (Context::Line, None) => line::edit(state, key),
        (Context::Connect | Context::Login, command) => connect::press(state, command, key),
        (Context::Confirm | Context::Password | Context::Popup | Context::Busy, command) => {
            popup::press(state, command, key)
        }
    }
}

/// Text was pasted. What must be typed to confirm must be typed; passwords come out of their managers.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    match &mut state.popup {
        Some(Popup::Password(asked)) => asked.paste(text),
        Some(Popup::Connect(connect)) => connect.paste(text),
        Some(Popup::Login(login)) => login.input.paste(text),
        _ => return paste_below(state, text),
    }
    Vec::new()
}

fn paste_below(state: &mut State, text: &str) -> Vec<Effect> {
    match state.context() {
        Context::Line => line::paste(state, text),
        Context::Search => find::paste(state, text),
        _ => Vec::new(),
    }
}
