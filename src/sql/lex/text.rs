//! Strings and quoted identifiers.

use super::{LexError, Lexer, Token};
use crate::sql::parsed::Notice;

/// A string being read: bytes, since escapes can make any.
struct Buffer {
    bytes: Vec<u8>,
    /// The first error; the rest is read all the same, to find the end.
    error: Option<LexError>,
    /// A first surrogate waits for its second.
    surrogate: Option<u32>,
    /// A plain string with standard_conforming_strings off warns of its first escape.
    warn: bool,
}

impl Buffer {
    fn new(warn: bool) -> Self {
        Self { bytes: Vec::new(), error: None, surrogate: None, warn }
    }

    fn fail(&mut self, error: LexError) {
        self.error.get_or_insert(error);
    }

    fn push_char(&mut self, c: char) {
        self.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

impl Lexer<'_> {
    pub(super) fn plain_string(&mut self, start: usize) -> Token {
        self.pos += 1;
        if self.options.standard_conforming_strings {
            self.string(start, None, Token::Text)
        } else {
            self.string(start, Some(true), Token::Text)
        }
    }

    pub(super) fn escape_string(&mut self, start: usize) -> Token {
        self.pos += 2;
        self.string(start, Some(false), Token::Text)
    }

    pub(super) fn bit_string(&mut self, start: usize) -> Token {
        let kind = if matches!(self.byte(0), Some(b'b' | b'B')) { "bit" } else { "hexadecimal" };
        self.pos += 2;
        match self.string(start, None, |_| Token::Bits) {
            Token::Bad(mut error) if error.message == UNTERMINATED => {
                error.message = format!("unterminated {kind} string literal");
                Token::Bad(error)
            }
            token => token,
        }
    }

    pub(super) fn unicode_string(&mut self, start: usize) -> Token {
        self.pos += 3;
        let token = self.string(start, None, Token::UText);
        if self.options.standard_conforming_strings {
            return token;
        }
        // 17 puts parameters' names in quotes.
        let detail = if self.options.major >= 17 {
            "String constants with Unicode escapes cannot be used when \"standard_conforming_strings\" is off."
        } else {
            "String constants with Unicode escapes cannot be used when standard_conforming_strings is off."
        };
        Token::Bad(Box::new(LexError {
            sqlstate: "0A000",
            message: "unsafe use of string constant with Unicode escapes".to_owned(),
            near: None,
            position: Some(start),
            detail: Some(detail),
            hint: None,
            late: false,
        }))
    }

    /// Reads on from behind the opening quote. `escapes` says whether a backslash escapes, and whether it warns.
    fn string(&mut self, start: usize, escapes: Option<bool>, make: fn(String) -> Token) -> Token {
        let mut buffer = Buffer::new(escapes == Some(true));
        loop {
            let plain = self.take_while(|byte| byte != b'\'' && !(escapes.is_some() && byte == b'\\'));
            if !plain.is_empty() {
                self.check_pair(&mut buffer, plain.len());
            }
            buffer.bytes.extend_from_slice(plain.as_bytes());
            match self.byte(0) {
                None => {
                    self.check_pair(&mut buffer, 0);
                    buffer.fail(LexError::near(UNTERMINATED, start, self.pos));
                    break;
                }
                Some(b'\\') => self.escape(&mut buffer),
                Some(_) => {
                    self.pos += 1;
                    self.check_pair(&mut buffer, 1);
                    if self.byte(0) == Some(b'\'') {
                        self.pos += 1;
                        buffer.bytes.push(b'\'');
                    } else if let Some(next) = self.continuation() {
                        self.pos = next;
                    } else {
                        break;
                    }
                }
            }
        }
        finish(buffer, make)
    }

    /// A string goes on after blanks with a line break among them, and a quote. Comments to the end of a line
    /// count as blanks, others do not.
    fn continuation(&self) -> Option<usize> {
        let bytes = self.src.as_bytes();
        let mut at = self.pos;
        let mut line_break = false;
        loop {
            match bytes.get(at) {
                Some(b'\n' | b'\r') => {
                    line_break = true;
                    at += 1;
                }
                Some(byte) if self.is_space(*byte) => at += 1,
                Some(b'-') if bytes.get(at + 1) == Some(&b'-') => {
                    let rest = self.src.get(at..)?;
                    at += rest.find(['\n', '\r'])?;
                }
                Some(b'\'') if line_break => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// What follows a first surrogate must be a second one; the offending piece starts some bytes back. The server
    /// shows its first byte only, even where that is no whole character.
    fn check_pair(&self, buffer: &mut Buffer, back: usize) {
        if buffer.surrogate.take().is_some() {
            let start = self.pos.saturating_sub(back);
            buffer.fail(LexError::near(BAD_PAIR, start, start + 1));
        }
    }

    fn escape(&mut self, buffer: &mut Buffer) {
        let start = self.pos;
        self.pos += 1;
        let Some(c) = self.peek() else { return };
        self.warn_of_escape(buffer, c);
        if matches!(c, 'u' | 'U') {
            return self.unicode_escape(buffer, start, c);
        }
        let byte = match c {
            '0'..='7' => self.digits(8, 3),
            'x' if self.byte(1).is_some_and(|byte| byte.is_ascii_hexdigit()) => {
                self.pos += 1;
                self.digits(16, 2)
            }
            _ => {
                self.pos += c.len_utf8();
                match c {
                    'b' => 0x08,
                    'f' => 0x0c,
                    'n' => b'\n',
                    'r' => b'\r',
                    't' => b'\t',
                    'v' => 0x0b,
                    _ => {
                        self.check_pair(buffer, 1 + c.len_utf8());
                        return buffer.push_char(c);
                    }
                }
            }
        };
        self.check_pair(buffer, self.pos - start);
        buffer.bytes.push(byte);
    }

    /// Up to `limit` digits as a byte; an octal number above 377 loses its ninth bit, as in the server.
    fn digits(&mut self, radix: u32, limit: usize) -> u8 {
        let mut value = 0;
        for _ in 0..limit {
            let Some(digit) = self.byte(0).and_then(|byte| (byte as char).to_digit(radix)) else { break };
            value = value * radix + digit;
            self.pos += 1;
        }
        (value & 0xff) as u8
    }

    fn unicode_escape(&mut self, buffer: &mut Buffer, start: usize, letter: char) {
        let length = if letter == 'u' { 4 } else { 8 };
        self.pos += 1;
        let digits = self.src.get(self.pos..self.pos + length);
        let Some(digits) = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) else {
            buffer.surrogate = None;
            return buffer.fail(LexError {
                sqlstate: "22025",
                message: "invalid Unicode escape".to_owned(),
                near: None,
                position: Some(start),
                detail: None,
                hint: Some("Unicode escapes must be \\uXXXX or \\UXXXXXXXX."),
                late: false,
            });
        };
        self.pos += length;
        let code = u32::from_str_radix(digits, 16).unwrap_or(u32::MAX);
        match (buffer.surrogate.take(), code) {
            (Some(first), 0xdc00..=0xdfff) => buffer.push_char(pair(first, code)),
            (Some(_), _) | (None, 0xdc00..=0xdfff) => {
                buffer.fail(LexError::near(BAD_PAIR, start, self.pos));
            }
            (None, 0xd800..=0xdbff) => buffer.surrogate = Some(code),
            (None, code) => match char::from_u32(code).filter(|c| *c != '\0') {
                Some(c) => buffer.push_char(c),
                None => buffer.fail(LexError::near("invalid Unicode escape value", start, self.pos)),
            },
        }
    }

    fn warn_of_escape(&mut self, buffer: &mut Buffer, c: char) {
        if !std::mem::take(&mut buffer.warn) {
            return;
        }
        let what = match c {
            '\'' => "\\'",
            '\\' => "\\\\",
            _ => "escape",
        };
        let message = format!("nonstandard use of {what} in a string literal");
        self.notices.push(Notice { severity: "WARNING", sqlstate: "22P06", message });
    }

    pub(super) fn dollar_string(&mut self, start: usize, delimiter_length: usize) -> Token {
        let delimiter = self.rest().get(..delimiter_length).unwrap_or_default();
        self.pos += delimiter_length;
        let body = self.rest();
        match body.find(delimiter) {
            Some(length) => {
                self.pos += length + delimiter_length;
                Token::Text(body.get(..length).unwrap_or_default().to_owned())
            }
            None => {
                self.pos = self.src.len();
                let error = LexError::near("unterminated dollar-quoted string", start, self.pos);
                Token::Bad(Box::new(error))
            }
        }
    }

    pub(super) fn quoted_identifier(
        &mut self,
        start: usize,
        prefix: usize,
        make: fn(&mut Self, String) -> Token,
    ) -> Token {
        self.pos += prefix;
        let mut name = String::new();
        loop {
            name.push_str(self.take_while(|byte| byte != b'"'));
            if self.byte(0).is_none() {
                let error = LexError::near("unterminated quoted identifier", start, self.pos);
                return Token::Bad(Box::new(error));
            }
            self.pos += 1;
            if self.byte(0) != Some(b'"') {
                break;
            }
            self.pos += 1;
            name.push('"');
        }
        if name.is_empty() {
            let error = LexError::near("zero-length delimited identifier", start, self.pos);
            return Token::Bad(Box::new(error));
        }
        make(self, name)
    }
}

const UNTERMINATED: &str = "unterminated quoted string";
pub(super) const BAD_PAIR: &str = "invalid Unicode surrogate pair";

/// A character from its two surrogates.
pub(super) fn pair(first: u32, second: u32) -> char {
    let code = 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff);
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn finish(buffer: Buffer, make: fn(String) -> Token) -> Token {
    if let Some(error) = buffer.error {
        return Token::Bad(Box::new(error));
    }
    let nul = buffer.bytes.iter().position(|byte| *byte == 0);
    match String::from_utf8(buffer.bytes) {
        Ok(text) if nul.is_none() => make(text),
        Ok(_) => Token::Bad(Box::new(invalid_bytes(&[0]))),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            match nul {
                Some(nul) if nul < valid => Token::Bad(Box::new(invalid_bytes(&[0]))),
                _ => Token::Bad(Box::new(invalid_bytes(error.as_bytes().get(valid..).unwrap_or_default()))),
            }
        }
    }
}

/// As report_invalid_encoding() words it: as many bytes as the first one announces.
pub(in crate::sql) fn invalid_bytes(bytes: &[u8]) -> LexError {
    let announced = match bytes.first() {
        Some(0xc0..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf7) => 4,
        _ => 1,
    };
    let shown: Vec<String> = bytes.iter().take(announced).map(|byte| format!("0x{byte:02x}")).collect();
    LexError {
        sqlstate: "22021",
        message: format!("invalid byte sequence for encoding \"UTF8\": {}", shown.join(" ")),
        near: None,
        position: None,
        detail: None,
        hint: None,
        late: false,
    }
}
