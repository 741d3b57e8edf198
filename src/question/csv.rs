//! One row a path.

use super::Answered;
use crate::access::why::PathEnd;
use crate::cluster::View;
use crate::sql::identity::{column_identity, object_identity, object_type};

/// The columns.
pub const CSV_HEADER: [&str; 10] =
    ["role", "privilege", "type", "identity", "column", "answer", "grantable", "path", "by", "grantor"];

/// The rows: one without a path where the answer is no.
pub fn csv_rows(view: &View, answered: &Answered) -> Vec<[String; 10]> {
    let why = &answered.why;
    let target = why.question.target;
    let row = |grantable: bool, path: String, by: &str, grantor: String| {
        [
            view.role_name(why.question.role),
            why.question.privilege.name().to_owned(),
            object_type(view, target.object).to_owned(),
            object_identity(view, target.object),
            column_identity(view, target).unwrap_or_default(),
            why.answer.to_string(),
            grantable.to_string(),
            path,
            by.to_owned(),
            grantor,
        ]
    };
    if why.paths.list.is_empty() {
        return vec![row(why.grantable, String::new(), "", String::new())];
    }
    let paths = why.paths.list.iter().map(|path| {
        let roles: Vec<String> = path.roles().map(|role| view.role_name(role)).collect();
        let grantor = grantor(path.end).map(|role| view.role_name(role)).unwrap_or_default();
        row(path.grantable, roles.join(" > "), by(path.end), grantor)
    });
    paths.collect()
}

/// The word for what stands at the end of a path.
pub(super) fn by(end: PathEnd) -> &'static str {
    match end {
        PathEnd::Item { .. } => "self",
        PathEnd::Owner { .. } => "owner",
        PathEnd::Public { .. } => "public",
        PathEnd::Superuser => "superuser",
        PathEnd::Predefined => "predefined",
        PathEnd::Setting => "setting",
    }
}

/// Who granted it.
pub(super) fn grantor(end: PathEnd) -> Option<crate::cluster::Oid> {
    match end {
        PathEnd::Item { grantor, .. } | PathEnd::Owner { grantor, .. } | PathEnd::Public { grantor, .. } => {
            Some(grantor)
        }
        PathEnd::Superuser | PathEnd::Predefined | PathEnd::Setting => None,
    }
}
