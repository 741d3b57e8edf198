//! Tokens as passwords of real servers. RDS asks for the password in clear text inside TLS and hands it to PAM; here
//! `pg_hba` has `password`, which asks the same.

use std::cell::Cell;
use std::net::TcpListener;

use jiff::Timestamp;
use rolescope::demo::Instance;
use rolescope::server::aws::{IamArguments, Purpose, token};
use rolescope::server::password::NoPrompt;
use rolescope::server::{Arguments, ConnectError, ErrorKind, Settings, connect};
use secrecy::ExposeSecret;

use super::environment;
use crate::servers::{block_on, connect as superuser, for_each_major_async, instance, options};

const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "hunter2/secret"),
    ("AWS_REGION", "eu-west-1"),
];

pub(super) fn resolve(arguments: &Arguments, more: &[(&str, &str)]) -> Result<Settings, ConnectError> {
    let vars: Vec<_> = KEYS.into_iter().chain(more.iter().copied()).collect();
    Settings::resolve(arguments, &environment(&vars, None))
}

pub(super) fn settings(
    conninfo: &str,
    said: IamArguments,
    session: Option<&str>,
) -> Result<Settings, ConnectError> {
    let connection = Some(conninfo.to_owned());
    let arguments = Arguments { connection, iam: Some(said), ..Arguments::default() };
    let session: Vec<_> = session.map(|token| ("AWS_SESSION_TOKEN", token)).into_iter().collect();
    resolve(&arguments, &session)
}

/// `--aws-iam` and no more.
pub(super) fn said() -> IamArguments {
    IamArguments::default()
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

/// A server that asks `svc` for its password in clear text inside TLS, and `trusted` for none.
pub(super) async fn own(major: u16) -> Instance {
    let mut wanted = options(major);
    wanted.hba = ["svc 127.0.0.1/32 password", "trusted 127.0.0.1/32 trust"]
        .map(|line| format!("hostssl all {line}"))
        .to_vec();
    let server = instance(&wanted);
    let client = superuser(&server, "rdsadmin", server.password(), "postgres").await;
    client.batch_execute("CREATE ROLE svc LOGIN; CREATE ROLE trusted LOGIN").await.expect("a role");
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
        let mut settings = settings(&conninfo, said(), Some(&session)).expect("settings");
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

/// As where somebody types one after the token was refused.
#[test]
fn a_password_that_is_given_stays_where_a_token_would_be_made() {
    block_on(async {
        let server = own(18).await;
        let mut settings = settings(&server.conninfo("svc", "postgres"), said(), None).expect("settings");
        settings.iam.as_mut().expect("IAM").clock = clock;
        set_password(&server, &token_of(&settings, "localhost", server.port()).await).await;
        let first = connect(&settings, &mut NoPrompt).await.expect("a connection");
        set_password(&server, "hunter2").await;
        let given = first.opener().with_password("hunter2".into()).reconnect().await.expect("another");
        assert_eq!(given.opener().open().await.expect("and another").user, "svc");
    });
}

#[test]
fn each_host_has_a_token_of_its_own() {
    block_on(async {
        let server = own(17).await;
        let closed = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
        let conninfo = server.conninfo("svc", "postgres");
        let two = format!(
            "{conninfo} host=127.0.0.1,localhost hostaddr=127.0.0.1,127.0.0.1 port={closed},{}",
            server.port()
        );
        let settings = settings(&two, said(), None).map(|mut settings| {
            settings.iam.as_mut().expect("IAM").clock = clock;
            settings
        });
        let settings = settings.expect("settings");
        set_password(&server, &token_of(&settings, "localhost", server.port()).await).await;
        let connection = connect(&settings, &mut NoPrompt).await.expect("the second");
        assert_eq!((connection.host.as_str(), connection.port), ("localhost", server.port()));
        assert!(connection.opener().open().await.is_ok());
    });
}

/// Through a tunnel the token is for the endpoint, and the port there.
#[test]
fn through_a_tunnel_the_token_is_for_the_endpoint() {
    block_on(async {
        let server = own(16).await;
        let endpoint = "orders.c9akciq32.eu-west-1.rds.amazonaws.com";
        for (said_as, port) in [(format!("{endpoint}:5432"), 5432), (endpoint.to_owned(), server.port())] {
            let said = IamArguments { endpoint: Some(said_as), ..said() };
            let mut settings = settings(&server.conninfo("svc", "postgres"), said, None).expect("settings");
            assert!(settings.warnings.is_empty(), "{:?}", settings.warnings);
            settings.iam.as_mut().expect("IAM").clock = clock;
            set_password(&server, &token_of(&settings, endpoint, port).await).await;
            assert_eq!(connect(&settings, &mut NoPrompt).await.expect("a connection").user, "svc");
        }
    });
}

/// A program that prints credentials runs for each connection, and never sees our own password.
#[test]
fn a_credential_process_runs_for_each_connection() {
    block_on(async {
        let server = own(15).await;
        let home = tempfile::tempdir().expect("a home");
        let runs = home.path().join("runs");
        std::fs::create_dir(home.path().join(".aws")).expect("a folder");
        let printed =
            r#"{"Version": 1, "AccessKeyId": "AKP", "SecretAccessKey": "sp", "SessionToken": "tp"}"#;
        let profile = format!(
            "[default]\nregion = eu-west-1\ncredential_process = echo run >> '{}'; printf '{printed}'\n",
            runs.display()
        );
        std::fs::write(home.path().join(".aws/config"), profile).expect("a file");
        let connection = Some(server.conninfo("svc", "postgres"));
        let arguments = Arguments { connection, iam: Some(said()), ..Arguments::default() };
        let mut settings =
            Settings::resolve(&arguments, &environment(&[], Some(home.path()))).expect("settings");
        settings.iam.as_mut().expect("IAM").clock = clock;
        set_password(&server, &token_of(&settings, "localhost", server.port()).await).await;
        let connection = connect(&settings, &mut NoPrompt).await.expect("a connection");
        connection.opener().open().await.expect("another");
        // The third is that of token_of().
        assert_eq!(std::fs::read_to_string(&runs).expect("runs").lines().count(), 3);
    });
}
