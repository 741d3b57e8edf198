//! What runs at the server and can be stopped.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::connection::{Cancel, Closed};

/// The connections that were made for some work and still live.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<Vec<Live>>>);

struct Live {
    closed: watch::Receiver<Option<Closed>>,
    cancel: Cancel,
}

impl Running {
    pub(super) fn add(&self, closed: watch::Receiver<Option<Closed>>, cancel: Cancel) {
        let mut live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|live| live.closed.borrow().is_none());
        live.push(Live { closed, cancel });
    }

    /// Whether no connection was made, or none lives any more.
    pub fn is_empty(&self) -> bool {
        let live = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        live.iter().all(|live| live.closed.borrow().is_some())
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
