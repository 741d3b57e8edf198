//! GRANT and REVOKE of roles.

use super::{World, list, one_in, pick, predefined, role_spec};
use fastrand::Rng;

pub fn statement(rng: &mut Rng, world: &World) -> String {
    let roles =
        list(
            rng,
            2,
            |rng| {
                if one_in(rng, 12) { predefined(rng, world).to_owned() } else { world.any_role(rng) }
            },
        );
    let members = list(rng, 2, |rng| role_spec(rng, world));
    let granted_by =
        if one_in(rng, 5) { format!(" GRANTED BY {}", role_spec(rng, world)) } else { String::new() };
    if rng.usize(..5) < 3 {
        let options = membership_options(rng, world);
        format!("GRANT {roles} TO {members}{options}{granted_by}")
    } else {
        let option = match (world.major >= 16, rng.usize(..6)) {
            (_, 0 | 1) => "ADMIN OPTION FOR ",
            (true, 2) => "INHERIT OPTION FOR ",
            (true, 3) => "SET OPTION FOR ",
            _ => "",
        };
        let behavior = pick(rng, &["", "", " CASCADE", " RESTRICT"]);
        format!("REVOKE {option}{roles} FROM {members}{granted_by}{behavior}")
    }
}

fn membership_options(rng: &mut Rng, world: &World) -> String {
    if rng.bool() {
        return String::new();
    }
    if world.major < 16 {
        return " WITH ADMIN OPTION".to_owned();
    }
    let options = list(rng, 3, |rng| {
        format!(
            "{} {}",
            pick(rng, &["ADMIN", "INHERIT", "SET", "ADMIN"]),
            pick(rng, &["TRUE", "FALSE", "OPTION", "TRUE"])
        )
    });
    format!(" WITH {options}")
}
