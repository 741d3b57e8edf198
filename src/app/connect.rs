//! Where to connect, the password for it, and trying again after the connection was lost.

use super::Key;
use super::line::{covered, request};
use super::unseen::Unseen;
use secrecy::SecretString;
use std::fmt;
use std::time::Duration;
use tui_input::{Input, InputRequest};

/// One place to connect to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// `service`, `recent` or `default`.
    pub kind: &'static str,
    /// The service's name; empty for the others.
    pub name: String,
    /// Where it leads; or why it does not.
    pub place: Result<String, String>,
    /// What it does about TLS, in few words.
    pub tls: String,
    /// How safe that is.
    pub safety: Safety,
    /// The same in sentences, and where it is known from.
    pub about: Vec<String>,
    /// What leads there; nothing secret is in it.
    pub conninfo: String,
}

/// How safe a connection would be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Safety {
    /// Nobody can read along or be in between.
    Safe,
    /// Somebody could be in between.
    Doubtful,
    /// Anybody on the way can read it.
    Open,
}

/// The list of places.
#[derive(Clone, Default)]
pub struct Connect {
    /// All that are known; none: they are being looked for.
    pub choices: Option<Vec<Choice>>,
    input: Input,
    /// The selected one of those that are shown.
    cursor: usize,
    /// What went wrong with the last one.
    pub note: Vec<String>,
    /// Enter came before the places did: the first that fits is connected to when they come.
    pub hurried: bool,
}

impl Connect {
    /// After one that went wrong.
    pub fn told(note: Vec<String>) -> Connect {
        Connect { note, ..Connect::default() }
    }

    /// Those that what is typed leaves, or none while a connection is typed.
    pub fn shown(&self) -> Vec<&Choice> {
        if self.is_typed() {
            return Vec::new();
        }
        let typed = self.input.value().trim().to_lowercase();
        let fits = |choice: &&Choice| {
            let place = choice.place.as_ref().map_or("", String::as_str);
            typed
                .split_whitespace()
                .all(|word| format!("{} {place}", choice.name).to_lowercase().contains(word))
        };
        self.choices.iter().flatten().filter(fits).collect()
    }

    /// The row of the selected one.
    pub fn cursor(&self) -> usize {
        self.cursor.min(self.shown().len().saturating_sub(1))
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Choice> {
        self.shown().get(self.cursor()).copied()
    }

    /// Is a connection string or a URI being typed?
    pub fn is_typed(&self) -> bool {
        let text = self.input.value();
        text.contains('=') || text.contains("://")
    }

    /// What is typed, with what may be a password covered.
    pub fn seen(&self) -> Input {
        covered(&self.input, &passwords(self.input.value()))
    }

    /// Moves the selection.
    pub fn move_by(&mut self, by: isize) {
        self.cursor = self.cursor().saturating_add_signed(by).min(self.shown().len().saturating_sub(1));
    }

    /// A key that edits.
    pub fn edit(&mut self, key: Key) {
        if let Some(request) = request(key) {
            self.input.handle(request);
            self.cursor = 0;
            self.note.clear();
        }
    }

    /// Pasted text.
    pub fn paste(&mut self, text: &str) {
        for c in text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }) {
            self.input.handle(InputRequest::InsertChar(c));
        }
        self.note.clear();
    }

    /// Takes the selected place into the line.
    pub fn take(&mut self) {
        if let Some(conninfo) =
            self.selected().map(|choice| choice.conninfo.clone()).filter(|c| !c.is_empty())
        {
            self.input = Input::new(format!("{conninfo} "));
        }
    }

    /// Is anything typed?
    pub fn has_text(&self) -> bool {
        !self.input.value().trim().is_empty()
    }

    /// Empties the line; was there something?
    pub fn clear(&mut self) -> bool {
        let was = !self.input.value().is_empty();
        self.input = Input::default();
        was
    }

    /// What to connect to.
    pub fn target(&self) -> Option<SecretString> {
        match self.is_typed() {
            true => Some(self.input.value().trim().to_owned()),
            false => {
                self.selected().filter(|choice| choice.place.is_ok()).map(|choice| choice.conninfo.clone())
            }
        }
        .map(SecretString::from)
    }
}

/// What was typed may be secret.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("choices", &self.choices)
            .field("note", &self.note)
            .finish_non_exhaustive()
    }
}

/// The bytes of what may be passwords in a connection string or URI, whole or not.
fn passwords(text: &str) -> Vec<(usize, usize)> {
    let mut hidden = Vec::new();
    if let Some(start) = text.find("://").map(|at| at + 3) {
        let rest = text.get(start..).unwrap_or_default();
        let query = rest.find('?').unwrap_or(rest.len());
        // Until an @ is typed, what follows the colon may be a port, or the beginning of a password; an @ may be in it.
        let end = rest.get(..query).and_then(|rest| rest.rfind('@'));
        let authority = rest.get(..end.unwrap_or(query)).unwrap_or_default();
        if let Some(colon) = authority.find(':').filter(|_| end.is_some() || !authority.contains('/')) {
            hidden.push((start + colon + 1, start + authority.len()));
        }
    }
    let lower = text.to_ascii_lowercase();
    for (at, word) in lower.match_indices("password") {
        let rest = lower.get(at + word.len()..).unwrap_or_default();
        let value = rest.trim_start();
        let Some(value) = value.strip_prefix('=') else { continue };
        let value = value.trim_start();
        let start = text.len() - value.len();
        hidden.push((start, start + value_end(value, text.contains("://"))));
    }
    hidden
}

/// Where a value ends: at a space outside of quotes, or in a URI at the next parameter.
fn value_end(value: &str, uri: bool) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in value.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => quoted = !quoted,
            '&' if uri => return at,
            c if c.is_whitespace() && !quoted => return at,
            _ => {}
        }
    }
    value.len()
}

/// What a password is asked for.
#[derive(Clone, Debug)]
pub enum Asking {
    /// To connect to another place.
    Place(SecretString),
    /// To connect again where we were, to this database.
    Again(Option<String>),
}

/// The prompt for the password to connect with.
#[derive(Clone, Debug)]
pub struct Login {
    /// What it is for.
    pub asking: Asking,
    /// Whose, where.
    pub place: String,
    /// The one before was refused.
    pub refused: bool,
    /// What is typed.
    pub input: Unseen,
}

impl Login {
    /// For a place.
    pub fn new(asking: Asking, place: String, refused: bool) -> Login {
        Login { asking, place, refused, input: Unseen::default() }
    }
}

/// When the next attempt is made to connect again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retry {
    /// In time since the start.
    pub at: Duration,
    /// How many failed.
    pub failed: u32,
    /// It is being made, under this number.
    pub running: Option<u64>,
}

/// No attempt is further from the one before.
const LONGEST: Duration = Duration::from_secs(30);

impl Retry {
    /// The next one after so many failed: in 1 s, 2 s, 4 s .. 30 s.
    pub fn after(failed: u32, now: Duration) -> Retry {
        let wait = Duration::from_secs(1).saturating_mul(2u32.saturating_pow(failed.min(10))).min(LONGEST);
        Retry { at: now.saturating_add(wait), failed, running: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        let mut connect = Connect::default();
        connect.paste(text);
        connect.seen().value().to_owned()
    }

    #[test]
    fn what_may_be_a_password_is_covered() {
        for (typed, shown) in [
            ("host=db password=abc user=x", "host=db password=*** user=x"),
            ("password = 'a b' user=x", "password = ***** user=x"),
            (r"password='a\'b c", r"password=*******"),
            ("postgresql://ana:secret@db/shop", "postgresql://ana:******@db/shop"),
            ("postgresql://ana:sec/ret@db/shop", "postgresql://ana:*******@db/shop"),
            ("postgresql://ana:sec", "postgresql://ana:***"),
            ("postgresql://ana:se@cret@db/shop?a=b@c", "postgresql://ana:*******@db/shop?a=b@c"),
            ("postgresql://db/shop?password=abc&user=x", "postgresql://db/shop?password=***&user=x"),
            ("postgresql://db/shop?sslpassword=abc", "postgresql://db/shop?sslpassword=***"),
            ("host=db port=5432", "host=db port=5432"),
        ] {
            assert_eq!(seen(typed), shown, "{typed}");
        }
    }

    #[test]
    fn attempts_come_less_often_but_always_again() {
        let now = Duration::from_secs(100);
        let waits: Vec<u64> = (0..7).map(|failed| (Retry::after(failed, now).at - now).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!((Retry::after(u32::MAX, now).at - now).as_secs(), 30);
    }
}
