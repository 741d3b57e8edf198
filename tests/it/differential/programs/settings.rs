//! ALTER ROLE .. SET and RESET.

use super::{World, one_in, pick, role_spec};
use fastrand::Rng;
use rolescope::sql::quote_ident;

pub fn statement(rng: &mut Rng, world: &World) -> String {
    let keyword = pick(rng, &["ROLE", "ROLE", "USER"]);
    let role = if one_in(rng, 6) { "ALL".to_owned() } else { role_spec(rng, world) };
    let database = match rng.usize(..6) {
        0 => format!(" IN DATABASE {}", quote_ident(&world.database)),
        1 => format!(" IN DATABASE {}", pick(rng, &["postgres", "template1", "nowhere"])),
        _ => String::new(),
    };
    format!("ALTER {keyword} {role}{database} {}", change(rng))
}

fn change(rng: &mut Rng) -> String {
    match rng.usize(..12) {
        0 | 1 => {
            pick(rng, &["RESET ALL", "RESET ALL", "SET work_mem TO DEFAULT", "SET search_path TO DEFAULT"])
                .to_owned()
        }
        2 | 3 => format!("RESET {}", pick(rng, &NAMES)),
        4 => format!("SET {} FROM CURRENT", pick(rng, &["search_path", "work_mem", "datestyle"])),
        5 => pick(rng, &WRONG).to_owned(),
        _ => format!("SET {}", pick(rng, &VALUES)),
    }
}

const NAMES: [&str; 10] = [
    "work_mem",
    "search_path",
    "log_statement",
    "no_such_parameter",
    "foo.bar",
    "statement_timeout",
    "role",
    "max_connections",
    "Work_Mem",
    "timezone",
];

const VALUES: [&str; 20] = [
    "work_mem = '4MB'",
    "work_mem TO '2000kB'",
    "work_mem = 4096",
    "Search_Path = s1, \"S. 3\"",
    "search_path TO '$user', public",
    "search_path = ''",
    "statement_timeout = 1000",
    "statement_timeout = '2min'",
    "log_statement = 'all'",
    "log_min_duration_statement = 10",
    "enable_seqscan = off",
    "enable_seqscan TO FALSE",
    "foo.bar = 'x'",
    "TIME ZONE 'UTC'",
    "timezone TO 'UTC'",
    "client_min_messages = notice",
    "default_transaction_read_only = on",
    "seq_page_cost = 1.5",
    "datestyle = iso, mdy",
    "createrole_self_grant = 'set'",
];

const WRONG: [&str; 9] = [
    "SET no_such_parameter = 1",
    "SET work_mem = 'lots'",
    "SET work_mem = -7",
    "SET enable_seqscan = maybe",
    "SET max_connections = 7",
    "SET work_mem = 1, 2",
    "SET server_version = '1'",
    "SET session_authorization = 'rdsadmin'",
    "SET log_statement = 'some'",
];
