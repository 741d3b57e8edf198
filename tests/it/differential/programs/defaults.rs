//! ALTER DEFAULT PRIVILEGES.

use super::{World, grantee, list, one_in, pick, role_spec};
use fastrand::Rng;

pub fn statement(rng: &mut Rng, world: &World) -> String {
    let for_role = match rng.usize(..4) {
        0 => String::new(),
        _ => {
            let keyword = pick(rng, &["ROLE", "ROLE", "USER"]);
            format!(" FOR {keyword} {}", list(rng, 2, |rng| role_spec(rng, world)))
        }
    };
    let (words, on) = kind(rng, world);
    let in_schema = match rng.usize(..5) {
        0 | 1 => {
            let schema = |rng: &mut Rng| match rng.usize(..20) {
                0 => "nowhere".to_owned(),
                1 => "pg_catalog".to_owned(),
                _ => super::one(rng, &world.schemas).to_owned(),
            };
            format!(" IN SCHEMA {}", list(rng, 2, schema))
        }
        _ => String::new(),
    };
    let again = if one_in(rng, 60) { " FOR ROLE rdsadmin" } else { "" };
    let options = if one_in(rng, 8) {
        format!("{in_schema}{for_role}")
    } else {
        format!("{for_role}{in_schema}{again}")
    };
    let privileges = match rng.usize(..24) {
        0..=5 => pick(rng, &["ALL", "ALL PRIVILEGES"]).to_owned(),
        6 => pick(rng, &["SELECT (a)", "nonsense", "RULE", "CONNECT", "USAGE", "MAINTAIN", "EXECUTE"])
            .to_owned(),
        _ => list(rng, 2, |rng| pick(rng, words).to_owned()),
    };
    let grantees = list(rng, 2, |rng| grantee(rng, world));
    if rng.usize(..5) < 3 {
        let option = if one_in(rng, 4) { " WITH GRANT OPTION" } else { "" };
        format!("ALTER DEFAULT PRIVILEGES{options} GRANT {privileges} ON {on} TO {grantees}{option}")
    } else {
        let option = if one_in(rng, 4) { "GRANT OPTION FOR " } else { "" };
        let behavior = pick(rng, &["", "", " CASCADE", " RESTRICT"]);
        format!(
            "ALTER DEFAULT PRIVILEGES{options} REVOKE {option}{privileges} ON {on} FROM {grantees}{behavior}"
        )
    }
}

fn kind(rng: &mut Rng, world: &World) -> (&'static [&'static str], &'static str) {
    match rng.usize(..13) {
        0..=3 => (&["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"], "TABLES"),
        4 | 5 => (&["USAGE", "SELECT", "UPDATE"], "SEQUENCES"),
        6 => (&["EXECUTE"], "FUNCTIONS"),
        7 => (&["EXECUTE"], "ROUTINES"),
        8 | 9 => (&["USAGE"], "TYPES"),
        10 | 11 => (&["USAGE", "CREATE"], "SCHEMAS"),
        _ if world.major >= 18 || one_in(rng, 5) => (&["SELECT", "UPDATE"], "LARGE OBJECTS"),
        _ => (&["SELECT"], "TABLES"),
    }
}
