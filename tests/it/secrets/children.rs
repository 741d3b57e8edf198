//! What /proc shows of the program and of all that it starts, while they run.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Login, PROGRAM, assert_unseen, contains};
use crate::pty::Pty;
use crate::servers::server;

/// A program of the user's that prints `text` once it may; until then it waits to be looked at.
fn patient(folder: &Path, text: &str) -> String {
    std::fs::write(folder.join("text"), format!("{text}\n")).expect("a file");
    let folder = folder.display();
    format!("touch '{folder}/there'; until [ -e '{folder}/go' ]; do sleep 0.05; done; cat '{folder}/text'")
}

pub(super) fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "{} never comes", path.display());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The process and all below it.
fn family(of: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc")
        .expect("/proc")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let parents: Vec<(u32, u32)> = all
        .filter_map(|pid: u32| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            Some((pid, stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?))
        })
        .collect();
    let mut found = vec![of];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        found.extend(parents.iter().filter(|(_, its)| *its == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    found
}

/// Command line and environment of each. The environment that the user gave the program itself is not ours to change:
/// it is looked at only if `own` says so. Nor can another process of the user's read it.
fn seen(of: u32, own: bool) -> Vec<(String, Vec<u8>)> {
    let mut places = Vec::new();
    for pid in family(of) {
        let mut look = |file: &str| {
            let path = format!("/proc/{pid}/{file}");
            // One of them may just have ended.
            if let Ok(bytes) = std::fs::read(&path) {
                places.push((path, bytes));
            }
        };
        look("cmdline");
        if own || pid != of {
            look("environ");
        }
    }
    places
}

fn environments(places: &[(String, Vec<u8>)]) -> usize {
    places.iter().filter(|(place, bytes)| place.ends_with("environ") && contains(bytes, "HOME=")).count()
}

fn start(home: &Path, arguments: &[&str], vars: &[(&str, &str)]) -> Child {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/bin:/bin")
        .envs(vars.iter().copied());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

#[test]
fn a_password_command_inherits_no_password() {
    let login = Login::new(server(17));
    let home = TempDir::new().expect("a home");
    let command = patient(home.path(), &login.password);
    let arguments = ["status", "--password-command", &command, &login.conninfo()];
    let program = start(home.path(), &arguments, &[("PGPASSWORD", "hunter2"), ("AWS_PROFILE", "mine")]);
    wait_for(&home.path().join("there"));
    let (whole, below) = (seen(program.id(), true), seen(program.id(), false));
    std::fs::write(home.path().join("go"), "").expect("a file");
    let output = program.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    assert_unseen(&login.password, &whole);
    assert!(environments(&below) >= 1, "{below:?}");
    assert_unseen("hunter2", &below);
    assert!(below.iter().any(|(_, bytes)| contains(bytes, "AWS_PROFILE=mine")), "the rest is inherited");
}

#[test]
fn a_credential_process_inherits_no_password() {
    let login = Login::new(server(17));
    let home = TempDir::new().expect("a home");
    let printed = r#"{"Version": 1, "AccessKeyId": "AKP", "SecretAccessKey": "a/secret+key"}"#;
    let command = patient(home.path(), printed);
    std::fs::create_dir(home.path().join(".aws")).expect("a folder");
    let profile = format!("[default]\nregion = eu-west-1\ncredential_process = {command}\n");
    std::fs::write(home.path().join(".aws/config"), profile).expect("a file");
    let arguments = ["status", "--aws-iam", &login.conninfo()];
    let program = start(home.path(), &arguments, &[("PGPASSWORD", "hunter2")]);
    wait_for(&home.path().join("there"));
    let below = seen(program.id(), false);
    std::fs::write(home.path().join("go"), "").expect("a file");
    let output = program.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("password authentication failed"), "the token got there: {errors}");
    assert!(environments(&below) >= 1, "{below:?}");
    for secret in ["hunter2", "a/secret+key"] {
        assert_unseen(secret, &below);
    }
    assert_unseen("a/secret+key", &[("standard error".to_owned(), output.stderr.clone())]);
}

/// A server of the demo's lives as long as the explorer, and is anybody's to look at who is its user.
#[test]
fn what_the_demo_starts_inherits_no_password() {
    let binaries = server(17).instance.options().binaries.clone();
    let mut command =
        Pty::command(PROGRAM, &["demo", "--postgres", &binaries.folder().display().to_string()]);
    let secrets = [
        ("PGPASSWORD", "hunter2"),
        ("AWS_SECRET_ACCESS_KEY", "a/secret+key"),
        ("AWS_SESSION_TOKEN", "a/token"),
    ];
    for (name, value) in secrets {
        command.env(name, value);
    }
    let state = TempDir::new().expect("a folder");
    command.env("XDG_STATE_HOME", state.path());
    let mut pty = Pty::run(command, 120, 40);
    pty.wait_for("loaded");
    let pid = u32::try_from(pty.process.pid().as_raw_nonzero().get()).expect("a process");
    let below = seen(pid, false);
    pty.keys("q");
    assert!(pty.process.wait_exit().success());
    assert!(environments(&below) >= 2, "a server and its watchdog: {below:?}");
    for (_, secret) in secrets {
        assert_unseen(secret, &below);
    }
}
