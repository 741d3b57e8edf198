//! What parsing a script gives.

use std::fmt;

use super::ast::Statement;
use crate::cluster::Cluster;

/// What the meaning of a text depends on besides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The server's major version, 13 to 18.
    pub major: u16,
    /// The session's standard_conforming_strings: whether a backslash in a plain string is just a backslash.
    pub standard_conforming_strings: bool,
}

impl Options {
    /// The server's defaults in a major version.
    pub fn new(major: u16) -> Self {
        Self { major, standard_conforming_strings: true }
    }

    /// As a cluster was loaded: its version, and the settings of the session that loaded it.
    pub fn of(cluster: &Cluster) -> Self {
        Self {
            major: cluster.version.major(),
            standard_conforming_strings: cluster.session.standard_conforming_strings,
        }
    }
}

/// One statement of a script.
#[derive(Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The source without its semicolon and the blanks and comments around it. It may hold a password.
    pub text: String,
    /// The text with literals after PASSWORD printed as `'***'`: what people, logs and reports see.
    pub masked: String,
    /// Where the text starts, in bytes from the start of the script.
    pub offset: usize,
    /// The line on which the text starts, from 1.
    pub line: usize,
    /// What the server tells while it reads the statement, in order.
    pub notices: Vec<Notice>,
    /// The statement, or the server's error.
    pub result: Result<Statement, SyntaxError>,
}

/// Without the text, which may hold a password.
impl fmt::Debug for Parsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parsed")
            .field("masked", &self.masked)
            .field("offset", &self.offset)
            .field("line", &self.line)
            .field("notices", &self.notices)
            .field("result", &self.result)
            .finish_non_exhaustive()
    }
}

/// A notice or warning of the lexer or the grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `NOTICE` or `WARNING`.
    pub severity: &'static str,
    /// Its SQLSTATE.
    pub sqlstate: &'static str,
    /// Its text.
    pub message: String,
}

/// An error of the lexer or the grammar, as the server words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// 42601 mostly.
    pub sqlstate: &'static str,
    /// The message.
    pub message: String,
    /// The detail, where there is one.
    pub detail: Option<String>,
    /// The hint, where there is one.
    pub hint: Option<String>,
    /// Where, in characters from the start of [`Parsed::text`], from 0; the server counts from 1.
    pub position: Option<usize>,
}
