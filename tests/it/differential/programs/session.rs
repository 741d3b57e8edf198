//! SET and RESET of what changes the meaning of other statements.

use super::{World, one_in, pick, predefined};
use fastrand::Rng;

pub fn statement(rng: &mut Rng, world: &World) -> String {
    match rng.usize(..40) {
        0..=4 => set_role(rng, world),
        5..=10 => pick(rng, &["RESET ROLE", "SET ROLE NONE", "RESET role"]).to_owned(),
        11..=15 => set_session_authorization(rng, world),
        16..=30 => {
            pick(rng, &["RESET SESSION AUTHORIZATION", "SET SESSION AUTHORIZATION DEFAULT"]).to_owned()
        }
        31..=34 => search_path(rng),
        35..=37 if world.major >= 16 || one_in(rng, 6) => self_grant(rng),
        _ => password_encryption(rng),
    }
}

fn set_role(rng: &mut Rng, world: &World) -> String {
    let local = if one_in(rng, 30) { "LOCAL " } else { "" };
    match rng.usize(..20) {
        0 => format!("SET {local}ROLE {}", predefined(rng, world)),
        1 => pick(rng, &["SET ROLE nobody_at_all", "SET ROLE 'public'", "SET ROLE \"none\""]).to_owned(),
        2 => "SET ROLE rdsadmin".to_owned(),
        _ => format!("SET {local}ROLE {}", world.any_role(rng)),
    }
}

fn set_session_authorization(rng: &mut Rng, world: &World) -> String {
    match rng.usize(..20) {
        0 => "SET SESSION AUTHORIZATION nobody_at_all".to_owned(),
        1 | 2 => "SET SESSION AUTHORIZATION rdsadmin".to_owned(),
        _ => format!("SET SESSION AUTHORIZATION {}", world.any_role(rng)),
    }
}

fn search_path(rng: &mut Rng) -> String {
    let paths = [
        "= s1, s2, public",
        "= s1, s2, public",
        "TO s2, s1",
        "= \"$user\", public",
        "= public, pg_catalog",
        "= nowhere",
        "= ''",
        "TO DEFAULT",
        "= \"S. 3\", s1",
    ];
    match rng.usize(..10) {
        0 => "RESET search_path".to_owned(),
        1 => pick(rng, &["SET SCHEMA 's1'", "SET SESSION search_path = s1, s2"]).to_owned(),
        _ => format!("SET search_path {}", pick(rng, &paths)),
    }
}

fn self_grant(rng: &mut Rng) -> String {
    let values = ["'set'", "'inherit'", "'set, inherit'", "''", "DEFAULT", "'nonsense'", "'SET,  Inherit'"];
    match rng.usize(..8) {
        0 => "RESET createrole_self_grant".to_owned(),
        _ => format!("SET createrole_self_grant = {}", pick(rng, &values)),
    }
}

fn password_encryption(rng: &mut Rng) -> String {
    let values =
        ["md5", "'scram-sha-256'", "'SCRAM-SHA-256'", "DEFAULT", "on", "off", "plain", "'md5', 'md5'"];
    format!("SET password_encryption = {}", pick(rng, &values))
}
