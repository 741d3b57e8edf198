//! The effect's rows with their names.

use crate::access::Via;
use crate::cluster::{Oid, View};
use crate::preview::{Counts, Effect, EffectRow};
use crate::sql::identity::{column_identity, object_identity, object_type};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct EffectReport {
    gained: Vec<RowReport>,
    lost: Vec<RowReport>,
    kept: Vec<RowReport>,
    counts: Counts,
}

#[derive(Serialize)]
struct RowReport {
    role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<u64>,
    privilege: &'static str,
    #[serde(rename = "type")]
    object_type: &'static str,
    identity: String,
    column: Option<String>,
    grantable: bool,
    via: ViaReport,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    grant_option_only: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ViaReport {
    Word(String),
    Chain(Vec<String>),
}

pub(super) fn effect_report(effect: &Effect, view: &View) -> EffectReport {
    let rows = |rows: &[EffectRow]| rows.iter().map(|row| row_report(row, view)).collect();
    EffectReport {
        gained: rows(&effect.gained),
        lost: rows(&effect.lost),
        kept: rows(&effect.kept),
        counts: effect.counts,
    }
}

fn row_report(row: &EffectRow, view: &View) -> RowReport {
    RowReport {
        role: role_name(row.role, view),
        roles: row.roles,
        privilege: row.privilege.name(),
        object_type: object_type(view, row.target.object),
        identity: object_identity(view, row.target.object),
        column: column_identity(view, row.target),
        grantable: row.grantable,
        via: via_report(&row.via, view),
        grant_option_only: row.grant_option_only,
    }
}

fn via_report(via: &Via, view: &View) -> ViaReport {
    match via {
        Via::Chain(chain) => ViaReport::Chain(chain.iter().map(|role| role_name(*role, view)).collect()),
        Via::Predefined(role) => ViaReport::Word(role_name(*role, view)),
        Via::Superuser => ViaReport::Word("superuser".to_owned()),
        Via::Owner => ViaReport::Word("owner".to_owned()),
        Via::Direct => ViaReport::Word("direct".to_owned()),
        Via::Public => ViaReport::Word("PUBLIC".to_owned()),
    }
}

pub(super) fn role_name(role: Oid, view: &View) -> String {
    view.role_name(role)
}
