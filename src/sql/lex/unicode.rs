//! `U&` identifiers and strings: their escapes, and the UESCAPE clause that may follow.

use super::text::{BAD_PAIR, pair};
use super::{LexError, Lexeme, Token};
use crate::sql::parsed::Notice;
use crate::sql::quote::truncate;

/// Resolves `U&` lexemes, each together with its UESCAPE clause.
///
/// The server does this between its lexer and its parser, so an error comes when the parser gets there.
pub(in crate::sql) fn resolve(lexemes: Vec<Lexeme>) -> Vec<Lexeme> {
    let mut resolved = Vec::with_capacity(lexemes.len());
    let mut rest = lexemes.into_iter().peekable();
    while let Some(mut lexeme) = rest.next() {
        let is_name = matches!(lexeme.token, Token::UIdent(_));
        let (Token::UIdent(raw) | Token::UText(raw)) = &lexeme.token else {
            resolved.push(lexeme);
            continue;
        };
        let escaped = match rest.next_if(|next| is_uescape(&next.token)) {
            None => unescape(raw, '\\', lexeme.start),
            Some(word) => {
                lexeme.uescape = true;
                let clause = escape_character(rest.peek(), &word);
                if clause.is_ok() {
                    lexeme.end = rest.next().map_or(word.end, |escape| escape.end);
                }
                clause.and_then(|escape| unescape(raw, escape, lexeme.start))
            }
        };
        let (token, notice) = finish(escaped, is_name);
        lexeme.token = token;
        lexeme.notices.extend(notice);
        resolved.push(lexeme);
    }
    resolved
}

fn finish(escaped: Result<String, LexError>, is_name: bool) -> (Token, Option<Notice>) {
    match escaped {
        Err(error) => (Token::Bad(Box::new(LexError { late: true, ..error })), None),
        Ok(text) if is_name => {
            let (name, notice) = truncate(text);
            (Token::Ident(name), notice)
        }
        Ok(text) => (Token::Text(text), None),
    }
}

fn is_uescape(token: &Token) -> bool {
    matches!(token, Token::Keyword(keyword) if keyword.word == "uescape")
}

/// The escape character that the lexeme after UESCAPE gives.
fn escape_character(lexeme: Option<&Lexeme>, word: &Lexeme) -> Result<char, LexError> {
    const NO_STRING: &str = "UESCAPE must be followed by a simple string literal";
    let Some(lexeme) = lexeme else { return Err(LexError::near(NO_STRING, word.end, word.end)) };
    match &lexeme.token {
        Token::Text(text) => match text.as_bytes() {
            [byte] if is_escape(*byte) => Ok(*byte as char),
            _ => Err(LexError::near("invalid Unicode escape character", lexeme.start, lexeme.end)),
        },
        Token::Bad(error) => Err(error.as_ref().clone()),
        _ => Err(LexError::near(NO_STRING, lexeme.start, lexeme.end)),
    }
}

fn is_escape(byte: u8) -> bool {
    !byte.is_ascii_hexdigit()
        && !matches!(byte, b'+' | b'\'' | b'"' | b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
        && byte < 0x80
}

/// Positions count from the text with its doubled quotes undone, as the server's do.
fn unescape(raw: &str, escape: char, start: usize) -> Result<String, LexError> {
    let mut text = String::with_capacity(raw.len());
    let mut surrogate = None;
    let mut at = 0;
    while let Some(c) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = raw.get(at + c.len_utf8()..).unwrap_or_default();
        if c != escape || rest.starts_with(escape) {
            if surrogate.is_some() {
                return Err(error(BAD_PAIR, start + 3 + at));
            }
            text.push(c);
            at += c.len_utf8() * if c == escape { 2 } else { 1 };
            continue;
        }
        let Some((code, length)) = escape_code(rest) else {
            let mut bad = error("invalid Unicode escape", start + 3 + at);
            bad.hint = Some("Unicode escapes must be \\XXXX or \\+XXXXXX.");
            return Err(bad);
        };
        match (surrogate.take(), code) {
            (Some(first), 0xdc00..=0xdfff) => text.push(pair(first, code)),
            (Some(_), _) | (None, 0xdc00..=0xdfff) => return Err(error(BAD_PAIR, start + 3 + at)),
            (None, 0xd800..=0xdbff) => surrogate = Some(code),
            (None, _) => match char::from_u32(code).filter(|c| *c != '\0') {
                Some(c) => text.push(c),
                None => return Err(error("invalid Unicode escape value", start + 3 + at)),
            },
        }
        at += 1 + length;
    }
    if surrogate.is_some() {
        return Err(error(BAD_PAIR, start + 3 + at));
    }
    Ok(text)
}

/// The code of XXXX or +XXXXXX, and its length.
fn escape_code(rest: &str) -> Option<(u32, usize)> {
    let (digits, length) = match rest.strip_prefix('+') {
        Some(rest) => (rest.get(..6)?, 7),
        None => (rest.get(..4)?, 4),
    };
    let all_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| all_hex)?;
    Some((code, length))
}

fn error(message: &str, position: usize) -> LexError {
    LexError {
        sqlstate: "42601",
        message: message.to_owned(),
        near: None,
        position: Some(position),
        detail: None,
        hint: None,
        late: true,
    }
}
