//! Statements that the role itself could run to get the privilege: each is predicted, not guessed.

use super::ask::statement;
use crate::access::Access;
use crate::access::why::{Candidate, Question, Why};
use crate::cluster::{AclTarget, Oid, View};
use crate::simulate::{Certainty, Session, simulate};
use crate::sql::identity::{column_identity, grant_target, quoted};

/// How many candidates are predicted at most.
const TRIES: usize = 50;

/// A way to get it, in one go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SelfGrant {
    /// To be run one after the other in a session of the role.
    pub statements: Vec<String>,
    /// Membership in which role; none: the privilege itself is granted.
    pub through: Option<Oid>,
    /// Is the prediction certain?
    pub certain: bool,
}

/// Those that work, at most so many.
pub(super) fn predicted(view: &View, why: &Why, limit: usize) -> Vec<SelfGrant> {
    let candidates = why.candidates.iter().take(TRIES);
    candidates.filter_map(|candidate| tried(view, why.question, *candidate)).take(limit).collect()
}

fn tried(view: &View, question: Question, candidate: Candidate) -> Option<SelfGrant> {
    let Question { role, privilege, target } = question;
    let me = quoted(view, &view.role_name(role));
    let (text, through) = match candidate {
        Candidate::Privilege => (grant_text(view, question)?, None),
        Candidate::Membership(group) => {
            // Before 16 the member's own INHERIT decides.
            let option = if view.base().version.major() >= 16 { " WITH INHERIT TRUE" } else { "" };
            let name = quoted(view, &view.role_name(group));
            (format!("GRANT {name} TO {me}{option}"), Some(group))
        }
    };
    let parsed = statement(view, &text)?;
    let mut session = Session::as_role(view.base(), role);
    session.current_user = role;
    let mut after = view.clone();
    let prediction = simulate(&parsed, &session, &mut after).ok()?;
    let certain = prediction.certainty == Certainty::Certain;
    after.apply_all(&prediction.result.ok()?.changes);
    let has = |access: &Access<'_>, role| access.holds(role, target).privileges.intersects(privilege);
    let access = Access::new(&after);
    let printed = crate::sql::print(&parsed, view.base().version.major());
    if has(&access, role) {
        return Some(SelfGrant { statements: vec![printed], through, certain });
    }
    let group = through.filter(|group| !Access::new(view).can_set_role(role, *group))?;
    let set = format!("SET ROLE {}", quoted(view, &view.role_name(group)));
    let works = access.can_set_role(role, group) && has(&access, group);
    works.then(|| SelfGrant { statements: vec![printed, set], through, certain })
}

/// The GRANT that gives the role what was asked for.
pub(super) fn grant_text(view: &View, question: Question) -> Option<String> {
    grant_to(view, question.role, question.privilege.name(), question.target)
}

/// The GRANT of a privilege on something to a role.
pub(super) fn grant_to(view: &View, role: Oid, privilege: &str, target: AclTarget) -> Option<String> {
    let (keyword, name) = grant_target(view, target)?;
    let column = column_identity(view, target).map(|column| format!(" ({column})")).unwrap_or_default();
    let role = match role {
        Oid::PUBLIC => "PUBLIC".to_owned(),
        role => quoted(view, &view.role_name(role)),
    };
    Some(format!("GRANT {privilege}{column} ON {keyword} {name} TO {role}"))
}
