//! How far loading is, on one line of standard error, and only where a person sees it.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::server::load::{DatabasesProgress, Progress};

/// What is done sooner is not worth a line; and how often a line is worth reading.
const PATIENCE: Duration = Duration::from_millis(150);

/// The line.
pub struct Line {
    told: Option<Instant>,
    seen: bool,
}

impl Line {
    /// Nothing is drawn yet, and nothing ever where standard error is no terminal.
    pub fn new() -> Line {
        Line { told: io::stderr().is_terminal().then(Instant::now), seen: false }
    }

    /// Draws, if it is time.
    pub fn tell(&mut self, progress: &DatabasesProgress) {
        let Some(text) = text(progress).filter(|_| self.told.is_some_and(|told| told.elapsed() >= PATIENCE))
        else {
            return;
        };
        self.told = Some(Instant::now());
        self.seen = true;
        let _ = write!(io::stderr().lock(), "\r\u{1b}[Kloading: {text}");
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.seen {
            let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}

fn text(progress: &DatabasesProgress) -> Option<String> {
    Some(match progress {
        DatabasesProgress::Connected(Progress::Roles(cluster)) => format!("{} roles", cluster.roles.len()),
        DatabasesProgress::Connected(Progress::Objects { loaded, about }) => {
            format!("{loaded} objects of about {about}")
        }
        DatabasesProgress::Connected(Progress::Columns { loaded, about }) => {
            format!("{loaded} columns of about {about}")
        }
        DatabasesProgress::Others { done, of, objects } => {
            format!("{done} of {of} other databases, {objects} objects in them")
        }
        DatabasesProgress::First { .. }
        | DatabasesProgress::Waiting(_)
        | DatabasesProgress::Loaded(_)
        | DatabasesProgress::LeftOut(_) => {
            return None;
        }
    })
}
