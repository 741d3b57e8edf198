//! Asking for a password at the terminal.
//!
//! Our own, since the library for it dies of Ctrl-C before it gives the terminal its echo back.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;

use super::connect_error::{ConnectError, ErrorKind};
use super::password::PasswordSource;

/// The person at the terminal, whatever standard input is.
#[derive(Debug, Default)]
pub struct TerminalPrompt;

impl PasswordSource for TerminalPrompt {
    fn ask(&mut self, prompt: &str) -> Result<SecretString, ConnectError> {
        let failed = |detail: io::Error| {
            ConnectError::new(ErrorKind::PasswordSource, "could not ask for a password at the terminal")
                .detail(detail.to_string())
                .hint("Use a password file, PGPASSWORD or --password-command.")
        };
        match ask(prompt).map_err(failed)? {
            Typed::Password(password) => Ok(password),
            Typed::End => Err(ConnectError::new(ErrorKind::PasswordSource, "no password was typed")),
            Typed::Interrupt => {
                // With the terminal in order again, Ctrl-C does what it does everywhere.
                let _ = kill_process(getpid(), Signal::INT);
                Err(ConnectError::new(ErrorKind::PasswordSource, "the password prompt was interrupted"))
            }
        }
    }

    fn again(&mut self, refused: &ConnectError) -> bool {
        let line = format!("{}\n", refused.message);
        OpenOptions::new()
            .write(true)
            .open("/dev/tty")
            .is_ok_and(|mut tty| tty.write_all(line.as_bytes()).is_ok())
    }
}

fn ask(prompt: &str) -> io::Result<Typed> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let mut guard = Quiet::new(terminal)?;
    guard.terminal.write_all(prompt.as_bytes())?;
    let typed = read_masked(&mut guard.terminal.try_clone()?, &mut guard.terminal);
    guard.terminal.write_all(b"\n")?;
    typed
}

/// A terminal that neither echoes nor acts on keys, until it is dropped.
struct Quiet {
    terminal: File,
    before: Termios,
}

impl Quiet {
    fn new(terminal: File) -> io::Result<Self> {
        let before = tcgetattr(&terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes &= !(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        // What was typed before the question is no answer to it.
        tcsetattr(&terminal, OptionalActions::Flush, &quiet)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

enum Typed {
    Password(SecretString),
    End,
    Interrupt,
}

const ENTER: [u8; 2] = [b'\r', b'\n'];
const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const CTRL_U: u8 = 21;
const ERASE: [u8; 2] = [8, 127];
const ESCAPE: u8 = 27;

/// Reads up to Enter, and shows a star for each character.
fn read_masked(input: &mut impl Read, output: &mut impl Write) -> io::Result<Typed> {
    // Room enough that the text is never moved, and no copy of it left behind.
    let mut typed: Vec<u8> = Vec::with_capacity(8192);
    loop {
        let Some(byte) = next(input)? else { return Ok(Typed::End) };
        match byte {
            byte if ENTER.contains(&byte) => break,
            CTRL_C => return Ok(Typed::Interrupt),
            CTRL_D if typed.is_empty() => return Ok(Typed::End),
            CTRL_U => while erase(&mut typed, output)? {},
            byte if ERASE.contains(&byte) => drop(erase(&mut typed, output)?),
            ESCAPE => skip_key(input)?,
            byte if byte < b' ' => {}
            byte => {
                typed.push(byte);
                if begins_character(byte) {
                    output.write_all(b"*")?;
                }
            }
        }
    }
    let text = String::from_utf8(typed).map_err(|_| io::Error::other("what was typed is not UTF-8"))?;
    Ok(Typed::Password(SecretString::from(text)))
}

fn next(input: &mut impl Read) -> io::Result<Option<u8>> {
    let mut byte = [0];
    match input.read_exact(&mut byte) {
        Ok(()) => Ok(Some(byte[0])),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// The bytes of UTF-8 that follow the first one of a character are 10xxxxxx.
fn begins_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// Takes the last character away, if there is one.
fn erase(typed: &mut Vec<u8>, output: &mut impl Write) -> io::Result<bool> {
    while let Some(byte) = typed.pop() {
        if begins_character(byte) {
            output.write_all(b"\x08 \x08")?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// An arrow or function key is no character: ESC, `[` or `O`, and on to a letter or a tilde.
fn skip_key(input: &mut impl Read) -> io::Result<()> {
    if !matches!(next(input)?, Some(b'[' | b'O')) {
        return Ok(());
    }
    while let Some(byte) = next(input)? {
        if (0x40..=0x7e).contains(&byte) {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    /// The password, or what else came of it, and what was shown.
    fn typing(keys: &str) -> (String, String) {
        let mut shown = Vec::new();
        let typed = match read_masked(&mut keys.as_bytes(), &mut shown).unwrap() {
            Typed::Password(password) => password.expose_secret().to_owned(),
            Typed::End => "(end)".to_owned(),
            Typed::Interrupt => "(interrupt)".to_owned(),
        };
        (typed, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn stars_are_shown_and_keys_edit() {
        let rub = "\x08 \x08";
        for (keys, password, shown) in [
            ("hunter2\r", "hunter2", "*******".to_owned()),
            ("pä€s\n", "pä€s", "****".to_owned()),
            ("aä\x7f\x7f\x7fb\r", "b", format!("**{rub}{rub}*")),
            ("abc\x15d\r", "d", format!("***{rub}{rub}{rub}*")),
            ("a\x1b[1;5Cb\x1bOAc\r", "abc", "***".to_owned()),
            ("\r", "", String::new()),
            ("\x04", "(end)", String::new()),
            ("ab", "(end)", "**".to_owned()),
            ("ab\x03c\r", "(interrupt)", "**".to_owned()),
        ] {
            assert_eq!((keys, typing(keys)), (keys, (password.to_owned(), shown)));
        }
    }
}
