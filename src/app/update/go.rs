//! Going to what is named anywhere, and coming back.

use super::reply;
use crate::app::item::{Item, object_children, object_path, role_children, role_path};
use crate::app::pane::Place;
use crate::app::state::Visit;
use crate::app::{Perspective, State, Zone};

/// More places than anybody remembers.
const REMEMBERED: usize = 200;

/// Shows and selects a role or an object, and remembers where this was.
pub fn to(state: &mut State, place: Place) {
    remember(state);
    state.zone = Zone::Tree;
    show(state, place);
}

/// Shows and selects a role or an object.
pub fn show(state: &mut State, place: Place) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    match place {
        Place::Role(role) => {
            state.perspective = Perspective::Roles;
            let path = role_path(&snapshot, role, state.direction);
            reveal(state, &path);
        }
        Place::Database(database) => reply::turn(state, database),
        Place::There(database, target) => {
            reply::turn(state, database);
            if state.snapshot.as_ref().is_some_and(|s| s.cluster().database == database) {
                show(state, Place::Object(target));
            }
        }
        Place::Object(target) => {
            state.perspective = Perspective::Objects;
            let path = object_path(&snapshot, target);
            reveal(state, &path);
        }
    }
}

/// Opens the way to a row of the current tree and selects it.
fn reveal(state: &mut State, path: &[Item]) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let (perspective, direction) = (state.perspective, state.direction);
    state.tree_mut().reveal(path, |item| match perspective {
        Perspective::Roles => role_children(&snapshot, item, direction),
        Perspective::Objects => object_children(&snapshot, item),
        Perspective::Changes | Perspective::Findings => Vec::new(),
    });
}

fn remember(state: &mut State) {
    let Some(snapshot) = &state.snapshot else { return };
    let tree = state.tree();
    let visit = Visit {
        database: snapshot.cluster().database,
        perspective: state.perspective,
        path: tree.path(tree.cursor()),
        zone: state.zone,
        pane_row: state.pane.cursor(),
    };
    if state.back.len() >= REMEMBERED {
        state.back.remove(0);
    }
    state.back.push(visit);
}

/// Back to where the last step came from.
pub fn back(state: &mut State) {
    let Some(visit) = state.back.pop() else { return };
    reply::turn(state, visit.database);
    state.perspective = visit.perspective;
    reveal(state, &visit.path);
    state.zone = visit.zone;
    super::refresh_pane(state);
    state.pane.select(visit.pane_row);
}
