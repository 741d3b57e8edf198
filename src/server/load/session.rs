//! The session that a statement would start in.

use super::fields::Fields;
use super::{LoadError, Reader, pipeline::Batch, queries};
use crate::cluster::{Encoding, LoginSession, Oid, Roles, Version, split_identifiers};
use tokio_postgres::types::{ToSql, Type};

/// What a new session of this user starts with, role names not yet resolved.
pub(super) struct Session {
    pub(super) version: Version,
    pub(super) database: String,
    pub(super) read_only: bool,
    pub(super) encoding: Encoding,
    user: String,
    role: String,
    rest: LoginSession,
}

/// Asks for it. It must come before the loader changes its own search_path.
pub(super) async fn read(reader: Reader<'_>) -> Result<Session, LoadError> {
    let mut rows = Batch::send(reader, &[queries::SESSION], None).await;
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
            search_path: split_identifiers(&row.text(4)?),
            search_path_text: row.string(4)?,
            createrole_self_grant: row.optional(5)?.unwrap_or_default(),
            password_encryption: row.string(6)?,
            standard_conforming_strings: on(7)?,
            lo_compat_privileges: on(8)?,
            sees_passwords: row.get(11)?,
            time_zone: row.string(12)?,
        },
        read_only: on(9)? || row.get(10)?,
        encoding: Encoding { name: row.string(13)?, number: row.get(14)? },
    })
}

impl Session {
    /// Which query gives the roles: kinds of passwords are for who may see them.
    pub(super) fn roles(&self) -> super::pipeline::Query {
        queries::roles(self.rest.sees_passwords)
    }

    /// With its names resolved: a role called `none` cannot exist.
    pub(super) fn login(&self, roles: &Roles) -> LoginSession {
        let oid = |name: &str| roles.by_name(name).map(|r| r.oid);
        LoginSession { user: oid(&self.user).unwrap_or_default(), role: oid(&self.role), ..self.rest.clone() }
    }
}

/// How the session was before [`trust_search_path`].
pub(super) struct Untrusted {
    pub(super) search_path: String,
    /// May whom it acts as see passwords?
    pub(super) sees_passwords: bool,
}

/// Makes names mean the catalogs for the rest of the transaction, and says what was before.
pub(super) async fn trust_search_path(reader: Reader<'_>) -> Result<Untrusted, LoadError> {
    let mut rows = Batch::send(reader, &[queries::SESSION], None).await;
    let before =
        |row: &Fields<'_>| Ok(Untrusted { search_path: row.string(4)?, sees_passwords: row.get(11)? });
    let before = rows.collect(before).await?.pop();
    let before = before.ok_or_else(|| LoadError::unexpected(queries::SESSION.reading, "no row"))?;
    set_search_path(reader, "pg_catalog, pg_temp").await?;
    Ok(before)
}

/// Until the end of the transaction.
pub(super) async fn set_search_path(reader: Reader<'_>, list: &str) -> Result<(), LoadError> {
    let sql = "SELECT pg_catalog.set_config('search_path', $1, true)";
    let parameter: [(&(dyn ToSql + Sync), Type); 1] = [(&list, Type::TEXT)];
    let set = reader.client.query_typed(sql, &parameter);
    reader.wait(queries::SESSION.reading, set).await.map(drop)
}
