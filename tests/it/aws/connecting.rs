//! Tokens as passwords of real servers. RDS asks for the password in clear text inside TLS and hands it to PAM; here
//! `pg_hba` has `password`, which asks the same.

use std::cell::Cell;

use jiff::Timestamp;
use rolescope::demo::Instance;
use rolescope::server::aws::{IamArguments, Purpose, token};
use rolescope::server::password::NoPrompt;
use rolescope::server::{Arguments, ConnectError, ErrorKind, Settings, connect};
use secrecy::ExposeSecret;

use super::environment;
use crate::servers::{connect as superuser, for_each_major_async, instance, options};

const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "hunter2/secret"),
    ("AWS_REGION", "eu-west-1"),
];

fn settings(conninfo: &str, said: IamArguments, session: Option<&str>) -> Result<Settings, ConnectError> {
    let vars: Vec<_> = KEYS.into_iter().chain(session.map(|token| ("AWS_SESSION_TOKEN", token))).collect();
    let connection = Some(conninfo.to_owned());
    let arguments = Arguments { connection, iam: Some(said), ..Arguments::default() };
    Settings::resolve(&arguments, &environment(&vars, None))
}

/// The token of these settings at a time, for what is said to be the server.
async fn token_of(settings: &Settings, host: &str, port: u16) -> String {
    let iam = settings.iam.as_ref().expect("IAM");
    let purpose = Purpose { host, port, user: &settings.user, region: "eu-west-1" };
    token(&iam.credentials().await.expect("credentials"), purpose, clock()).expose_secret().to_owned()
}

async fn set_password(server: &Instance, password: &str) {
    let client = superuser(server, "rdsadmin", server.password(), "postgres").await;
    client.batch_execute(&format!("ALTER ROLE svc PASSWORD '{password}'")).await.expect("a password");
}

async fn own(major: u16) -> Instance {
    let mut wanted = options(major);
    wanted.hba = vec!["hostssl all svc 127.0.0.1/32 password".to_owned()];
    let server = instance(&wanted);
    let client = superuser(&server, "rdsadmin", server.password(), "postgres").await;
    client.batch_execute("CREATE ROLE svc LOGIN").await.expect("a role");
    server
}

thread_local! {
    /// What time it is; every major has a thread of its own.
    static NOW: Cell<i64> = const { Cell::new(1_795_788_000) };
}

fn clock() -> Timestamp {
    Timestamp::from_second(NOW.get()).expect("a time")
}

#[test]
fn a_token_logs_in_whatever_its_length() {
    for_each_major_async(async |shared| {
        let server = own(shared.major).await;
        // PostgreSQL 13 takes no password of more than a thousand bytes in clear text; RDS does.
        let session = "sT0/".repeat(if shared.major == 13 { 80 } else { 300 });
        let conninfo = server.conninfo("svc", "postgres");
        let mut settings = settings(&conninfo, IamArguments::default(), Some(&session)).expect("settings");
        settings.iam.as_mut().expect("IAM").clock = clock;
        let token = token_of(&settings, "localhost", server.port()).await;
        assert!(token.len() > if shared.major == 13 { 700 } else { 1500 }, "{}", token.len());
        set_password(&server, &token).await;
        let connection = connect(&settings, &mut NoPrompt).await.expect("a connection");
        assert_eq!(connection.user, "svc");
        // Whatever is opened later has a token of its own time.
        let opener = connection.opener();
        assert_eq!(opener.open().await.expect("another").user, "svc");
        NOW.set(NOW.get() + 600);
        assert_eq!(opener.open().await.map(|_| ()).expect_err("a new token").kind, ErrorKind::WrongPassword);
        set_password(&server, &token_of(&settings, "localhost", server.port()).await).await;
        assert_eq!(opener.open().await.expect("another").user, "svc");
        assert_eq!(opener.open_database("template1").await.expect("another").database, "template1");
        assert_eq!(opener.reconnect().await.expect("another").user, "svc");
    });
}
