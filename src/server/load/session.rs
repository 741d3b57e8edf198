//! The session that a statement would start in.

use super::fields::Fields;
use super::{LoadError, pipeline::Batch, queries};
use crate::cluster::{LoginSession, Oid, Roles, Version};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

/// What a new session of this user starts with, role names not yet resolved.
pub(super) struct Session {
    pub(super) version: Version,
    pub(super) database: String,
    pub(super) read_only: bool,
    user: String,
    role: String,
    rest: LoginSession,
}

/// Asks for it. It must come before the loader changes its own search_path.
pub(super) async fn read(client: &Client) -> Result<Session, LoadError> {
    let mut rows = Batch::send(client, &[queries::SESSION], None).await;
    let session = rows.collect(session).await?.pop();
    let session = session.ok_or_else(|| LoadError::unexpected(queries::SESSION.reading, "no row"))?;
    match session.version.major() {
        major if major < Version::OLDEST_KNOWN => Err(LoadError::TooOld(session.version)),
        _ => Ok(session),
    }
}

fn session(row: &Fields<'_>) -> Result<Session, LoadError> {
    let version = row.text(0)?.parse().map_err(|e| LoadError::unexpected("server_version_num", e))?;
    let on = |column| row.text(column).map(|v| v == "on");
    Ok(Session {
        version: Version(version),
        user: row.string(1)?,
        database: row.string(2)?,
        role: row.string(3)?,
        rest: LoginSession {
            user: Oid::PUBLIC,
            role: None,
            search_path: identifiers(&row.text(4)?),
            createrole_self_grant: row.optional(5)?.unwrap_or_default(),
            password_encryption: row.string(6)?,
            standard_conforming_strings: on(7)?,
            lo_compat_privileges: on(8)?,
        },
        read_only: on(9)? || row.get(10)?,
    })
}

impl Session {
    /// With its names resolved: a role called `none` cannot exist.
    pub(super) fn login(&self, roles: &Roles) -> LoginSession {
        let oid = |name: &str| roles.by_name(name).map(|r| r.oid);
        LoginSession { user: oid(&self.user).unwrap_or_default(), role: oid(&self.role), ..self.rest.clone() }
    }
}

/// Makes names mean the catalogs for the rest of the transaction, and says what they meant before.
pub(super) async fn trust_search_path(client: &Client) -> Result<String, LoadError> {
    let mut rows = Batch::send(client, &[queries::SESSION], None).await;
    let before = rows.collect(|row| row.string(4)).await?.pop().unwrap_or_default();
    set_search_path(client, "pg_catalog, pg_temp").await?;
    Ok(before)
}

/// Until the end of the transaction.
pub(super) async fn set_search_path(client: &Client, list: &str) -> Result<(), LoadError> {
    let sql = "SELECT pg_catalog.set_config('search_path', $1, true)";
    let set = client.query_typed(sql, &[(&list, Type::TEXT)]).await;
    set.map(drop).map_err(|e| LoadError::new(queries::SESSION.reading, &e))
}

/// The elements of a list of identifiers as the server splits it (`SplitIdentifierString`): folded unless quoted.
fn identifiers(list: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = list.trim_start();
    while !rest.is_empty() {
        let (name, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_identifier(quoted),
            None => {
                let (name, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                (name.trim_end().to_ascii_lowercase(), after)
            }
        };
        out.push(name);
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    out
}

/// What is inside the quotes, and what comes after them.
fn quoted_identifier(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if chars.next_if(|(_, next)| *next == '"').is_some() => name.push('"'),
            '"' => return (name, &text[at + 1..]),
            _ => name.push(c),
        }
    }
    (name, "")
}

#[cfg(test)]
mod tests {
    use super::identifiers;

    #[test]
    fn search_path_is_split_as_the_server_does() {
        assert_eq!(identifiers("\"$user\", public"), ["$user", "public"]);
        assert_eq!(identifiers("  Sales ,\"Sales\",\"a\"\"b, c\" "), ["sales", "Sales", "a\"b, c"]);
        assert_eq!(identifiers(""), [""; 0]);
        assert_eq!(identifiers("\"\""), [""]);
    }
}
