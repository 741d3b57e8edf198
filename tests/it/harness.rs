//! The servers themselves: every major starts, speaks TLS, and goes away whatever happens to its owner.

use std::os::unix::fs::PermissionsExt;

use crate::servers::{for_each_major, for_each_major_async};

#[test]
fn every_major_answers_over_tls() {
    for_each_major_async(async |server| {
        let client = server.superuser("postgres").await;
        let version: String = client.query_one("SELECT version()", &[]).await.unwrap().get(0);
        assert!(version.starts_with(&format!("PostgreSQL {}.", server.major)), "{version}");
        let tls = client.query_one("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[]);
        let tls = tls.await.unwrap();
        assert!(tls.get::<_, bool>(0));
        assert!(tls.get::<_, &str>(1).starts_with("TLSv1."));
    });
}

#[test]
fn without_tls_nobody_is_let_in() {
    for_each_major(|server| {
        let plain = format!("host=127.0.0.1 port={} user=rdsadmin sslmode=disable", server.instance.port());
        let config: tokio_postgres::Config = plain.parse().unwrap();
        let refused = crate::servers::block_on(config.connect(tokio_postgres::NoTls)).err().unwrap();
        let code = refused.as_db_error().expect("the server's own answer").code().code().to_owned();
        assert_eq!(code, "28000");
    });
}

#[test]
fn only_the_servers_user_reaches_its_folder() {
    for_each_major(|server| {
        let folder = std::fs::metadata(server.instance.socket_folder()).unwrap();
        assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    });
}

#[test]
fn roles_and_databases_of_tests_stay_apart() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("harness").await;
        let database = server.fresh_database().await;
        let client = server.connect(&role, &role, &database).await;
        let row = client.query_one("SELECT current_user::text, current_database()::text", &[]).await.unwrap();
        assert_eq!((row.get::<_, &str>(0), row.get::<_, &str>(1)), (role.as_str(), database.as_str()));
    });
}
