//! The answer as one object, on one line.

use super::csv::{by, grantor};
use super::mend::mend;
use super::text::{doubt_code, exempt_word, missing_code};
use super::{Answered, SelfGrant};
use crate::access::Via;
use crate::access::why::{Door, DoorKind, Link, Missing, Need, Path, Question, RowSecurity};
use crate::cluster::{AclTarget, Oid, RuleEvent, View};
use crate::preview::report::json_escaped;
use crate::sql::identity::{column_identity, object_identity, object_type};
use serde_json::{Value, json};

/// As CONTRACT has it. Control characters are escaped.
pub fn json(view: &View, answered: &Answered) -> String {
    let why = &answered.why;
    let Question { role, privilege, target } = why.question;
    let columns = why.columns.iter().map(|n| column_identity(view, AclTarget::column(target.object, *n)));
    let chains = why.reachable.chains.iter();
    let value = json!({
        "v": 1,
        "role": view.role_name(role),
        "privilege": privilege.name(),
        "type": object_type(view, target.object),
        "identity": object_identity(view, target.object),
        "column": column_identity(view, target),
        "answer": why.answer,
        "grantable": why.grantable,
        "paths": why.paths.list.iter().map(|one| path(view, one)).collect::<Vec<_>>(),
        "more_paths": why.paths.more,
        "columns": columns.collect::<Vec<_>>(),
        "needs": why.needs.iter().map(|one| need(view, one)).collect::<Vec<_>>(),
        "missing": why.missing.iter().map(|one| missing(view, why.question, one)).collect::<Vec<_>>(),
        "reachable": {
            "set_role": chains.map(|chain| set_role(view, chain)).collect::<Vec<_>>(),
            "set_role_count": why.reachable.count,
            "self_grant": answered.self_grants.iter().map(|one| self_grant(view, one)).collect::<Vec<_>>(),
        },
        "indirect": {
            "doors": why.doors.iter().map(|one| door(view, one)).collect::<Vec<_>>(),
            "routines": {
                "recorded": why.routines.recorded.iter().map(|id| routine(view, *id)).collect::<Vec<_>>(),
                "may": why.routines.may.iter().map(|id| routine(view, *id)).collect::<Vec<_>>(),
                "may_count": why.routines.may_count,
            },
        },
        "row_security": why.row_security.as_ref().map(|security| row_security(view, security)),
    });
    json_escaped(value.to_string())
}

fn names(view: &View, roles: &[Oid]) -> Vec<String> {
    roles.iter().map(|role| view.role_name(*role)).collect()
}

fn path(view: &View, path: &Path) -> Value {
    let mut steps: Vec<Value> = path.links.iter().map(|one| link(view, one)).collect();
    let grantor = grantor(path.end).map(|role| view.role_name(role));
    steps.push(json!({
        "role": view.role_name(path.last),
        "by": by(path.end),
        "grantor": grantor,
        "grantable": path.grantable,
    }));
    Value::Array(steps)
}

/// A role that inherits from the next one.
fn link(view: &View, link: &Link) -> Value {
    let grantors: Vec<Oid> = link.rows.iter().map(|row| row.grantor).collect();
    let grantors = names(view, &grantors);
    let mut step = json!({
        "role": view.role_name(link.member),
        "by": "inherit",
        "grantor": grantors.first(),
    });
    if grantors.len() > 1 {
        step["grantors"] = json!(grantors);
    }
    step
}

fn need(view: &View, need: &Need) -> Value {
    json!({
        "privilege": need.privilege.name(),
        "type": object_type(view, need.target.object),
        "identity": object_identity(view, need.target.object),
        "via": need.via.as_ref().map(|one| via(view, one)),
    })
}

/// As in `access`.
fn via(view: &View, via: &Via) -> Value {
    match via {
        Via::Superuser => json!("superuser"),
        Via::Owner => json!("owner"),
        Via::Direct => json!("direct"),
        Via::Public => json!("PUBLIC"),
        Via::Chain(chain) => json!(names(view, chain)),
        Via::Predefined(rule) => json!(view.role_name(*rule)),
    }
}

fn missing(view: &View, question: Question, missing: &Missing) -> Value {
    let mut value = json!({
        "what": missing_code(missing),
        "statements": mend(view, question, missing),
    });
    match missing {
        Missing::Need(target, privilege) => {
            value["privilege"] = json!(privilege.name());
            value["type"] = json!(object_type(view, target.object));
            value["identity"] = json!(object_identity(view, target.object));
        }
        Missing::NoConnections(id) => value["identity"] = json!(object_identity(view, *id)),
        Missing::ValidUntil(until) => value["valid_until"] = json!(until),
        Missing::Inherit { chain, off } => {
            value["chain"] = json!(names(view, chain));
            let row = |off: &crate::access::why::Off| {
                json!({
                    "role": view.role_name(off.role),
                    "member": view.role_name(off.member),
                    "grantor": view.role_name(off.grantor),
                })
            };
            value["memberships"] = Value::Array(off.iter().map(row).collect());
        }
        Missing::Privilege | Missing::Login | Missing::ConnectionLimit => {}
    }
    value
}

fn set_role(view: &View, chain: &[Oid]) -> Value {
    let role = chain.last().map(|role| view.role_name(*role)).unwrap_or_default();
    let statement = format!("SET ROLE {}", crate::sql::identity::quoted(view, &role));
    json!({"role": role, "chain": names(view, chain), "statement": statement})
}

fn self_grant(view: &View, grant: &SelfGrant) -> Value {
    json!({
        "statements": grant.statements,
        "role": grant.through.map(|role| view.role_name(role)),
        "certain": grant.certain,
    })
}

fn door(view: &View, door: &Door) -> Value {
    let kind = match door.kind {
        DoorKind::View => "view",
        DoorKind::MaterializedView => "materialized view",
        DoorKind::Rule(_) => "rule",
        DoorKind::Parent => "parent",
    };
    let event = match door.kind {
        DoorKind::Rule(event) => Some(event_word(event)),
        _ => None,
    };
    let through = door.through.iter().map(|id| routine(view, *id));
    json!({
        "kind": kind,
        "event": event,
        "through": through.collect::<Vec<_>>(),
        "runs_as": door.runs_as.map(|role| view.role_name(role)),
        "certain": door.doubt.is_none(),
        "because": door.doubt.map(doubt_code),
        "subject_to_row_security": door.row_security,
    })
}

/// What a rule is on.
pub(super) fn event_word(event: RuleEvent) -> &'static str {
    match event {
        RuleEvent::Select => "SELECT",
        RuleEvent::Update => "UPDATE",
        RuleEvent::Insert => "INSERT",
        RuleEvent::Delete => "DELETE",
    }
}

fn routine(view: &View, id: crate::cluster::ObjectId) -> Value {
    json!({
        "type": object_type(view, id),
        "identity": object_identity(view, id),
        "owner": view.role_name(view.owner(id)),
    })
}

fn row_security(view: &View, security: &RowSecurity) -> Value {
    let policies = security.policies.iter().map(|policy| {
        json!({
            "name": policy.name,
            "command": command_word(policy.command),
            "permissive": policy.permissive,
            "roles": names(view, &policy.roles),
            "applies": policy.applies,
        })
    });
    json!({
        "forced": security.forced,
        "subject": security.exempt.is_none(),
        "exempt": security.exempt.map(exempt_word),
        "policies": policies.collect::<Vec<_>>(),
        "no_rows": security.no_rows(),
    })
}

/// `polcmd` in words.
pub(super) fn command_word(command: char) -> &'static str {
    match command {
        'r' => "SELECT",
        'a' => "INSERT",
        'w' => "UPDATE",
        'd' => "DELETE",
        _ => "ALL",
    }
}
