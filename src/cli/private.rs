//! Arguments that may hold a password: connections and statements. None is repeated in an error, nor printed by `Debug`.

use std::ffi::OsString;
use std::fmt;
use std::ops::Deref;

/// Such an argument.
#[derive(Clone, PartialEq, Eq)]
pub struct Private(String);

impl From<String> for Private {
    fn from(text: String) -> Private {
        Private(text)
    }
}

impl Deref for Private {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// What stands for it in an error.
const HIDDEN: &str = "..";

/// The argument as an error may show it.
pub fn shown(argument: &str) -> &str {
    if may_hold_password(argument) { HIDDEN } else { argument }
}

/// A connection string that says a password, a URI with a user's part, a statement.
fn may_hold_password(argument: &str) -> bool {
    let lower = argument.to_lowercase();
    let words = ["password", "identified", "pwd", "secret"];
    words.iter().any(|word| lower.contains(word)) || (lower.contains("://") && lower.contains('@'))
}

/// The text without the arguments that may hold a password; none if it shows none of them.
pub fn without(text: &str, arguments: &[OsString]) -> Option<String> {
    let mut hidden = text.to_owned();
    for argument in arguments.iter().filter_map(|argument| argument.to_str()) {
        // Of a flag, only what stands behind it: --password=.. is one that other programs have.
        let value = match argument.strip_prefix('-').and_then(|flag| flag.split_once('=')) {
            Some((_, value)) => value,
            None if argument.starts_with('-') => continue,
            None => argument,
        };
        if may_hold_password(argument) && !value.is_empty() {
            hidden = hidden.replace(value, HIDDEN);
        }
    }
    (hidden != text).then_some(hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hold_a_password_is_hidden() {
        for argument in
            ["host=h password=x", "postgresql://u:x@h", "ALTER ROLE a PASSWORD 'x'", "host=h PASSWORD = x"]
        {
            assert_eq!(shown(argument), "..");
            let arguments = ["rolescope", argument].map(OsString::from);
            let said = format!("error: unexpected argument '{argument}' found");
            assert_eq!(without(&said, &arguments).as_deref(), Some("error: unexpected argument '..' found"));
            assert!(!format!("{:?}", Private::from(argument.to_owned())).contains('x'));
        }
        let arguments = ["--password=hunter2", "--no-password"].map(OsString::from);
        let said = "unexpected value 'hunter2' for '--password' found";
        assert_eq!(
            without(said, &arguments).as_deref(),
            Some("unexpected value '..' for '--password' found")
        );
        assert_eq!(without("unexpected argument '--passwort'", &["--passwort".into()]), None);
        assert_eq!(shown("host=h dbname=d"), "host=h dbname=d");
    }
}
