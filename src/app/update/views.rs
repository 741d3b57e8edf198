//! Commands in the tree and in the pane.

use super::{apply, connect, find, go, line, password};
use crate::access::why::Question;
use crate::app::item::{Item, object_children, role_children, role_path, role_roots};
use crate::app::line::{Prefill, Verb};
use crate::app::pane::{PaneRow, Place, Section};
use crate::app::popup::{Popup, Why};
use crate::app::tree::Tree;
use crate::app::{
    Banner, Command, Effect, Pending, Perspective, Snapshot, State, Tone, Zone, inside, layout, tree_rows,
};
use crate::cluster::{AclTarget, Oid};
use crate::sql::identity::quoted;

/// A command in the tree or in the pane.
pub fn run(state: &mut State, command: Command) -> Vec<Effect> {
    match command {
        Command::Quit => return quit(state),
        Command::Reload => return reload(state),
        // A load may have ended the moment before the key that was to stop it.
        Command::Nothing => {
            state.banner = Some(Banner::new(Tone::Note, "Nothing runs at the server. q quits."));
        }
        Command::Connect => return connect::open(state),
        Command::Mouse => return vec![turn_mouse(state)],
        Command::Theme => state.settings.theme = state.settings.theme.next(),
        Command::CopySql => return super::line::copy_row(state),
        Command::Undo => apply::undo(state),
        Command::Password => password::ask(state),
        Command::Roles => state.perspective = Perspective::Roles,
        Command::Objects => state.perspective = Perspective::Objects,
        Command::Changes => state.perspective = Perspective::Changes,
        Command::Findings => state.perspective = Perspective::Findings,
        Command::Mend => line::open_mend(state),
        Command::Turn => turn(state),
        Command::Find => find::start(state),
        Command::NextMatch => find::step(state, 1),
        Command::PreviousMatch => find::step(state, -1),
        Command::Sql => line::open_empty(state),
        Command::Grant => line::open_for_row(state, Verb::Grant),
        Command::Revoke => line::open_for_row(state, Verb::Revoke),
        Command::Why => why(state),
        Command::WhoCan => who_can(state),
        Command::Help => state.popup = Some(Popup::Help(0)),
        Command::NextZone if state.zone == Zone::Tree => state.zone = Zone::Pane,
        Command::NextZone => state.zone = Zone::Tree,
        Command::Leave if state.zone == Zone::Tree => state.found = None,
        Command::Leave => state.zone = Zone::Tree,
        Command::GoBack => go::back(state),
        _ if state.zone == Zone::Tree => in_tree(state, command),
        _ => in_pane(state, command),
    }
    Vec::new()
}

fn quit(state: &mut State) -> Vec<Effect> {
    match state.pending {
        Some(Pending::Applying(_)) => {
            state.popup = Some(Popup::Quit("A change is being applied."));
            Vec::new()
        }
        _ => vec![Effect::Quit],
    }
}

pub fn reload(state: &mut State) -> Vec<Effect> {
    if state.settings.snapshot_taken.is_some() {
        state.banner = Some(Banner::new(Tone::Note, "This is a snapshot: there is nothing newer to load."));
        return Vec::new();
    }
    if state.pending.is_some() {
        state.wanted = None;
        state.banner = Some(Banner::new(Tone::Note, "Something is going on at the server already."));
        return Vec::new();
    }
    vec![super::reply::load(state)]
}

fn turn_mouse(state: &mut State) -> Effect {
    state.mouse = !state.mouse;
    let text = match state.mouse {
        true => "The mouse selects rows again.",
        false => "The mouse is the terminal's: drag to select text. M takes it back.",
    };
    state.banner = Some(Banner::new(Tone::Note, text));
    Effect::Mouse { captured: state.mouse }
}

fn in_tree(state: &mut State, command: Command) {
    let page = isize::try_from(tree_rows(layout(state).tree).height.max(2) - 1).unwrap_or(1);
    let row = state.tree().cursor();
    match command {
        Command::Up => state.tree_mut().move_by(-1),
        Command::Down => state.tree_mut().move_by(1),
        Command::PageUp => state.tree_mut().move_by(-page),
        Command::PageDown => state.tree_mut().move_by(page),
        Command::First => state.tree_mut().select(0),
        Command::Last => state.tree_mut().select(usize::MAX),
        Command::Open | Command::Enter if selected_database(state).is_some() => {
            if let Some(database) = selected_database(state) {
                go::to(state, Place::Database(database));
            }
        }
        Command::Open => open_row(state, row),
        Command::Enter if state.tree().row(row).is_some_and(|n| n.expandable && !n.open) => {
            open_row(state, row);
        }
        Command::Enter => state.zone = Zone::Pane,
        Command::Close => close_row(state, row),
        _ => {}
    }
}

fn selected_database(state: &State) -> Option<Oid> {
    match state.tree().selected().map(|node| node.item) {
        Some(Item::Database(database)) => Some(database),
        _ => None,
    }
}

fn in_pane(state: &mut State, command: Command) {
    let page = isize::try_from(inside(layout(state).pane).height.max(2) - 1).unwrap_or(1);
    let Some(snapshot) = state.snapshot.clone() else { return };
    match command {
        Command::Up => state.pane.move_by(-1),
        Command::Down => state.pane.move_by(1),
        Command::PageUp => state.pane.move_by(-page),
        Command::PageDown => state.pane.move_by(page),
        Command::First => state.pane.select(0),
        Command::Last => state.pane.select(usize::MAX),
        Command::Open => {
            if !state.pane.toggle(&snapshot, &state.history, Some(true))
                && let Some(place) = state.pane.selected().and_then(|r| r.second_place(&snapshot))
            {
                go::to(state, place);
            }
        }
        Command::Close => {
            if matches!(state.pane.selected(), Some(PaneRow::Head { open: true, .. })) {
                state.pane.toggle(&snapshot, &state.history, Some(false));
            } else {
                state.pane.select_heading();
            }
        }
        Command::Enter => follow(state, &snapshot),
        _ => {}
    }
}

/// Opens the heading, or goes to what the row names.
pub fn follow(state: &mut State, snapshot: &Snapshot) {
    if !state.pane.toggle(snapshot, &state.history, None)
        && let Some(place) = state.pane.selected().and_then(PaneRow::place)
    {
        go::to(state, place);
    }
}

/// Opens a row of the current tree.
pub fn open_row(state: &mut State, row: usize) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let (perspective, direction) = (state.perspective, state.direction);
    state.tree_mut().open(row, |item| match perspective {
        Perspective::Roles => role_children(&snapshot, item, direction),
        Perspective::Objects => object_children(&snapshot, item),
        Perspective::Changes | Perspective::Findings => Vec::new(),
    });
}

fn close_row(state: &mut State, row: usize) {
    let tree = state.tree_mut();
    match tree.row(row).is_some_and(|n| n.open) {
        true => tree.close(row),
        false => tree.select_parent(),
    }
}

/// Turns the tree of roles round, keeping the role.
fn turn(state: &mut State) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let selected = state.roles.selected().map(|n| n.item);
    let direction = state.direction.turned();
    state.direction = direction;
    state.perspective = Perspective::Roles;
    state.roles = Tree::new(role_roots(&snapshot, direction));
    if let Some(Item::Role(role)) = selected {
        let path = role_path(&snapshot, role, direction);
        state.roles.reveal(&path, |item| role_children(&snapshot, item, direction));
    }
}

/// The picture for the selected grant or holder; else the list to choose one from.
fn why(state: &mut State) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let subject = state.pane.subject;
    let row = state.pane.selected().filter(|_| state.zone == Zone::Pane);
    let first = |privileges: crate::cluster::Privileges| privileges.iter().next().unwrap_or_default();
    let asked = match (row, subject) {
        (Some(PaneRow::Holder { target, privilege, role }), _) => Some((*role, *target, *privilege)),
        (Some(PaneRow::Acl { target, item }), _) if item.grantee != Oid::PUBLIC => {
            Some((item.grantee, *target, first(item.privileges)))
        }
        (Some(PaneRow::Grant { target, item, .. }), Some(Item::Role(role))) => {
            Some((role, *target, first(item.privileges)))
        }
        (Some(PaneRow::Owned(id)), Some(Item::Role(role))) => {
            let kind = snapshot.object(*id).map(|o| o.kind.acl_kind());
            let all = kind.map(|k| k.all(snapshot.cluster().version)).unwrap_or_default();
            Some((role, AclTarget::whole(*id), first(all)))
        }
        _ => None,
    };
    if let Some((role, target, privilege)) = asked {
        let why = Why::new(snapshot.view(), Question { role, privilege, target }, state.clock);
        state.popup = Some(Popup::Why(Box::new(why)));
        return;
    }
    // About a role anything can be asked: the line takes the rest of the question.
    if let Some(Item::Role(role)) = subject {
        let name = quoted(snapshot.view(), &snapshot.view().role_name(role));
        return line::open(state, Prefill { sql: format!("why {name} "), ..Prefill::default() });
    }
    state.zone = Zone::Pane;
    let hint = match subject {
        Some(Item::Schema(_) | Item::Object(_) | Item::Column(_)) => {
            state.pane.go_to(&snapshot, &state.history, Section::Who);
            "Open a privilege and choose a role, then w again."
        }
        _ => "A role or an object must be selected.",
    };
    state.banner = Some(Banner::new(Tone::Note, hint));
}

/// Who may do what with the object; or who can act as the role.
fn who_can(state: &mut State) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let section = match state.pane.subject {
        Some(Item::Role(_)) => Section::Actors,
        Some(Item::Schema(_) | Item::Object(_) | Item::Column(_)) => Section::Who,
        _ => return,
    };
    if state.pane.go_to(&snapshot, &state.history, section) {
        state.zone = Zone::Pane;
    } else {
        let text = "Nobody can act as it: it has no member with INHERIT or SET.";
        state.banner = Some(Banner::new(Tone::Note, text));
    }
}
