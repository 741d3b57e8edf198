//! An object by its name, through the grammar of GRANT and the server's own rules for names.

use super::ask::{AskError, Wanted, statement};
use super::kinds::{self, Word};
use super::similar;
use crate::cluster::{
    AclTarget, Class, Kind, ObjectId, Oid, Privileges, SEQUENCE_COLUMNS, SYSTEM_COLUMNS, View,
};
use crate::simulate::{ServerError, Session, named as objects_named};
use crate::sql::Statement;
use crate::sql::ast::{self, GrantTarget, NamedKind, ObjectGrant, RoleSpec};
use crate::sql::identity::{object_identity, object_type};

/// What the text means beside the privilege.
pub(super) fn named(view: &mut View, wanted: &Wanted, text: &str) -> Result<AclTarget, AskError> {
    let on_columns = Privileges::COLUMN.contains(wanted.privilege);
    if let Some((table, column)) = with_column(view, text).filter(|_| on_columns) {
        return of_column(view, &table, &column);
    }
    if let Some(rest) = after_word("column", text) {
        return dotted_column(view, rest).ok_or_else(|| missing_column(rest))?;
    }
    let said = kinds::leading(text);
    let (words, name) = match said {
        Some((word, name)) => (vec![word], name),
        None => (kinds::of_privilege(wanted.privilege), text),
    };
    let mut found: Vec<(&Word, ObjectId)> = Vec::new();
    let mut errors = Vec::new();
    for word in words {
        match look_up(view, word, name) {
            Ok(id) if found.iter().all(|(_, known)| *known != id) => found.push((word, id)),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
    }
    // A row type bears its relation's name (up to 13 sequences have one too): who means it says so.
    if found.len() > 1 {
        found.retain(|(_, id)| view.object(*id).is_none_or(|object| object.kind != Kind::RowType));
    }
    match (found.as_slice(), &wanted.column) {
        ([(_, id)], Some(column)) => column_of(view, *id, column),
        ([(_, id)], None) => Ok(AclTarget::whole(*id)),
        ([], None) => {
            let column = on_columns && said.is_none();
            if let Some(column) = dotted_column(view, name).filter(|_| column) {
                return column;
            }
            Err(unknown(view, name, wanted.privilege, said.map(|(word, _)| word), errors))
        }
        ([], Some(_)) => Err(unknown(view, name, wanted.privilege, said.map(|(word, _)| word), errors)),
        (several, _) => {
            let ways: Vec<_> = several.iter().map(|(word, _)| format!("{} {name}", word.said)).collect();
            Err(AskError::new(format!("\"{name}\" may mean several objects"))
                .hint(format!("Say which: {}.", ways.join(", "))))
        }
    }
}

fn after_word<'t>(word: &str, text: &'t str) -> Option<&'t str> {
    let (head, rest) = (text.get(..word.len())?, text.get(word.len()..)?);
    (head.eq_ignore_ascii_case(word) && rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

/// The GRANT that names it so, and nothing else.
fn grant_on(view: &View, privileges: &str, keyword: &str, name: &str) -> Option<ObjectGrant> {
    match statement(view, &format!("GRANT {privileges} ON {keyword} {name} TO PUBLIC"))? {
        Statement::Grant(grant) if grant.grantees == [RoleSpec::Public] && !grant.grant_option => Some(grant),
        _ => None,
    }
}

fn look_up(view: &mut View, word: &Word, name: &str) -> Result<ObjectId, ServerError> {
    if word.grant == "PARAMETER" && view.base().version.major() < 15 {
        return Err(ServerError::new("0A000", "parameters have privileges since PostgreSQL 15"));
    }
    let grant = grant_on(view, "ALL", word.grant, name);
    let grant = grant.ok_or_else(|| ServerError::new("42602", format!("invalid name: {name}")))?;
    let id = resolve(view, &grant)?;
    let kind = view.object(id).map(|object| object.kind);
    match kind.filter(|kind| (word.fits)(*kind)) {
        Some(_) => Ok(id),
        None => {
            let is = object_type(view, id);
            Err(ServerError::new("42809", format!("\"{name}\" is a {is}, not a {}", word.said)))
        }
    }
}

/// One object. Who asks may name what is in any schema: the question is about somebody else.
fn resolve(view: &mut View, grant: &ObjectGrant) -> Result<ObjectId, ServerError> {
    let base = view.base().clone();
    let mut session = Session::of_login(&base);
    let user = base.roles.get(session.current_user).map(|role| role.name.clone()).unwrap_or_default();
    let named_so = session.search_path.iter_mut().filter(|schema| *schema == "$user");
    named_so.for_each(|schema| schema.clone_from(&user));
    if let Some(superuser) = base.roles.iter().find(|role| role.superuser) {
        (session.session_user, session.current_user) = (superuser.oid, superuser.oid);
    }
    match objects_named(grant, &session, view)?.as_slice() {
        [id] => Ok(*id),
        _ => Err(ServerError::new("42601", "a question is about one object")),
    }
}

/// `table(column)`: the table, and the column as it is written.
fn with_column(view: &View, text: &str) -> Option<(ObjectGrant, String)> {
    let text = kinds::leading(text).map_or(text, |(_, name)| name);
    let inside = text.strip_suffix(')')?;
    let splits = inside.match_indices('(').map(|(at, _)| inside.split_at(at));
    let mut tables = splits.filter_map(|(table, column)| {
        let grant = grant_on(view, &format!("SELECT {column})"), "TABLE", table)?;
        let ast::Privileges::List(words) = &grant.privileges else { return None };
        match words.as_slice() {
            [word] => match word.columns.as_slice() {
                [column] => Some((column.clone(), grant)),
                _ => None,
            },
            _ => None,
        }
    });
    let (column, grant) = tables.next()?;
    Some((grant, column))
}

fn of_column(view: &mut View, table: &ObjectGrant, column: &str) -> Result<AclTarget, AskError> {
    let id = resolve(view, table).map_err(|error| AskError::new(error.message))?;
    column_of(view, id, column)
}

/// `table.column`, `schema.table.column`.
fn dotted_column(view: &mut View, text: &str) -> Option<Result<AclTarget, AskError>> {
    let mut grant = grant_on(view, "ALL", "TABLE", text)?;
    let GrantTarget::Named { names, kind: NamedKind::Table } = &mut grant.target else { return None };
    let name = names.first_mut().filter(|name| name.len() >= 2)?;
    let column = name.pop()?;
    let id = resolve(view, &grant).ok()?;
    Some(column_of(view, id, &column))
}

fn column_of(view: &View, id: ObjectId, column: &str) -> Result<AclTarget, AskError> {
    let kind = view.object(id).map(|object| object.kind);
    let own = view.columns_of(id).iter().find(|c| &*c.name == column).map(|c| c.attnum);
    let fixed = |list: &[(i16, &str)]| list.iter().find(|(_, name)| *name == column).map(|(n, _)| *n);
    let sequence = || fixed(SEQUENCE_COLUMNS).filter(|_| kind == Some(Kind::Sequence));
    let system = || fixed(SYSTEM_COLUMNS).filter(|_| kind != Some(Kind::View));
    if let Some(attnum) = own.or_else(sequence).or_else(system) {
        return Ok(AclTarget::column(id, attnum));
    }
    let identity = object_identity(view, id);
    let error = AskError::new(format!("column \"{column}\" of relation {identity} does not exist"));
    let near = similar::nearest(column, view.columns_of(id).iter().map(|c| c.name.to_string()));
    Err(if near.is_empty() { error } else { error.hint(format!("Near it: {}.", near.join(", "))) })
}

fn missing_column(text: &str) -> AskError {
    AskError::new(format!("column \"{text}\" does not exist"))
        .hint("A column is named as in shop.orders.email.")
}

/// The server's words where it is clear what was meant, and what there is of like names.
fn unknown(
    view: &View,
    name: &str,
    privilege: Privileges,
    said: Option<&Word>,
    errors: Vec<ServerError>,
) -> AskError {
    let words: Vec<&Word> = said.map_or_else(|| kinds::of_privilege(privilege), |word| vec![word]);
    let message = match errors.as_slice() {
        [error] => error.message.clone(),
        errors => match errors.iter().find(|error| error.sqlstate == "42809") {
            Some(error) => error.message.clone(),
            None => {
                let kinds: Vec<_> = words.iter().map(|word| word.said).collect();
                format!("there is no {} named \"{name}\"", kinds.join(" or "))
            }
        },
    };
    let fits = |kind: Kind| words.iter().any(|word| (word.fits)(kind));
    let near = similar::nearest(name, candidates(view, &words, fits));
    let hint = match errors.iter().find_map(|error| error.hint.clone()) {
        Some(hint) => Some(hint),
        None if near.is_empty() => None,
        None => Some(format!("Near it: {}.", near.join(", "))),
    };
    AskError { message, hint }
}

/// Names of what users made, and of what is not in a schema.
fn candidates<'v>(
    view: &'v View,
    words: &[&Word],
    fits: impl Fn(Kind) -> bool + 'v,
) -> impl Iterator<Item = String> + 'v {
    let parameters = words.iter().any(|word| word.grant == "PARAMETER");
    let parameters = view.base().parameters.iter().filter(move |_| parameters).map(|p| p.name.clone());
    let objects = view.base().objects.iter().filter(move |(_, object)| {
        let in_schema = object.schema != Oid(0) && object.kind.class() != Class::Schema;
        fits(object.kind) && (object.oid.is_user_made() || !in_schema) && object.kind != Kind::RowType
    });
    objects.map(move |(id, _)| object_identity(view, id)).chain(parameters)
}
