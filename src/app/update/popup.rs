//! What lies over the screen.

use super::{apply, go, password};
use crate::access::why::Question;
use crate::app::popup::{Popup, Why};
use crate::app::{Command, Effect, Key, State};
use crate::cluster::{AclKind, Privileges};

const PAGE: usize = 10;

/// A key while something lies over the screen.
pub fn press(state: &mut State, command: Option<Command>, key: Key) -> Vec<Effect> {
    match &mut state.popup {
        Some(Popup::Help(top)) => match command {
            Some(Command::Leave | Command::Help | Command::Enter) => state.popup = None,
            Some(command) => *top = moved(*top, command),
            None => {}
        },
        Some(Popup::Why(_)) => return in_why(state, command),
        Some(Popup::Password(_)) => password::press(state, command, key),
        // Their keys have contexts of their own.
        Some(Popup::Connect(_) | Popup::Login(_)) => {}
        Some(Popup::Quit(_)) => match command {
            Some(Command::Apply) => return vec![Effect::Quit],
            Some(Command::Leave) => state.popup = None,
            _ => {}
        },
        Some(Popup::Confirm(confirm)) => match command {
            Some(Command::Apply) if confirm.is_answered() => {
                let plan = confirm.plan.clone();
                state.popup = None;
                return apply::apply(state, plan);
            }
            Some(Command::Leave) => state.popup = None,
            Some(_) => {}
            None => {
                if let Some(request) = crate::app::line::request(key) {
                    confirm.input.handle(request);
                }
            }
        },
        None => {}
    }
    Vec::new()
}

fn moved(top: usize, command: Command) -> usize {
    match command {
        Command::Up => top.saturating_sub(1),
        Command::Down => top.saturating_add(1),
        Command::PageUp => top.saturating_sub(PAGE),
        Command::PageDown => top.saturating_add(PAGE),
        Command::First => 0,
        _ => top,
    }
}

fn in_why(state: &mut State, command: Option<Command>) -> Vec<Effect> {
    let Some(Popup::Why(why)) = &mut state.popup else { return Vec::new() };
    match command {
        Some(Command::Up) => why.move_by(-1),
        Some(Command::Down) => why.move_by(1),
        Some(Command::PageUp | Command::First) => why.cursor = 0,
        Some(Command::PageDown | Command::Last) => why.move_by(isize::MAX),
        Some(Command::Leave) => state.popup = None,
        Some(Command::Enter) => {
            if let Some(place) = why.selected() {
                state.popup = None;
                go::to(state, place);
            }
        }
        Some(Command::NextZone) => next_privilege(state),
        Some(Command::Help) => state.popup = Some(Popup::Help(0)),
        _ => {}
    }
    Vec::new()
}

/// The same question about the next privilege that the object knows.
fn next_privilege(state: &mut State) {
    let (Some(Popup::Why(why)), Some(snapshot)) = (&state.popup, &state.snapshot) else { return };
    let Question { role, privilege, target } = why.asked();
    let kind = match target.is_column() {
        true => Some(AclKind::Column),
        false => why.view.object(target.object).map(|o| o.kind.acl_kind()),
    };
    let all = kind.map(|k| k.all(snapshot.cluster().version)).unwrap_or_default();
    let all: Vec<Privileges> = all.iter().collect();
    let next = all.iter().position(|p| *p == privilege).map_or(0, |i| i + 1);
    if let Some(privilege) = all.get(next).or(all.first()).copied() {
        let why = Why::new(&why.view, Question { role, privilege, target }, state.clock);
        state.popup = Some(Popup::Why(Box::new(why)));
    }
}
