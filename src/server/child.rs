//! Programs that rolescope starts. Each gets the environment without the passwords in it, and is started here alone.

use std::ffi::OsStr;
use std::process::Command;

/// Variables that hold a password or a key.
const SECRET: [&str; 4] = ["PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];

/// A program that needs none of them.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in SECRET {
        command.env_remove(name);
    }
    command
}

/// A shell command of the user's that prints a password or credentials: it may need the AWS keys to do so.
pub(super) fn printing(shell: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(shell).env_remove("PGPASSWORD");
    command
}
