//! Which process the other end says it is.
//!
//! A server announces its own process (BackendKeyData). A pooler announces a process of its own making, since cancel
//! requests must come to it, and hands statements to whatever server process is free: pgbouncer in every mode, which is
//! tried, and by the same need any other. So the one that was announced and the one that answers `pg_backend_pid()` are
//! the same where nobody who pools stands between. What passes bytes on unread (a load balancer, a tunnel, HAProxy)
//! changes nothing of it.

use std::sync::{Arc, OnceLock};

/// The announced process, once it is.
#[derive(Clone, Default)]
pub(super) struct BackendKey(Arc<OnceLock<i32>>);

impl BackendKey {
    /// The process that was announced, if any was.
    pub(super) fn pid(&self) -> Option<i32> {
        self.0.get().copied()
    }

    /// The first one counts.
    pub(super) fn announce(&self, process: u32) {
        let _ = self.0.set(process.cast_signed());
    }
}
