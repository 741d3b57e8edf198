//! Snapshot files on disk.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::failure::Failure;
use crate::snapshot::{self, Snapshot};

/// Reads one.
pub fn read(path: &Path) -> Result<Snapshot, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::usage(about(path, "read", &error.to_string())))?;
    snapshot::decode(&bytes).map_err(|error| Failure::usage(about(path, "read", &error.to_string())))
}

/// Writes one, whole or not at all, for its owner's eyes alone. What is there is replaced only if `force` says so.
pub fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // A temporary file has mode 0600.
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        let kept = if force { file.persist(path) } else { file.persist_noclobber(path) };
        kept.map(drop).map_err(|error| error.error)
    });
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(Failure::usage(about(path, "write", &error.to_string()))),
        Ok(()) => Ok(()),
    }
}

/// It is not overwritten unasked.
pub fn exists(path: &Path) -> Failure {
    let message = format!("snapshot file \"{}\" is there already", path.display());
    Failure::usage(message).hint("--force replaces it.")
}

fn about(path: &Path, verb: &str, why: &str) -> String {
    format!("could not {verb} snapshot file \"{}\": {why}", path.display())
}
