//! A difference in words: text for people, JSON and CSV for programs.

use super::{Diff, Entry, Row, Side};
use crate::preview::report::{grouped, visible};
use serde_json::{Value, json};
use std::fmt::Write;

/// One object.
pub fn json(diff: &Diff) -> Value {
    let rows = |side: Side| -> Vec<Value> {
        diff.effect.rows.iter().filter(|row| row.side == side).map(row_json).collect()
    };
    json!({
        "v": 1,
        "effect": {
            "gained": rows(Side::Gained),
            "lost": rows(Side::Lost),
            "counts": { "gained": diff.effect.gained, "lost": diff.effect.lost },
        },
        "changes": diff.entries,
        "not_compared": diff.not_compared,
    })
}

fn row_json(row: &Row) -> Value {
    let mut value = json!({
        "database": row.database,
        "role": row.role,
        "type": row.object_type,
        "identity": row.identity,
        "column": row.column,
        "privilege": row.privilege,
        "grantable": row.grantable,
        "via": via(row),
    });
    if let Some(roles) = row.roles {
        value["roles"] = roles.into();
    }
    if row.grant_option_only {
        value["grant_option_only"] = true.into();
    }
    value
}

fn via(row: &Row) -> Value {
    match row.via.as_slice() {
        [word] => json!(word),
        chain => json!(chain),
    }
}

/// The rows of effect: the first is the head.
pub fn csv(diff: &Diff) -> Vec<Vec<String>> {
    let head = ["change", "database", "role", "type", "identity", "column", "privilege", "grantable", "via"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(diff.effect.rows.iter().map(|row| {
        let change = match row.side {
            Side::Gained => "gained",
            Side::Lost => "lost",
        };
        vec![
            change.to_owned(),
            row.database.clone(),
            row.role.clone(),
            row.object_type.to_owned(),
            row.identity.clone(),
            row.column.clone().unwrap_or_default(),
            row.privilege.to_owned(),
            row.grantable.to_string(),
            row.via.join(" > "),
        ]
    }));
    rows
}

/// For people. Names and values are made harmless.
pub fn text(diff: &Diff) -> String {
    let mut out = String::new();
    for name in &diff.not_compared {
        let _ = writeln!(out, "! database {} is loaded on one side only and not compared", visible(name));
    }
    if diff.is_empty() {
        out.push_str("No difference.\n");
        return out;
    }
    let effect = &diff.effect;
    let (gained, lost) = (grouped(effect.gained), grouped(effect.lost));
    let _ = writeln!(out, "{gained} privileges gained, {lost} lost");
    effect.rows.iter().for_each(|row| row_text(row, &mut out));
    let left = (effect.gained + effect.lost).saturating_sub(effect.rows.len() as u64);
    if left > 0 {
        let _ = writeln!(out, "  .. and {} more", grouped(left));
    }
    let _ = writeln!(out, "{} catalog entries differ", grouped(diff.entries.len() as u64));
    diff.entries.iter().for_each(|entry| entry_text(entry, &mut out));
    out
}

fn row_text(row: &Row, out: &mut String) {
    let mark = if row.side == Side::Gained { '+' } else { '-' };
    let column = row.column.as_ref().map(|column| format!(" ({column})")).unwrap_or_default();
    let option = match (row.grant_option_only, row.grantable) {
        (true, _) => " the grant option",
        (false, true) => " with grant option",
        _ => "",
    };
    let roles = row.roles.map(|roles| format!(", {roles} roles")).unwrap_or_default();
    let line = format!(
        "{}{roles}: {}{option} on {} {}{column} in {}, {}",
        row.role,
        row.privilege,
        row.object_type,
        row.identity,
        row.database,
        row.via.join(" > "),
    );
    let _ = writeln!(out, "  {mark} {}", visible(&line));
}

fn entry_text(entry: &Entry, out: &mut String) {
    let names = entry.key.names.iter().filter_map(|(name, value)| {
        let value = value.as_ref()?;
        Some(if ["type", "identity"].contains(name) { value.clone() } else { format!("{name} {value}") })
    });
    let names = names.collect::<Vec<_>>().join(" ");
    let database = entry.key.database.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
    let value = |value: &serde_json::Map<String, Value>| Value::Object(value.clone()).to_string();
    let (mark, change) = match (&entry.before, &entry.after) {
        (None, Some(after)) => ('+', value(after)),
        (Some(before), None) => ('-', value(before)),
        (Some(before), Some(after)) => ('~', format!("{}  becomes  {}", value(before), value(after))),
        (None, None) => return,
    };
    let line = format!("{} {names}{database}  {change}", entry.key.catalog);
    let _ = writeln!(out, "  {mark} {}", visible(&line));
}
