//! GRANT and REVOKE on objects.

use super::{World, grantee, list, one, one_in, pick};
use fastrand::Rng;

/// Parameters that are granted on.
pub const PARAMETERS: [&str; 6] =
    ["work_mem", "Log_Statement", "foo.bar", "sort_mem", "no_such_parameter", "max_connections"];

pub fn statement(rng: &mut Rng, world: &World) -> String {
    let (words, target) = target(rng, world);
    let on_relation = words.contains(&"SELECT") && words.contains(&"INSERT");
    let privileges = privileges(rng, world, &words, on_relation);
    let grantees = list(rng, 2, |rng| grantee(rng, world));
    let by = if world.major >= 14 { 15 } else { 100 };
    let granted_by = if one_in(rng, by) {
        format!(" GRANTED BY {}", if rng.bool() { "CURRENT_USER".to_owned() } else { world.any_role(rng) })
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

pub fn privileges(rng: &mut Rng, world: &World, words: &[&str], columns: bool) -> String {
    if one_in(rng, 5) {
        return pick(rng, &["ALL", "ALL PRIVILEGES"]).to_owned();
    }
    if one_in(rng, if columns { 4 } else { 60 }) {
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
            format!(
                "SCHEMA {}",
                list(rng, 2, |rng| pick(rng, &["s1", "s2", "public", "\"S. 3\""]).to_owned())
            ),
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
            format!("DATABASE {}", pick(rng, &["postgres", "template1", "nowhere", &world.database])),
        ),
        21 => (usage, format!("LANGUAGE {}", pick(rng, &["plpgsql", "sql", "c", "internal"]))),
        22 => (vec!["CREATE"], format!("TABLESPACE {}", pick(rng, &["pg_default", "pg_global", "nowhere"]))),
        23 => (usage, pick(rng, &["FOREIGN DATA WRAPPER fdw1", "FOREIGN SERVER \"Srv 1\""]).to_owned()),
        24 if world.major >= 15 => {
            (vec!["SET", "ALTER SYSTEM"], format!("PARAMETER {}", pick(rng, &PARAMETERS)))
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
