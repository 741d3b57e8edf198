//! The journal: what is about to be committed, on disk before COMMIT is sent, and what came of it.
//!
//! With it the way back survives a crash of either side. One JSON object a line; a file a month.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, Xdg};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

/// Where the journal is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    folder: PathBuf,
}

/// Who did it, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The server as it was said.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The session user.
    pub user: String,
    /// The server's version.
    pub server: String,
}

/// What is about to be committed. Statements are masked already.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Intent {
    /// Who and where.
    #[serde(flatten)]
    pub place: Place,
    /// The transaction on the server, with its epoch, as `pg_xact_status()` takes it.
    pub xid: u64,
    /// The statements, passwords masked.
    pub statements: Vec<String>,
    /// The catalog entries before and after.
    pub changes: Vec<Value>,
    /// The statements that bring the former state back; null where there is no way.
    pub undo: Option<Vec<String>>,
}

/// An intent that is on disk; its outcome is to follow.
#[derive(Debug)]
pub struct Entry {
    id: String,
    file: File,
}

#[derive(Serialize)]
struct Line<'a> {
    v: u8,
    id: &'a str,
    time: String,
    #[serde(flatten)]
    event: Event<'a>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Commit(&'a Intent),
    Outcome { applied: &'a str, because: Option<&'a str> },
}

impl Journal {
    /// In the user's state folder: `$XDG_STATE_HOME/rolescope/journal`, else below `~/.local/state`.
    pub fn of_user() -> io::Result<Journal> {
        let xdg = Xdg::new().map_err(io::Error::other)?;
        let state = xdg.state_dir().ok_or_else(|| io::Error::other("no folder for state"))?;
        Ok(Journal::in_folder(state.join("rolescope").join("journal")))
    }

    /// In this folder.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Journal {
        Journal { folder: folder.into() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes what is about to be committed, and returns when it is on disk.
    pub fn begin(&self, intent: &Intent, now: Timestamp) -> io::Result<Entry> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let month = now.to_zoned(TimeZone::UTC).strftime("%Y-%m").to_string();
        let path = self.folder.join(format!("{month}.jsonl"));
        // What was granted to whom is nobody else's business.
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
        let id = format!("{}-{}-{}", now.as_millisecond(), std::process::id(), intent.xid);
        let mut entry = Entry { id, file };
        entry.write(Event::Commit(intent), now)?;
        // A new file is safe only when its name is, too.
        File::open(&self.folder)?.sync_all()?;
        Ok(entry)
    }
}

impl Entry {
    /// Writes what came of it: `committed`, `rolled_back` or `unknown`.
    pub fn outcome(mut self, applied: &str, because: Option<&str>, now: Timestamp) -> io::Result<()> {
        self.write(Event::Outcome { applied, because }, now)
    }

    /// One write a line: with O_APPEND, lines of several processes don't mix.
    fn write(&mut self, event: Event<'_>, now: Timestamp) -> io::Result<()> {
        let line = Line { v: 1, id: &self.id, time: now.to_string(), event };
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn intent() -> Intent {
        let place = Place {
            host: "db".into(),
            port: 5432,
            database: "shop".into(),
            user: "master".into(),
            server: "16.4".into(),
        };
        Intent {
            place,
            xid: 1 << 33,
            statements: vec!["ALTER ROLE a PASSWORD '***'".into()],
            changes: vec![serde_json::json!({"catalog": "pg_authid"})],
            undo: None,
        }
    }

    #[test]
    fn an_entry_is_two_lines_that_share_an_id() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::in_folder(folder.path().join("a").join("journal"));
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let entry = journal.begin(&intent(), now).unwrap();
        let path = journal.folder().join("2026-11.jsonl");
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1, "on disk before COMMIT");
        entry.outcome("committed", None, now).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["event"], "commit");
        assert_eq!(lines[0]["xid"], 1u64 << 33);
        assert_eq!(lines[0]["database"], "shop");
        assert_eq!(lines[1]["event"], "outcome");
        assert_eq!(lines[1]["applied"], "committed");
        assert_eq!(lines[0]["id"], lines[1]["id"]);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(journal.folder()).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(
            Journal::in_folder(file.path().join("journal")).begin(&intent(), Timestamp::UNIX_EPOCH).is_err()
        );
    }
}
