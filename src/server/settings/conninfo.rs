//! Connection strings: `keyword = value` pairs with libpq's quoting.

use std::iter::Peekable;
use std::str::Chars;

use super::pairs::{Origin, Pairs};
use super::uri;
use super::values::is_space;
use crate::server::connect_error::ConnectError;

/// Whether libpq would take a database name for a connection string.
pub(super) fn is_connection_string(text: &str) -> bool {
    uri::is_uri(text) || text.contains('=')
}

/// Parses a connection string or a URI.
pub(super) fn parse(text: &str) -> Result<Pairs, ConnectError> {
    if uri::is_uri(text) { uri::parse(text) } else { parse_pairs(text) }
}

fn parse_pairs(text: &str) -> Result<Pairs, ConnectError> {
    let mut pairs = Pairs::default();
    let mut chars = text.chars().peekable();
    loop {
        skip_space(&mut chars);
        if chars.peek().is_none() {
            return Ok(pairs);
        }
        let keyword = take_keyword(&mut chars)?;
        skip_space(&mut chars);
        let value = if chars.next_if_eq(&'\'').is_some() { quoted(&mut chars)? } else { plain(&mut chars) };
        pairs.store(&keyword, value, Origin::Conninfo)?;
    }
}

fn skip_space(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|&c| is_space(c)).is_some() {}
}

fn take_keyword(chars: &mut Peekable<Chars<'_>>) -> Result<String, ConnectError> {
    let mut keyword = String::new();
    while let Some(c) = chars.next_if(|&c| c != '=' && !is_space(c)) {
        keyword.push(c);
    }
    skip_space(chars);
    match chars.next_if_eq(&'=') {
        Some(_) => Ok(keyword),
        // What stands here may be a piece of a password with a space in it, so libpq's message is not repeated whole.
        None => Err(ConnectError::invalid("missing \"=\" in connection string")
            .hint("Each setting is keyword=value; a value with spaces stands in single quotes.")),
    }
}

fn plain(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut value = String::new();
    while let Some(c) = chars.next_if(|&c| !is_space(c)) {
        match c {
            '\\' => value.extend(chars.next()),
            _ => value.push(c),
        }
    }
    value
}

fn quoted(chars: &mut Peekable<Chars<'_>>) -> Result<String, ConnectError> {
    let mut value = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\'' => return Ok(value),
            '\\' => value.extend(chars.next()),
            _ => value.push(c),
        }
    }
    Err(ConnectError::invalid("unterminated quoted string in connection string"))
}
