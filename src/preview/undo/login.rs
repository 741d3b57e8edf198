//! The session in which an undo would start.

use crate::cluster::{Oid, View};
use crate::simulate::{Session, simulate};
use crate::sql::Statement;
use crate::sql::ast::{SessionParameter, SessionSet, SessionValue};

/// A new connection of `role`: what ALTER ROLE .. SET has changed since loading holds for it.
pub(super) fn session(view: &View, role: Oid) -> Session {
    let mut session = Session::as_role(view.base(), role);
    if let Some(text) = changed(view, role, "createrole_self_grant") {
        session.createrole_self_grant = text.unwrap_or_default();
    }
    let Some(name) = changed(view, role, "role") else { return session };
    session.login_role = None;
    session.current_user = session.session_user;
    // A role that may not be set is left out, with a warning.
    let Some(name) = name.filter(|name| name != "none") else { return session };
    let set =
        SessionSet { local: false, parameter: SessionParameter::Role, value: SessionValue::To(vec![name]) };
    let tried = simulate(&Statement::Session(set), &session, &mut view.clone());
    let set = tried.ok().and_then(|done| done.result.ok()).and_then(|outcome| outcome.session);
    if let Some(set) = set {
        session.login_role = Some(set.current_user);
        session.current_user = set.current_user;
    }
    session
}

/// What a new session would start with, where rows that it reads are others than those that were loaded.
fn changed(view: &View, role: Oid, name: &str) -> Option<Option<String>> {
    let base = view.base();
    let any = Oid(0);
    let places = [(role, base.database), (role, any), (any, base.database), (any, any)];
    let value = |settings: &[String]| {
        let pairs = settings.iter().filter_map(|setting| setting.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next_back()
    };
    let now = places.iter().find_map(|(role, database)| view.setting(*role, *database).and_then(value));
    let loaded = |place: &(Oid, Oid)| {
        let mut rows = base.role_settings.iter().filter(|row| (row.role, row.database) == *place);
        rows.find_map(|row| value(&row.settings))
    };
    let then = places.iter().find_map(loaded);
    (now != then).then_some(now)
}
