//! The loader's transaction: one snapshot, read only, and never left open.

use super::LoadError;
use futures_util::FutureExt;
use tokio_postgres::Client;

/// An open transaction. Dropped before its end (an error, or a load that nobody waits for any more), it is rolled
/// back: no transaction stays open while somebody thinks.
pub(super) struct Snapshot<'c> {
    client: &'c Client,
    open: bool,
}

const READING: &str = "a snapshot";

impl<'c> Snapshot<'c> {
    /// Everything that is read in it is of one moment.
    pub(super) async fn begin(client: &'c Client) -> Result<Self, LoadError> {
        let snapshot = Snapshot { client, open: true };
        let begin = client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await;
        begin.map_err(|e| LoadError::new(READING, &e))?;
        Ok(snapshot)
    }

    /// The regular end.
    pub(super) async fn end(mut self) -> Result<(), LoadError> {
        self.open = false;
        self.client.batch_execute("COMMIT").await.map_err(|e| LoadError::new(READING, &e))
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if self.open {
            // The first poll sends; nobody is left to hear the answer.
            let _ = self.client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}
