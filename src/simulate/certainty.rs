//! When a prediction may come otherwise.

use super::{Certainty, Prediction, Session};
use crate::access::Access;
use crate::cluster::{Change, Flavor, Version, View};
use crate::sql::ast::{
    GrantTarget, NamedKind, ObjectGrant, OwnedNamedKind, OwnedObject, OwnedSimpleKind, RelationKind,
    RoutineKind, SimpleKind, Statement,
};

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
        because.extend(event_triggers(view, tag, prediction));
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
        Statement::AlterOwner(alter) => alter_tag(&alter.object),
        Statement::DropOwned(_) => Some("DROP OWNED"),
        _ => None,
    }
}

/// `AlterObjectTypeCommandTag`; none where `EventTriggerSupportsObjectType` says no.
fn alter_tag(object: &OwnedObject) -> Option<&'static str> {
    Some(match object {
        OwnedObject::Relation { kind, .. } => match kind {
            RelationKind::Table => "ALTER TABLE",
            RelationKind::Index => "ALTER INDEX",
            RelationKind::Sequence => "ALTER SEQUENCE",
            RelationKind::View => "ALTER VIEW",
            RelationKind::MaterializedView => "ALTER MATERIALIZED VIEW",
            RelationKind::ForeignTable => "ALTER FOREIGN TABLE",
        },
        OwnedObject::Named(kind, _) => match kind {
            OwnedNamedKind::Collation => "ALTER COLLATION",
            OwnedNamedKind::Conversion => "ALTER CONVERSION",
            OwnedNamedKind::Domain => "ALTER DOMAIN",
            OwnedNamedKind::Type => "ALTER TYPE",
            OwnedNamedKind::Statistics => "ALTER STATISTICS",
            OwnedNamedKind::TextSearchConfiguration => "ALTER TEXT SEARCH CONFIGURATION",
            OwnedNamedKind::TextSearchDictionary => "ALTER TEXT SEARCH DICTIONARY",
        },
        OwnedObject::Simple(kind, _) => match kind {
            OwnedSimpleKind::Database | OwnedSimpleKind::Tablespace | OwnedSimpleKind::EventTrigger => {
                return None;
            }
            OwnedSimpleKind::ForeignDataWrapper => "ALTER FOREIGN DATA WRAPPER",
            OwnedSimpleKind::Language => "ALTER LANGUAGE",
            OwnedSimpleKind::Publication => "ALTER PUBLICATION",
            OwnedSimpleKind::Schema => "ALTER SCHEMA",
            OwnedSimpleKind::Server => "ALTER SERVER",
            OwnedSimpleKind::Subscription => "ALTER SUBSCRIPTION",
        },
        OwnedObject::Routine(kind, _) => match kind {
            RoutineKind::Function => "ALTER FUNCTION",
            RoutineKind::Procedure => "ALTER PROCEDURE",
            RoutineKind::Routine => "ALTER ROUTINE",
        },
        OwnedObject::Aggregate(_) => "ALTER AGGREGATE",
        OwnedObject::Operator(_) => "ALTER OPERATOR",
        OwnedObject::OperatorClass { .. } => "ALTER OPERATOR CLASS",
        OwnedObject::OperatorFamily { .. } => "ALTER OPERATOR FAMILY",
        OwnedObject::LargeObject(_) => "ALTER LARGE OBJECT",
    })
}

/// Does it delete a row that counts as an object of its own, so that `sql_drop` fires too?
fn drops(prediction: &Prediction) -> bool {
    let dropped = |change: &Change| {
        matches!(change, Change::DefaultAcl { after: None, .. } | Change::Policy { after: None, .. })
    };
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

/// What fails never comes to its end.
fn event_triggers<'v>(
    view: &'v View,
    tag: &'v str,
    prediction: &Prediction,
) -> impl Iterator<Item = String> + 'v {
    let (succeeds, drops) = (prediction.result.is_ok(), drops(prediction));
    let fires = move |t: &&crate::cluster::EventTrigger| {
        let on_command = match t.event.as_str() {
            "ddl_command_start" => true,
            "ddl_command_end" => succeeds,
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
