//! What the process was started with, as a value.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::server::aws::bundle;
use crate::server::child;
use crate::server::connect_error::ConnectError;

/// Variables, home folder and user name. Resolving settings looks nowhere else, so tests need no environment.
#[derive(Clone, Default)]
pub struct Environment {
    /// The variables PG* and AWS_*; others are of no interest.
    pub vars: BTreeMap<String, String>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The operating system's user name: the default role.
    pub user: Option<String>,
    /// Where a server's Unix socket is looked for when no host is said.
    pub socket_dirs: Vec<PathBuf>,
    /// Where the system-wide service file may be, unless PGSYSCONFDIR says it.
    pub sysconf_dirs: Vec<PathBuf>,
    /// Folders of the machine where `sslrootcert=rds` looks for the bundle.
    pub bundle_dirs: Vec<PathBuf>,
}

impl Environment {
    /// The process's own; the one place that reads `std::env` for connecting.
    pub fn from_process() -> Result<Self, ConnectError> {
        let mut vars = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str() else { continue };
            match value.into_string() {
                Ok(value) if name.starts_with("PG") || name.starts_with(AWS) => {
                    vars.insert(name.to_owned(), value);
                }
                Err(_) if name.starts_with("PG") => {
                    return Err(ConnectError::invalid(format!("environment variable {name} is not UTF-8")));
                }
                _ => {}
            }
        }
        let account = Account::of_process();
        Ok(Self {
            vars,
            home: std::env::var_os("HOME")
                .filter(|home| !home.is_empty())
                .map(PathBuf::from)
                .or(account.home),
            user: account.name,
            socket_dirs: ["/var/run/postgresql", "/run/postgresql", "/tmp"].map(PathBuf::from).to_vec(),
            sysconf_dirs: [
                "/etc/postgresql-common",
                "/etc/sysconfig/pgsql",
                "/usr/local/etc/postgresql",
                "/etc",
            ]
            .map(PathBuf::from)
            .to_vec(),
            bundle_dirs: bundle::FOLDERS.map(PathBuf::from).to_vec(),
        })
    }

    /// A variable's value, also where it is empty.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str)
    }

    /// What matters for tokens: nothing else need be kept as long as connections may be made.
    pub(crate) fn of_aws(&self) -> Environment {
        let vars = self.vars.iter().filter(|(name, _)| name.starts_with(AWS));
        let vars = vars.map(|(name, value)| (name.clone(), value.clone())).collect();
        Environment { vars, home: self.home.clone(), ..Environment::default() }
    }

    /// A file below the home folder.
    pub(super) fn in_home(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(path))
    }
}

const AWS: &str = "AWS_";

/// Names of variables only: values may be secret.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.vars.keys().collect();
        f.debug_struct("Environment").field("vars", &names).field("home", &self.home).finish_non_exhaustive()
    }
}

/// What the password database knows of the effective user. libpq asks it for the name, and never $USER; for the home
/// folder only where $HOME is empty.
#[derive(Debug, Default, PartialEq, Eq)]
struct Account {
    name: Option<String>,
    home: Option<PathBuf>,
}

impl Account {
    fn of_process() -> Self {
        let uid = rustix::process::geteuid().as_raw();
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        // Users may be kept elsewhere.
        Self::in_file(&passwd, uid)
            .unwrap_or_else(|| Self { name: name_by_id(&[]), home: std::env::home_dir() })
    }

    fn in_file(passwd: &str, uid: u32) -> Option<Self> {
        passwd.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, id, _, _, home, ..] = fields.as_slice() else { return None };
            let home = (!home.is_empty()).then(|| PathBuf::from(home));
            (id.parse() == Ok(uid)).then(|| Self { name: Some((*name).to_owned()), home })
        })
    }
}

/// The name of a user, if there is one.
pub(crate) fn name_of_uid(uid: u32) -> Option<String> {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    Account::in_file(&passwd, uid)
        .and_then(|account| account.name)
        .or_else(|| name_by_id(&[&uid.to_string()]))
}

fn name_by_id(who: &[&str]) -> Option<String> {
    let output = child::command("id").arg("-un").args(who).output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_comes_from_the_password_database() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\nana:x:1000:1000::/home/ana:/bin/sh\n";
        let ana = Account { name: Some("ana".to_owned()), home: Some("/home/ana".into()) };
        assert_eq!(Account::in_file(passwd, 1000), Some(ana));
        assert_eq!(Account::in_file(passwd, 7), None);
    }
}
