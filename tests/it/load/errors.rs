//! A load that fails says why in one line, and leaves no transaction behind.

use crate::servers::{Server, for_each_major_async};
use rolescope::server::{LoadError, load};
use std::time::Duration;
use tokio_postgres::Client;

async fn in_no_transaction(client: &Client) {
    let isolation: String = client.query_one("SHOW transaction_isolation", &[]).await.expect("SHOW").get(0);
    assert_eq!(isolation, "read committed");
    let path: String = client.query_one("SHOW search_path", &[]).await.expect("SHOW").get(0);
    assert_eq!(path, "\"$user\", public");
}

#[test]
fn a_denied_catalog_is_named() {
    for_each_major_async(async |server: &Server| {
        let database = server.fresh_database().await;
        let superuser = server.superuser(&database).await;
        let user = server.fresh_role("denied").await;
        let client = server.connect(&user, &user, &database).await;
        for catalog in ["pg_policy", "pg_foreign_server"] {
            let deny = format!("REVOKE SELECT ON pg_catalog.{catalog} FROM PUBLIC");
            superuser.batch_execute(&deny).await.expect("REVOKE");
            let error = load(&client, |_| ()).await.expect_err("denied");
            let text =
                format!("cannot read {catalog}: permission denied for table {catalog} (SQLSTATE 42501)");
            assert_eq!(error.to_string(), text);
            in_no_transaction(&client).await;
            let allow = format!("GRANT SELECT ON pg_catalog.{catalog} TO PUBLIC");
            superuser.batch_execute(&allow).await.expect("GRANT");
        }
        load(&client, |_| ()).await.expect("allowed again");
        in_no_transaction(&client).await;
    });
}

async fn waits_for_lock(client: &Client, user: &str) {
    let waiting = "SELECT FROM pg_stat_activity WHERE usename = $1 AND wait_event_type = 'Lock'";
    while client.query(waiting, &[&user]).await.expect("pg_stat_activity").is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Loads until something else than the lock's timeout ends it.
async fn held_up(client: &Client) -> LoadError {
    loop {
        match load(client, |_| ()).await.expect_err("locked") {
            LoadError::Refused { sqlstate, .. } if sqlstate == "55P03" => continue,
            other => return other,
        }
    }
}

/// Nobody waits for ever behind somebody's VACUUM FULL of a catalog.
#[test]
fn a_locked_catalog_and_a_dropped_database_are_told() {
    for_each_major_async(async |server: &Server| {
        let database = server.fresh_database().await;
        let superuser = server.superuser(&database).await;
        let user = server.fresh_role("waiting").await;
        let client = server.connect(&user, &user, &database).await;
        superuser.batch_execute("BEGIN; LOCK pg_catalog.pg_policy").await.expect("LOCK");
        let error = load(&client, |_| ()).await.expect_err("locked");
        let LoadError::Refused { reading: "pg_policy", sqlstate, .. } = &error else { panic!("{error:?}") };
        assert_eq!(sqlstate, "55P03");

        let outside = server.superuser("postgres").await;
        let drop = async {
            waits_for_lock(&outside, &user).await;
            outside.batch_execute(&format!("DROP DATABASE {database} WITH (FORCE)")).await.expect("DROP");
        };
        let (error, ()) = tokio::join!(held_up(&client), drop);
        let LoadError::Lost { .. } = &error else { panic!("{error:?}") };
        assert!(error.to_string().starts_with("the connection was lost while reading "), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    });
}

/// A load that is given up rolls back.
#[test]
fn a_load_given_up_leaves_no_transaction() {
    for_each_major_async(async |server: &Server| {
        let database = server.fresh_database().await;
        let superuser = server.superuser(&database).await;
        let user = server.fresh_role("impatient").await;
        let client = server.connect(&user, &user, &database).await;
        superuser.batch_execute("BEGIN; LOCK pg_catalog.pg_policy").await.expect("LOCK");
        let outside = server.superuser("postgres").await;
        tokio::select! {
            error = held_up(&client) => panic!("the lock holds it up: {error:?}"),
            () = waits_for_lock(&outside, &user) => {}
        }
        superuser.batch_execute("ROLLBACK").await.expect("ROLLBACK");
        in_no_transaction(&client).await;
    });
}
