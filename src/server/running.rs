//! What runs at the server and can be stopped.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::connection::{Cancel, Closed, Connection};

/// The connections that were made for some work and still live.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<Vec<Live>>>);

struct Live {
    closed: watch::Receiver<Option<Closed>>,
    cancel: Cancel,
}

impl Running {
    /// A connection that does such work.
    pub fn add(&self, connection: &Connection) {
        let mut live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|live| live.closed.borrow().is_none() && !live.closed.same_channel(&connection.closed));
        live.push(Live { closed: connection.closed.clone(), cancel: connection.cancel() });
    }

    /// Whether no connection was ever made.
    pub fn is_unused(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Asks the server to stop what runs on them. Where nothing runs, nothing happens.
    pub async fn cancel(&self) {
        let cancels: Vec<Cancel> = {
            let live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            live.iter()
                .filter(|live| live.closed.borrow().is_none())
                .map(|live| live.cancel.clone())
                .collect()
        };
        // One that cannot be reached ends by itself: its socket is gone.
        futures_util::future::join_all(cancels.iter().map(Cancel::cancel)).await;
    }
}
