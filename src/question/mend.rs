//! What would take away what stands in the way.

use super::self_grant::{grant_text, grant_to};
use crate::access::why::{Missing, Off, Question};
use crate::cluster::{Oid, View};
use crate::sql::identity::{object_identity, quoted};

/// The statements, for somebody who may run them. None where none serves.
pub fn mend(view: &View, question: Question, missing: &Missing) -> Vec<String> {
    let role = quoted(view, &view.role_name(question.role));
    let one = |text: String| vec![text];
    match missing {
        Missing::Privilege => grant_text(view, question).into_iter().collect(),
        Missing::Need(target, privilege) => {
            grant_to(view, question.role, privilege.name(), *target).into_iter().collect()
        }
        Missing::NoConnections(id) => {
            one(format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", object_identity(view, *id)))
        }
        Missing::Login => one(format!("ALTER ROLE {role} LOGIN")),
        Missing::ConnectionLimit => one(format!("ALTER ROLE {role} CONNECTION LIMIT -1")),
        Missing::ValidUntil(_) => one(format!("ALTER ROLE {role} VALID UNTIL 'infinity'")),
        Missing::Inherit { off, .. } => {
            let mut statements: Vec<String> = off.iter().map(|off| inheriting(view, off)).collect();
            statements.dedup();
            statements
        }
    }
}

/// Since 16 an option of the row, which its grantor's own statement reaches; before, an attribute of the member.
fn inheriting(view: &View, off: &Off) -> String {
    let name = |oid| quoted(view, &view.role_name(oid));
    match view.base().version.major() {
        ..16 => format!("ALTER ROLE {} INHERIT", name(off.member)),
        _ => {
            let grant = format!("GRANT {} TO {} WITH INHERIT TRUE", name(off.role), name(off.member));
            // A superuser grants as the bootstrap superuser anyway; nobody else may name it.
            match off.grantor {
                Oid::BOOTSTRAP => grant,
                grantor => format!("{grant} GRANTED BY {}", name(grantor)),
            }
        }
    }
}
