//! What is done to whole roles: renamed, dropped, commented on, put into groups.

use super::attributes::new_name;
use super::{World, list, one_in, pick, predefined, role_spec};
use fastrand::Rng;

pub fn rename(rng: &mut Rng, world: &World) -> String {
    let keyword = pick(rng, &["ROLE", "ROLE", "USER", "GROUP"]);
    let from = plain(rng, world);
    format!("ALTER {keyword} {from} RENAME TO {}", new_name(rng, world))
}

/// Where the grammar takes no more than a name.
fn plain(rng: &mut Rng, world: &World) -> String {
    match rng.usize(..30) {
        0 => predefined(rng, world).to_owned(),
        1 => pick(rng, &["rdsadmin", "CURRENT_USER", "PUBLIC", "nobody_at_all", "none"]).to_owned(),
        _ => world.any_role(rng),
    }
}

pub fn drop(rng: &mut Rng, world: &World) -> String {
    let keyword = pick(rng, &["ROLE", "ROLE", "USER", "GROUP"]);
    let exists = if one_in(rng, 5) { "IF EXISTS " } else { "" };
    let roles = list(rng, 2, |rng| match rng.usize(..12) {
        0 => role_spec(rng, world),
        1 if one_in(rng, 3) => "rdsadmin".to_owned(),
        // Those that the program made are the ones with little to keep them.
        2..=4 => new_name(rng, world),
        _ => world.any_role(rng),
    });
    format!("DROP {keyword} {exists}{roles}")
}

pub fn group(rng: &mut Rng, world: &World) -> String {
    let group = if one_in(rng, 15) { predefined(rng, world).to_owned() } else { role_spec(rng, world) };
    let verb = pick(rng, &["ADD", "ADD", "DROP"]);
    format!("ALTER GROUP {group} {verb} USER {}", list(rng, 2, |rng| role_spec(rng, world)))
}

pub fn comment(rng: &mut Rng, world: &World) -> String {
    let text = pick(rng, &["'about'", "'it''s'", "NULL", "''", "E'two\\nlines'", "$$dollar$$", "U&'\\00e9'"]);
    format!("COMMENT ON ROLE {} IS {text}", plain(rng, world))
}
