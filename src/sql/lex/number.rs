//! Numbers, whose spelling grew: 15 refuses letters right after one, 16 has 0x, 0o, 0b and underscores.

use super::{LexError, Lexer, Token, is_identifier_byte, is_identifier_start};

impl Lexer<'_> {
    pub(super) fn number(&mut self, start: usize) -> Token {
        if self.options.major >= 16
            && let Some(token) = self.radix_integer(start)
        {
            return token;
        }
        let whole = self.decimal_number();
        let exponent = self.exponent();
        if exponent == Exponent::Broken {
            return self.junk(start, "trailing junk after numeric literal");
        }
        if self.junk_follows() || self.is_prefix_of_junk(start) {
            self.take_while(is_identifier_byte);
            return self.junk(start, "trailing junk after numeric literal");
        }
        let text = self.src.get(start..self.pos).unwrap_or_default();
        let digits: String = text.chars().filter(|c| *c != '_').collect();
        match digits.parse() {
            Ok(value) if whole && exponent == Exponent::None => Token::Integer(value),
            _ => Token::Float(text.to_owned()),
        }
    }

    pub(super) fn parameter(&mut self, start: usize) -> Token {
        self.pos += 1;
        self.take_while(|byte| byte.is_ascii_digit());
        if self.junk_follows() {
            self.take_while(is_identifier_byte);
            return self.junk(start, "trailing junk after parameter");
        }
        Token::Param
    }

    fn junk(&self, start: usize, message: &str) -> Token {
        Token::Bad(Box::new(LexError::near(message, start, self.pos)))
    }

    fn junk_follows(&self) -> bool {
        self.options.major >= 15 && self.byte(0).is_some_and(is_identifier_start)
    }

    /// Since 15 a whole identifier is junk after a number, and the longest match wins: `1e5$` is 1 and `e5$`.
    fn is_prefix_of_junk(&self, start: usize) -> bool {
        let text = self.src.get(start..self.pos).unwrap_or_default();
        let last = text.rsplit(['.', '+', '-']).next().unwrap_or_default();
        self.options.major >= 15 && self.byte(0) == Some(b'$') && last.bytes().any(is_identifier_start)
    }

    /// Digits, a point, digits; whether there was no point.
    fn decimal_number(&mut self) -> bool {
        self.digit_run(10);
        // 1..2 is an integer and two dots.
        if self.byte(0) != Some(b'.') || self.byte(1) == Some(b'.') {
            return true;
        }
        self.pos += 1;
        self.digit_run(10);
        false
    }

    /// Digits with single underscores between them where the version has those.
    fn digit_run(&mut self, radix: u32) {
        let is_digit = |byte: Option<u8>| byte.is_some_and(|byte| (byte as char).is_digit(radix));
        loop {
            if is_digit(self.byte(0)) {
                self.pos += 1;
            } else if self.options.major >= 16
                && self.byte(0) == Some(b'_')
                && is_digit(self.byte(1))
                && self.src.as_bytes().get(self.pos.wrapping_sub(1)) != Some(&b'.')
            {
                self.pos += 2;
            } else {
                return;
            }
        }
    }

    /// Length of an exponent with its digits.
    fn exponent_length(&self) -> Option<usize> {
        let sign = usize::from(matches!(self.byte(1), Some(b'+' | b'-')));
        self.byte(1 + sign).filter(u8::is_ascii_digit).map(|_| 1 + sign)
    }

    fn exponent(&mut self) -> Exponent {
        if !matches!(self.byte(0), Some(b'e' | b'E')) {
            return Exponent::None;
        }
        match self.exponent_length() {
            Some(length) => {
                self.pos += length;
                self.digit_run(10);
                Exponent::Whole
            }
            None if matches!(self.byte(1), Some(b'+' | b'-')) && self.options.major >= 15 => {
                self.pos += 2;
                Exponent::Broken
            }
            None => Exponent::None,
        }
    }

    /// 0x, 0o and 0b. None where this is no such number: then it is a 0 with letters after it.
    fn radix_integer(&mut self, start: usize) -> Option<Token> {
        let (radix, name) = match (self.byte(0), self.byte(1)?) {
            (Some(b'0'), b'x' | b'X') => (16, "hexadecimal"),
            (Some(b'0'), b'o' | b'O') => (8, "octal"),
            (Some(b'0'), b'b' | b'B') => (2, "binary"),
            _ => return None,
        };
        self.pos += 2;
        let digits_start = self.pos;
        self.digit_run(radix);
        let empty = self.pos == digits_start;
        if empty && self.byte(0) == Some(b'_') {
            self.pos += 1;
        }
        if self.byte(0).is_some_and(is_identifier_start)
            || self.byte(0) == Some(b'$')
            || (empty && self.byte(0).is_some_and(is_identifier_byte))
        {
            self.take_while(is_identifier_byte);
            return Some(self.junk(start, "trailing junk after numeric literal"));
        }
        if empty {
            return Some(self.junk(start, &format!("invalid {name} integer")));
        }
        let text = self.src.get(start..self.pos).unwrap_or_default();
        let digits: String = text.chars().skip(2).filter(|c| *c != '_').collect();
        Some(match i32::from_str_radix(&digits, radix) {
            Ok(value) => Token::Integer(value),
            Err(_) => Token::Float(text.to_owned()),
        })
    }
}

#[derive(PartialEq)]
enum Exponent {
    None,
    Whole,
    Broken,
}
