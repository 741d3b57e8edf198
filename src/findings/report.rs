//! Findings in words: text for people, a line of JSON or a row of CSV for programs.

use super::{Code, Finding, Level};
use crate::cluster::{AclTarget, View};
use crate::preview::report::{Style, grouped, visible};
use crate::sql::identity::{column_identity, object_identity, object_type};
use serde::Serialize;

/// How many names a line of text lists.
const SHORT: usize = 8;

/// A finding with the database it is of.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The database that was looked at.
    pub database: &'a str,
    /// What gives names.
    pub view: &'a View,
    /// What was found.
    pub finding: &'a Finding,
}

#[derive(Serialize)]
struct ObjectReport {
    r#type: &'static str,
    identity: String,
    column: Option<String>,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    v: u8,
    code: &'static str,
    level: Level,
    title: &'static str,
    database: &'a str,
    reason: &'a str,
    objects: Vec<ObjectReport>,
    object_count: usize,
    roles: Vec<String>,
    role_count: usize,
    steps: &'a [String],
    mend: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend_reason: Option<&'a str>,
}

/// The finding's line of JSON.
pub fn json(found: Found<'_>) -> String {
    let Found { database, view, finding } = found;
    let object = |target: &AclTarget| ObjectReport {
        r#type: object_type(view, target.object),
        identity: object_identity(view, target.object),
        column: column_identity(view, *target),
    };
    let report = FindingReport {
        v: 1,
        code: finding.code.text(),
        level: finding.level,
        title: finding.code.title(),
        database,
        reason: &finding.reason,
        objects: finding.objects.iter().map(object).collect(),
        object_count: finding.object_count,
        roles: finding.roles.iter().map(|role| view.role_name(*role)).collect(),
        role_count: finding.role_count,
        steps: &finding.steps,
        mend: finding.mend.as_deref().ok(),
        mend_reason: finding.mend.as_ref().err().map(String::as_str),
    };
    crate::preview::report::json_escaped(serde_json::to_string(&report).unwrap_or_default())
}

/// The heading of [`row`].
pub const COLUMNS: [&str; 10] = [
    "level",
    "code",
    "database",
    "roles",
    "role_count",
    "objects",
    "object_count",
    "reason",
    "mend",
    "mend_reason",
];

/// The finding's row of CSV. Names in a list are separated by line ends, statements end with a semicolon.
pub fn row(found: Found<'_>) -> [String; 10] {
    let Found { database, view, finding } = found;
    let roles: Vec<String> = finding.roles.iter().map(|role| view.role_name(*role)).collect();
    let objects: Vec<String> = finding.objects.iter().map(|target| place(view, *target)).collect();
    [
        finding.level.word().to_owned(),
        finding.code.text().to_owned(),
        database.to_owned(),
        roles.join("\n"),
        finding.role_count.to_string(),
        objects.join("\n"),
        finding.object_count.to_string(),
        finding.reason.clone(),
        finding.mend.as_deref().map(script).unwrap_or_default(),
        finding.mend.as_ref().err().cloned().unwrap_or_default(),
    ]
}

/// Statements as a script.
pub fn script(statements: &[String]) -> String {
    statements.iter().map(|statement| format!("{statement};")).collect::<Vec<_>>().join("\n")
}

/// An object or a column as a reader names it.
pub fn place(view: &View, target: AclTarget) -> String {
    let object = format!("{} {}", object_type(view, target.object), object_identity(view, target.object));
    match column_identity(view, target) {
        Some(column) => format!("{object} ({column})"),
        None => object,
    }
}

/// The finding for people; with its database, where several were looked at.
pub fn text(found: Found<'_>, several: bool, style: Style) -> String {
    let Found { database, view, finding } = found;
    let of = if several { format!(" in database {}", visible(database)) } else { String::new() };
    let (level, title) = (colored(finding.level, style), finding.code.title());
    let mut out = format!("{level} {title}{of}  ({})\n", finding.code.text());
    let mut line = |label: &str, text: &str| {
        for (at, text) in text.lines().enumerate() {
            let label = if at == 0 { label } else { "" };
            out.push_str(&format!("  {label:<8}{}\n", visible(text)));
        }
    };
    line("", &finding.reason);
    // One object or role is in the reason already.
    if finding.object_count > 1 {
        let names = finding.objects.iter().take(SHORT).map(|target| place(view, *target));
        line("objects", &listed(finding.object_count, names.collect()));
    }
    if finding.role_count > 1 {
        let names = finding.roles.iter().take(SHORT).map(|role| view.role_name(*role));
        line("roles", &listed(finding.role_count, names.collect()));
    }
    line("steps", &script(&finding.steps));
    match &finding.mend {
        Ok(statements) => line("mend", &script(statements)),
        Err(why) => line("no mend", why),
    }
    out
}

fn listed(all: usize, names: Vec<String>) -> String {
    let more = if all > names.len() { ", .." } else { "" };
    format!("{}: {}{more}", grouped(all as u64), names.join(", "))
}

fn colored(level: Level, style: Style) -> String {
    let word = level.word().to_uppercase();
    let color = match level {
        Level::High => "31;1",
        Level::Medium => "33",
        Level::Low | Level::Info => "36",
    };
    if style.color { format!("\u{1b}[{color}m{word}\u{1b}[0m") } else { word }
}

/// The number of findings of each level, in a line: `9 findings: 2 high, 4 medium, 3 low`.
pub fn summary<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
    let levels: Vec<Level> = findings.into_iter().map(|finding| finding.level).collect();
    if levels.is_empty() {
        return "No findings".to_owned();
    }
    let of = |level: &Level| levels.iter().filter(|l| *l == level).count();
    let parts: Vec<String> = Level::ALL
        .iter()
        .rev()
        .filter(|level| of(level) > 0)
        .map(|level| format!("{} {}", of(level), level.word()))
        .collect();
    let word = if levels.len() == 1 { "finding" } else { "findings" };
    format!("{} {word}: {}", levels.len(), parts.join(", "))
}

/// All codes with their titles, a line each: what an exception can name.
pub fn codes() -> String {
    Code::ALL.iter().map(|code| format!("  {:<32}{}\n", code.text(), code.title())).collect()
}
