//! Python programs that are the judge, with pinned packages from pip in a folder of their own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{FlockOperation, flock};

/// A folder with these packages, installed once. Nothing is put among the machine's own packages.
pub fn packages(pinned: &[&str]) -> PathBuf {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    std::fs::create_dir_all(&cache).expect("a folder for packages");
    let lock = std::fs::File::create(cache.join("lock")).expect("a lock");
    flock(&lock, FlockOperation::LockExclusive).expect("the lock");
    let folder = cache.join(pinned.join("+"));
    if folder.exists() {
        return folder;
    }
    let fresh = tempfile::tempdir_in(&cache).expect("a folder");
    let output = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--target"])
        .arg(fresh.path())
        .args(pinned)
        .output()
        .expect("python3 is there: .ci/run installs it");
    assert!(output.status.success(), "pip: {}", String::from_utf8_lossy(&output.stderr));
    std::fs::rename(fresh.keep(), &folder).expect("its own name");
    folder
}

/// What a script prints that reads `input`, with the packages of a folder.
pub fn run(packages: &Path, script: &str, input: &str) -> String {
    let mut child = Command::new("python3")
        .args(["-c", script])
        .env("PYTHONPATH", packages)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the script reads");
    let output = child.wait_with_output().expect("the script ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
