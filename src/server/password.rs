//! Where passwords come from: the password file, a command, a prompt.

use std::io;
use std::path::Path;
use std::process::Stdio;

use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::child;
use super::connect_error::{ConnectError, ErrorKind};
pub use super::prompt::TerminalPrompt;

/// Whether a person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prompt {
    /// If the server asks and nothing else has it.
    #[default]
    IfNeeded,
    /// `-w`: never.
    Never,
    /// `-W`: before the first attempt.
    Always,
}

/// Someone who can be asked for a password.
pub trait PasswordSource: Send {
    /// The password; `prompt` is the line that asks for it.
    fn ask(&mut self, prompt: &str) -> Result<SecretString, ConnectError>;

    /// Whether there is somebody who may try again after the password that was given last was refused.
    fn again(&mut self, _refused: &ConnectError) -> bool {
        false
    }
}

/// Nobody to ask: an error says that a password is needed.
#[derive(Debug, Default)]
pub struct NoPrompt;

impl PasswordSource for NoPrompt {
    fn ask(&mut self, _prompt: &str) -> Result<SecretString, ConnectError> {
        Err(ConnectError::new(
            ErrorKind::PasswordNeeded,
            "the server asks for a password, and none was given",
        ))
    }
}

/// A password that is known already, as from a dialog.
#[derive(Debug)]
pub struct Known(
    /// The password.
    pub SecretString,
);

impl PasswordSource for Known {
    fn ask(&mut self, _prompt: &str) -> Result<SecretString, ConnectError> {
        Ok(self.0.clone())
    }
}

/// Runs a password command in the shell, and takes the first line that it prints.
///
/// It runs at each connect, so that tokens which live for minutes work. It gets none of our variables that hold a
/// password. What it says on standard error is the detail if it fails; a screen that is in use is not written over.
pub async fn run_command(command: &str) -> Result<SecretString, ConnectError> {
    let what = "the password command failed";
    let failed = |detail: String| Err(ConnectError::new(ErrorKind::PasswordSource, what).detail(detail));
    let Ok(text) = String::from_utf8(output(command, what).await?) else {
        return failed("it printed no UTF-8".to_owned());
    };
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(SecretString::from(line)),
        _ => failed("it printed nothing".to_owned()),
    }
}

/// What a command of the shell prints on standard output; `what` is the error if it fails.
pub(super) async fn output(command: &str, what: &str) -> Result<Vec<u8>, ConnectError> {
    let failed = |detail: String| Err(ConnectError::new(ErrorKind::PasswordSource, what).detail(detail));
    let mut child = tokio::process::Command::from(child::printing(command));
    child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let ended = async {
        let mut child = child.spawn()?;
        let (out, said) = (child.stdout.take(), child.stderr.take());
        let (out, said) = tokio::try_join!(some(out), some(said))?;
        // What it goes on printing is read by nobody, which ends it.
        let status =
            if out.len() > MOST { child.kill().await.map(|()| None) } else { child.wait().await.map(Some) };
        io::Result::Ok((out, said, status?))
    };
    match ended.await {
        Err(error) => failed(error.to_string()),
        Ok((_, _, None)) => failed(format!("it printed more than {MOST} bytes")),
        Ok((out, _, Some(status))) if status.success() => Ok(out),
        Ok((_, said, Some(status))) => {
            let said = String::from_utf8_lossy(&said);
            failed(format!("{status}: {}", said.lines().next().unwrap_or("it says nothing")))
        }
    }
}

/// No password or set of credentials is longer.
const MOST: usize = 65_536;

/// What comes out of a pipe, up to a little more than anybody wants.
async fn some(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(MOST as u64 + 1).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// What a password file is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    /// The host as it was said; `localhost` for the default Unix socket.
    pub host: &'a str,
    /// The port as it was said.
    pub port: &'a str,
    /// The database.
    pub database: &'a str,
    /// The role.
    pub user: &'a str,
}

/// The text of a password file, or nothing, with libpq's warning where the file may not be trusted.
pub fn read_passfile(path: &Path, warnings: &mut Vec<String>) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).ok()?;
    if !metadata.is_file() {
        warnings.push(format!("password file \"{}\" is not a plain file", path.display()));
        return None;
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        warnings.push(format!(
            "password file \"{}\" has group or world access and is ignored; permissions should be u=rw (0600) or less",
            path.display()
        ));
        return None;
    }
    std::fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The password of the first line that matches.
pub fn find_in_passfile(text: &str, lookup: Lookup<'_>) -> Option<SecretString> {
    let wanted = [lookup.host, lookup.port, lookup.database, lookup.user];
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let rest = wanted.iter().try_fold(line, |rest, wanted| match_field(rest, wanted))?;
        Some(SecretString::from(unescape(rest)))
    })
}

/// What follows the first field and its colon, if that is `*` or spells `wanted` (`\` escapes a character).
fn match_field<'a>(line: &'a str, wanted: &str) -> Option<&'a str> {
    if let Some(rest) = line.strip_prefix("*:") {
        return Some(rest);
    }
    let mut wanted = wanted.chars();
    let mut chars = line.chars();
    loop {
        let (c, escaped) = match chars.next()? {
            '\\' => (chars.next()?, true),
            c => (c, false),
        };
        match wanted.next() {
            None if c == ':' && !escaped => return Some(chars.as_str()),
            Some(w) if w == c => {}
            _ => return None,
        }
    }
}

/// The last field up to an unescaped colon.
fn unescape(field: &str) -> String {
    let mut out = String::new();
    let mut chars = field.trim_end_matches(['\r', '\n']).chars();
    while let Some(c) = chars.next() {
        match c {
            ':' => break,
            '\\' => out.push(chars.next().unwrap_or('\\')),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn look(text: &str, host: &str, database: &str, user: &str) -> Option<String> {
        find_in_passfile(text, Lookup { host, port: "5432", database, user })
            .map(|found| found.expose_secret().to_owned())
    }

    #[test]
    fn the_first_line_that_matches_counts() {
        let text =
            "# h:5432:d:u:comment\nh:5433:d:u:port\nh:5432:other:u:database\nh:*:*:u:first\n*:*:*:*:second\n";
        assert_eq!(look(text, "h", "d", "u").as_deref(), Some("first"));
        assert_eq!(look(text, "h", "d", "x").as_deref(), Some("second"));
        assert_eq!(look("h:5432:d:u:x\n", "H", "d", "u"), None);
        assert_eq!(look("h:5432:d\n", "h", "d", "u"), None);
        assert_eq!(look("", "h", "d", "u"), None);
    }

    #[test]
    fn colons_and_backslashes_are_escaped() {
        let text = r"\:\:1:5432:d\\b:*:a\:b\\c:rest";
        assert_eq!(look(text, "::1", r"d\b", "u").as_deref(), Some(r"a:b\c"));
        assert_eq!(look(r"h:5432:a:u:x", "h", "a:u", "x"), None);
        // A star is a wildcard only as the whole field.
        assert_eq!(look(r"h*:*:*:*:x", "host", "d", "u"), None);
        assert_eq!(look(r"\*:*:*:*:x", "*", "d", "u").as_deref(), Some("x"));
        assert_eq!(look("*:*:*:*:p\r\n", "h", "d", "u").as_deref(), Some("p"));
        assert_eq!(look("*:*:*:*:é ü\n", "h", "d", "u").as_deref(), Some("é ü"));
    }

    #[tokio::test]
    async fn a_command_prints_the_password() {
        let password = run_command("printf 'se cret\\nmore'").await.unwrap();
        assert_eq!(password.expose_secret(), "se cret");
        let kilobyte = run_command("head -c 1500 /dev/zero | tr '\\0' x").await.unwrap();
        assert_eq!(kilobyte.expose_secret().len(), 1500);
    }

    #[tokio::test]
    async fn a_command_that_never_stops_printing_is_stopped() {
        let error = run_command("yes").await.unwrap_err();
        assert_eq!(error.detail.as_deref(), Some("it printed more than 65536 bytes"));
    }

    #[tokio::test]
    async fn a_command_that_fails_says_so_without_its_output() {
        for command in ["exit 3", "true", "echo hunter2; echo sorry >&2; exit 1"] {
            let error = run_command(command).await.unwrap_err();
            assert_eq!(
                (error.kind, error.message.as_str()),
                (ErrorKind::PasswordSource, "the password command failed")
            );
            assert!(!format!("{error:?}").contains("hunter2"));
        }
        let error = run_command("echo sorry >&2; exit 1").await.unwrap_err();
        assert_eq!(error.detail.as_deref(), Some("exit status: 1: sorry"));
    }
}
