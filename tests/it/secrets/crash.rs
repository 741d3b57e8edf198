//! What is left when the program dies: a panic's words, and no core file.

use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};

use rolescope::cli::args;
use rolescope::server::aws::IamArguments;
use rolescope::server::password::{Known, NoPrompt};
use rolescope::server::{Arguments, Environment, Settings, connect};
use rolescope::sql;
use rustix::process::{Pid, Signal, geteuid, kill_process};
use secrecy::SecretString;

use super::{Login, PROGRAM, assert_unseen, contains};
use crate::servers::{block_on, server};

/// All values that know a secret are here, and printed as a careless panic message would.
#[test]
#[ignore = "the program of the test below"]
fn panics_with_all_it_knows() {
    let (conninfo, password) = (std::env::var("SAID").unwrap(), std::env::var("SECRET").unwrap());
    let vars = [
        ("PGPASSWORD", password.as_str()),
        ("AWS_ACCESS_KEY_ID", "AK"),
        ("AWS_SECRET_ACCESS_KEY", &password),
        ("AWS_SESSION_TOKEN", &password),
        ("AWS_REGION", "eu-west-1"),
    ];
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let environment = Environment { vars, user: Some("ana".to_owned()), ..Environment::default() };
    let said = |connection: &str, iam: bool| Arguments {
        connection: Some(connection.to_owned()),
        iam: iam.then(IamArguments::default),
        ..Arguments::default()
    };
    let settings = Settings::resolve(&said(&conninfo, false), &environment).unwrap();
    let iam = Settings::resolve(&said(&conninfo, true), &environment).unwrap();
    let wrong = format!("{conninfo} password='{password}x'");
    let wrong = Settings::resolve(&said(&wrong, false), &environment).unwrap();
    let typed = Known(SecretString::from(password.as_str()));
    block_on(async {
        let credentials = iam.iam.as_ref().unwrap().credentials().await;
        let connection = connect(&settings, &mut NoPrompt).await.unwrap();
        let opener = connection.opener();
        let error = connect(&wrong, &mut NoPrompt).await.map(|_| ()).unwrap_err();
        let refused = connect(&iam, &mut NoPrompt).await.map(|_| ()).unwrap_err();
        let statement = format!("ALTER ROLE a PASSWORD '{password}'");
        let words =
            ["rolescope", "apply", "-d", &wrong_conninfo(&conninfo, &password), "-c", &statement, &conninfo];
        let arguments = args::parse(words.map(std::ffi::OsString::from)).unwrap();
        let parsed = sql::parse_script(&statement, &sql::Options::new(18));
        assert!(opener.open().await.is_ok());
        panic!(
            "on purpose: {environment:?} {settings:?} {iam:?} {typed:?} {credentials:?} {error:?} {refused:?} \
             {arguments:?} {parsed:?} {:?} {:?}",
            connection.server, connection.warnings
        );
    });
}

fn wrong_conninfo(conninfo: &str, password: &str) -> String {
    format!("{conninfo} password='{password}'")
}

#[test]
fn a_panic_shows_no_secret() {
    let login = Login::new(server(18));
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "secrets::crash::panics_with_all_it_knows", "--ignored", "--nocapture"])
        .env("RUST_BACKTRACE", "full")
        .env("SAID", login.conninfo())
        .env("SECRET", &login.password)
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    assert!(
        contains(&output.stderr, "on purpose: Environment"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for there in
        ["Settings {", "Iam {", "Credentials {", "WrongPassword", "stack backtrace", "AWS_SESSION_TOKEN"]
    {
        assert!(contains(&output.stderr, there), "{there}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let places =
        [("standard output".to_owned(), output.stdout), ("standard error".to_owned(), output.stderr)];
    assert_unseen(&login.password, &places);
    assert_unseen("X-Amz-Signature", &places);
}

/// The kernel gives the files in /proc/PID of a process whose memory nobody may have to root, whoever's it is. It does
/// not write its core either. The program is run as an ordinary user to see it.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_the_program_is_nobodys() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).expect("a mode");
    let program = folder.path().join("rolescope");
    std::fs::copy(PROGRAM, &program).expect("a copy");
    let sleeper = "touch there; exec sleep 600";
    let waiting =
        format!("exec '{}' status --password-command '{sleeper}' host=localhost", program.display());
    let owner = |script: &str| {
        let mut command = Command::new("/bin/sh");
        let script = format!("ulimit -c unlimited 2>/dev/null; {script}");
        command.args(["-c", &script]).current_dir(folder.path()).env_clear().env("PATH", "/usr/bin:/bin");
        let user = if geteuid().is_root() { 65534 } else { geteuid().as_raw() };
        if geteuid().is_root() {
            command.uid(user).gid(user);
        }
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let there = folder.path().join("there");
        super::children::wait_for(&there);
        std::fs::remove_file(there).expect("it was there");
        let owner = std::fs::metadata(format!("/proc/{}/environ", child.id())).expect("a process").uid();
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process")).expect("a process");
        kill_process(pid, Signal::ABORT).expect("a signal");
        let status = child.wait().expect("it ends");
        assert_eq!(status.signal(), Some(Signal::ABORT.as_raw()));
        (owner == user, status.core_dumped())
    };
    assert!(owner(sleeper).0, "an ordinary program is its user's");
    assert_eq!(owner(&waiting), (false, false));
}
