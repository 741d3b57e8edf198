//! Where the explorer was connected lately: `$XDG_STATE_HOME/rolescope/recent.json`, else below `~/.local/state`.
//!
//! Connection strings without what is secret, the newest first. The file is its owner's alone; it may be deleted.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use etcetera::base_strategy::{BaseStrategy, Xdg};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::aws::IamArguments;

/// More are forgotten, the oldest first.
const MOST: usize = 20;

/// The file of recent connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    path: PathBuf,
}

/// One connection that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// What leads there again.
    pub conninfo: String,
    /// When it was made last.
    pub at: Timestamp,
    /// How its IAM token was made, if the password was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iam: Option<IamArguments>,
}

impl Recent {
    /// In the user's state folder; none where there is no home.
    pub fn of_user() -> Option<Recent> {
        let state = Xdg::new().ok()?.state_dir()?;
        Some(Recent::in_file(state.join("rolescope").join("recent.json")))
    }

    /// In this file.
    pub fn in_file(path: impl Into<PathBuf>) -> Recent {
        Recent { path: path.into() }
    }

    /// The newest first. A file that cannot be read is an empty one: nothing but convenience is in it.
    pub fn visits(&self) -> Vec<Visit> {
        self.read().unwrap_or_default()
    }

    fn read(&self) -> Option<Vec<Visit>> {
        serde_json::from_slice(&fs::read(&self.path).ok()?).ok()
    }

    /// Remembers a connection. The file is replaced as a whole, so that two explorers cannot spoil it; one that is not
    /// understood, as of a newer version, is kept beside it.
    pub fn remember(&self, conninfo: &str, iam: Option<IamArguments>, at: Timestamp) -> io::Result<()> {
        let mut visits = self.visits();
        visits.retain(|visit| visit.conninfo != conninfo);
        visits.insert(0, Visit { conninfo: conninfo.to_owned(), at, iam });
        visits.truncate(MOST);
        let folder = self.path.parent().ok_or_else(|| io::Error::other("no folder for it"))?;
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        if visits.len() == 1 && self.path.exists() && self.read().is_none() {
            fs::rename(&self.path, self.path.with_extension("json.old"))?;
        }
        let new = self.path.with_extension(format!("json.{}", std::process::id()));
        let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec_pretty(&visits)?)?;
        fs::rename(&new, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_newest_comes_first_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let recent = Recent::in_file(folder.path().join("rolescope").join("recent.json"));
        assert!(recent.visits().is_empty());
        let now = Timestamp::UNIX_EPOCH;
        for conninfo in ["host=a", "host=b", "host=a"] {
            recent.remember(conninfo, None, now).unwrap();
        }
        let conninfos: Vec<_> = recent.visits().into_iter().map(|visit| visit.conninfo).collect();
        assert_eq!(conninfos, ["host=a", "host=b"]);
        let file = folder.path().join("rolescope").join("recent.json");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        for n in 0..30 {
            recent.remember(&format!("host={n}"), None, now).unwrap();
        }
        assert_eq!(recent.visits().len(), MOST);
        fs::write(&file, "not json").unwrap();
        assert!(recent.visits().is_empty());
        recent.remember("host=c", None, now).unwrap();
        assert_eq!(recent.visits().len(), 1);
        assert_eq!(fs::read_to_string(file.with_extension("json.old")).unwrap(), "not json");
    }
}
