//! The rules of the house: which room may know which, what a pure room keeps out, and how long a file may get.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// From top to bottom; a room may know those above it, never one below.
const ROOMS: [&str; 16] = [
    "cluster", "access", "sql", "simulate", "guard", "preview", "question", "findings", "snapshot", "diff",
    "server", "demo", "app", "ui", "terminal", "cli",
];
const PURE: [&str; 12] = [
    "cluster", "access", "sql", "simulate", "guard", "preview", "question", "findings", "snapshot", "diff",
    "app", "ui",
];
/// What no pure room may name: the outside world, and the clock.
const OUTSIDE: [&str; 14] = [
    "tokio",
    "crossterm",
    "native_tls",
    "openssl",
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::io",
    "Instant::now",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
];

#[test]
fn rooms_know_only_those_above_them() {
    let mut broken = Vec::new();
    for (room, path, line, number) in lines() {
        let at =
            ROOMS.iter().position(|r| *r == room).unwrap_or_else(|| panic!("{room} is no room of the house"));
        for (place, other) in ROOMS.iter().enumerate() {
            let impure = PURE.contains(&room.as_str()) && !PURE.contains(other);
            if (place > at || impure) && names(&line, &format!("crate::{other}")) {
                broken.push(format!("{}:{number}: {room} knows {other}: {line}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn pure_rooms_keep_the_world_out() {
    let mut broken = Vec::new();
    for (room, path, line, number) in lines().into_iter().filter(|(room, ..)| PURE.contains(&room.as_str())) {
        for outside in OUTSIDE.iter().filter(|o| names(&line, o)) {
            broken.push(format!("{}:{number}: {room} names {outside}: {line}", path.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn pure_rooms_deny_what_can_panic() {
    for room in PURE {
        let folder = root().join(room);
        let file = if folder.is_dir() { folder.join("mod.rs") } else { root().join(format!("{room}.rs")) };
        let text = std::fs::read_to_string(&file).expect("a room's first file");
        for lint in ["clippy::unwrap_used", "clippy::expect_used", "clippy::panic"] {
            assert!(text.contains(lint), "{} does not deny {lint}", file.display());
        }
    }
}

/// So that none gets a password in its environment.
#[test]
fn programs_are_started_in_one_place() {
    let starts = |line: &str| line.contains("Command::new(") || line.contains("CommandBuilder::new(");
    let places: Vec<String> = lines()
        .into_iter()
        .filter(|(_, _, line, _)| starts(line))
        .map(|(_, path, line, number)| format!("{}:{number}: {line}", path.display()))
        .filter(|place| !place.contains("/server/child.rs"))
        .collect();
    assert!(places.is_empty(), "{}", places.join("\n"));
}

#[test]
fn no_file_grows_into_a_hall() {
    let mut lengths: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for (_, path, ..) in lines() {
        *lengths.entry(path).or_default() += 1;
    }
    let halls: Vec<_> = lengths.iter().filter(|(_, length)| **length > 600).collect();
    assert!(halls.is_empty(), "second ideas are in {halls:?}");
    let mut sorted: Vec<usize> = lengths.into_values().collect();
    sorted.sort_unstable();
    let median = sorted[sorted.len() / 2];
    assert!(median <= 180, "the median file has {median} lines of code");
}

/// A word that is not the tail or the head of another.
fn names(line: &str, word: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_word);
        let after = line[at + word.len()..].chars().next().is_some_and(is_word);
        !before && !after
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every line of every room that is no comment: room, file, line, number.
fn lines() -> Vec<(String, PathBuf, String, usize)> {
    let mut lines = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the house") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(root()).expect("inside src");
            let room =
                inside.iter().next().expect("a name").to_string_lossy().trim_end_matches(".rs").to_owned();
            // A room's own tests may look at it from below.
            let is_test = inside.iter().any(|part| part == "tests" || part == "tests.rs");
            if is_test
                || path.extension().is_none_or(|e| e != "rs")
                || ["lib", "main"].contains(&room.as_str())
            {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source file");
            for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//"))
            {
                lines.push((room.clone(), path.clone(), line.trim().to_owned(), number + 1));
            }
        }
    }
    assert!(lines.len() > 1000, "the sources were not found");
    lines
}
