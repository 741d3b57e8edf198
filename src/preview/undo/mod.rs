//! The way back: statements, tried out by simulation on the state that a step leaves.
//!
//! They are made for a fresh session of the same login, whatever SET ROLE the script had reached, and take the role
//! of a grantor where only that brings its item back.

mod attempt;
mod items;
mod rows;
#[cfg(test)]
mod tests;

use super::{NoUndo, Undo};
use crate::cluster::{AclTarget, Change, View};
use crate::guard::Protected;
use crate::simulate::Session;
use attempt::Attempt;

/// How often statements are looked for again, since one may take away more than it should (a table's REVOKE reaches
/// its columns) or need what another brings back.
const ROUNDS: usize = 6;

/// The statements that lead from `after` back to `before`, or why there are none.
pub(super) fn undo(
    before: &View,
    after: &View,
    changes: &[Change],
    session: &Session,
    protected: &Protected,
) -> Result<Undo, NoUndo> {
    let mut attempt = Attempt::new(before, after, session, protected);
    let targets: Vec<AclTarget> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Acl { target, .. } => Some(*target),
            _ => None,
        })
        .collect();
    let pairs: Vec<_> = rows::pairs(changes);
    for _ in 0..ROUNDS {
        let (items_missing, rows_missing) =
            (items::missing(&attempt, &targets), rows::missing(&attempt, &pairs));
        if items_missing.is_empty() && rows_missing.is_empty() {
            let differs = differs(&attempt, &targets, &pairs);
            return Ok(Undo { statements: attempt.statements, differs });
        }
        let steps = attempt.statements.len();
        rows_missing.iter().for_each(|wish| rows::grant(&mut attempt, wish));
        items_missing.iter().for_each(|wish| items::grant(&mut attempt, wish));
        if attempt.statements.len() == steps {
            break;
        }
    }
    Err(NoUndo { reason: attempt.reason() })
}

/// What stays different in the catalogs without a meaning.
fn differs(attempt: &Attempt<'_>, targets: &[AclTarget], pairs: &[rows::Pair]) -> Option<String> {
    let written_out = |t: &&AclTarget| attempt.before.acl(**t).is_none() && attempt.state.acl(**t).is_some();
    if targets.iter().any(|t| written_out(&t)) {
        return Some(
            "Afterwards the default privileges (a NULL ACL) stay written out, which means the same."
                .to_owned(),
        );
    }
    if targets.iter().any(|t| attempt.before.acl(*t) != attempt.state.acl(*t)) {
        return Some(
            "Afterwards the items of the ACL stand in another order, which means the same.".to_owned(),
        );
    }
    let same = |pair: &rows::Pair| rows::of(attempt.before, pair) == rows::of(&attempt.state, pair);
    if !pairs.iter().all(same) {
        return Some("The recorded grantor is another, which means nothing before PostgreSQL 16.".to_owned());
    }
    None
}
