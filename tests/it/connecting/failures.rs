//! Each way to fail has its kind and one clear line.

use std::net::TcpListener;

use rolescope::demo::CertKind;
use rolescope::server::{ConnectError, ErrorKind};

use super::failure;
use crate::servers::{Server, block_on, for_each_major_async, instance, options, server};

fn assert_failure(error: &ConnectError, kind: ErrorKind, words: &str) {
    assert_eq!(error.kind, kind, "{error:?}");
    assert!(error.message.contains(words), "{error:?}");
}

/// What a DBA meets on a server that is well.
async fn refusals(server: &Server) {
    let role = server.fresh_role("refused").await;
    let closed = server.unique("closed");
    let superuser = server.superuser("postgres").await;
    for statement in
        [format!("CREATE DATABASE {closed}"), format!("REVOKE CONNECT ON DATABASE {closed} FROM PUBLIC")]
    {
        superuser.batch_execute(&statement).await.unwrap();
    }
    let conninfo =
        |password: &str, database: &str| server.instance.conninfo_with_password(&role, password, database);

    let wrong = failure(&conninfo("not this", "postgres")).await;
    assert_failure(
        &wrong,
        ErrorKind::WrongPassword,
        &format!("password authentication failed for user \"{role}\""),
    );
    assert!(wrong.message.starts_with("connection to server at \"localhost\" (127.0.0.1), port "), "{wrong}");
    assert!(!format!("{wrong:?}").contains("not this"));

    let missing = failure(&conninfo(&role, "no_such")).await;
    assert_failure(&missing, ErrorKind::NoDatabase, "database \"no_such\" does not exist");
    let denied = failure(&conninfo(&role, &closed)).await;
    assert_failure(&denied, ErrorKind::Server, "permission denied for database");
    assert_eq!(denied.sqlstate.as_deref(), Some("42501"));
    let plain = failure(&format!("{} sslmode=disable", conninfo(&role, "postgres"))).await;
    assert_failure(&plain, ErrorKind::HbaRejected, "pg_hba.conf rejects connection");

    superuser.batch_execute(&format!("ALTER ROLE {role} CONNECTION LIMIT 0")).await.unwrap();
    let full = failure(&conninfo(&role, "postgres")).await;
    assert_failure(&full, ErrorKind::TooManyConnections, "too many connections for role");
    superuser.batch_execute(&format!("ALTER ROLE {role} NOLOGIN")).await.unwrap();
    let nologin = failure(&conninfo(&role, "postgres")).await;
    assert_failure(&nologin, ErrorKind::Authentication, "is not permitted to log in");
}

#[test]
fn refusals_of_every_major_are_told_apart() {
    for_each_major_async(refusals);
}

#[test]
fn a_certificate_at_fault_is_named() {
    for (cert, kind, words) in [
        (CertKind::WrongHost, ErrorKind::CertificateHost, "the server's certificate is for another host"),
        (CertKind::Expired, ErrorKind::CertificateExpired, "the server's certificate has expired"),
        (CertKind::SelfSigned, ErrorKind::CertificateUntrusted, "self-signed and not trusted"),
        (CertKind::OtherAuthority, ErrorKind::CertificateUntrusted, "from a CA that is not trusted"),
    ] {
        let mut wanted = options(18);
        wanted.cert = cert;
        let server = instance(&wanted);
        let conninfo = server.conninfo_with_password("rdsadmin", server.password(), "postgres");
        let error = block_on(failure(&conninfo));
        assert_failure(&error, kind, words);
        assert!(error.hint.is_some() && error.detail.is_some(), "{error:?}");
        // The password never got as far as the server.
        let log = std::fs::read_to_string(server.log_path()).unwrap();
        assert!(!log.contains("authorized"), "{log}");
    }
}

#[test]
fn a_server_without_tls_is_refused_and_the_way_out_is_told() {
    let mut wanted = options(13);
    wanted.tls = false;
    wanted.allow_plain = true;
    let server = instance(&wanted);
    let address =
        format!("host=127.0.0.1 port={} user=rdsadmin password={}", server.port(), server.password());
    let error = block_on(failure(&format!("{address} dbname=postgres")));
    assert_failure(&error, ErrorKind::TlsRefused, "server does not support SSL, but SSL was required");
    assert!(error.hint.unwrap().contains("sslmode=disable"));
}

#[test]
fn nobody_there() {
    block_on(async {
        let unknown = failure("host=no-such-host.invalid user=ana").await;
        assert_failure(
            &unknown,
            ErrorKind::UnknownHost,
            "could not translate host name \"no-such-host.invalid\"",
        );

        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let refused = failure(&format!("host=127.0.0.1 port={port} user=ana")).await;
        assert_failure(&refused, ErrorKind::Unreachable, "Connection refused");

        let dir = tempfile::tempdir().unwrap();
        let socket = failure(&format!("host='{}' user=ana", dir.path().display())).await;
        assert_failure(&socket, ErrorKind::Unreachable, "No such file or directory");
        assert!(socket.message.contains(".s.PGSQL.5432"), "{socket}");
    });
}

#[test]
fn silence_ends_at_the_timeout() {
    // It accepts, since the kernel does, and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let error = block_on(failure(&format!("host=127.0.0.1 port={port} user=ana connect_timeout=1")));
    assert_failure(&error, ErrorKind::Timeout, "timed out");
}

#[test]
fn a_server_that_hangs_up_is_told_from_one_that_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let hangs_up = std::thread::spawn(move || drop(listener.accept()));
    let error = block_on(failure(&format!("host=127.0.0.1 port={port} user=ana")));
    assert_failure(&error, ErrorKind::Lost, "server closed the connection unexpectedly");
    hangs_up.join().unwrap();
}

#[test]
fn the_providers_database_is_never_asked_for() {
    let server = server(15);
    let uri = server.instance.uri("rdsadmin", server.instance.password(), "rdsadmin");
    let error = block_on(failure(&uri));
    assert_failure(&error, ErrorKind::ProtectedDatabase, "the database \"rdsadmin\" is never connected to");
    let log = std::fs::read_to_string(server.instance.log_path()).unwrap();
    assert!(!log.contains("@rdsadmin/"), "{log}");
}
