//! One statement as text for people: what it does, who gains and who loses, counts before lists.

use super::effect::role_name;
use super::numbers::{count, grouped};
use super::visible::{visible, visible_lines};
use crate::access::Via;
use crate::cluster::{AclTarget, Change, Oid, Privileges, View};
use crate::preview::{EffectRow, Plan, Step, Verdict};
use crate::simulate::{Certainty, ServerError, Severity};
use crate::sql::identity::{column_identity, object_identity, object_type};
use std::collections::BTreeMap;

/// How to write for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Colour repeats what the marks say.
    pub color: bool,
    /// Only ASCII marks.
    pub ascii: bool,
    /// The most lines of a list; the rest is counted.
    pub list: usize,
}

impl Default for Style {
    fn default() -> Self {
        Style { color: false, ascii: false, list: 20 }
    }
}

/// What a line is about; the same everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is what it says")]
pub enum Mark {
    Gain,
    Lose,
    Keep,
    Become,
    Note,
    Blocked,
}

impl Mark {
    /// The sign for it.
    pub fn sign(self, ascii: bool) -> &'static str {
        match self {
            Mark::Gain => "+",
            Mark::Lose => "-",
            Mark::Keep => "=",
            Mark::Become => "~",
            Mark::Note => "!",
            Mark::Blocked if ascii => "(/)",
            Mark::Blocked => "⊘",
        }
    }

    fn color(self) -> &'static str {
        match self {
            Mark::Gain => "32",
            Mark::Lose => "31",
            Mark::Keep => "36",
            Mark::Become => "33",
            Mark::Note => "35",
            Mark::Blocked => "1;31",
        }
    }
}

/// One line of a preview. Nothing in its text can play tricks on a terminal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its mark, where it has one.
    pub mark: Option<Mark>,
    /// Its text.
    pub text: String,
}

/// From how many lines on what is only good to know comes after what must be seen: warnings, and the undo.
const LONG: usize = 6;

/// A report being written.
pub(super) struct Text<'a> {
    pub(super) view: &'a View,
    list: usize,
    out: Vec<Line>,
}

/// The statement and its preview. `view` gives the names: a plan's state afterwards.
pub fn text(step: &Step, view: &View, style: Style) -> String {
    joined(lines(step, view, style.list), style)
}

/// The same as lines, for the screen; `list` is the most lines of a list.
pub fn lines(step: &Step, view: &View, list: usize) -> Vec<Line> {
    let mut text = Text { view, list, out: Vec::new() };
    text.step(step);
    text.out
}

fn joined(lines: Vec<Line>, style: Style) -> String {
    let mut out = String::new();
    for Line { mark, text } in lines {
        match mark {
            None => {}
            Some(mark) if style.color => {
                out.push_str(&format!("\x1b[{}m{}\x1b[0m ", mark.color(), mark.sign(style.ascii)));
            }
            Some(mark) => out.push_str(&format!("{} ", mark.sign(style.ascii))),
        }
        out.push_str(&text);
        out.push('\n');
    }
    out
}

/// What is left to say after the steps of a plan; empty where there is nothing.
pub fn plan_end(plan: &Plan, style: Style) -> String {
    joined(plan_end_lines(plan), style)
}

/// The same as lines.
pub fn plan_end_lines(plan: &Plan) -> Vec<Line> {
    let mut text = Text { view: &plan.after, list: 0, out: Vec::new() };
    if plan.not_run > 0 {
        text.line(&format!("{} not looked at after the failure.", count(plan.not_run as u64, "statement")));
    }
    if let Some((line, block)) = &plan.blocked_later {
        text.mark(Mark::Blocked, &format!("Line {line} {}. {}", block.what, block.reason()));
    }
    text.out
}

impl Text<'_> {
    fn line(&mut self, line: &str) {
        self.out.push(Line { mark: None, text: visible(line).into_owned() });
    }

    pub(super) fn mark(&mut self, mark: Mark, line: &str) {
        self.out.push(Line { mark: Some(mark), text: visible(line).into_owned() });
    }

    fn step(&mut self, step: &Step) {
        for line in visible_lines(&step.masked) {
            self.line(&line);
        }
        for notice in &step.notices {
            let severity = match notice.severity {
                Severity::Notice => "NOTICE",
                Severity::Warning => "WARNING",
            };
            self.line(&format!("  {severity}: {} ({})", notice.message, notice.sqlstate));
        }
        match &step.verdict {
            Verdict::Ok => self.ok(step),
            Verdict::Error(error) => self.error(error),
            Verdict::Blocked(block) => {
                let sent =
                    if step.rehearsed { "Rehearsed, rolled back and never committed" } else { "Not sent" };
                self.mark(Mark::Blocked, &format!("{sent}. The statement {}.", block.what));
                self.line(&format!("  {}", block.reason()));
            }
            Verdict::Unsupported(reason) => {
                self.mark(Mark::Note, &format!("Not predicted, not sent. {reason}"))
            }
        }
        if let Certainty::Uncertain { because } = &step.certainty {
            for reason in because {
                self.mark(Mark::Note, &format!("Uncertain: {reason}"));
            }
        }
    }

    fn error(&mut self, error: &ServerError) {
        self.mark(Mark::Note, &format!("ERROR: {} ({})", error.message, error.sqlstate));
        for (word, more) in [("DETAIL", &error.detail), ("HINT", &error.hint)] {
            for line in more.iter().flat_map(|text| text.lines()) {
                self.line(&format!("  {word}: {line}"));
            }
        }
    }

    fn ok(&mut self, step: &Step) {
        let effect = &step.effect;
        let entries = self.apart(|text| text.changes(&step.changes));
        let kept =
            self.apart(|t| t.rows(Mark::Keep, &effect.kept, effect.counts.kept, "kept by another path"));
        let (entries, entries_later) =
            if entries.len() > LONG { (Vec::new(), entries) } else { (entries, Vec::new()) };
        let (kept, kept_later) = if kept.len() > LONG { (Vec::new(), kept) } else { (kept, Vec::new()) };
        self.out.extend(entries);
        self.rows(Mark::Lose, &effect.lost, effect.counts.lost, "lost");
        self.rows(Mark::Gain, &effect.gained, effect.counts.gained, "gained");
        self.out.extend(kept);
        for warning in &step.warnings {
            self.mark(Mark::Note, &warning.message);
        }
        self.undo(step);
        self.out.extend(kept_later);
        self.out.extend(entries_later);
    }

    /// The lines that `say` adds, taken out again.
    fn apart(&mut self, say: impl FnOnce(&mut Self)) -> Vec<Line> {
        let before = self.out.len();
        say(self);
        self.out.split_off(before)
    }

    fn undo(&mut self, step: &Step) {
        match &step.undo {
            Ok(undo) => {
                for statement in undo.statements.iter().take(self.list) {
                    self.line(&format!("undo: {statement}"));
                }
                self.more(undo.statements.len(), "undo statement");
                if let Some(differs) = &undo.differs {
                    self.line(&format!("      {differs}"));
                }
            }
            Err(no) => self.line(&format!("no undo: {}", no.reason)),
        }
    }

    fn more(&mut self, all: usize, what: &str) {
        if let Some(more) = all.checked_sub(self.list).filter(|n| *n > 0) {
            self.line(&format!("  and {} more", count(more as u64, what)));
        }
    }

    fn changes(&mut self, changes: &[Change]) {
        if changes.is_empty() {
            return self.line("  Nothing changes.");
        }
        if changes.len() > 1 {
            self.line(&format!("  {} change:", count(changes.len() as u64, "entry")));
        }
        for change in changes.iter().take(self.list) {
            self.entry(change);
        }
        self.more(changes.len(), "changed entry");
    }

    /// A count, then a line for each object and set of privileges with the roles it is about.
    fn rows(&mut self, mark: Mark, rows: &[EffectRow], all: u64, word: &str) {
        if all == 0 {
            return;
        }
        let shown = rows.len() as u64;
        let some =
            if shown < all { format!(", of which {} are listed", grouped(shown)) } else { String::new() };
        self.mark(mark, &format!("{} {word}{some}", count(all, "privilege")));
        let lines = if mark == Mark::Keep { self.grouped_rows(rows) } else { self.without_public(rows) };
        for line in lines.iter().take(self.list) {
            self.line(&format!("    {line}"));
        }
        self.more(lines.len(), "line");
    }

    /// Whoever comes or goes gets or loses what everybody has: a number says that.
    fn without_public(&self, rows: &[EffectRow]) -> Vec<String> {
        let as_everybody = |row: &EffectRow| row.via == Via::Public && row.role != Oid::PUBLIC;
        let own: Vec<EffectRow> = rows.iter().filter(|row| !as_everybody(row)).cloned().collect();
        let mut by_role: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows.iter().filter(|row| as_everybody(row)) {
            *by_role.entry(role_name(row.role, self.view)).or_default() += 1;
        }
        let by_public = by_role
            .into_iter()
            .map(|(role, n)| format!("{} that everybody has through PUBLIC: {role}", count(n, "privilege")));
        self.grouped_rows(&own).into_iter().chain(by_public).collect()
    }

    /// Rows of the same role in the same way make one line, and so do objects about which the same is to be said:
    /// `SELECT on 17 tables: svc_payments (through app_readonly)`, with their names below.
    fn grouped_rows(&self, rows: &[EffectRow]) -> Vec<String> {
        let mut said: BTreeMap<Said, Vec<AclTarget>> = BTreeMap::new();
        for ((target, privileges, grantable, option_only), who) in self.by_target(rows) {
            let what = match target.is_column() {
                true => "column",
                false => object_type(self.view, target.object),
            };
            said.entry(Said { privileges, grantable, option_only, what, who }).or_default().push(target);
        }
        let mut groups: Vec<(Said, Vec<AclTarget>)> = said.into_iter().collect();
        groups.sort_by_key(|(_, targets)| targets.first().copied());
        groups.into_iter().flat_map(|(said, targets)| self.said(&said, &targets)).collect()
    }

    fn said(&self, said: &Said, targets: &[AclTarget]) -> Vec<String> {
        let option = if said.option_only { "the grant option for " } else { "" };
        let with = if said.grantable && !said.option_only { " with grant option" } else { "" };
        let (names, who) = (said.privileges.names(), said.who.join(", "));
        let line = |place: String| format!("{option}{names}{with} on {place}: {who}");
        match targets {
            [one] => vec![line(self.place(*one))],
            several => {
                let places: Vec<String> = several.iter().map(|t| self.short_place(*t)).collect();
                vec![line(count(several.len() as u64, said.what)), format!("  {}", places.join(", "))]
            }
        }
    }

    /// What each role holds on one thing in one way, and then everyone of whom the same is to be said.
    fn by_target(&self, rows: &[EffectRow]) -> BTreeMap<(AclTarget, Privileges, bool, bool), Vec<String>> {
        type Key<'r> = (AclTarget, Oid, bool, bool, &'r Via, Option<u64>);
        let mut held: Vec<(Key<'_>, Privileges)> = Vec::new();
        for row in rows {
            let key = (row.target, row.role, row.grantable, row.grant_option_only, &row.via, row.roles);
            match held.iter_mut().rev().take(64).find(|(k, _)| *k == key) {
                Some((_, privileges)) => *privileges |= row.privilege,
                None => held.push((key, row.privilege)),
            }
        }
        let mut lines: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for ((target, role, grantable, option_only, via, roles), privileges) in held {
            let who = self.who(role, via, roles);
            lines.entry((target, privileges, grantable, option_only)).or_default().push(who);
        }
        lines
    }

    fn who(&self, role: Oid, via: &Via, roles: Option<u64>) -> String {
        let name = role_name(role, self.view);
        if let Some(roles) = roles {
            return format!("PUBLIC ({})", count(roles, "role"));
        }
        let how = match via {
            Via::Direct => return name,
            Via::Owner => "owner".to_owned(),
            Via::Public => "through PUBLIC".to_owned(),
            Via::Superuser => "superuser".to_owned(),
            Via::Predefined(role) => format!("through {}", role_name(*role, self.view)),
            Via::Chain(chain) => {
                let path: Vec<String> = chain.iter().skip(1).map(|r| role_name(*r, self.view)).collect();
                format!("through {}", path.join(" > "))
            }
        };
        format!("{name} ({how})")
    }

    pub(super) fn place(&self, target: AclTarget) -> String {
        let object = object_identity(self.view, target.object);
        match column_identity(self.view, target) {
            Some(column) => format!("column {column} of {object}"),
            None => format!("{} {object}", object_type(self.view, target.object)),
        }
    }

    fn short_place(&self, target: AclTarget) -> String {
        let object = object_identity(self.view, target.object);
        match column_identity(self.view, target) {
            Some(column) => format!("{object} ({column})"),
            None => object,
        }
    }
}

/// What a line says of one object, or of several alike.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    privileges: Privileges,
    grantable: bool,
    option_only: bool,
    what: &'static str,
    who: Vec<String>,
}
