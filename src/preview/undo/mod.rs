//! The way back: statements, tried out by simulation on the state that a step leaves.
//!
//! They are made for a fresh session of the same login, whatever SET ROLE the script had reached, and take the role
//! of a grantor or an owner where only that brings its entry back.

mod attempt;
mod comments;
mod defaults;
mod differs;
mod items;
mod login;
mod owners;
mod renumber;
mod roles;
mod rows;
mod settings;
#[cfg(test)]
mod tests;

use super::{NoUndo, Plan, Undo};
use crate::cluster::{Change, View, net_changes};
use crate::guard::Protected;
use crate::simulate::Session;
use attempt::Attempt;

/// How often statements are looked for again, since one may take away more than it should (a table's REVOKE reaches
/// its columns) or need what another brings back.
const ROUNDS: usize = 12;

/// The statements that lead back from what these changes left, or why there are none.
pub(super) fn undo(
    after: &View,
    changes: &[Change],
    session: &Session,
    protected: &Protected,
) -> Result<Undo, NoUndo> {
    let mut attempt = Attempt::new(after, session.authenticated, vec![session.current_user], protected);
    let differs = take_back(&mut attempt, changes)?;
    Ok(done(attempt, differs))
}

/// The statements that lead from the end of a script back to its start: what it comes to in all, or where that cannot be
/// done at one go (two roles that swapped names), its steps one by one, the last first.
pub(super) fn undo_all(plan: &Plan, protected: &Protected) -> Result<Undo, NoUndo> {
    let Some(first) = plan.steps.first() else { return Ok(Undo::default()) };
    let attempt = || {
        let mut ran_as: Vec<_> = plan.steps.iter().map(|step| step.session_before.current_user).collect();
        ran_as.dedup();
        Attempt::new(&plan.after, first.session_before.authenticated, ran_as, protected)
    };
    let row_per_grantor = plan.after.base().version.major() >= 16;
    let net = net_changes(plan.changes().cloned().collect(), row_per_grantor);
    let mut at_once = attempt();
    let reason = match take_back(&mut at_once, &net) {
        Ok(differs) => return Ok(done(at_once, differs)),
        Err(reason) => reason,
    };
    let (mut one_by_one, mut differs) = (attempt(), Vec::new());
    for step in plan.steps.iter().rev().filter(|step| !step.changes.is_empty()) {
        let said = take_back(&mut one_by_one, &step.changes).map_err(|_| reason.clone())?;
        differs.extend(said.into_iter().filter(|s| !differs.contains(s)).collect::<Vec<_>>());
    }
    Ok(done(one_by_one, differs))
}

fn done(attempt: Attempt<'_>, differs: Vec<String>) -> Undo {
    let differs = (!differs.is_empty()).then(|| differs.join(" "));
    Undo { statements: attempt.statements, differs }
}

/// Takes the changes back as far as it goes; what stays different, or why that is too much.
fn take_back(attempt: &mut Attempt<'_>, changes: &[Change]) -> Result<Vec<String>, NoUndo> {
    attempt.aim_at(changes);
    let before = attempt.statements.len();
    for _ in 0..ROUNDS {
        let (state, count) = (missing(attempt), attempt.statements.len());
        if state == Missing::Nothing {
            break;
        }
        round(attempt);
        if attempt.statements.len() == count {
            break;
        }
    }
    let nothing_done = attempt.statements.len() == before;
    let mut differs = differs::made_again(attempt);
    differs.extend(differs::passwords(attempt));
    differs.extend(differs::policies(attempt));
    let much = |change: &Change| matches!(change, Change::Role { .. } | Change::Owner { .. });
    match missing(attempt) {
        Missing::Nothing if nothing_done && !differs.is_empty() => {
            return Err(NoUndo { reason: differs.join(" ") });
        }
        Missing::Nothing => {}
        // Better to have the role or the owner back than nothing.
        Missing::Privileges if !nothing_done && attempt.changes.iter().any(much) => {
            differs.extend(differs::lost(attempt));
            return Ok(differs);
        }
        _ => return Err(NoUndo { reason: attempt.reason() }),
    }
    differs.extend(differs::without_a_meaning(attempt));
    Ok(differs)
}

/// What is not yet as it was.
#[derive(PartialEq, Eq)]
enum Missing {
    Nothing,
    /// Only items of ACLs and memberships.
    Privileges,
    More,
}

fn missing(attempt: &Attempt<'_>) -> Missing {
    let more = !roles::missing(attempt).is_empty()
        || !owners::missing(attempt).is_empty()
        || !defaults::missing(attempt).is_empty()
        || !settings::missing(attempt).is_empty()
        || !comments::missing(attempt).is_empty();
    let privileges = || !rows::missing(attempt).is_empty() || !items::missing(attempt).is_empty();
    match more {
        true => Missing::More,
        false if privileges() => Missing::Privileges,
        false => Missing::Nothing,
    }
}

/// Each kind of entry on what those before it have brought back.
fn round(attempt: &mut Attempt<'_>) {
    for wish in roles::missing(attempt) {
        roles::bring_back(attempt, &wish);
    }
    let owners = owners::missing(attempt);
    owners::bring_back(attempt, &owners);
    for wish in rows::missing(attempt) {
        rows::bring_back(attempt, &wish);
    }
    for wish in items::missing(attempt) {
        items::bring_back(attempt, &wish);
    }
    for wish in defaults::missing(attempt) {
        defaults::bring_back(attempt, &wish);
    }
    for row in settings::missing(attempt) {
        settings::bring_back(attempt, row);
    }
    for role in comments::missing(attempt) {
        comments::bring_back(attempt, role);
    }
}
