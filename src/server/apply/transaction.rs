//! The one transaction, and everything that is sent in it.

use super::error::{ApplyError, Refusal};
use super::outcome::{Difference, Said};
use super::request::ApplyOptions;
use super::resolve::{Status, status};
use super::sealing::Sealing;
use crate::server::identity::{Identity, system_identifier};
use crate::server::load::{Reader, in_time};
use crate::server::{Connection, Opener, Pooler};
use crate::sql::ast::Secret;
use std::time::Duration;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

/// An open transaction on a connection of its own. Dropped, the connection goes, and the server rolls back.
pub(super) struct Transaction {
    connection: Connection,
    messages: String,
    sealing: Sealing,
    password: Option<Secret>,
    limit: Duration,
    pub(super) system: Option<String>,
}

/// Longest silence that the server bears before it ends the transaction by itself: the other side may have died.
const IDLE: Duration = Duration::from_secs(60);

impl Transaction {
    /// Connects and begins.
    pub(super) async fn begin(
        opener: &Opener,
        options: &ApplyOptions<'_>,
    ) -> Result<Transaction, ApplyError> {
        let connection = opener.open().await?;
        if connection.server.in_recovery {
            return Err(Refusal::ServerReadOnly("it is a standby, in recovery (25006)").into());
        }
        if connection.pooler.is_some() {
            return Err(Refusal::Pooled.into());
        }
        let limit = options.statement_timeout;
        let system = in_time(limit, system_identifier(&connection.client)).await;
        let system = system.ok_or_else(|| ApplyError::Begin(silence(limit)))?;
        let here = Identity::new(system.clone(), connection.server.version_num);
        if opener.expected.as_ref().is_some_and(|expected| !expected.may_be(&here)) {
            return Err(Refusal::AnotherCluster.into());
        }
        let sealing = Sealing::new(connection.server.version_num, None, None);
        let messages = String::new();
        let mut transaction = Transaction { connection, messages, sealing, password: None, limit, system };
        transaction.set_up(options).await?;
        Ok(transaction)
    }

    /// READ COMMITTED, so that what others commit meanwhile is seen and refused. Nothing is made writable that is not:
    /// `default_transaction_read_only` may be somebody's safety catch.
    async fn set_up(&mut self, options: &ApplyOptions<'_>) -> Result<(), ApplyError> {
        let begin = |lost: Lost| ApplyError::Begin(lost.describe(options.statement_timeout));
        let set = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; \
             SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}; \
             SET LOCAL idle_in_transaction_session_timeout = {}; SET LOCAL client_min_messages = notice; SET LOCAL DateStyle = 'ISO'",
            options.lock_timeout.as_millis(),
            options.statement_timeout.as_millis(),
            IDLE.as_millis()
        );
        self.answer(self.connection.client.batch_execute(&set)).await.map_err(begin)?;
        let settings = "SELECT pg_catalog.current_setting('transaction_read_only'), \
                        pg_catalog.current_setting('track_counts'), \
                        pg_catalog.current_setting('lc_messages', true), \
                        pg_catalog.current_setting('standard_conforming_strings', true), \
                        pg_catalog.current_setting('scram_iterations', true), \
                        pg_catalog.pg_backend_pid()::pg_catalog.text";
        let rows = self.answer(self.connection.client.query_typed(settings, &[])).await.map_err(begin)?;
        let text = |column| rows.first().and_then(|row| row.get::<_, Option<String>>(column));
        if text(0).as_deref() != Some("off") {
            return Err(Refusal::ServerReadOnly("default_transaction_read_only is on (25006)").into());
        }
        if text(1).as_deref() != Some("on") {
            return Err(Refusal::Unverifiable.into());
        }
        // A pooler that announced its first server process honestly would be found out here.
        let pid = text(5).and_then(|pid| pid.parse().ok()).unwrap_or_default();
        if Pooler::between(&self.connection.host, Some(self.connection.server.backend_pid), pid).is_some() {
            return Err(Refusal::Pooled.into());
        }
        self.messages = text(2).unwrap_or_default();
        self.sealing =
            Sealing::new(self.connection.server.version_num, text(3).as_deref(), text(4).as_deref());
        while self.connection.notices.try_recv().is_ok() {}
        Ok(())
    }

    /// Whether the server words its messages as they are predicted: `lc_messages` decides.
    pub(super) fn messages_are_english(&self) -> bool {
        let locale = self.messages.to_ascii_lowercase();
        ["", "c", "posix"].contains(&locale.as_str()) || locale.starts_with("en") || locale.starts_with("c.")
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// For reading in it.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader::new(&self.connection.client, self.limit)
    }

    /// Waits no longer than the server needs to say that it takes too long.
    async fn answer<T>(
        &self,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Lost> {
        match in_time(self.limit, answer).await {
            Some(answer) => answer.map_err(Lost::Error),
            None => Err(Lost::Silent),
        }
    }

    /// Runs one statement, with the notices that came. The extended protocol takes one statement at a time: should a
    /// text be two to the server, it is an error and not two statements. No password leaves here in clear text.
    pub(super) async fn run(&mut self, statement: &str) -> Result<Vec<Said>, Difference> {
        let statement = self.sealing.seal(statement)?;
        self.password = self.sealing.password(&statement);
        match self.answer(self.connection.client.query_typed(&statement, &[])).await {
            Ok(_) => Ok(self.said()),
            Err(lost) => Err(self.difference(&lost)),
        }
    }

    /// What the last statement sent to be stored as a password.
    pub(super) fn password_sent(&mut self) -> Option<Secret> {
        self.password.take()
    }

    /// What the server has said since it was asked last.
    pub(super) fn said(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        while let Ok(notice) = self.connection.notices.try_recv() {
            said.push(Said::from(&notice));
        }
        // What client_min_messages lets through besides: LOG and DEBUG are none of ours.
        said.retain(|said| matches!(said.severity.as_str(), "NOTICE" | "WARNING" | "INFO"));
        said
    }

    /// Rows of a query of our own.
    pub(super) async fn rows(
        &self,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, Difference> {
        let rows = self.answer(self.connection.client.query_typed(sql, parameters)).await;
        rows.map_err(|lost| match self.difference(&lost) {
            Difference::Error(said) => {
                Difference::Unverifiable(format!("{} ({})", said.message, said.sqlstate))
            }
            lost => lost,
        })
    }

    /// The transaction's number, with its epoch; it gets one if it has none.
    pub(super) async fn xid(&self) -> Result<u64, Difference> {
        let rows = self.rows("SELECT pg_catalog.txid_current()", &[]).await?;
        let xid: Option<i64> = rows.first().map(|row| row.get(0));
        xid.and_then(|xid| u64::try_from(xid).ok())
            .ok_or_else(|| Difference::Unverifiable("the transaction has no number".to_owned()))
    }

    /// Ends it without a trace. Where the connection is lost, or a server that says nothing would be waited for once
    /// more, the server does the same by itself when it finds the other side gone.
    pub(super) async fn rollback(self, because: Option<&Difference>) {
        if matches!(because, Some(Difference::Lost(_))) {
            return;
        }
        let _ = self.answer(self.connection.client.batch_execute("ROLLBACK")).await;
    }

    /// Sends COMMIT. An answer is no proof: a transaction that has failed answers COMMIT with ROLLBACK.
    pub(super) async fn commit(&mut self) -> Result<Vec<Said>, Lost> {
        self.answer(self.connection.client.batch_execute("COMMIT")).await.map(|()| self.said())
    }

    /// What became of the transaction of this number, if this connection still says it.
    pub(super) async fn status(&self, xid: u64) -> Status {
        let status = in_time(self.limit, status(&self.connection.client, xid)).await;
        status.unwrap_or(Status::InProgress)
    }

    /// Why there is no answer, in words.
    pub(super) fn describe(&self, lost: &Lost) -> String {
        lost.describe(self.limit)
    }

    /// What the failure of a statement means.
    fn difference(&self, lost: &Lost) -> Difference {
        match lost {
            // Class 57P ends the session.
            Lost::Error(error) => match error.as_db_error() {
                Some(db) if !db.code().code().starts_with("57P") => Difference::Error(Said::from(db)),
                _ => Difference::Lost(describe(error)),
            },
            Lost::Silent => Difference::Lost(self.describe(lost)),
        }
    }
}

/// Why a question has no answer.
pub(super) enum Lost {
    /// For this reason.
    Error(tokio_postgres::Error),
    /// Nothing came.
    Silent,
}

impl Lost {
    fn describe(&self, limit: Duration) -> String {
        match self {
            Lost::Error(error) => describe(error),
            Lost::Silent => silence(limit),
        }
    }
}

fn silence(limit: Duration) -> String {
    format!("no answer from the server in more than {} s", limit.as_secs())
}

/// The server's words, or the network's.
pub(super) fn describe(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => {
            std::error::Error::source(error).map_or_else(|| error.to_string(), |s| format!("{error}: {s}"))
        }
    }
}
