//! Signals, as something to await.

use rustix::process::Signal;
use std::io;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// To end, by this signal's number.
    End(i32),
    /// To take the terminal again: we were stopped, and go on.
    Continue,
    /// To look how large the terminal is now.
    Resize,
}

/// The signals that the explorer handles, from its start to its end.
pub(super) struct Signals {
    terminate: Stream,
    hang_up: Stream,
    interrupt: Stream,
    quit: Stream,
    go_on: Stream,
    resize: Stream,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Signals> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            go_on: signal(SignalKind::from_raw(Signal::CONT.as_raw()))?,
            resize: signal(SignalKind::window_change())?,
        })
    }

    pub(super) async fn next(&mut self) -> Asked {
        tokio::select! {
            biased;
            _ = self.terminate.recv() => Asked::End(Signal::TERM.as_raw()),
            _ = self.hang_up.recv() => Asked::End(Signal::HUP.as_raw()),
            _ = self.interrupt.recv() => Asked::End(Signal::INT.as_raw()),
            _ = self.quit.recv() => Asked::End(Signal::QUIT.as_raw()),
            _ = self.go_on.recv() => Asked::Continue,
            _ = self.resize.recv() => Asked::Resize,
        }
    }
}
