//! Reading a question: names mean what they mean to the server.

use super::{object, similar};
use crate::access::why::Question;
use crate::cluster::{AclKind, AclTarget, Oid, Privileges, View};
use crate::sql::ast::{self, RoleSpec};
use crate::sql::{Options, Statement, parse_one};

/// Why a question cannot be understood.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct AskError {
    /// One line.
    pub message: String,
    /// What may help.
    pub hint: Option<String>,
}

impl AskError {
    pub(super) fn new(message: impl Into<String>) -> AskError {
        AskError { message: message.into(), hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> AskError {
        self.hint = Some(hint.into());
        self
    }
}

/// A privilege as it is said, maybe with a column.
pub(super) struct Wanted {
    pub privilege: Privileges,
    pub column: Option<String>,
}

/// Understands a role, a privilege and an object. The view gets a place for a parameter that has no row.
pub fn ask(view: &mut View, role: &str, privilege: &str, object: &str) -> Result<Question, AskError> {
    let role = role_named(view, role)?;
    let wanted = privilege_named(view, privilege)?;
    let target = object::named(view, &wanted, object.trim())?;
    check_kind(view, wanted.privilege, target)?;
    Ok(Question { role, privilege: wanted.privilege, target })
}

/// The same from one line: `ROLE PRIVILEGE [ON] OBJECT`.
pub fn ask_line(view: &mut View, line: &str) -> Result<Question, AskError> {
    let usage =
        || AskError::new("a question is ROLE PRIVILEGE OBJECT").hint("As in: alice SELECT shop.orders");
    let (role, rest) = first_word(line.trim()).ok_or_else(usage)?;
    let two = ["alter", "system"];
    let (mut privilege, mut rest) = first_word(rest).ok_or_else(usage)?;
    if privilege.eq_ignore_ascii_case(two[0])
        && let Some((second, after)) = first_word(rest)
        && second.eq_ignore_ascii_case(two[1])
    {
        (privilege, rest) = ("alter system", after);
    }
    let privilege = match rest.strip_prefix('(').and_then(|inside| inside.split_once(')')) {
        Some((columns, after)) => {
            rest = after.trim_start();
            format!("{privilege} ({columns})")
        }
        None => privilege.to_owned(),
    };
    let object = match first_word(rest) {
        Some((on, after)) if on.eq_ignore_ascii_case("on") && !after.is_empty() => after,
        Some(_) => rest,
        None => return Err(usage()),
    };
    ask(view, role, &privilege, object)
}

/// A word, or a quoted identifier, and what follows.
fn first_word(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        !quoted && (c.is_whitespace() || c == '(')
    });
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    (!word.is_empty()).then(|| (word, rest.trim_start()))
}

/// As the catalog spells it, or as SQL does; PUBLIC is everybody.
fn role_named(view: &View, text: &str) -> Result<Oid, AskError> {
    if let Some(role) = view.role_by_name(text) {
        return Ok(role.oid);
    }
    if text.eq_ignore_ascii_case("public") {
        return Ok(Oid::PUBLIC);
    }
    let spelled = match statement(view, &format!("DROP ROLE {text}")) {
        Some(Statement::DropRole(drop)) => match drop.roles.as_slice() {
            [RoleSpec::Name(name)] => view.role_by_name(name),
            _ => None,
        },
        _ => None,
    };
    if let Some(role) = spelled {
        return Ok(role.oid);
    }
    let error = AskError::new(format!("role \"{text}\" does not exist"));
    let near = similar::nearest(text, view.roles().map(|role| role.name.clone()));
    Err(if near.is_empty() { error } else { error.hint(format!("Near it: {}.", near.join(", "))) })
}

/// One privilege, in any case, with one column at most.
fn privilege_named(view: &View, text: &str) -> Result<Wanted, AskError> {
    let unknown = || {
        let names: Vec<_> = crate::cluster::ALL_PRIVILEGES.iter().map(|(.., name)| *name).collect();
        AskError::new(format!("unrecognized privilege type: \"{text}\""))
            .hint(format!("Privileges are {}.", names.join(", ")))
    };
    let Some(Statement::Grant(grant)) = statement(view, &format!("GRANT {text} ON x TO PUBLIC")) else {
        return Err(unknown());
    };
    let word = match &grant.privileges {
        ast::Privileges::List(words) => match words.as_slice() {
            [word] if word.columns.len() <= 1 => word,
            _ => return Err(AskError::new("a question is about one privilege, and one column at most")),
        },
        _ => return Err(AskError::new("a question is about one privilege, not ALL")),
    };
    let privilege = Privileges::from_name(&word.name.to_ascii_uppercase()).ok_or_else(unknown)?;
    let since = match privilege {
        Privileges::MAINTAIN => 17,
        Privileges::SET | Privileges::ALTER_SYSTEM => 15,
        _ => 0,
    };
    let major = view.base().version.major();
    if major < since {
        let hint = format!("{} came with PostgreSQL {since}; this is {major}.", privilege.name());
        return Err(AskError::new(format!("unrecognized privilege type: \"{text}\"")).hint(hint));
    }
    Ok(Wanted { privilege, column: word.columns.first().cloned() })
}

/// Does the kind know the privilege?
fn check_kind(view: &View, privilege: Privileges, target: AclTarget) -> Result<(), AskError> {
    let Some(object) = view.object(target.object) else { return Ok(()) };
    let kind = if target.is_column() { AclKind::Column } else { object.kind.acl_kind() };
    let all = kind.all(view.base().version);
    if all.contains(privilege) {
        return Ok(());
    }
    let what = if target.is_column() { "column" } else { object.kind.type_name() };
    let message = format!("{} is no privilege of a {what}", privilege.name());
    Err(AskError::new(message).hint(format!("Those are {}.", all.names())))
}

/// A text as one statement of this server.
pub(super) fn statement(view: &View, text: &str) -> Option<Statement> {
    parse_one(text, &Options::of(view.base()))?.result.ok()
}
