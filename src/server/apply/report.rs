//! A difference for programs and for people.

use super::outcome::{CatalogWrites, Difference, Mismatch, WriteCounts};
use crate::cluster::{Change, View};
use crate::preview::report::{ChangeReport, change_report};
use serde_json::{Value, json};

impl Difference {
    /// For programs; `view` gives the names.
    pub fn json(&self, view: &View) -> Value {
        let mut report = json!({ "kind": self.code(), "message": self.message() });
        let more = match self {
            Difference::Changed { what, entries } => {
                json!({ "changed": what, "entries": mismatches(entries, view) })
            }
            Difference::Error(said) => json!({ "error": said }),
            Difference::Notices { predicted, found } => json!({ "predicted": predicted, "found": found }),
            Difference::Entries(entries) => json!({ "entries": mismatches(entries, view) }),
            Difference::Writes { catalogs, rows } => {
                let catalogs: Vec<Value> = catalogs.iter().map(catalog).collect();
                json!({ "catalogs": catalogs, "rows": rows })
            }
            Difference::Protected(block) => json!({ "rule": block.rule.code(), "role": block.role }),
            Difference::Journal(_) | Difference::Lost(_) | Difference::Unverifiable(_) => json!({}),
        };
        if let (Some(report), Value::Object(more)) = (report.as_object_mut(), more) {
            report.extend(more);
        }
        report
    }

    /// For people, a line each, without the message; `view` gives the names.
    pub fn lines(&self, view: &View) -> Vec<String> {
        match self {
            Difference::Changed { what, entries } => what
                .iter()
                .skip(1)
                .cloned()
                .chain(entries.iter().flat_map(|e| mismatch_lines(e, view)))
                .collect(),
            Difference::Error(said) => {
                let detail = said.detail.iter().map(|detail| format!("DETAIL: {detail}"));
                detail.chain(said.hint.iter().map(|hint| format!("HINT: {hint}"))).collect()
            }
            Difference::Notices { predicted, found } => {
                let predicted =
                    predicted.iter().map(|n| format!("predicted: {} ({})", n.message, n.sqlstate));
                predicted
                    .chain(found.iter().map(|s| format!("said: {} ({})", s.message, s.sqlstate)))
                    .collect()
            }
            Difference::Entries(entries) => entries.iter().flat_map(|e| mismatch_lines(e, view)).collect(),
            Difference::Writes { catalogs, rows } => {
                let counts = |c: &WriteCounts| {
                    format!("{} inserted, {} updated, {} deleted", c.inserted, c.updated, c.deleted)
                };
                let line = |c: &CatalogWrites| {
                    format!("{}: predicted {}; found {}", c.catalog, counts(&c.predicted), counts(&c.found))
                };
                catalogs.iter().map(line).chain(rows.iter().cloned()).collect()
            }
            Difference::Protected(block) => vec![block.reason()],
            Difference::Journal(_) | Difference::Lost(_) | Difference::Unverifiable(_) => Vec::new(),
        }
    }
}

/// The entry, with what was predicted of it beside what was found.
fn mismatches(entries: &[Mismatch], view: &View) -> Vec<Value> {
    let report = |change: &Option<Change>| {
        let value = change.as_ref().map(|change| serde_json::to_value(change_report(change, view)));
        value.and_then(Result::ok).unwrap_or(Value::Null)
    };
    entries.iter().map(|e| json!({ "predicted": report(&e.predicted), "found": report(&e.found) })).collect()
}

fn catalog(writes: &CatalogWrites) -> Value {
    json!({ "catalog": writes.catalog, "predicted": writes.predicted, "found": writes.found })
}

fn mismatch_lines(mismatch: &Mismatch, view: &View) -> Vec<String> {
    let Some(change) = mismatch.predicted.as_ref().or(mismatch.found.as_ref()) else { return Vec::new() };
    let side = |word: &str, change: &Option<Change>| match change {
        Some(change) => format!("  {word}: {}", after(change, view)),
        None => format!("  {word}: unchanged"),
    };
    vec![entry(change, view), side("predicted", &mismatch.predicted), side("found", &mismatch.found)]
}

fn entry(change: &Change, view: &View) -> String {
    match change_report(change, view) {
        ChangeReport::Acl { object_type, identity, column, .. } => match column {
            Some(column) => format!("column {column} of {object_type} {identity}"),
            None => format!("{object_type} {identity}"),
        },
        ChangeReport::Membership { role, member, grantor, .. } => match grantor {
            Some(grantor) => format!("membership of {member} in {role}, granted by {grantor}"),
            None => format!("membership of {member} in {role}"),
        },
        ChangeReport::Row(row) => {
            let keys = ["catalog", "type", "identity", "role", "schema", "objtype", "database"];
            let words = keys.iter().filter_map(|key| row.get(key)?.as_str());
            words.collect::<Vec<_>>().join(" ")
        }
    }
}

fn after(change: &Change, view: &View) -> String {
    match change_report(change, view) {
        ChangeReport::Acl { after: Some(items), .. } => format!("{{{}}}", items.join(",")),
        ChangeReport::Acl { after: None, .. } => "default privileges".to_owned(),
        ChangeReport::Membership { after: Some(options), .. } => {
            let word = |name: &str, value: Option<bool>| value.map(|value| format!("{name} {value}"));
            let words = [
                word("ADMIN", Some(options.admin)),
                word("INHERIT", options.inherit),
                word("SET", options.set),
            ];
            words.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        ChangeReport::Membership { after: None, .. } => "no membership".to_owned(),
        ChangeReport::Row(row) => match row.get("owner_after") {
            Some(owner) => format!("owner {owner}"),
            None => row.get("after").map(ToString::to_string).unwrap_or_default(),
        },
    }
}
