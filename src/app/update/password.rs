//! A role's new password: asked for, and written into a statement.

use super::line;
use crate::app::item::Item;
use crate::app::line::Prefill;
use crate::app::new_password::NewPassword;
use crate::app::pane::{PaneRow, Place};
use crate::app::popup::Popup;
use crate::app::{Banner, Command, Key, State, Tone, Zone};
use crate::sql::identity::quoted;
use crate::sql::quote_literal;

/// Asks for the new password of the role that the row names.
pub fn ask(state: &mut State) {
    let Some(snapshot) = &state.snapshot else { return };
    let place = state.pane.selected().filter(|_| state.zone == Zone::Pane).and_then(PaneRow::place);
    let role = match (place, state.subject()) {
        (Some(Place::Role(role)), _) | (None, Some(Item::Role(role))) => role,
        _ => {
            state.banner = Some(Banner::new(Tone::Note, "A role must be selected."));
            return;
        }
    };
    state.popup = Some(Popup::Password(NewPassword::new(snapshot.view().role_name(role))));
}

/// A key while it is asked for.
pub fn press(state: &mut State, command: Option<Command>, key: Key) {
    let Some(Popup::Password(asked)) = &mut state.popup else { return };
    match command {
        Some(Command::Apply) => {
            let Some(password) = asked.enter() else { return };
            let role = std::mem::take(&mut asked.role);
            state.popup = None;
            write(state, &role, &password);
        }
        Some(Command::Leave) => state.popup = None,
        Some(_) => {}
        None => asked.edit(key),
    }
}

/// Opens the line with it. It stands there unseen, and is hashed before it is sent.
fn write(state: &mut State, role: &str, password: &str) {
    let Some(snapshot) = &state.snapshot else { return };
    let role = quoted(snapshot.view(), role);
    let sql = format!("ALTER ROLE {role} PASSWORD {}", quote_literal(password));
    line::open(state, Prefill { sql, cursor: None });
}
