//! The server's first messages, read along as they pass: a letter, a length that counts itself, and content.

/// Finds the messages that begin with a number, whatever pieces they come in.
#[derive(Default)]
pub(super) struct Numbered {
    head: Vec<u8>,
    skip: usize,
}

/// What the server wants to know before it lets anybody in.
pub(super) const AUTHENTICATION: u8 = b'R';
/// The process and the secret that a cancel request names.
pub(super) const BACKEND_KEY: u8 = b'K';

const HEAD: usize = 5;
const NUMBER: usize = 4;

impl Numbered {
    /// The next one's letter and number; `bytes` goes on behind them. Nothing where more must come first.
    pub(super) fn next(&mut self, bytes: &mut &[u8]) -> Option<(u8, u32)> {
        while let Some((byte, rest)) = bytes.split_first() {
            *bytes = rest;
            if self.skip > 0 {
                self.skip -= 1;
                continue;
            }
            self.head.push(*byte);
            match *self.head.as_slice() {
                [letter, a, b, c, d, e, f, g, h] => {
                    self.skip_rest([a, b, c, d], NUMBER);
                    return Some((letter, u32::from_be_bytes([e, f, g, h])));
                }
                [letter, a, b, c, d] if ![AUTHENTICATION, BACKEND_KEY].contains(&letter) => {
                    self.skip_rest([a, b, c, d], 0);
                }
                _ => {}
            }
        }
        None
    }

    /// Of the length its own bytes are read already, and `read` of the content.
    fn skip_rest(&mut self, length: [u8; 4], read: usize) {
        self.head.clear();
        self.skip = (u32::from_be_bytes(length) as usize).saturating_sub(HEAD - 1 + read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(letter: u8, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(4 + content.len()).unwrap();
        [&[letter][..], &length.to_be_bytes(), content].concat()
    }

    #[test]
    fn messages_are_found_whatever_the_pieces() {
        let all = [
            message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0"),
            message(b'N', b"R\0\0\0\x03x"),
            message(b'R', b"\0\0\0\0"),
            message(b'S', b"K\0\0\0\x0c\0\0\0\x07\0"),
            message(b'K', b"\0\0\x12\x34secret of any length"),
            message(b'Z', b"I"),
        ]
        .concat();
        for size in 1..=all.len() {
            let mut numbered = Numbered::default();
            let mut found = Vec::new();
            for mut piece in all.chunks(size) {
                while let Some(one) = numbered.next(&mut piece) {
                    found.push(one);
                }
            }
            assert_eq!((size, found), (size, vec![(b'R', 10), (b'R', 0), (b'K', 0x1234)]));
        }
    }
}
