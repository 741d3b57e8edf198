//! What makes two disagreements one: the kind of statement and what differs, without what is particular to a cluster.

use crate::differential::tally::{Disagreement, path};
use std::collections::BTreeSet;

/// As text, so that it can be a key and be read.
pub type Signature = String;

/// Of a disagreement.
pub fn of(disagreement: &Disagreement) -> Signature {
    let differences: BTreeSet<String> = disagreement.wrong.lines().map(difference).collect();
    let differences: Vec<_> = differences.into_iter().collect();
    format!("{}: {}", command(&disagreement.statement), differences.join("; "))
}

/// The first words: two, or those after ALTER as far as they are keywords.
fn command(statement: &str) -> String {
    let words = statement.split_whitespace().map(|word| word.trim_start_matches(['(', '"']));
    let keyword = |word: &&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase());
    words.take_while(keyword).take(3).collect::<Vec<_>>().join(" ")
}

/// An error or a notice as its path; of an entry, only which catalog it is in.
fn difference(line: &str) -> String {
    let line = line.trim();
    let told = ["error:", "notices:", "model [", "detail:"].iter().any(|start| line.starts_with(start));
    if told {
        // Of names only those in quotes within quotes are left out by `path`.
        return path(&line.replace("\\\"", "\"").replace("Some(\"", "").replace("\")", ""));
    }
    line.split(' ')
        .take(if line.starts_with("acl") || line.starts_with("owner") { 2 } else { 1 })
        .collect::<Vec<_>>()
        .join(" ")
}
