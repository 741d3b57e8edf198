//! Who reads: a session, and how long it is waited for.

use super::LoadError;
use std::time::Duration;
use tokio_postgres::Client;

/// A session to read in.
///
/// The server ends a statement that takes too long by itself, and says so. A server that is frozen, or a pooler that
/// waits for one, says nothing and still acknowledges every byte, so TCP keepalives never notice: hence a limit on this
/// side too, a little longer than the server's.
#[derive(Clone, Copy)]
pub struct Reader<'c> {
    pub(super) client: &'c Client,
    limit: Duration,
}

/// How much longer than the server's own limit it is waited for: the way there and back.
const GRACE: Duration = Duration::from_secs(10);

impl<'c> Reader<'c> {
    /// Statements that may run for `limit`; zero is as long as it takes.
    pub fn new(client: &'c Client, limit: Duration) -> Self {
        Reader { client, limit }
    }

    /// As the server counts it; zero never ends.
    pub(super) fn milliseconds(&self) -> u128 {
        self.limit.as_millis()
    }

    /// Runs it without an answer.
    pub(super) async fn execute(&self, reading: &'static str, sql: &str) -> Result<(), LoadError> {
        self.wait(reading, self.client.batch_execute(sql)).await
    }

    /// The answer, if it comes in time.
    pub(super) async fn wait<T>(
        &self,
        reading: &'static str,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, LoadError> {
        let answer = in_time(self.limit, answer).await;
        let Some(answer) = answer else { return Err(LoadError::Silent { reading, waited: self.waited() }) };
        answer.map_err(|error| LoadError::new(reading, &error))
    }

    fn waited(&self) -> Duration {
        self.limit + GRACE
    }
}

/// What comes of a question that the server itself gives up after `limit` (zero: never). None: nothing came, not even
/// that.
pub(crate) async fn in_time<T>(limit: Duration, answer: impl Future<Output = T>) -> Option<T> {
    match limit.is_zero() {
        true => Some(answer.await),
        false => tokio::time::timeout(limit + GRACE, answer).await.ok(),
    }
}
