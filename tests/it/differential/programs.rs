//! Random statements: mostly sensible, sometimes not.

use super::cluster::World;
use fastrand::Rng;

/// One statement.
pub fn statement(rng: &mut Rng, world: &World) -> String {
    match rng.usize(..20) {
        0..=8 => object_grant(rng, world),
        9..=14 => role_grant(rng, world),
        15 if rng.bool() => format!("SET ROLE {}", world.role(rng)),
        15 | 16 => "RESET ROLE".to_owned(),
        17 if rng.bool() => format!("SET SESSION AUTHORIZATION {}", world.role(rng)),
        17 | 18 => "RESET SESSION AUTHORIZATION".to_owned(),
        _ => {
            let path = pick(
                rng,
                &["s1, s2, public", "s2, s1", "\"$user\", public", "public, pg_catalog", "nowhere"],
            );
            format!("SET search_path = {path}")
        }
    }
}

fn pick<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of[rng.usize(..of.len())]
}

fn one<'a>(rng: &mut Rng, of: &'a [String]) -> &'a str {
    &of[rng.usize(..of.len())]
}

fn one_in(rng: &mut Rng, n: usize) -> bool {
    rng.usize(..n) == 0
}

fn list(rng: &mut Rng, most: usize, mut item: impl FnMut(&mut Rng) -> String) -> String {
    let count = 1 + rng.usize(..most);
    (0..count).map(|_| item(rng)).collect::<Vec<_>>().join(", ")
}

fn object_grant(rng: &mut Rng, world: &World) -> String {
    let (words, target) = target(rng, world);
    let on_relation = words.contains(&"SELECT") && words.contains(&"INSERT");
    let privileges = privileges(rng, world, &words, on_relation);
    let grantees = list(rng, 2, |rng| grantee(rng, world));
    let granted_by = if world.major >= 14 && one_in(rng, 15) {
        format!(" GRANTED BY {}", if rng.bool() { "CURRENT_USER".to_owned() } else { world.role(rng) })
    } else {
        String::new()
    };
    if rng.usize(..5) < 3 {
        let option = if one_in(rng, 3) { " WITH GRANT OPTION" } else { "" };
        format!("GRANT {privileges} ON {target} TO {grantees}{option}{granted_by}")
    } else {
        let option = if one_in(rng, 3) { "GRANT OPTION FOR " } else { "" };
        let behavior = pick(rng, &["", "", " CASCADE", " RESTRICT"]);
        format!("REVOKE {option}{privileges} ON {target} FROM {grantees}{granted_by}{behavior}")
    }
}

fn grantee(rng: &mut Rng, world: &World) -> String {
    match rng.usize(..14) {
        0 => "PUBLIC".to_owned(),
        1 => "CURRENT_USER".to_owned(),
        2 => "SESSION_USER".to_owned(),
        3 if one_in(rng, 6) => "nobody_at_all".to_owned(),
        _ => world.role(rng),
    }
}

fn privileges(rng: &mut Rng, world: &World, words: &[&str], columns: bool) -> String {
    if one_in(rng, 5) {
        return pick(rng, &["ALL", "ALL PRIVILEGES"]).to_owned();
    }
    if columns && one_in(rng, 4) {
        return list(rng, 2, |rng| {
            let word = pick(rng, &["SELECT", "INSERT", "UPDATE", "REFERENCES", "ALL", "SELECT", "DELETE"]);
            let column = if one_in(rng, 25) { "missing" } else { pick(rng, &world.columns) };
            format!("{word} ({column})")
        });
    }
    if one_in(rng, 40) {
        return pick(rng, &["RULE", "CONNECT", "USAGE", "nonsense", "MAINTAIN", "SET"]).to_owned();
    }
    list(rng, 3, |rng| pick(rng, words).to_owned())
}

/// The words that make sense, and what stands after ON.
fn target(rng: &mut Rng, world: &World) -> (Vec<&'static str>, String) {
    let mut table = vec!["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];
    if world.major >= 17 {
        table.push("MAINTAIN");
    }
    let usage = vec!["USAGE"];
    match rng.usize(..26) {
        0..=9 => {
            let relations: Vec<String> = world.tables.iter().chain(&world.sequences).cloned().collect();
            let all = if one_in(rng, 6) { &relations } else { &world.tables };
            let names = list(rng, 2, |rng| one(rng, all).to_owned());
            (table, format!("{}{names}", pick(rng, &["", "TABLE "])))
        }
        10 => (table, format!("ALL TABLES IN SCHEMA {}", pick(rng, &["s1", "s2", "s1, s2"]))),
        11 => (
            vec!["USAGE", "SELECT", "UPDATE"],
            format!("ALL SEQUENCES IN SCHEMA {}", pick(rng, &["s1", "s2"])),
        ),
        12 => {
            let kind = pick(rng, &["FUNCTIONS", "PROCEDURES", "ROUTINES"]);
            (vec!["EXECUTE"], format!("ALL {kind} IN SCHEMA {}", pick(rng, &["s1", "s2"])))
        }
        13 | 14 => {
            let all = if one_in(rng, 8) { &world.tables } else { &world.sequences };
            (vec!["USAGE", "SELECT", "UPDATE"], format!("SEQUENCE {}", one(rng, all)))
        }
        15 => (
            vec!["USAGE", "CREATE"],
            format!("SCHEMA {}", list(rng, 2, |rng| pick(rng, &["s1", "s2", "public"]).to_owned())),
        ),
        16 => {
            let keyword = pick(rng, &["FUNCTION", "ROUTINE", "FUNCTION", "PROCEDURE"]);
            (vec!["EXECUTE"], format!("{keyword} {}", one(rng, &world.functions)))
        }
        17 => {
            let keyword = pick(rng, &["PROCEDURE", "ROUTINE", "FUNCTION"]);
            (vec!["EXECUTE"], format!("{keyword} {}", one(rng, &world.procedures)))
        }
        18 => (usage, format!("{} {}", pick(rng, &["TYPE", "TYPE", "DOMAIN"]), one(rng, &world.types))),
        19 => {
            let number = if one_in(rng, 12) { 1 } else { world.large_objects[rng.usize(..2)] };
            (vec!["SELECT", "UPDATE"], format!("LARGE OBJECT {number}"))
        }
        20 => (
            vec!["CREATE", "TEMPORARY", "TEMP", "CONNECT"],
            format!("DATABASE {}", pick(rng, &["postgres", "template1", "nowhere"])),
        ),
        21 => (usage, format!("LANGUAGE {}", pick(rng, &["plpgsql", "sql", "c", "internal"]))),
        22 => (vec!["CREATE"], format!("TABLESPACE {}", pick(rng, &["pg_default", "pg_global", "nowhere"]))),
        23 => (usage, pick(rng, &["FOREIGN DATA WRAPPER fdw1", "FOREIGN SERVER srv1"]).to_owned()),
        24 if world.major >= 15 => {
            let name = pick(
                rng,
                &["work_mem", "Log_Statement", "foo.bar", "sort_mem", "no_such_parameter", "max_connections"],
            );
            (vec!["SET", "ALTER SYSTEM"], format!("PARAMETER {name}"))
        }
        // Unqualified names, which the search path decides about.
        _ => (
            table,
            pick(
                rng,
                &[
                    "t1",
                    "view1",
                    "part1",
                    "pg_class",
                    "nowhere.t",
                    "t2_a_seq",
                    "s1.t1_pkey",
                    "s1.comp1",
                    "pg_database",
                    "missing",
                ],
            )
            .to_owned(),
        ),
    }
}

fn role_grant(rng: &mut Rng, world: &World) -> String {
    let mut predefined = vec!["pg_monitor"];
    if world.major >= 14 {
        predefined.extend(["pg_read_all_data", "pg_database_owner"]);
    }
    let roles =
        list(rng, 2, |rng| if one_in(rng, 12) { pick(rng, &predefined).to_owned() } else { world.role(rng) });
    let members = list(rng, 2, |rng| {
        if one_in(rng, 40) {
            "PUBLIC".to_owned()
        } else if one_in(rng, 40) {
            predefined.last().map_or(String::new(), |p| (*p).to_owned())
        } else {
            grantee_role(rng, world)
        }
    });
    let granted_by =
        if one_in(rng, 5) { format!(" GRANTED BY {}", grantee_role(rng, world)) } else { String::new() };
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

fn grantee_role(rng: &mut Rng, world: &World) -> String {
    match rng.usize(..12) {
        0 => "CURRENT_USER".to_owned(),
        1 => "SESSION_USER".to_owned(),
        2 => "rdsadmin".to_owned(),
        _ => world.role(rng),
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
