//! How a command ends.

use std::io;
use std::process::ExitCode;

use crate::preview::report::visible;
use crate::server::ConnectError;
use crate::server::load::LoadError;

/// Exit status of a command that ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Done, or predicted to succeed.
    Success = 0,
    /// A statement fails or is predicted to, is unsupported, was rolled back, or the outcome is unknown.
    Failed = 1,
    /// Usage, connection or input.
    Usage = 2,
    /// A protected role is targeted; wins over the others.
    Protected = 3,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(status as u8)
    }
}

/// Why a command could not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit status.
    pub status: Status,
    /// One line.
    pub message: String,
    /// What lies behind it.
    pub detail: Option<String>,
    /// What may help.
    pub hint: Option<String>,
}

impl Failure {
    /// Wrong arguments or input.
    pub fn usage(message: impl Into<String>) -> Self {
        Failure { status: Status::Usage, message: message.into(), detail: None, hint: None }
    }

    /// The work itself failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Failure { status: Status::Failed, ..Failure::usage(message) }
    }

    /// With what lies behind it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With what may help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// One line first, then detail and hint; control characters never reach the terminal.
    pub fn report(&self) -> String {
        let mut text = format!("rolescope: {}\n", visible(&self.message));
        let more = [("DETAIL", &self.detail), ("HINT", &self.hint)];
        for (label, value) in more {
            for line in value.iter().flat_map(|value| value.lines()) {
                text.push_str(&format!("{label}:  {}\n", visible(line)));
            }
        }
        text
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        Failure { detail: error.detail, hint: error.hint, ..Failure::usage(error.message) }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Failure { hint: error.hint().map(str::to_owned), ..Failure::usage(error.to_string()) }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::usage(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_comes_first_and_is_one_line() {
        let failure = Failure::failed("no\u{1b}[2Jgood").detail("a\nb").hint("c");
        assert_eq!(failure.report(), "rolescope: no\\u{1b}[2Jgood\nDETAIL:  a\nDETAIL:  b\nHINT:  c\n");
    }
}
