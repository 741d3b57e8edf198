//! The processes of a running server: the postmaster and its children.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::server::child;
use rustix::process::{Pid, Signal, kill_process};

/// Sends `signal`; a process that is gone already is no error.
pub(crate) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Sends `what` to a process and to its children.
pub(crate) fn signal_tree(pid: u32, what: Signal) {
    signal(pid, what);
    children(pid).into_iter().for_each(|child| signal(child, what));
}

/// The children of `parent`.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    if cfg!(target_os = "linux") { children_in_proc(parent) } else { children_by_ps(parent) }
}

/// Not every small Linux has `ps`.
fn children_in_proc(parent: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // "pid (name) state ppid ...", and the name may hold anything.
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        after_name.split_whitespace().nth(1) == Some(parent.to_string().as_str())
    })
    .collect()
}

fn children_by_ps(parent: u32) -> Vec<u32> {
    let Ok(output) = child::command("ps").args(["-A", "-o", "pid=,ppid="]).output() else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace().map(str::parse::<u32>);
            let (pid, ppid) = (fields.next()?.ok()?, fields.next()?.ok()?);
            (ppid == parent).then_some(pid)
        })
        .collect()
}

/// Asks until `done`, or until the time is over.
pub(crate) fn wait_until(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if done() {
            return true;
        }
        if start.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The last lines of a server's log, and the first among them that says what is wrong.
pub(crate) fn complaint(log: &Path) -> (String, String) {
    let bytes = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let tail = lines.get(lines.len().saturating_sub(20)..).unwrap_or_default();
    let reason = tail.iter().find(|line| line.contains("FATAL:")).or(tail.last()).copied();
    (reason.unwrap_or("its log is empty").to_owned(), tail.join("\n"))
}
