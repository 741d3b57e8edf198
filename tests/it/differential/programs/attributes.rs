//! CREATE ROLE and ALTER ROLE with their options.

use super::{World, list, one_in, pick, predefined, role_spec};
use crate::differential::world::spelled;
use fastrand::Rng;

pub fn create(rng: &mut Rng, world: &World) -> String {
    let keyword = pick(rng, &["ROLE", "ROLE", "ROLE", "USER", "GROUP"]);
    let name = new_name(rng, world);
    let with = pick(rng, &["", "", " WITH"]);
    let mut options = options(rng, world);
    if one_in(rng, 3) {
        options.push_str(&memberships(rng, world));
    }
    format!("CREATE {keyword} {name}{with}{options}")
}

/// A name that is free, mostly.
pub fn new_name(rng: &mut Rng, world: &World) -> String {
    match rng.usize(..24) {
        0 => world.role(rng),
        1 => pick(
            rng,
            &[
                "pg_new",
                "\"pg_new\"",
                "public",
                "\"none\"",
                "none",
                "CURRENT_USER",
                "\"\"",
                "session_user",
                "user",
            ],
        )
        .to_owned(),
        2 => predefined(rng, world).to_owned(),
        _ => match rng.choice(&world.free_roles) {
            Some(name) => spelled(rng, name),
            None => world.role(rng),
        },
    }
}

pub fn alter(rng: &mut Rng, world: &World) -> String {
    let keyword = pick(rng, &["ROLE", "ROLE", "USER"]);
    let role = role_spec(rng, world);
    let with = pick(rng, &["", "", " WITH"]);
    let mut options = if one_in(rng, 25) { String::new() } else { options(rng, world) };
    if one_in(rng, 30) {
        options.push_str(&format!(
            " {} {}",
            pick(rng, &["USER", "ROLE", "ADMIN", "IN ROLE"]),
            world.any_role(rng)
        ));
    }
    format!("ALTER {keyword} {role}{with}{options}")
}

fn options(rng: &mut Rng, world: &World) -> String {
    let count = pick(rng, &["0", "1", "1", "1", "2", "3"]).parse().unwrap_or(1);
    let mut words: Vec<String> = Vec::new();
    for _ in 0..count {
        let option = option(rng, world);
        // Twice the same is refused; that is tried, but not all the time.
        let kind = |text: &str| text.trim_start_matches("NO").split(' ').next().map(str::to_owned);
        if one_in(rng, 6) || !words.iter().any(|word| kind(word) == kind(&option)) {
            words.push(option);
        }
    }
    words.iter().map(|word| format!(" {word}")).collect()
}

fn option(rng: &mut Rng, world: &World) -> String {
    let no = if one_in(rng, 3) { "NO" } else { "" };
    match rng.usize(..30) {
        0..=3 => format!("{no}LOGIN"),
        4..=6 => format!("{no}INHERIT"),
        7..=10 => format!("{no}CREATEROLE"),
        11..=13 => format!("{no}CREATEDB"),
        14 | 15 => format!("{no}SUPERUSER"),
        16 | 17 => format!("{no}REPLICATION"),
        18 | 19 => format!("{no}BYPASSRLS"),
        20..=22 => format!("CONNECTION LIMIT {}", pick(rng, &["5", "-1", "0", "-2", "2147483647", "+3"])),
        23..=25 => format!("VALID UNTIL {}", until(rng)),
        26..=28 => password(rng),
        _ => wrong(rng, world),
    }
}

fn until(rng: &mut Rng) -> &'static str {
    pick(
        rng,
        &[
            "'infinity'",
            "'-infinity'",
            "'2030-01-01'",
            "'2030-01-01 12:30:15.5+02'",
            "'2029-12-31 23:59:59 UTC'",
            "'May 5 2031'",
            "'tomorrow garbage'",
            "'not a time'",
            "''",
            "'epoch'",
            "'2030-02-30'",
        ],
    )
}

fn password(rng: &mut Rng) -> String {
    let value = pick(
        rng,
        &[
            "'secret'",
            "'another one'",
            "NULL",
            "''",
            "'md5d6a35858d61d85e4a82ab1fb044aba9d'",
            "'md5nothex58d61d85e4a82ab1fb044aba9d'",
            "E'tab\\tpass'",
            "'SCRAM-SHA-256$4096:c2FsdA==$AAAA:BBBB'",
            "'pässwörd'",
        ],
    );
    let encrypted = match rng.usize(..12) {
        0 => "ENCRYPTED ",
        1 if one_in(rng, 4) => "UNENCRYPTED ",
        _ => "",
    };
    format!("{encrypted}PASSWORD {value}")
}

fn wrong(rng: &mut Rng, world: &World) -> String {
    let words =
        ["NONSENSE", "SYSID 77", "CREATEUSER", "NOCREATEUSER", "INHERITS", "ENCRYPTED", "VALID UNTIL NULL"];
    match rng.usize(..8) {
        0 => format!("ADMIN {}", world.role(rng)),
        _ => pick(rng, &words).to_owned(),
    }
}

fn memberships(rng: &mut Rng, world: &World) -> String {
    let clause = pick(rng, &["ROLE", "USER", "ADMIN", "ADMIN", "IN ROLE", "IN ROLE", "IN GROUP", "ROLE"]);
    let roles = list(rng, 2, |rng| match rng.usize(..12) {
        0 => predefined(rng, world).to_owned(),
        1 => role_spec(rng, world),
        _ => world.any_role(rng),
    });
    let more = if one_in(rng, 6) { memberships(rng, world) } else { String::new() };
    format!(" {clause} {roles}{more}")
}
