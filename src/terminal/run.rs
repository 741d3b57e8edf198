//! The explorer from its start to its end.

use super::event_loop::EventLoop;
use super::screen::{self, NoTerminal, Screen};
use super::worker::{Manner, Offline, Ways, Worker};
use crate::app;
use crate::guard::Protected;
use crate::preview::report::visible;
use crate::server::password::TerminalPrompt;
use crate::server::{self, ConnectError, Connection, Settings};
use crate::snapshot::Snapshot;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime;
use tokio::sync::mpsc::unbounded_channel;

/// What the explorer is started with.
#[derive(Debug, Clone)]
pub struct ExplorerOptions {
    /// What to look at.
    pub source: Source,
    /// How it looks, and whether it may apply.
    pub explorer: app::Settings,
    /// Roles that no statement touches.
    pub protected: Protected,
    /// How long what is applied may take.
    pub limits: Limits,
    /// How to connect to any place.
    pub ways: Ways,
}

/// What the explorer looks at.
#[derive(Debug, Clone)]
pub enum Source {
    /// A server.
    Server(Box<Settings>),
    /// A server that is still to be chosen.
    Choice,
    /// A snapshot; nothing is connected to.
    Snapshot(Box<Snapshot>),
}

/// How long what is applied may take; zero sets no limit.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// To wait for a lock.
    pub lock: Duration,
    /// To run a statement.
    pub statement: Duration,
    /// To ask for the fate of a COMMIT whose answer was lost.
    pub resolve: Duration,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The user quit.
    Quit,
    /// This signal asked it to.
    Signal(i32),
    /// The terminal went away.
    TerminalLost,
}

impl From<Ended> for ExitCode {
    /// As a shell reports a command that a signal ended: 128 and its number. A lost terminal counts as SIGHUP.
    fn from(ended: Ended) -> ExitCode {
        let signal = |number: i32| ExitCode::from(u8::try_from(128 + number).unwrap_or(u8::MAX));
        match ended {
            Ended::Quit => ExitCode::SUCCESS,
            Ended::Signal(number) => signal(number),
            Ended::TerminalLost => signal(rustix::process::Signal::HUP.as_raw()),
        }
    }
}

/// Why there was no explorer.
#[derive(Debug, thiserror::Error)]
pub enum ExplorerError {
    /// It cannot draw here.
    #[error(transparent)]
    NoTerminal(#[from] NoTerminal),
    /// There is no connection.
    #[error("{0}")]
    Connect(ConnectError),
    /// The terminal, or the system.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
}

/// Runs the explorer on this terminal. Connects first: the password is asked for on the shell's screen, and what goes
/// wrong is told there. Not to be called from async code.
pub fn run(options: ExplorerOptions) -> Result<Ended, ExplorerError> {
    screen::check()?;
    // The loop has this thread for itself; a load keeps one worker busy, and another moves its bytes.
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ended = runtime.block_on(explore(options));
    // What still waits for a server that doesn't answer is no reason to wait here.
    runtime.shutdown_timeout(Duration::from_millis(100));
    ended
}

async fn explore(options: ExplorerOptions) -> Result<Ended, ExplorerError> {
    let (replies, replied) = unbounded_channel();
    let manner = Manner { limits: options.limits, read_only: options.explorer.read_only };
    let worker = Worker::new(options.protected.clone(), manner, options.ways, replies);
    let mut worker = match options.source {
        Source::Server(settings) => worker.at(connect(&settings).await?).await,
        Source::Choice => worker,
        Source::Snapshot(snapshot) => {
            worker.offline(Offline { snapshot: *snapshot, protected: options.protected })
        }
    };
    let ended = {
        let screen = Screen::enter()?;
        EventLoop::new(screen, options.explorer, &mut worker, replied)?.run().await
    };
    worker.finish().await;
    Ok(ended)
}

async fn connect(settings: &Settings) -> Result<Connection, ExplorerError> {
    let connection = server::connect(settings, &mut TerminalPrompt).await.map_err(ExplorerError::Connect)?;
    for warning in &connection.warnings {
        // On the shell's screen, where it is still to be read afterwards; the header says what is not encrypted.
        let _ = writeln!(io::stderr(), "rolescope: WARNING:  {}", visible(warning));
    }
    Ok(connection)
}
