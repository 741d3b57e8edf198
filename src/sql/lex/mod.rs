//! The server's lexer: a text becomes lexemes, and every byte that is no blank or comment belongs to one.
//!
//! The server's own stops at its first error. This one goes on, so that a script can still be split; the error
//! is a lexeme, and the parser reports it when it gets there.

mod number;
mod text;
mod unicode;

pub(super) use text::invalid_bytes;
pub(super) use unicode::resolve;

use super::keywords::{self, Keyword};
use super::parsed::{Notice, Options};
use super::quote::truncate;

/// What a lexeme is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A keyword.
    Keyword(Keyword),
    /// An identifier, folded or unquoted, and truncated.
    Ident(String),
    /// A string's value.
    Text(String),
    /// A bit or hexadecimal string, which no privilege statement takes.
    Bits,
    /// An integer of 32 bits.
    Integer(i32),
    /// Any other number, as written.
    Float(String),
    /// `$1`.
    Param,
    /// An operator of other characters than one of [`Token::Symbol`].
    Op(String),
    /// One of `,()[].;:+-*/%^<>=`, or a character that belongs nowhere.
    Symbol(char),
    /// `U&"..."` before its escapes are resolved.
    UIdent(String),
    /// `U&'...'` before its escapes are resolved.
    UText(String),
    /// What the lexer refuses.
    Bad(Box<LexError>),
}

/// A lexeme and where it is, in bytes of the source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lexeme {
    /// What it is.
    pub token: Token,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Whether it is a string of any kind, an unterminated one included.
    pub literal: bool,
    /// Whether a UESCAPE clause is part of it.
    pub uescape: bool,
    /// What the server would say when it reads it.
    pub notices: Vec<Notice>,
}

/// An error of the lexer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LexError {
    /// SQLSTATE.
    pub sqlstate: &'static str,
    /// The message, without its `at or near`.
    pub message: String,
    /// The source that `at or near` shows, if it shows one.
    pub near: Option<(usize, usize)>,
    /// Where, in bytes of the source.
    pub position: Option<usize>,
    /// Detail.
    pub detail: Option<&'static str>,
    /// Hint.
    pub hint: Option<&'static str>,
    /// Found between the lexer and the parser: in the escapes of a `U&` lexeme.
    pub late: bool,
}

impl LexError {
    /// As scanner_yyerror() words it.
    pub(super) fn near(message: &str, start: usize, end: usize) -> Self {
        Self {
            sqlstate: "42601",
            message: message.to_owned(),
            near: Some((start, end)),
            position: Some(start),
            detail: None,
            hint: None,
            late: false,
        }
    }
}

/// Reads lexemes one after another.
pub(super) struct Lexer<'a> {
    src: &'a str,
    pos: usize,
    options: Options,
    /// Warnings for the lexeme being read.
    notices: Vec<Notice>,
    operators: Operators,
}

/// A run of operator characters, looked at once however many operators are in it.
#[derive(Clone, Copy, Default)]
struct Operators {
    /// Its end, or where a comment starts in it.
    end: usize,
    /// Where the + and - start that are at its end.
    before_signs: usize,
    /// Its last character that SQL's own operators have not.
    last_foreign: Option<usize>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(src: &'a str, options: Options) -> Self {
        Self { src, pos: 0, options, notices: Vec::new(), operators: Operators::default() }
    }

    /// Goes on from another place.
    pub(super) fn seek(&mut self, pos: usize) {
        self.pos = pos;
    }

    /// The next lexeme; None at the end of the text.
    pub(super) fn next(&mut self) -> Option<Lexeme> {
        if let Err(bad) = self.skip_blanks() {
            return Some(bad);
        }
        let start = self.pos;
        let first = self.peek()?;
        let (token, literal) = self.token(first, start);
        let notices = std::mem::take(&mut self.notices);
        Some(Lexeme { token, start, end: self.pos, literal, uescape: false, notices })
    }

    fn rest(&self) -> &'a str {
        self.src.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.src.as_bytes().get(self.pos + ahead).copied()
    }

    /// Advances over bytes that satisfy a test; the test must take whole characters or none of them.
    fn take_while(&mut self, test: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !test(byte)).unwrap_or(rest.len());
        self.pos += length;
        rest.get(..length).unwrap_or_default()
    }

    /// 17 made the vertical tab a blank.
    fn is_space(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c) || (byte == 0x0b && self.options.major >= 17)
    }

    fn skip_blanks(&mut self) -> Result<(), Lexeme> {
        loop {
            match self.byte(0) {
                Some(byte) if self.is_space(byte) => self.pos += 1,
                Some(b'-') if self.byte(1) == Some(b'-') => {
                    self.take_while(|byte| byte != b'\n' && byte != b'\r');
                }
                Some(b'/') if self.byte(1) == Some(b'*') => self.block_comment()?,
                _ => return Ok(()),
            }
        }
    }

    /// Comments nest.
    fn block_comment(&mut self) -> Result<(), Lexeme> {
        let start = self.pos;
        let mut depth = 0usize;
        while let Some(byte) = self.byte(0) {
            match (byte, self.byte(1)) {
                (b'/', Some(b'*')) => {
                    depth += 1;
                    self.pos += 2;
                }
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    self.pos += 2;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => self.pos += 1,
            }
        }
        let error = LexError::near("unterminated /* comment", start, self.pos);
        let token = Token::Bad(Box::new(error));
        Err(Lexeme { token, start, end: self.pos, literal: false, uescape: false, notices: Vec::new() })
    }

    fn token(&mut self, first: char, start: usize) -> (Token, bool) {
        let second = self.byte(1);
        match first {
            '\'' => (self.plain_string(start), true),
            '"' => (self.quoted_identifier(start, 1, Self::identifier_token), false),
            'b' | 'B' | 'x' | 'X' if second == Some(b'\'') => (self.bit_string(start), true),
            'e' | 'E' if second == Some(b'\'') => (self.escape_string(start), true),
            // N'..' is the keyword NCHAR and then a string.
            'n' | 'N' if second == Some(b'\'') => {
                self.pos += 1;
                (self.word_token("nchar"), false)
            }
            'u' | 'U' if second == Some(b'&') && self.byte(2) == Some(b'\'') => {
                (self.unicode_string(start), true)
            }
            'u' | 'U' if second == Some(b'&') && self.byte(2) == Some(b'"') => {
                (self.quoted_identifier(start, 3, |_, name| Token::UIdent(name)), false)
            }
            'a'..='z' | 'A'..='Z' | '_' | '\u{80}'.. => (self.word(), false),
            '0'..='9' => (self.number(start), false),
            '.' if second.is_some_and(|byte| byte.is_ascii_digit()) => (self.number(start), false),
            '.' if second == Some(b'.') => (self.fixed(".."), false),
            ':' if second == Some(b':') => (self.fixed("::"), false),
            ':' if second == Some(b'=') => (self.fixed(":="), false),
            '$' => self.dollar(start),
            _ if is_operator(first) => (self.operator(start), false),
            _ => {
                self.pos += first.len_utf8();
                (Token::Symbol(first), false)
            }
        }
    }

    fn fixed(&mut self, symbol: &str) -> Token {
        self.pos += symbol.len();
        Token::Op(symbol.to_owned())
    }

    fn word(&mut self) -> Token {
        let word = self.take_while(is_identifier_byte);
        self.word_token(&word.to_ascii_lowercase())
    }

    /// In a database of a multi-byte encoding only ASCII letters are folded.
    fn word_token(&mut self, folded: &str) -> Token {
        match keywords::lookup(folded, self.options.major) {
            Some(keyword) => Token::Keyword(keyword),
            None => self.identifier_token(folded.to_owned()),
        }
    }

    fn identifier_token(&mut self, name: String) -> Token {
        let (name, notice) = truncate(name);
        self.notices.extend(notice);
        Token::Ident(name)
    }

    /// The server's rule for where an operator ends.
    fn operator(&mut self, start: usize) -> Token {
        if start >= self.operators.end {
            self.operators = self.operator_run(start);
        }
        let Operators { end, before_signs, last_foreign } = self.operators;
        // + and - end an operator of several characters only if it has one that SQL's own operators have not.
        let has_foreign = last_foreign.is_some_and(|at| at >= start);
        let end = if has_foreign { end } else { before_signs.max(start + 1) };
        let symbol = self.src.get(start..end).unwrap_or_default();
        self.pos = start + symbol.len();
        let mut chars = symbol.chars();
        match (chars.next(), chars.next()) {
            (Some(single), None) if "+-*/%^<>=".contains(single) => Token::Symbol(single),
            // NAMEDATALEN.
            _ if symbol.len() >= 64 => {
                Token::Bad(Box::new(LexError::near("operator too long", start, self.pos)))
            }
            _ => Token::Op(if symbol == "!=" { "<>".to_owned() } else { symbol.to_owned() }),
        }
    }

    fn operator_run(&self, start: usize) -> Operators {
        let rest = self.rest();
        let ends = |(at, byte): (usize, u8)| {
            let comment =
                matches!((byte, rest.as_bytes().get(at + 1)), (b'/', Some(b'*')) | (b'-', Some(b'-')));
            (comment || !is_operator(byte as char)).then_some(at)
        };
        let length = rest.bytes().enumerate().find_map(ends).unwrap_or(rest.len());
        let run = rest.get(..length).unwrap_or_default();
        Operators {
            end: start + run.len(),
            before_signs: start + run.trim_end_matches(['+', '-']).len(),
            last_foreign: run.rfind(is_foreign_operator).map(|at| start + at),
        }
    }

    fn dollar(&mut self, start: usize) -> (Token, bool) {
        if self.byte(1).is_some_and(|byte| byte.is_ascii_digit()) {
            return (self.parameter(start), false);
        }
        let tag_length = self.rest().bytes().skip(1).position(|byte| !is_tag_byte(byte));
        match tag_length {
            Some(length) if self.byte(1 + length) == Some(b'$') => {
                (self.dollar_string(start, length + 2), true)
            }
            _ => {
                self.pos += 1;
                (Token::Symbol('$'), false)
            }
        }
    }
}

fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn is_identifier_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// A tag's first byte is no digit: `$1` was seen to before.
fn is_tag_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_operator(c: char) -> bool {
    "~!@#^&|`?+-*/%<>=".contains(c)
}

fn is_foreign_operator(c: char) -> bool {
    "~!@#^&|`?%".contains(c)
}
