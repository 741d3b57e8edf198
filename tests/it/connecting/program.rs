//! The same through the program: its exit status, its lines, its prompt.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use portable_pty::CommandBuilder;
use rolescope::demo::CertKind;

use crate::pty::Pty;
use crate::servers::{Server, block_on, instance, options, server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rolescope");

fn status(conninfo: &str) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["status", "-w", conninfo]).env_clear().env("HOME", home.path());
    command.output().expect("the program starts")
}

#[test]
fn each_failure_is_one_clear_line_and_status_2() {
    let server = server(17);
    let good = |password: &str| server.instance.conninfo_with_password("rdsadmin", password, "postgres");
    let with_cert = |cert| {
        let mut wanted = options(17);
        wanted.cert = cert;
        instance(&wanted)
    };
    let (expired, elsewhere) = (with_cert(CertKind::Expired), with_cert(CertKind::WrongHost));
    let mut wanted = options(17);
    wanted.tls = false;
    let without_tls = instance(&wanted);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (conninfo, words) in [
        (good("wrong"), "password authentication failed for user \"rdsadmin\""),
        (
            "host=no-such-host.invalid user=ana".to_owned(),
            "could not translate host name \"no-such-host.invalid\"",
        ),
        (format!("host=127.0.0.1 port={closed} user=ana"), "Connection refused"),
        (without_tls.conninfo("rdsadmin", "postgres"), "server does not support SSL, but SSL was required"),
        (expired.conninfo("rdsadmin", "postgres"), "the server's certificate has expired"),
        (elsewhere.conninfo("rdsadmin", "postgres"), "the server's certificate is for another host"),
        (
            format!("{} sslrootcert='{}'", good("x"), expired.ca_path().display()),
            "the server's certificate is from a CA that is not trusted",
        ),
        (format!("{} dbname=rdsadmin", good("x")), "the database \"rdsadmin\" is never connected to"),
        ("hots=db".to_owned(), "invalid connection option \"hots\""),
    ] {
        let output = status(&conninfo);
        let errors = String::from_utf8(output.stderr).unwrap();
        let mut lines = errors.lines();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(output.stdout.is_empty());
        assert!(lines.next().unwrap().contains(words), "{words}: {errors}");
        assert!(lines.all(|line| line.starts_with("DETAIL:  ") || line.starts_with("HINT:  ")), "{errors}");
    }
}

#[test]
fn a_fall_back_to_plain_text_is_told() {
    let mut wanted = options(14);
    wanted.tls = false;
    wanted.allow_plain = true;
    let server = instance(&wanted);
    let conninfo = server.conninfo_with_password("rdsadmin", server.password(), "postgres");
    let output = status(&format!("{conninfo} sslmode=prefer"));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(errors.contains("the connection is not encrypted: sslmode=prefer"), "{errors}");
}

fn asking(server: &Server, role: &str, home: &Path) -> Pty {
    let mut command = CommandBuilder::new(PROGRAM);
    command.args(["status", &server.instance.conninfo(role, "postgres")]);
    command.env_remove("PGPASSWORD");
    command.env("HOME", home);
    Pty::run(command, 80, 24)
}

#[test]
fn the_prompt_shows_stars_and_gives_the_terminal_back() {
    let server = server(18);
    let role = block_on(server.fresh_role("prompted"));
    let home = tempfile::tempdir().unwrap();
    let question = format!("Password for user {role}: ");

    let mut typed = asking(server, &role, home.path());
    typed.wait_for(question.trim_end());
    assert!(!typed.is_cooked(), "the terminal echoes");
    typed.keys(&format!("{role}\r"));
    assert!(typed.process.wait_exit().success(), "{}", typed.text());
    typed.wait_for(&format!("{question}{}", "*".repeat(role.len())));
    typed.assert_restored();

    let mut mistyped = asking(server, &role, home.path());
    mistyped.wait_for(question.trim_end());
    mistyped.keys("hunter2\r");
    mistyped.wait_for("password authentication failed for user");
    mistyped.wait("a second question", |screen| screen.contents().matches(question.trim_end()).count() == 2);
    mistyped.keys(&format!("{role}\r"));
    assert!(mistyped.process.wait_exit().success(), "{}", mistyped.text());
    mistyped.assert_restored();
    assert!(!String::from_utf8_lossy(&mistyped.bytes()).contains("hunter2"));

    let mut interrupted = asking(server, &role, home.path());
    interrupted.wait_for(question.trim_end());
    interrupted.keys("abc\x03");
    assert!(!interrupted.process.wait_exit().success());
    interrupted.assert_restored();
}
