//! A password that logs in, by each way that it can come; and one that does not log in.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::{Login, PROGRAM, assert_unseen, contains, files};
use crate::pty::Pty;
use crate::servers::{Server, for_each_major};

/// Grants something, so that there is a journal.
fn arguments(login: &Login<'_>) -> Vec<String> {
    let grant = format!("GRANT TEMPORARY ON DATABASE {} TO pg_monitor", login.database);
    ["apply", "--yes", "-c", &grant].map(str::to_owned).to_vec()
}

fn command(home: &Path, arguments: &[String]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().env("HOME", home).env("PATH", "/usr/bin:/bin");
    command.env("RUST_BACKTRACE", "full").env("RUST_LOG", "trace").stdin(Stdio::null());
    command
}

/// All that can be seen afterwards, but for what the user put there: files that hold the password.
fn places(login: &Login<'_>, home: &Path, output: &Output) -> Vec<(String, Vec<u8>)> {
    let mut places = vec![
        ("standard output".to_owned(), output.stdout.clone()),
        ("standard error".to_owned(), output.stderr.clone()),
        ("the server's log".to_owned(), login.logged()),
    ];
    places.extend(files(&home.join(".local")));
    places
}

/// Runs it with what `way` adds; once with the right password, once with another, once with the right one for nothing.
fn try_way(server: &Server, way: impl Fn(&Login<'_>, &Path, &mut Command, &str)) {
    let login = Login::new(server);
    let wrong = format!("{}x", login.password);
    let nowhere = format!("{} dbname=none_of_these", login.conninfo());
    for (password, connection, works) in [
        (&login.password, login.conninfo(), true),
        (&wrong, login.conninfo(), false),
        (&login.password, nowhere, false),
    ] {
        let home = TempDir::new().expect("a home");
        let mut arguments = arguments(&login);
        arguments.push(connection);
        let mut command = command(home.path(), &arguments);
        way(&login, home.path(), &mut command, password);
        let output = command.output().expect("the program starts");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(if works { 0 } else { 2 }), "{errors}");
        let places = places(&login, home.path(), &output);
        assert_unseen(&login.password, &places);
        assert_eq!(places.iter().any(|(place, _)| place.contains("/journal/")), works, "a journal");
        assert!(contains(&login.logged(), &login.role), "the log is the right one");
    }
}

#[test]
fn of_a_variable() {
    for_each_major(|server| {
        try_way(server, |_, _, command, password| {
            command.env("PGPASSWORD", password);
        })
    });
}

/// The last argument is the connection; what the user puts there is in the process list, as for psql.
fn with_connection(command: &mut Command, change: impl Fn(&str) -> String) {
    let arguments: Vec<_> = command.get_args().map(|it| it.to_string_lossy().into_owned()).collect();
    let (last, others) = arguments.split_last().expect("arguments");
    let mut again = Command::new(PROGRAM);
    again.args(others).arg(change(last)).env_clear().stdin(Stdio::null());
    again.envs(command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))));
    *command = again;
}

#[test]
fn of_a_connection_string() {
    for_each_major(|server| {
        try_way(server, |_, _, command, password| {
            with_connection(command, |last| format!("{last} password='{password}'"));
        });
    });
}

#[test]
fn of_a_uri() {
    for_each_major(|server| {
        try_way(server, |login, _, command, password| {
            with_connection(command, |last| {
                let nowhere = last.contains("none_of_these");
                let database = if nowhere { "none_of_these" } else { &login.database };
                login.server.instance.uri(&login.role, password, database)
            });
        });
    });
}

#[test]
fn of_a_password_file() {
    for_each_major(|server| {
        try_way(server, |_, home, _, password| {
            let file = home.join(".pgpass");
            std::fs::write(&file, format!("*:*:*:*:{password}\n")).expect("a file");
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("a mode");
        });
    });
}

#[test]
fn of_a_command() {
    for_each_major(|server| {
        try_way(server, |_, home, command, password| {
            let file = home.join("vault");
            std::fs::write(&file, format!("{password}\n")).expect("a file");
            command.args(["--password-command", &format!("cat '{}'", file.display())]);
        });
    });
}

#[test]
fn of_the_prompt() {
    for_each_major(|server| {
        let login = Login::new(server);
        let home = TempDir::new().expect("a home");
        let mut arguments = arguments(&login);
        arguments.push(login.conninfo());
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = Pty::command(PROGRAM, &arguments);
        command.env_remove("PGPASSWORD");
        command.env("HOME", home.path());
        command.env("XDG_STATE_HOME", home.path().join(".local"));
        let mut pty = Pty::run(command, 200, 24);
        pty.wait_for("Password for user");
        pty.keys(&format!("{}\r", login.password));
        assert!(pty.process.wait_exit().success(), "{}", pty.text());
        pty.wait_for("ommitted");
        let mut places = files(&home.path().join(".local"));
        assert!(!places.is_empty(), "there is a journal");
        places.push(("the terminal".to_owned(), pty.bytes()));
        places.push(("the server's log".to_owned(), login.logged()));
        assert_unseen(&login.password, &places);
    });
}

/// Neither the key nor the token, which is as good as a password for a quarter of an hour. The server asks for it in
/// clear text inside TLS, as RDS does, and refuses it; another role is let in.
#[test]
fn of_an_iam_token() {
    let mut wanted = crate::servers::options(18);
    wanted.hba = vec![
        "hostssl all svc 127.0.0.1/32 password".to_owned(),
        "hostssl all trusted 127.0.0.1/32 trust".to_owned(),
    ];
    let wanted = wanted.set("log_connections", "on").set("log_min_messages", "debug2");
    let own = Server { instance: crate::servers::instance(&wanted), major: 18 };
    let (key, session) = ("hunter2/KEY+of=mine", "session/of+hunter=2");
    for (role, code) in [("svc", 2), ("trusted", 0)] {
        crate::servers::block_on(async {
            let create = format!("CREATE ROLE {role} LOGIN");
            own.superuser("postgres").await.batch_execute(&create).await.expect("a role");
        });
        let home = TempDir::new().expect("a home");
        let arguments = ["status", "--aws-iam", &own.instance.conninfo(role, "postgres")].map(str::to_owned);
        let mut command = command(home.path(), &arguments);
        command.envs([("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "AKIAHUNTER")]);
        command.envs([("AWS_SECRET_ACCESS_KEY", key), ("AWS_SESSION_TOKEN", session)]);
        let output = command.output().expect("the program starts");
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let log = super::log(&own);
        assert!(contains(&log, role), "the log has the connection");
        let places = [
            ("standard output".to_owned(), output.stdout),
            ("standard error".to_owned(), output.stderr),
            ("the server's log".to_owned(), log),
        ];
        for secret in [key, session, "X-Amz-", "AKIAHUNTER"] {
            assert_unseen(secret, &places);
        }
    }
}

/// A mistake in the arguments is told without the arguments that may hold a password.
#[test]
fn of_arguments_in_the_wrong_place() {
    let password = "hunter2";
    let conninfo = format!("host=h password={password}");
    let uri = format!("postgresql://u:{password}@h");
    let statement = format!("ALTER ROLE a PASSWORD '{password}'");
    for arguments in [
        &[conninfo.as_str(), "status"][..],
        &[&uri, "status"],
        &["status", "host=h", &conninfo],
        &["status", "host=h", &uri],
        &["plan", &statement],
        &["plan", "-c", "SELECT 1", &statement],
        &["apply", "-c", &statement, &statement, &statement],
        &["-W", password],
        &["--password=hunter2"],
        &["status", "--format", &conninfo],
        &["demo", "status", &conninfo, &uri],
        &["demo", "status", &conninfo],
        &["-h", "h", "-p", "5x", &conninfo],
        &[&format!("host=h passwort={password}")],
        &[&format!("host=h password = a {password}")],
        &[&format!("postgresql://u:a/{password}@h")],
        &["--aws-iam", "--password-command", &format!("echo {password}")],
        &["--aws-iam", &conninfo],
    ] {
        let home = TempDir::new().expect("a home");
        let arguments: Vec<String> = arguments.iter().map(|&it| it.to_owned()).collect();
        let output = command(home.path(), &arguments).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
        let places = [
            (format!("standard output of {arguments:?}"), output.stdout),
            (format!("standard error of {arguments:?}"), output.stderr),
        ];
        assert_unseen(password, &places);
    }
}
