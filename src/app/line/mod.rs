//! The SQL line and the preview of what is in it.

mod complete;
mod prefill;
#[cfg(test)]
mod tests;
mod wrap;

pub use complete::Completion;
pub use prefill::{Prefill, Row, Verb, prefill};

use super::snapshot::Snapshot;
use super::{Key, KeyCode};
use crate::preview::report::{self, Line};
use crate::preview::{Plan, PlanOptions, Verdict};
use crate::simulate::{Certainty, Session};
use crate::sql::{self, Options};
use std::sync::Arc;
use tui_input::{Input, InputRequest};

/// Why an uncertain prediction is not applied as it stands.
pub const UNCERTAIN: &str = "The prediction is uncertain: it must be rehearsed first.";

/// A statement being written, and what it would do.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    input: Input,
    /// The bytes of what may be passwords.
    hidden: Vec<(usize, usize)>,
    plan: Option<Arc<Plan>>,
    /// The plan is what the server did in a rehearsal.
    rehearsed: bool,
    lines: Vec<Line>,
    wrapped: Vec<Line>,
    cells: usize,
    /// The first line of the preview on the screen.
    pub top: usize,
    /// The words to choose from.
    pub completion: Option<Completion>,
}

impl Editor {
    /// With a text, the cursor where the first name is missing.
    pub fn new(snapshot: &Snapshot, text: Prefill, cells: usize) -> Editor {
        let cursor = text.cursor.unwrap_or_else(|| text.sql.chars().count());
        let input = Input::new(text.sql).with_cursor(cursor);
        let mut editor = Editor { input, cells, ..Editor::default() };
        editor.predict(snapshot);
        editor
    }

    /// What is asked, where the line is a question: `why ROLE PRIVILEGE OBJECT`.
    pub fn question(&self) -> Option<&str> {
        question(self.text())
    }

    /// What is written.
    pub fn text(&self) -> &str {
        self.input.value()
    }
    /// The line, for drawing: passwords cannot be seen.
    pub fn shown(&self) -> Input {
        covered(&self.input, &self.hidden)
    }
    /// May there be a password in it?
    pub fn has_password(&self) -> bool {
        !self.hidden.is_empty()
    }
    /// The prediction; none while nothing is written.
    pub fn plan(&self) -> Option<&Arc<Plan>> {
        self.plan.as_ref()
    }
    /// Did a rehearsal make it certain?
    pub fn is_rehearsed(&self) -> bool {
        self.rehearsed
    }
    /// The lines of the preview, wrapped to the width of the screen.
    pub fn preview(&self) -> &[Line] {
        &self.wrapped
    }

    /// Is there something that could be lost by leaving?
    pub fn is_pending(&self) -> bool {
        !self.text().trim().is_empty()
    }

    /// Could it be applied as it stands? Else why not.
    pub fn applicable(&self) -> Result<&Arc<Plan>, &'static str> {
        let Some(plan) = self.plan.as_ref().filter(|p| !p.steps.is_empty()) else {
            return Err("Nothing is written yet.");
        };
        if plan.block().is_some() {
            return Err("It targets a protected role and is never sent.");
        }
        if plan.steps.iter().any(|step| matches!(step.verdict, Verdict::Unsupported(_))) {
            return Err("It is not predicted, so it is never sent.");
        }
        if !plan.is_ok() {
            return Err("It would not succeed; the preview says why.");
        }
        if plan.changes().next().is_none() {
            return Err("It would change nothing.");
        }
        if plan.certainty() != Certainty::Certain && !self.rehearsed {
            return Err(UNCERTAIN);
        }
        Ok(plan)
    }

    /// A key that edits. True if it was one.
    pub fn edit(&mut self, snapshot: &Snapshot, key: Key) -> bool {
        let Some(request) = request(key) else { return false };
        let before = self.input.value().to_owned();
        self.input.handle(request);
        self.completion = None;
        if self.input.value() != before {
            self.predict(snapshot);
        }
        true
    }

    /// Pasted text; line ends become blanks.
    pub fn paste(&mut self, snapshot: &Snapshot, text: &str) {
        let blank = |c: char| if c.is_control() { ' ' } else { c };
        for c in text.chars().map(blank) {
            self.input.handle(InputRequest::InsertChar(c));
        }
        self.completion = None;
        self.predict(snapshot);
    }

    /// The next (or the previous) word that fits.
    pub fn complete(&mut self, snapshot: &Snapshot, by: isize) {
        let completion = match self.completion.take() {
            Some(completion) => completion.moved(by),
            None => Completion::new(snapshot, self.input.value(), self.input.cursor()),
        };
        if let Some((text, cursor)) = completion.applied() {
            self.input = Input::new(text).with_cursor(cursor);
            self.predict(snapshot);
        }
        self.completion = completion.is_choice().then_some(completion);
    }

    /// The prediction anew: the text, or the cluster, is another.
    pub fn predict(&mut self, snapshot: &Snapshot) {
        if self.question().is_some() {
            self.hidden = Vec::new();
            self.set_question();
            return;
        }
        let planner = snapshot.planner();
        let session = Session::of_login(snapshot.cluster());
        self.hidden = sql::hidden(self.input.value(), &Options::of(snapshot.cluster()));
        let plan = planner.plan_text(session, &PlanOptions::default(), self.input.value());
        self.set_plan(Arc::new(plan), false);
    }

    /// What a rehearsal showed.
    pub fn rehearsed(&mut self, plan: Arc<Plan>) {
        self.set_plan(plan, true);
    }

    fn set_plan(&mut self, plan: Arc<Plan>, rehearsed: bool) {
        self.lines = lines(&plan, rehearsed);
        self.plan = Some(plan);
        self.rehearsed = rehearsed;
        self.top = 0;
        self.wrapped = wrap::wrap(&self.lines, self.cells);
    }

    /// A question has no preview: it is answered when it is asked.
    fn set_question(&mut self) {
        let text =
            "why ROLE PRIVILEGE OBJECT, as in: why alice SELECT shop.orders. Enter asks, Tab completes.";
        self.lines = vec![Line { mark: None, text: text.to_owned() }];
        (self.plan, self.rehearsed, self.top) = (None, false, 0);
        self.wrapped = wrap::wrap(&self.lines, self.cells);
    }

    /// The screen has another width.
    pub fn fit(&mut self, cells: usize) {
        if self.cells != cells {
            self.cells = cells;
            self.wrapped = wrap::wrap(&self.lines, cells);
        }
    }

    /// Moves the preview.
    pub fn scroll(&mut self, by: isize, height: usize) {
        let last = self.wrapped.len().saturating_sub(height);
        self.top = self.top.saturating_add_signed(by).min(last);
    }
}

/// What follows the word `why`, where a line begins with it.
fn question(text: &str) -> Option<&str> {
    let (word, rest) = text.trim_start().split_once(' ')?;
    word.eq_ignore_ascii_case("why").then_some(rest)
}

/// A line with stars for the letters of what is hidden of it.
pub(super) fn covered(input: &Input, hidden: &[(usize, usize)]) -> Input {
    let is_hidden = |at: usize| hidden.iter().any(|(start, end)| (*start..*end).contains(&at));
    let letters = input.value().char_indices().map(|(at, c)| if is_hidden(at) { '*' } else { c });
    Input::new(letters.collect()).with_cursor(input.cursor())
}

/// The most lines of one list of a preview; what is beyond is counted.
const LIST: usize = 1000;

/// The preview in the words that `plan` and `apply` use. The statement itself stands in the line above.
fn lines(plan: &Plan, rehearsed: bool) -> Vec<Line> {
    let steps = plan.each(|step, view| {
        let skip = if plan.steps.len() == 1 { step.masked.lines().count() } else { 0 };
        report::lines(step, view, LIST).into_iter().skip(skip).collect::<Vec<_>>()
    });
    let mut lines = steps.concat();
    lines.extend(report::plan_end_lines(plan));
    if rehearsed {
        lines.insert(
            0,
            Line {
                mark: None,
                text: "Rehearsed: this is what the server did before it was rolled back.".to_owned(),
            },
        );
    }
    lines
}

/// The readline keys.
pub(crate) fn request(key: Key) -> Option<InputRequest> {
    use InputRequest as R;
    Some(match key {
        Key { code: KeyCode::Char(c), ctrl: false, alt: false } => R::InsertChar(c),
        Key { code: KeyCode::Char('b'), alt: true, .. } => R::GoToPrevWord,
        Key { code: KeyCode::Char('f'), alt: true, .. } => R::GoToNextWord,
        Key { code: KeyCode::Char(c), ctrl: true, .. } => match c {
            'a' => R::GoToStart,
            'e' => R::GoToEnd,
            'b' => R::GoToPrevChar,
            'f' => R::GoToNextChar,
            'd' => R::DeleteNextChar,
            'h' => R::DeletePrevChar,
            'w' => R::DeletePrevWord,
            'u' => R::DeleteFromStart,
            'k' => R::DeleteTillEnd,
            _ => return None,
        },
        Key { code: KeyCode::Backspace, alt: true, .. } => R::DeletePrevWord,
        Key { code: KeyCode::Left, ctrl: true, .. } => R::GoToPrevWord,
        Key { code: KeyCode::Right, ctrl: true, .. } => R::GoToNextWord,
        Key { code, .. } => match code {
            KeyCode::Backspace => R::DeletePrevChar,
            KeyCode::Delete => R::DeleteNextChar,
            KeyCode::Left => R::GoToPrevChar,
            KeyCode::Right => R::GoToNextChar,
            KeyCode::Home => R::GoToStart,
            KeyCode::End => R::GoToEnd,
            _ => return None,
        },
    })
}
