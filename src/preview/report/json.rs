//! One statement as one line of JSON.

use super::changes::{ChangeReport, change_reports};
use super::effect::{EffectReport, effect_report};
use super::visible::json_escaped;
use crate::cluster::{Class, View};
use crate::preview::{Step, Verdict, Warning};
use crate::simulate::{Certainty, Notice};
use serde::Serialize;

/// What came of a statement that was to be applied.
#[derive(Clone, Debug, Serialize)]
pub struct Applied {
    /// `committed`, `rolled_back`, `not_run` or `unknown`.
    pub applied: &'static str,
    /// Between what was predicted and what was read back, where that is why it was rolled back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct StatementReport<'a> {
    v: u8,
    statement: &'a str,
    line: usize,
    /// The database it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'a str>,
    verdict: &'static str,
    certainty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a [String]>,
    sqlstate: Option<&'static str>,
    message: Option<&'a str>,
    detail: Option<&'a str>,
    hint: Option<&'a str>,
    notices: &'a [Notice],
    changes: Vec<ChangeReport>,
    effect: EffectReport,
    warnings: &'a [Warning],
    undo: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undo_reason: Option<&'a str>,
    /// What stays different after the undo although every effective privilege is as before.
    #[serde(skip_serializing_if = "Option::is_none")]
    undo_differs: Option<&'a str>,
    /// Why it is blocked or unsupported.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The rule that blocks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
    /// The role that it protects.
    #[serde(skip_serializing_if = "Option::is_none")]
    protected_role: Option<&'a str>,
    #[serde(flatten)]
    applied: Option<&'a Applied>,
}

fn database(view: &View) -> Option<&str> {
    let base = view.base();
    let id = base.objects.by_oid(Class::Database, base.database)?;
    base.objects.get(id).map(|database| &*database.name)
}

/// The statement's line. `view` gives the names: a plan's state afterwards.
pub fn json(step: &Step, view: &View, applied: Option<&Applied>) -> String {
    let error = step.error();
    let (certainty, because) = match &step.certainty {
        Certainty::Certain => ("certain", None),
        Certainty::Uncertain { because } => ("uncertain", Some(because.as_slice())),
    };
    let block = match &step.verdict {
        Verdict::Blocked(block) => Some(block),
        _ => None,
    };
    let reason = match &step.verdict {
        Verdict::Blocked(block) => Some(format!("The statement {}. {}", block.what, block.reason())),
        Verdict::Unsupported(reason) => Some(reason.clone()),
        Verdict::Ok | Verdict::Error(_) => None,
    };
    let report = StatementReport {
        v: 1,
        statement: &step.masked,
        line: step.line,
        database: database(view),
        verdict: step.verdict.word(),
        certainty,
        because,
        sqlstate: error.map(|e| e.sqlstate),
        message: error.map(|e| e.message.as_str()),
        detail: error.and_then(|e| e.detail.as_deref()),
        hint: error.and_then(|e| e.hint.as_deref()),
        notices: &step.notices,
        changes: change_reports(&step.changes, view),
        effect: effect_report(&step.effect, view),
        warnings: &step.warnings,
        undo: step.undo.as_ref().ok().map(|undo| undo.statements.as_slice()),
        undo_reason: step.undo.as_ref().err().map(|no| no.reason.as_str()),
        undo_differs: step.undo.as_ref().ok().and_then(|undo| undo.differs.as_deref()),
        reason,
        rule: block.map(|block| block.rule.code()),
        protected_role: block.map(|block| block.role.as_str()),
        applied,
    };
    // Strings, numbers and lists always serialize.
    json_escaped(serde_json::to_string(&report).unwrap_or_default())
}
