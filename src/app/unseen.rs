//! A line that is typed unseen.

use super::Key;
use super::line::{covered, request};
use std::fmt;
use tui_input::{Input, InputRequest};

/// What is typed is shown as stars, and printed nowhere.
#[derive(Clone, Default)]
pub struct Unseen(Input);

impl Unseen {
    /// What of it may be seen.
    pub fn shown(&self) -> Input {
        covered(&self.0, &[(0, self.0.value().len())])
    }

    /// A key that edits; did it?
    pub fn edit(&mut self, key: Key) -> bool {
        let request = request(key);
        if let Some(request) = request {
            self.0.handle(request);
        }
        request.is_some()
    }

    /// Pasted text, without the line end that comes with it.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_control()) {
            self.0.handle(InputRequest::InsertChar(c));
        }
    }

    /// What was typed; it is forgotten here.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.0).value().to_owned()
    }
}

impl fmt::Debug for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
