//! Names and strings as SQL text, quoted as the server quotes them.

use std::borrow::Cow;

use super::keywords::{self, Category};
use super::parsed::Notice;

/// Bytes in a name: NAMEDATALEN less one.
const NAME_LENGTH: usize = 63;

/// A name as an identifier that means it in every major version.
pub fn quote_ident(name: &str) -> Cow<'_, str> {
    quote_if(name, (13..=18).any(|major| is_quoted_keyword(name, major)))
}

/// A name as `quote_ident()` of a server of that major version gives it.
pub fn quote_ident_for(name: &str, major: u16) -> Cow<'_, str> {
    quote_if(name, is_quoted_keyword(name, major))
}

fn is_quoted_keyword(name: &str, major: u16) -> bool {
    keywords::lookup(name, major).is_some_and(|keyword| keyword.category != Category::Unreserved)
}

fn quote_if(name: &str, keyword: bool) -> Cow<'_, str> {
    let mut bytes = name.bytes();
    let start = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let safe = start && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if safe && !keyword {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("\"{}\"", name.replace('"', "\"\"")))
    }
}

/// A string as `quote_literal()` gives it: with E where there is a backslash, so that it means the same
/// whatever standard_conforming_strings says.
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// A name cut to what the server keeps of it, and the notice that says so.
pub(super) fn truncate(name: String) -> (String, Option<Notice>) {
    if name.len() <= NAME_LENGTH {
        return (name, None);
    }
    let end = (0..=NAME_LENGTH).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    let kept = name.get(..end).unwrap_or_default().to_owned();
    let message = format!("identifier \"{name}\" will be truncated to \"{kept}\"");
    (kept, Some(Notice { severity: "NOTICE", sqlstate: "42622", message }))
}
