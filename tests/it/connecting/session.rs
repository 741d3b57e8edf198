//! What a connection knows, and what becomes of it.

use std::time::Duration;

use rolescope::demo::Options;
use rolescope::server::tls::Verified;
use rolescope::server::{Closed, ErrorKind};

use super::{failure, opened};
use crate::servers::{block_on, for_each_major_async, instance, options, server};

#[test]
fn a_connection_knows_its_other_end() {
    for_each_major_async(async |server| {
        let (port, password) = (server.instance.port(), server.instance.password());
        let connection = opened(&server.instance.uri("rdsadmin", password, "postgres")).await;
        assert_eq!((connection.host.as_str(), connection.port), ("localhost", port));
        assert_eq!((connection.user.as_str(), connection.database.as_str()), ("rdsadmin", "postgres"));
        assert_eq!(connection.server.version_num / 10000, u32::from(server.major));
        assert!(connection.server.version.starts_with(&format!("{}.", server.major)));
        assert!(!connection.server.in_recovery && !connection.server.read_only);
        assert!(connection.warnings.is_empty(), "{:?}", connection.warnings);
        let row = "SELECT version, cipher, current_setting('application_name'), current_setting('client_encoding'), \
            pg_backend_pid() FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let row = connection.client.query_one(row, &[]).await.unwrap();
        let tls = connection.tls.unwrap();
        assert_eq!((tls.version.as_str(), tls.cipher.as_str()), (row.get(0), row.get(1)));
        assert_eq!(tls.verified, Verified::Full);
        assert_eq!((row.get::<_, &str>(2), row.get::<_, &str>(3)), ("rolescope", "UTF8"));
        assert_eq!(row.get::<_, i32>(4), connection.server.backend_pid);
    });
}

#[test]
fn notices_are_there_in_order_when_their_statement_ends() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("noticed").await;
        let mut connection = opened(&server.instance.conninfo_with_password(&role, &role, "postgres")).await;
        let block =
            "DO $$ BEGIN FOR i IN 1..200 LOOP RAISE NOTICE 'n %', i; END LOOP; RAISE WARNING 'last'; END $$";
        connection.client.batch_execute(block).await.unwrap();
        let mut seen = Vec::new();
        while let Ok(notice) = connection.notices.try_recv() {
            seen.push(notice.message().to_owned());
        }
        let expected: Vec<String> = (1..=200).map(|n| format!("n {n}")).chain(["last".to_owned()]).collect();
        assert_eq!(seen, expected);
    });
}

#[test]
fn a_statement_is_cancelled_over_tls() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("cancelled").await;
        let connection = opened(&server.instance.conninfo_with_password(&role, &role, "postgres")).await;
        let cancel = connection.cancel();
        let pid = connection.server.backend_pid;
        let watcher = server.superuser("postgres").await;
        let sleeping =
            tokio::spawn(async move { connection.client.batch_execute("SELECT pg_sleep(60)").await });
        // A request that comes before the statement would cancel nothing.
        let sleeps = "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $1";
        loop {
            let row = watcher.query_one(sleeps, &[&pid]).await.unwrap();
            if row.get::<_, Option<bool>>(0) == Some(true) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        cancel.cancel().await.unwrap();
        let error = sleeping.await.unwrap().unwrap_err();
        assert_eq!(error.code().unwrap().code(), "57014");
    });
}

#[test]
fn the_end_is_told_and_why() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("ended").await;
        let conninfo = server.instance.conninfo_with_password(&role, &role, "postgres");
        let mut killed = opened(&conninfo).await;
        let superuser = server.superuser("postgres").await;
        superuser.execute("SELECT pg_terminate_backend($1)", &[&killed.server.backend_pid]).await.unwrap();
        let end = killed.closed.wait_for(Option::is_some).await.unwrap().clone();
        let Some(Closed::Lost(error)) = end else { panic!("{end:?}") };
        assert_eq!((error.kind, error.sqlstate.as_deref()), (ErrorKind::Lost, Some("57P01")));

        let mut done = opened(&conninfo).await;
        drop(done.client);
        assert_eq!(done.closed.wait_for(Option::is_some).await.unwrap().clone(), Some(Closed::Done));
    });
}

#[test]
fn another_connection_goes_to_the_same_server_no_less_encrypted() {
    let own = instance(&options(18));
    let strict = own.conninfo_with_password("rdsadmin", own.password(), "postgres");
    block_on(async {
        let first = opened(&format!(
            "{strict} host=localhost,localhost hostaddr=127.0.0.1,127.0.0.1 port=1,{} sslmode=prefer",
            own.port()
        ))
        .await;
        assert_eq!(first.port, own.port());
        let second = first.opener().open().await.unwrap();
        assert_eq!((second.port, second.tls.clone()), (first.port, first.tls.clone()));
        // It has the address of the server that answered, and tries no other.
        own.stop();
        let error = first.opener().open().await.err().unwrap();
        assert_eq!((error.kind, error.detail), (ErrorKind::Unreachable, None));
        own.start_again().unwrap();
        first.opener().reconnect().await.unwrap();
    });
}

#[test]
fn a_connection_in_place_of_an_encrypted_one_is_encrypted() {
    for_each_major_async(async |server| {
        let own = instance(&Options { allow_plain: true, ..options(server.major) });
        let conninfo = own.conninfo_with_password("rdsadmin", own.password(), "postgres");
        let conninfo = format!("{conninfo} sslmode=prefer");
        let first = opened(&conninfo).await;
        assert!(first.tls.is_some());
        first.client.batch_execute("ALTER SYSTEM SET ssl = off").await.unwrap();
        own.restart().unwrap();
        let refused = first.opener().reconnect().await.err().unwrap();
        assert_eq!(refused.kind, ErrorKind::TlsRefused, "{refused:?}");
        // Where a person asks for a connection it may be in plain text, with a warning.
        let plain = opened(&conninfo).await;
        assert!(plain.tls.is_none() && !plain.warnings.is_empty());
    });
}

#[test]
fn hosts_are_tried_in_order_until_one_answers() {
    let server = server(17);
    let port = server.instance.port();
    block_on(async {
        let role = server.fresh_role("several").await;
        let tail = format!("user={role} dbname=postgres connect_timeout=5");
        let hosts = format!("host=no-such-host.invalid,127.0.0.1,127.0.0.1 port=1,1,{port} {tail}");
        assert_eq!(opened(&format!("{hosts} password={role}")).await.port, port);
        let all = failure(&format!("host=no-such-host.invalid,127.0.0.1 port=1 {tail}")).await;
        assert_eq!(all.kind, ErrorKind::Unreachable);
        assert!(all.detail.unwrap().contains("no-such-host.invalid"));

        // A server that says no ends it: the next host is not asked.
        let wrong = failure(&format!("host=127.0.0.1,127.0.0.1 port={port},1 {tail} password=wrong")).await;
        assert_eq!((wrong.kind, wrong.detail), (ErrorKind::WrongPassword, None));
    });
}

#[test]
fn the_kind_of_server_that_was_asked_for() {
    let server = server(16);
    block_on(async {
        let role = server.fresh_role("wanted").await;
        let conninfo = server.instance.conninfo_with_password(&role, &role, "postgres");
        for wanted in ["any", "read-write", "primary", "prefer-standby"] {
            opened(&format!("{conninfo} target_session_attrs={wanted}")).await;
        }
        for wanted in ["standby", "read-only"] {
            let error = failure(&format!("{conninfo} target_session_attrs={wanted}")).await;
            assert_eq!(error.kind, ErrorKind::SessionAttrs, "{error:?}");
        }
        let read_only = format!("{conninfo} options='-c default_transaction_read_only=on'");
        assert!(opened(&format!("{read_only} target_session_attrs=read-only")).await.server.read_only);
        assert_eq!(
            failure(&format!("{read_only} target_session_attrs=read-write")).await.kind,
            ErrorKind::SessionAttrs
        );
    });
}

#[test]
fn direct_tls_works_from_17_on() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("direct").await;
        let conninfo = server.instance.conninfo_with_password(&role, &role, "postgres");
        let direct = format!("{conninfo} sslnegotiation=direct");
        if server.major >= 17 {
            let connection = opened(&direct).await;
            assert_eq!(connection.tls.as_ref().unwrap().verified, Verified::Full);
            connection.cancel().cancel().await.unwrap();
        } else {
            assert_eq!(failure(&direct).await.kind, ErrorKind::Tls);
        }
    });
}

#[test]
fn a_unix_socket_is_never_encrypted_and_needs_no_warning() {
    let server = server(13);
    let socket = server.instance.socket_folder().display();
    let port = server.instance.port();
    for mode in ["", "sslmode=verify-full", "sslmode=prefer"] {
        let text = format!("host='{socket}' port={port} user=rdsadmin dbname=postgres {mode}");
        let connection = block_on(opened(&text));
        assert_eq!((connection.tls, connection.warnings), (None, vec![]));
    }
}

#[test]
fn versions_of_tls_are_bounded() {
    let server = server(15);
    block_on(async {
        let role = server.fresh_role("bounded").await;
        let conninfo = server.instance.conninfo_with_password(&role, &role, "postgres");
        let tls = opened(&format!("{conninfo} ssl_max_protocol_version=TLSv1.2")).await.tls.unwrap();
        assert_eq!(tls.version, "TLSv1.2");
        let channel = opened(&format!("{conninfo} channel_binding=require")).await;
        assert!(channel.tls.is_some());
    });
}
