//! What of settings is left out of a file that may be handed around.

use crate::cluster::RoleSetting;

/// What stands in place of a value that may be a secret.
pub const HIDDEN: &str = "***";

/// The row without the values of custom parameters, those with a dot in their names: the server gives them no meaning,
/// anybody can make one up, and keys of applications are kept in them.
pub fn without_secrets(row: &RoleSetting) -> RoleSetting {
    let RoleSetting { role, database, settings } = row;
    let hidden = |setting: &String| match setting.split_once('=') {
        Some((name, _)) if name.contains('.') => format!("{name}={HIDDEN}"),
        _ => setting.clone(),
    };
    RoleSetting { role: *role, database: *database, settings: settings.iter().map(hidden).collect() }
}
