//! Which cluster is at the other end, as far as it tells: behind one name and port another may answer tomorrow.

use std::time::Duration;

use super::connection::Connection;

/// What tells one cluster from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `system_identifier`, where it may be read. A physical copy has the same.
    system: Option<String>,
    major: u32,
}

impl Identity {
    pub(super) fn new(system: Option<String>, version_num: u32) -> Identity {
        Identity { system, major: version_num / 10_000 }
    }

    /// Whether nothing tells the two apart.
    pub fn may_be(&self, other: &Identity) -> bool {
        let same = self.system.as_ref().zip(other.system.as_ref()).is_none_or(|(a, b)| a == b);
        same && self.major == other.major
    }
}

const PATIENCE: Duration = Duration::from_secs(10);

impl Connection {
    /// Which cluster it is.
    pub async fn identity(&self) -> Identity {
        // A server that says nothing says so elsewhere.
        let system = tokio::time::timeout(PATIENCE, system_identifier(&self.client)).await;
        Identity::new(system.ok().flatten(), self.server.version_num)
    }
}

/// The number that `initdb` gave the cluster. None: it may not be read.
pub(super) async fn system_identifier(client: &tokio_postgres::Client) -> Option<String> {
    let sql = "SELECT system_identifier::text FROM pg_catalog.pg_control_system()";
    let rows = client.query_typed(sql, &[]).await.ok()?;
    rows.first()?.try_get(0).ok()
}
