//! The loader's transaction: one snapshot, read only, and never left open.

use super::{LoadError, Reader};
use futures_util::FutureExt;

/// An open transaction. Dropped before its end (an error, or a load that nobody waits for any more), it is rolled
/// back: no transaction stays open while somebody thinks.
pub(super) struct Snapshot<'c> {
    reader: Reader<'c>,
    open: bool,
}

/// Whose session it is that is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Our own: as it is.
    Ours,
    /// A pooler's, which other clients had before us. Of it nothing is believed that a new session of this user would
    /// not begin with.
    Poolers,
}

const READING: &str = "a snapshot";

/// The server gives up a transaction whose other side is silent for so long: it may have died without a word.
const IDLE: &str = "60s";

/// Everything that session.sql asks for, as a new session has it: the default of a setting is what the role, the
/// database and the server's files say. Until the end of the transaction, so that the next client finds what it left.
/// A session that is older than an ALTER ROLE .. SET has the defaults of before, which nothing in it tells. The role is
/// in no view of settings; a setting is touched only where it differs, since some are for superusers.
const AS_NEW: &str = "; SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL role TO DEFAULT; \
    SELECT pg_catalog.set_config(s.name, s.reset_val, true) FROM pg_catalog.pg_settings AS s \
    WHERE s.setting OPERATOR(pg_catalog.<>) s.reset_val AND s.name OPERATOR(pg_catalog.=) ANY ('{search_path, \
    createrole_self_grant, password_encryption, standard_conforming_strings, lo_compat_privileges, \
    default_transaction_read_only, TimeZone}'::pg_catalog.text[])";

impl<'c> Snapshot<'c> {
    /// Everything that is read in it is of one moment.
    pub(super) async fn begin(reader: Reader<'c>, whose: Whose) -> Result<Self, LoadError> {
        let snapshot = Snapshot { reader, open: true };
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {}; \
             SET LOCAL idle_in_transaction_session_timeout = '{IDLE}'{}",
            reader.milliseconds(),
            if whose == Whose::Poolers { AS_NEW } else { "" },
        );
        reader.execute(READING, &begin).await?;
        Ok(snapshot)
    }

    /// The regular end.
    pub(super) async fn end(mut self) -> Result<(), LoadError> {
        self.open = false;
        self.reader.execute(READING, "COMMIT").await
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if self.open {
            // The first poll sends; nobody is left to hear the answer.
            let _ = self.reader.client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}
