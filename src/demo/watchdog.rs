//! Removal at exit, also after SIGKILL: a shell that outlives its owner, waits for the end of a pipe that only the
//! owner holds open, stops the server that it was last told of, and removes the folder.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};

use super::DemoError;
use crate::server::child;

/// `$1` is the folder. A server that takes more than five seconds to quit is killed.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
    kill -CONT "$pid"; kill -QUIT "$pid"
    n=0
    while [ $n -lt 50 ] && [ -e "$1/data/postmaster.pid" ] && kill -0 "$pid"; do sleep 0.1; n=$((n + 1)); done
    kill -KILL "$pid"
fi
n=0
until rm -rf "$1" || [ $n -ge 20 ]; do sleep 0.2; n=$((n + 1)); done
"#;

pub(crate) struct Watchdog {
    shell: Child,
}

impl Watchdog {
    pub(crate) fn guard(folder: &Path) -> Result<Watchdog, DemoError> {
        let shell = child::command("/bin/sh")
            .args(["-c", SCRIPT, "rolescope-watchdog"])
            .arg(folder)
            .current_dir("/")
            // std opens pipes close-on-exec, so no other child of ours keeps this one open.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C goes to the group of the owner.
            .process_group(0)
            .spawn()
            .map_err(DemoError::file("run", Path::new("/bin/sh")))?;
        Ok(Watchdog { shell })
    }

    /// The server to stop from now on, if there is one.
    pub(crate) fn tell(&mut self, server: Option<u32>) {
        let line = server.map_or_else(|| "\n".to_owned(), |pid| format!("{pid}\n"));
        if let Some(pipe) = &mut self.shell.stdin {
            // Fails when somebody killed the shell; the owner's Drop still does its part.
            let _ = pipe.write_all(line.as_bytes());
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}
