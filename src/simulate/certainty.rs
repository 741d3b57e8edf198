//! When a prediction may come otherwise.

use super::{Certainty, Prediction, Session};
use crate::access::Access;
use crate::cluster::{Change, Flavor, Version, View};
use crate::sql::ast::{GrantTarget, NamedKind, ObjectGrant, SimpleKind, Statement};

/// Reasons to doubt what `prediction` says of `statement`.
pub fn of(
    statement: &Statement,
    session: &Session,
    view: &View,
    prediction: &Prediction,
    doubts: Vec<String>,
) -> Certainty {
    let mut because = doubts;
    if matches!(statement, Statement::Session(_)) {
        return Certainty::Certain;
    }
    let version = view.base().version;
    if version.major() > Version::NEWEST_KNOWN {
        because.push(format!(
            "PostgreSQL {} is newer than {}, the newest known here.",
            version.major(),
            Version::NEWEST_KNOWN
        ));
    }
    if let Some(tag) = event_trigger_tag(statement) {
        because.extend(event_triggers(view, tag, drops(prediction)));
    }
    because.extend(rds_patches(session, view, prediction));
    if because.is_empty() { Certainty::Certain } else { Certainty::Uncertain { because } }
}

/// The tag of a statement that event triggers fire for.
fn event_trigger_tag(statement: &Statement) -> Option<&'static str> {
    match statement {
        Statement::Grant(grant) if event_triggers_fire(grant) => {
            Some(if grant.revoke { "REVOKE" } else { "GRANT" })
        }
        Statement::AlterDefaultPrivileges(_) => Some("ALTER DEFAULT PRIVILEGES"),
        _ => None,
    }
}

/// Does it delete a row that counts as an object of its own, so that `sql_drop` fires too?
fn drops(prediction: &Prediction) -> bool {
    let dropped = |change: &Change| matches!(change, Change::DefaultAcl { after: None, .. });
    prediction.result.as_ref().is_ok_and(|outcome| outcome.changes.iter().any(dropped))
}

/// `EventTriggerSupportsObjectType`: not for what the whole cluster shares, nor for roles.
fn event_triggers_fire(grant: &ObjectGrant) -> bool {
    !matches!(
        grant.target,
        GrantTarget::Simple { kind: SimpleKind::Database | SimpleKind::Tablespace, .. }
            | GrantTarget::Named { kind: NamedKind::Parameter, .. }
    )
}

fn event_triggers<'v>(view: &'v View, tag: &'v str, drops: bool) -> impl Iterator<Item = String> + 'v {
    let fires = move |t: &&crate::cluster::EventTrigger| {
        let on_command = match t.event.as_str() {
            "ddl_command_start" | "ddl_command_end" => true,
            "sql_drop" => drops,
            _ => false,
        };
        on_command && t.enabled != 'R' && (t.tags.is_empty() || t.tags.iter().any(|x| x == tag))
    };
    let say = move |t: &crate::cluster::EventTrigger| {
        format!("The event trigger {} fires on {tag} and may do anything.", t.name)
    };
    view.base().event_triggers.iter().filter(fires).map(say)
}

/// Members of rds_superuser are reported to grant roles on RDS 16+ where PostgreSQL would refuse.
fn rds_patches(session: &Session, view: &View, prediction: &Prediction) -> Option<String> {
    let base = view.base();
    let refused =
        prediction.result.as_ref().err().is_some_and(|e| e.sqlstate == "42501" || e.sqlstate == "XX000");
    if base.flavor == Flavor::PostgreSQL || base.version.major() < 16 || !refused {
        return None;
    }
    let rds_superuser = view.role_by_name("rds_superuser")?.oid;
    let member = Access::new(view).is_member_of_nosuper(session.current_user, rds_superuser);
    member.then(|| {
        format!("{} lets members of rds_superuser do some things that PostgreSQL refuses.", base.flavor)
    })
}
