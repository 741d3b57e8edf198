//! The undo of a whole plan, as a script.

use crate::preview::Plan;
use crate::sql::identity::quoted;
use std::collections::VecDeque;

/// The statements that take a plan back, last step first; or why there is no way.
///
/// Each step's own are meant for the session that the step leaves, so a role that was set is set again.
pub fn undo_script(plan: &Plan) -> Result<Vec<String>, String> {
    let mut script = Vec::new();
    let login = plan.steps.first().map(|s| s.session_before.current_user);
    let mut after: VecDeque<_> = plan.steps.iter().skip(1).map(|s| s.session_before.current_user).collect();
    after.push_back(plan.session_after.current_user);
    for (step, role) in plan.steps.iter().zip(after).rev() {
        let undo = match &step.undo {
            Ok(undo) => undo,
            Err(_) if step.changes.is_empty() => continue,
            Err(no) => return Err(no.reason.clone()),
        };
        if undo.statements.is_empty() {
            continue;
        }
        let other = Some(role) != login;
        let name = plan.after.role(role).map(|r| quoted(&plan.after, &r.name));
        script.extend(name.filter(|_| other).map(|name| format!("SET ROLE {name}")));
        script.extend(undo.statements.iter().cloned());
        script.extend(other.then(|| "RESET ROLE".to_owned()));
    }
    if script.is_empty() { Err("It changed nothing.".to_owned()) } else { Ok(script) }
}
