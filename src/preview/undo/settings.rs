//! Settings of roles that are others than before, and the ALTER ROLE .. SET and RESET for them.

use super::attempt::Attempt;
use crate::cluster::{Change, Class, Oid, View, split_identifiers};
use crate::sql::ast::{AlterRoleSet, RoleSpec, SettingChange, SettingValue, Statement};
use crate::sql::print;

/// A role, or 0 for all, and a database, or 0 for all.
pub(super) type Row = (Oid, Oid);

/// Lists whose elements the server quotes where it stores them (`GUC_LIST_QUOTE`).
const QUOTED_LISTS: &[&str] = &[
    "search_path",
    "temp_tablespaces",
    "session_preload_libraries",
    "local_preload_libraries",
    "shared_preload_libraries",
    "unix_socket_directories",
];

/// The rows that the changes are about.
pub(super) fn rows(attempt: &Attempt<'_>) -> Vec<Row> {
    let row = |change: &Change| match change {
        Change::Setting { role, database, .. } => Some((*role, *database)),
        _ => None,
    };
    attempt.changes.iter().filter_map(row).collect()
}

/// Those of them that do not mean the same as before: their order means nothing.
pub(super) fn missing(attempt: &Attempt<'_>) -> Vec<Row> {
    let unlike = |row: &Row| meaning(&attempt.state, *row) != meaning(&attempt.target, *row);
    rows(attempt).into_iter().filter(unlike).collect()
}

fn meaning(view: &View, (role, database): Row) -> Vec<(String, Vec<String>)> {
    let settings = view.setting(role, database).unwrap_or(&[]).iter();
    let mut all: Vec<_> = settings
        .map(|setting| {
            let (name, value) = parts(setting);
            (name.to_owned(), elements(name, value))
        })
        .collect();
    all.sort();
    all
}

fn parts(setting: &str) -> (&str, &str) {
    setting.split_once('=').unwrap_or((setting, ""))
}

/// What SET has to list so that this text is stored.
fn elements(name: &str, value: &str) -> Vec<String> {
    match QUOTED_LISTS.contains(&name) {
        true => split_identifiers(value),
        false => vec![value.to_owned()],
    }
}

/// Tries what gives the very same array, else what gives the same settings.
pub(super) fn bring_back(attempt: &mut Attempt<'_>, row: Row) {
    let (role, database) = row;
    if attempt.goes(role) {
        return;
    }
    let was: Vec<String> = attempt.target.setting(role, database).unwrap_or(&[]).to_vec();
    let is: Vec<String> = attempt.state.setting(role, database).unwrap_or(&[]).to_vec();
    let Some(target) = Target::of(&attempt.state, row) else { return };
    let exact = target.statements(&in_order(&is, &was));
    let is_exact = |state: &View| state.setting(role, database).unwrap_or(&[]) == was;
    if attempt.try_as_any(&exact, &[role], &is_exact) {
        return;
    }
    let wanted = meaning(&attempt.target, row);
    let means_it = |state: &View| meaning(state, row) == wanted;
    if attempt.try_as_any(&exact, &[role], &means_it) {
        return;
    }
    attempt.try_as_any(&target.statements(&anyhow(&is, &was)), &[role], &means_it);
}

/// Settings to take away, and those to set.
type Edits<'s> = (Vec<&'s str>, Vec<&'s str>);

/// SET changes a setting in its place and puts a new one last: from the first that stands in another place on, all go
/// and come again.
fn in_order<'s>(is: &'s [String], was: &'s [String]) -> Edits<'s> {
    let name = |setting: &&'s String| parts(setting).0;
    let stays = |setting: &&'s String| was.iter().any(|w| name(&w) == name(setting));
    let kept: Vec<&String> = is.iter().filter(stays).collect();
    let same = kept.iter().zip(was).take_while(|(i, w)| name(i) == name(w)).count();
    let gone = is.iter().filter(|setting| !kept.iter().take(same).any(|k| name(k) == name(setting)));
    let set =
        was.iter().enumerate().filter(|(at, w)| *at >= same || !is.contains(w)).map(|(_, w)| w.as_str());
    (gone.map(|setting| name(&setting)).collect(), set.collect())
}

/// Only what is missing.
fn anyhow<'s>(is: &'s [String], was: &'s [String]) -> Edits<'s> {
    let name = |setting: &'s String| parts(setting).0;
    let gone = is.iter().filter(|i| !was.iter().any(|w| name(w) == name(i)));
    (gone.map(name).collect(), was.iter().filter(|w| !is.contains(w)).map(String::as_str).collect())
}

/// Whose settings.
struct Target {
    role: Option<RoleSpec>,
    database: Option<String>,
    major: u16,
}

impl Target {
    fn of(view: &View, (role, database): Row) -> Option<Target> {
        let role = match role {
            Oid(0) => None,
            role => Some(RoleSpec::Name(view.role(role)?.name.clone())),
        };
        let database = match database {
            Oid(0) => None,
            oid => {
                let object = view.object_by_oid(Class::Database, oid).and_then(|id| view.object(id))?;
                Some(object.name.to_string())
            }
        };
        Some(Target { role, database, major: view.base().version.major() })
    }

    fn statements(&self, (gone, set): &Edits<'_>) -> Vec<String> {
        let name = |name: &str| name.split('.').map(str::to_owned).collect::<Vec<_>>();
        let resets = gone.iter().map(|setting| SettingChange::Reset(name(setting)));
        let sets = set.iter().map(|setting| {
            let (key, value) = parts(setting);
            SettingChange::To(name(key), elements(key, value).into_iter().map(SettingValue::Text).collect())
        });
        let statement = |change| {
            let (role, database) = (self.role.clone(), self.database.clone());
            print(&Statement::AlterRoleSet(AlterRoleSet { role, database, change }), self.major)
        };
        resets.chain(sets).map(statement).collect()
    }
}
