//! The user that the server runs as, and the folders it can read.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::DemoError;
use crate::server::child;

/// Who runs the server: the person, or, where that is root, an ordinary user, because PostgreSQL refuses root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerUser {
    Myself,
    Other { uid: u32, gid: u32 },
}

impl ServerUser {
    pub(crate) fn choose() -> Result<ServerUser, DemoError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(ServerUser::Myself);
        }
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Some(ServerUser::Other { uid: id("-u", name)?, gid: id("-g", name)? }))
            .ok_or(DemoError::NoServerUser)
    }

    /// `program`, to be run as this user.
    pub(crate) fn command(self, program: &Path) -> Command {
        let mut command = child::command(program);
        // Any folder but this one may be closed to that user. With another locale than C a postmaster on macOS finds
        // itself multithreaded, and gives up.
        command.current_dir("/").env("LC_ALL", "C");
        if let ServerUser::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Hands a file or folder over.
    pub(crate) fn own(self, path: &Path) -> Result<(), DemoError> {
        match self {
            ServerUser::Myself => Ok(()),
            ServerUser::Other { uid, gid } => std::os::unix::fs::chown(path, Some(uid), Some(gid))
                .map_err(DemoError::file("give the server's user", path)),
        }
    }

    /// Whether this user gets to what is in `folder`.
    pub(crate) fn reaches(self, folder: &Path) -> bool {
        let open =
            |folder: &Path| std::fs::metadata(folder).is_ok_and(|at| at.permissions().mode() & 0o001 != 0);
        self == ServerUser::Myself || folder.ancestors().all(open)
    }

    pub(crate) fn uid(self) -> u32 {
        match self {
            ServerUser::Myself => rustix::process::geteuid().as_raw(),
            ServerUser::Other { uid, .. } => uid,
        }
    }
}

/// `id` knows users wherever they are kept: on macOS that is not /etc/passwd.
fn id(flag: &str, name: &str) -> Option<u32> {
    let output = child::command("id").args([flag, name]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().parse().ok())?
}

/// Where fetched servers and prepared data directories are kept. Root's own cache would be closed to the server's
/// user, so root uses the system's.
pub fn cache_folder(name: &str) -> Result<PathBuf, DemoError> {
    let folder = if rustix::process::geteuid().is_root() {
        PathBuf::from(if cfg!(target_os = "macos") { "/Library/Caches" } else { "/var/cache" })
    } else {
        etcetera::base_strategy::choose_base_strategy()
            .map(|xdg| etcetera::BaseStrategy::cache_dir(&xdg))
            .unwrap_or_else(|_| std::env::temp_dir())
    };
    let folder = folder.join("rolescope").join(name);
    std::fs::create_dir_all(&folder).map_err(DemoError::file("create", &folder))?;
    if rustix::process::geteuid().is_root() {
        // The server's user passes through, whatever root's umask.
        for folder in folder.ancestors().take(2) {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
                .map_err(DemoError::file("change the mode of", folder))?;
        }
    }
    Ok(folder)
}

/// A lock that ends with the process that holds it, however that ends.
pub fn lock(path: &Path) -> Result<std::fs::File, DemoError> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(DemoError::file("open", path))?;
    rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)
        .map_err(|error| DemoError::file("lock", path)(error.into()))?;
    Ok(file)
}

/// Removes what an earlier attempt may have left.
pub(crate) fn clear(folder: &Path) -> Result<(), DemoError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(DemoError::file("remove", folder)(error))
        }
        _ => Ok(()),
    }
}
