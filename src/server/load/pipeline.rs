//! Queries sent all at once and read in order: a round trip for all of them, not for each.

use super::{LoadError, Reader};
use futures_util::TryStreamExt;
use futures_util::future::{BoxFuture, FutureExt, MaybeDone, maybe_done};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Row, RowStream};

/// A query of assets/queries.
#[derive(Clone, Copy)]
pub(super) struct Query {
    /// What it reads, for error messages.
    pub(super) reading: &'static str,
    /// Its text. `$1`, where it occurs, is an array of OIDs to be limited to, or NULL for everything.
    pub(super) sql: &'static str,
}

type Answer<'c> = MaybeDone<BoxFuture<'c, Result<RowStream, tokio_postgres::Error>>>;

/// Queries under way.
pub(super) struct Batch<'c> {
    reader: Reader<'c>,
    sent: VecDeque<(&'static str, Pin<Box<Answer<'c>>>)>,
}

impl<'c> Batch<'c> {
    /// Sends them. Types are given with the text, so that nothing is prepared and nothing asked back.
    pub(super) async fn send(reader: Reader<'c>, queries: &[Query], only: Option<&[u32]>) -> Batch<'c> {
        let client = reader.client;
        let mut sent = VecDeque::with_capacity(queries.len());
        for query in queries {
            let (sql, only) = (query.sql, only.map(<[u32]>::to_vec));
            let answer = async move {
                let parameter = sql.contains("$1").then_some((&only as &(dyn ToSql + Sync), Type::OID_ARRAY));
                client.query_typed_raw(sql, parameter).await
            };
            sent.push_back((query.reading, Box::pin(maybe_done(answer.boxed()))));
        }
        // A request goes out when it is first polled; the answers are read in the same order, or the connection
        // would wait for a reader of a later one for ever.
        poll_fn(|cx| {
            for (_, answer) in &mut sent {
                let _ = answer.poll_unpin(cx);
            }
            Poll::Ready(())
        })
        .await;
        Batch { reader, sent }
    }

    /// The rows of the next query.
    pub(super) async fn next(&mut self) -> Result<Rows<'c>, LoadError> {
        let Some((reading, mut answer)) = self.sent.pop_front() else {
            return Err(LoadError::unexpected("a batch", "read past its end"));
        };
        let came = async {
            answer.as_mut().await;
            answer.as_mut().take_output().transpose()
        };
        match self.reader.wait(reading, came).await? {
            Some(stream) => Ok(Rows { reading, reader: self.reader, stream: Box::pin(stream) }),
            None => Err(LoadError::unexpected(reading, "read twice")),
        }
    }

    /// All rows of the next query, each made into something.
    pub(super) async fn collect<T>(
        &mut self,
        mut make: impl FnMut(&Fields<'_>) -> Result<T, LoadError>,
    ) -> Result<Vec<T>, LoadError> {
        let mut rows = self.next().await?;
        let mut out = Vec::new();
        while let Some(row) = rows.next().await? {
            out.push(make(&Fields::new(rows.reading, &row))?);
        }
        Ok(out)
    }
}

/// The rows of one query, as they come.
pub(super) struct Rows<'c> {
    pub(super) reading: &'static str,
    reader: Reader<'c>,
    stream: Pin<Box<RowStream>>,
}

impl Rows<'_> {
    /// The next one.
    pub(super) async fn next(&mut self) -> Result<Option<Row>, LoadError> {
        // Most are here already, and need no clock.
        match self.stream.try_next().now_or_never() {
            Some(row) => row.map_err(|error| LoadError::new(self.reading, &error)),
            None => self.reader.wait(self.reading, self.stream.try_next()).await,
        }
    }
}

pub(super) use super::fields::Fields;
