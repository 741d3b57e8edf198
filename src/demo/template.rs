//! Data directories. initdb takes about a second, so what it made is kept and copied.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::user::{ServerUser, cache_folder, clear, lock};
use super::{Binaries, DemoError};

/// Raise it when the arguments of initdb change.
const LAYOUT: u32 = 2;

/// Makes the data directory `data`, owned by `user`, with `superuser` as the bootstrap superuser.
pub(crate) fn data_directory(
    binaries: &Binaries,
    user: ServerUser,
    superuser: &str,
    data: &Path,
) -> Result<(), DemoError> {
    // A folder per user: initdb makes its files readable for their owner alone.
    let own = cache_folder("templates")?.join(user.uid().to_string());
    std::fs::create_dir_all(&own).map_err(DemoError::file("create", &own))?;
    user.own(&own)?;

    let template = own.join(key(binaries, superuser));
    if !template.is_dir() {
        let _lock = lock(&template.with_extension("lock"))?;
        if !template.is_dir() {
            let new = template.with_extension("new");
            clear(&new)?;
            initdb(binaries, user, superuser, &new)?;
            std::fs::rename(&new, &template).map_err(DemoError::file("rename", &new))?;
        }
    }
    let mut copy = user.command(Path::new("cp"));
    run(copy.arg("-Rp").arg(&template).arg(data), "cp")
}

fn initdb(binaries: &Binaries, user: ServerUser, superuser: &str, data: &Path) -> Result<(), DemoError> {
    let mut initdb = user.command(&binaries.program("initdb"));
    initdb
        .args([
            "--encoding=UTF8",
            "--locale=C",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--no-sync",
        ])
        .arg(format!("--username={superuser}"))
        .arg("-D")
        .arg(data);
    run(&mut initdb, "initdb")
}

fn run(command: &mut std::process::Command, name: &str) -> Result<(), DemoError> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(DemoError::program(name, &output)),
        Err(error) => {
            let reason = error.to_string();
            Err(DemoError::Program { program: name.to_owned(), output: reason.clone(), reason })
        }
    }
}

/// Everything that a data directory depends on. A package that was upgraded in place has another time and size.
fn key(binaries: &Binaries, superuser: &str) -> PathBuf {
    let program = binaries.program("postgres");
    let file = std::fs::metadata(&program).ok();
    let changed = file.as_ref().and_then(|file| file.modified().ok()).unwrap_or(SystemTime::UNIX_EPOCH);
    let mut hasher = DefaultHasher::new();
    (LAYOUT, &program, binaries.version(), superuser, changed, file.map(|file| file.len())).hash(&mut hasher);
    // No dot: what follows the last one is taken for an extension.
    PathBuf::from(format!("{}-{:016x}", binaries.major(), hasher.finish()))
}
