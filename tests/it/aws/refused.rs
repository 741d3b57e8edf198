//! Tokens that are not made or not sent, and what is said about those that may not be good.

use std::process::Command;

use rolescope::server::password::Prompt;
use rolescope::server::{Arguments, ConnectError, ErrorKind};

use super::connecting::{own, resolve, said, settings};
use crate::servers::block_on;

const ENDPOINT: &str = "host=orders.c9akciq32.eu-west-1.rds.amazonaws.com";

fn failure(conninfo: &str) -> ConnectError {
    settings(conninfo, said(), None).map(|_| ()).expect_err(conninfo)
}

#[test]
fn a_token_is_never_sent_in_plain_text() {
    for mode in ["disable", "allow", "prefer"] {
        let error = failure(&format!("{ENDPOINT} sslmode={mode}"));
        assert_eq!(error.kind, ErrorKind::InvalidSetting);
        assert_eq!(
            error.message,
            format!("an IAM token is never sent in plain text, which sslmode={mode} allows")
        );
        assert!(error.hint.expect("a hint").contains("sslmode=verify-full"));
    }
    for socket in ["host=/tmp", "host=h,/tmp", "host=@abstract"] {
        assert!(failure(socket).message.contains("Unix socket"), "{socket}");
    }
}

#[test]
fn what_is_no_name_gets_no_token() {
    for conninfo in ["hostaddr=127.0.0.1", "host=::1", "host='a b'", "host=a/b", "host=user@h"] {
        assert!(failure(conninfo).message.starts_with("an IAM token is made for a host name"), "{conninfo}");
    }
    for endpoint in ["a b", "h:0", "h:x", ":5432", "h:1:2", "h:70000"] {
        let mut said = said();
        said.endpoint = Some(endpoint.to_owned());
        let error = settings("host=localhost", said, None).map(|_| ()).expect_err(endpoint);
        assert_eq!(error.message, format!("\"{endpoint}\" is no endpoint: it is HOST or HOST:PORT"));
    }
    assert!(failure(&format!("{ENDPOINT} password=hunter2")).message.contains("contradict each other"));
}

/// As for a password command, what only lies about is passed over: PGPASSWORD and the password file.
#[test]
fn other_passwords_are_passed_over() {
    let arguments = Arguments {
        connection: Some(ENDPOINT.to_owned()),
        iam: Some(said()),
        prompt: Prompt::Never,
        ..Arguments::default()
    };
    let settings = resolve(&arguments, &[("PGPASSWORD", "hunter2")]).expect("settings");
    assert!(settings.iam.is_some() && settings.passfile.is_none());
}

#[test]
fn what_is_less_safe_than_it_could_be_is_told() {
    let warnings = |conninfo: &str, iam: bool, region: Option<&str>| {
        let mut said = said();
        said.region = region.map(str::to_owned);
        let connection = Some(conninfo.to_owned());
        let arguments = Arguments { connection, iam: iam.then_some(said), ..Arguments::default() };
        resolve(&arguments, &[]).expect(conninfo).warnings
    };
    let full = format!("{ENDPOINT} sslrootcert=rds");
    assert!(warnings(&full, true, None).is_empty() && warnings(&full, false, None).is_empty());
    assert!(warnings("host=db.example sslmode=require", false, None).is_empty());
    for mode in ["require", "verify-ca"] {
        let weak = format!("{ENDPOINT} sslmode={mode}");
        let with_token = warnings(&weak, true, None);
        assert_eq!(with_token.len(), 1, "{with_token:?}");
        assert!(with_token[0].starts_with(&format!("sslmode={mode} sends an IAM token")), "{with_token:?}");
        let without = warnings(&weak, false, None);
        assert_eq!(without.len(), 1, "{without:?}");
        assert!(without[0].starts_with(&format!("sslmode={mode} does not verify")), "{without:?}");
    }
    let [told] = &warnings("host=db.example sslmode=verify-full", true, None)[..] else { panic!("one") };
    assert!(told.starts_with("\"db.example\" is not the name of an RDS endpoint"), "{told}");
    let [told] = &warnings(&full, true, Some("us-east-1"))[..] else { panic!("one") };
    assert!(told.contains("is in eu-west-1, and --aws-region says us-east-1"), "{told}");
    assert!(warnings(&full, true, Some("eu-west-1")).is_empty());
}

/// The program, with a clock that nobody can stop: the server that takes no token says what may be wrong, and the one
/// that asks for none is loaded.
#[test]
fn the_program_says_why_a_token_may_have_been_refused() {
    let server = block_on(own(18));
    let status = |user: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolescope"));
        command.args(["status", "--aws-iam", "--format", "json", &server.conninfo(user, "postgres")]);
        let home = tempfile::tempdir().expect("a home");
        command.env_clear().env("HOME", home.path());
        command.envs([
            ("AWS_ACCESS_KEY_ID", "AK"),
            ("AWS_SECRET_ACCESS_KEY", "hunter2"),
            ("AWS_REGION", "x-y-1"),
        ]);
        let output = command.output().expect("the program starts");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    };
    let (code, errors) = status("svc");
    assert_eq!(code, Some(2), "{errors}");
    assert!(errors.contains("password authentication failed for user \"svc\""), "{errors}");
    let hint = errors.lines().find(|line| line.starts_with("HINT:  ")).expect("a hint");
    let place = format!("An IAM token for localhost:{} was made with", server.port());
    assert!(hint.contains(&place) && hint.contains("from the environment"), "{hint}");
    assert!(hint.contains("svc must be a member of rds_iam") && hint.contains("clock"), "{hint}");
    let (code, errors) = status("trusted");
    assert_eq!(code, Some(0), "{errors}");
    assert!(errors.contains("WARNING:  \"localhost\" is not the name of an RDS endpoint"), "{errors}");
    assert!(!errors.contains("hunter2") && !errors.contains("X-Amz"));
}
