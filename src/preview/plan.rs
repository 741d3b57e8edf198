//! A script, predicted statement by statement.

use super::effect::{self, Index};
use super::{Effect, NoUndo, Risk, Step, Undo, Verdict, risk, undo, warnings};
use crate::cluster::{AclTarget, Change, Cluster, EntryKey, View};
use crate::guard::{self, Block, Protected};
use crate::simulate::{Certainty, Notice, ServerError, Session, Severity, simulate};
use crate::sql::{self, Parsed};
use rustc_hash::FxHashSet;
use std::sync::{Arc, OnceLock};

/// What goes on after a statement that fails, is blocked or is not understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OnError {
    /// Nothing, as in one transaction.
    #[default]
    Stop,
    /// The rest, as psql does in autocommit; the statement counts as not run.
    Continue,
}

/// How passwords in clear text reach the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Passwords {
    /// Hashed on this side, as rolescope sends them: the server stores the verifier as it is.
    #[default]
    Sealed,
    /// As written, when another program runs the script: the server hashes them by `password_encryption`.
    AsWritten,
}

/// How to plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanOptions {
    /// What goes on after a failure.
    pub on_error: OnError,
    /// The most rows that the effect of a statement lists; it counts all.
    pub effect_limit: usize,
    /// How passwords in clear text reach the server.
    pub passwords: Passwords,
}

impl Default for PlanOptions {
    fn default() -> Self {
        PlanOptions { on_error: OnError::Stop, effect_limit: 1000, passwords: Passwords::Sealed }
    }
}

/// Predicts scripts over one loaded cluster. Cheap to clone; make it once for a cluster and ask it at every key.
#[derive(Clone, Debug)]
pub struct Planner {
    cluster: Arc<Cluster>,
    protected: Arc<Protected>,
    /// Made when it is first needed, and shared by all clones.
    index: Arc<OnceLock<Index>>,
}

/// A predicted script.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The statements up to the first failure, or all of them.
    pub steps: Vec<Step>,
    /// Statements after the first failure, which were not looked at.
    pub not_run: usize,
    /// The first of those that names a protected role: its line, and why it is blocked.
    pub blocked_later: Option<(usize, Block)>,
    /// The cluster afterwards.
    pub after: View,
    /// The session afterwards.
    pub session_after: Session,
}

impl Plan {
    /// Says something of each step, with the names as they are after it.
    pub fn each<T>(&self, mut say: impl FnMut(&Step, &View) -> T) -> Vec<T> {
        let mut view = self.after.unchanged();
        let say = |step: &Step| {
            view.apply_all(&step.changes);
            say(step, &view)
        };
        self.steps.iter().map(say).collect()
    }

    /// What all statements together change, in order; an entry that two statements change is there twice.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.steps.iter().flat_map(|step| &step.changes)
    }

    /// How many catalog entries it writes, each once: the ACLs (rewritten ones that stay the same, too) and the rows
    /// of memberships. So many are read back before a COMMIT.
    pub fn entries(&self) -> usize {
        self.count(self.steps.iter().flat_map(|step| &step.written).copied().collect())
    }

    /// How many of those entries it changes.
    pub fn changed(&self) -> usize {
        self.count(FxHashSet::default())
    }

    fn count(&self, written: FxHashSet<AclTarget>) -> usize {
        let mut entries: FxHashSet<EntryKey> = written.into_iter().map(EntryKey::Acl).collect();
        entries.extend(self.changes().map(|change| change.key(true)));
        entries.len()
    }

    /// Does every statement succeed?
    pub fn is_ok(&self) -> bool {
        self.not_run == 0 && self.steps.iter().all(Step::is_ok)
    }

    /// The first statement that is blocked.
    pub fn block(&self) -> Option<&Block> {
        let in_steps = self.steps.iter().find_map(|step| match &step.verdict {
            Verdict::Blocked(block) => Some(block),
            _ => None,
        });
        in_steps.or(self.blocked_later.as_ref().map(|(_, block)| block))
    }

    /// 3 where a protected role is targeted, else 1 where anything does not succeed, else 0.
    pub fn exit_status(&self) -> u8 {
        match (self.block(), self.is_ok()) {
            (Some(_), _) => 3,
            (None, false) => 1,
            (None, true) => 0,
        }
    }

    /// Can every prediction be relied on? Else why not, each reason once.
    pub fn certainty(&self) -> Certainty {
        let mut reasons: Vec<String> = Vec::new();
        for step in &self.steps {
            if let Certainty::Uncertain { because } = &step.certainty {
                reasons.extend(because.iter().filter(|b| !reasons.contains(b)).cloned().collect::<Vec<_>>());
            }
        }
        if reasons.is_empty() { Certainty::Certain } else { Certainty::Uncertain { because: reasons } }
    }

    /// The greatest risk of its statements.
    pub fn risk(&self) -> Risk {
        let high = self.steps.iter().map(|step| &step.risk).find(|risk| **risk != Risk::Low);
        high.cloned().unwrap_or_default()
    }
}

impl Planner {
    /// Over this cluster.
    pub fn new(cluster: Arc<Cluster>, protected: Protected) -> Self {
        Planner { cluster, protected: Arc::new(protected), index: Arc::default() }
    }

    /// The cluster.
    pub fn cluster(&self) -> &Arc<Cluster> {
        &self.cluster
    }

    /// The protected roles.
    pub fn protected(&self) -> &Protected {
        &self.protected
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.cluster))
    }

    /// Predicts the text of a script from the state that was loaded.
    pub fn plan_text(&self, session: Session, options: &PlanOptions, script: &str) -> Plan {
        self.plan(session, options, sql::parse_script(script, &sql::Options::of(&self.cluster)))
    }

    /// Predicts a parsed script from the state that was loaded.
    pub fn plan(&self, session: Session, options: &PlanOptions, script: Vec<Parsed>) -> Plan {
        self.plan_from(View::new(Arc::clone(&self.cluster)), session, options, script)
    }

    /// Predicts a parsed script from the state that an earlier plan leaves.
    pub fn plan_from(
        &self,
        view: View,
        session: Session,
        options: &PlanOptions,
        script: Vec<Parsed>,
    ) -> Plan {
        let mut plan =
            Plan { steps: Vec::new(), not_run: 0, blocked_later: None, after: view, session_after: session };
        for parsed in script {
            if plan.not_run > 0 || (options.on_error == OnError::Stop && !plan.is_ok()) {
                plan.not_run += 1;
                self.look_ahead(&mut plan, &parsed);
                continue;
            }
            let step = self.step(&mut plan, options, parsed);
            plan.steps.push(step);
        }
        plan
    }

    /// A protected role that a later statement names is told even where the script ends before it.
    fn look_ahead(&self, plan: &mut Plan, parsed: &Parsed) {
        if let (None, Ok(statement)) = (&plan.blocked_later, &parsed.result)
            && let Err(block) =
                guard::check_statement(statement, &plan.session_after, &plan.after, &self.protected)
        {
            plan.blocked_later = Some((parsed.line, block));
        }
    }

    fn step(&self, plan: &mut Plan, options: &PlanOptions, parsed: Parsed) -> Step {
        let mut step = Step {
            text: parsed.text,
            masked: parsed.masked,
            line: parsed.line,
            statement: parsed.result,
            session_before: plan.session_after.clone(),
            verdict: Verdict::Ok,
            certainty: Certainty::Certain,
            notices: parsed.notices.iter().map(server_notice).collect(),
            any_order: false,
            rehearsed: false,
            changes: Vec::new(),
            written: Vec::new(),
            rows: Vec::new(),
            effect: Effect::default(),
            warnings: Vec::new(),
            undo: Err(NoUndo { reason: "The statement does not run.".to_owned() }),
            risk: Risk::Low,
        };
        let before = plan.after.clone();
        step.verdict = self.verdict(plan, &mut step, options.passwords);
        if step.is_ok() {
            self.consequences(&mut step, &before, &plan.after, options);
        }
        step
    }

    /// The step as a rehearsal found it: its changes are what the server did between `before` and `after`.
    pub fn rehearsed(&self, mut step: Step, before: &View, after: &View, options: &PlanOptions) -> Step {
        step.rehearsed = true;
        step.verdict = match guard::check_changes(&step.changes, before, &self.protected) {
            Ok(()) => Verdict::Ok,
            Err(block) => {
                // It was rolled back, and will never be done: there is nothing to show as its effect.
                step.changes.clear();
                step.written.clear();
                step.rows.clear();
                step.verdict = Verdict::Blocked(block);
                return step;
            }
        };
        self.consequences(&mut step, before, after, options);
        step
    }

    /// The way back from the end of a plan to its start.
    ///
    /// # Errors
    /// Why there is none.
    pub fn undo(&self, plan: &Plan) -> Result<Undo, NoUndo> {
        undo::undo_all(plan, &self.protected)
    }

    /// What a statement that succeeds means.
    fn consequences(&self, step: &mut Step, before: &View, after: &View, options: &PlanOptions) {
        step.undo = Ok(Undo::default());
        if !step.changes.is_empty() {
            step.effect = effect::effect(before, after, &step.changes, self.index(), options.effect_limit);
            step.undo = undo::undo(after, &step.changes, &step.session_before, &self.protected);
            step.risk = risk::risk(step, after);
        }
        step.warnings =
            warnings::warnings(step, before, after, self.index(), &self.protected, options.passwords);
    }

    fn verdict(&self, plan: &mut Plan, step: &mut Step, passwords: Passwords) -> Verdict {
        let statement = match &step.statement {
            Ok(statement) => statement,
            Err(error) => {
                return Verdict::Error(ServerError {
                    sqlstate: error.sqlstate,
                    message: error.message.clone(),
                    detail: error.detail.clone(),
                    hint: error.hint.clone(),
                });
            }
        };
        if let Err(block) =
            guard::check_statement(statement, &plan.session_after, &plan.after, &self.protected)
        {
            return Verdict::Blocked(block);
        }
        let major = self.cluster.version.major();
        let sealed = statement.sealed(major).filter(|_| passwords == Passwords::Sealed);
        let statement = sealed.as_ref().unwrap_or(statement);
        let prediction = match simulate(statement, &plan.session_after, &mut plan.after) {
            Ok(prediction) => prediction,
            Err(unsupported) => return Verdict::Unsupported(sentence(&unsupported.reason)),
        };
        step.notices.extend(prediction.notices);
        step.any_order = prediction.any_order;
        step.certainty = prediction.certainty;
        let outcome = match prediction.result {
            Ok(outcome) => outcome,
            Err(error) => return Verdict::Error(error),
        };
        if let Err(block) = guard::check_changes(&outcome.changes, &plan.after, &self.protected) {
            return Verdict::Blocked(block);
        }
        if let Some(session) = &outcome.session
            && let Err(block) =
                guard::check_session(&plan.session_after, session, &plan.after, &self.protected)
        {
            return Verdict::Blocked(block);
        }
        plan.after.apply_all(&outcome.changes);
        step.changes = outcome.changes;
        step.written = outcome.written;
        step.rows = outcome.rows;
        if let Some(session) = outcome.session {
            plan.session_after = session;
        }
        Verdict::Ok
    }
}

/// With a capital letter and a full stop.
fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let stop = if reason.ends_with('.') { "" } else { "." };
    first.chain(letters).chain(stop.chars()).collect()
}

fn server_notice(notice: &sql::Notice) -> Notice {
    let severity = if notice.severity == "WARNING" { Severity::Warning } else { Severity::Notice };
    Notice { severity, sqlstate: notice.sqlstate, message: notice.message.clone() }
}
