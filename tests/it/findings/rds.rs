//! What only matters on RDS and Aurora, on servers that look like them.

use super::{about, connect, look, own, run};
use crate::servers::for_each_major_async;
use rolescope::cluster::{Flavor, View};
use rolescope::findings::{Finding, Level};
use tokio_postgres::Client;

const SET_UP: &str = "CREATE ROLE rds_superuser; CREATE ROLE rds_iam; CREATE ROLE rds_ad; CREATE ROLE boss SUPERUSER LOGIN; \
                      CREATE ROLE master LOGIN CREATEDB CREATEROLE VALID UNTIL 'infinity' IN ROLE rds_superuser; \
                      CREATE ROLE iam_users IN ROLE rds_iam; CREATE ROLE ad_users IN ROLE rds_ad";

async fn found(client: &Client, code: &str, role: &str) -> Option<Finding> {
    let (cluster, found) = look(client).await;
    assert_eq!(cluster.flavor, Flavor::Rds);
    about(&View::new(cluster), &found, code, role).cloned()
}

#[test]
fn a_master_user_that_has_drifted_is_told_by_its_membership() {
    for_each_major_async(async |server| {
        let own = own(server.major, "rdsadmin");
        let client = connect(&own, "rdsadmin", "postgres").await;
        run(&client, SET_UP).await;
        let boss = connect(&own, "boss", "postgres").await;
        let code = "rds-master-drift";
        run(&client, "CREATE ROLE other LOGIN").await;
        assert_eq!(found(&boss, code, "master").await, None);
        for drift in ["NOCREATEROLE", "NOCREATEDB", "NOINHERIT", "REPLICATION", "VALID UNTIL '2200-01-01'"] {
            run(&client, &format!("ALTER ROLE master {drift}")).await;
            let finding = found(&boss, code, "master").await.unwrap_or_else(|| panic!("{drift}"));
            run(&boss, &finding.mend.expect("a mend").join(";")).await;
            assert_eq!(found(&boss, code, "master").await, None, "{drift}");
        }
        // Another member that is as it should be may be the master user.
        run(&client, "ALTER ROLE master NOCREATEDB; GRANT rds_superuser TO other").await;
        let finding = found(&boss, code, "other").await.expect("none of the two is");
        assert!(finding.role_count == 2 && finding.mend.is_err());
        run(&client, "ALTER ROLE other CREATEDB CREATEROLE").await;
        assert_eq!(found(&boss, code, "master").await, None);
        // Elsewhere these roles mean nothing.
        run(&client, "REVOKE rds_superuser FROM other; ALTER ROLE rds_superuser RENAME TO rds_super").await;
        let (cluster, all) = look(&boss).await;
        assert!(
            cluster.flavor == Flavor::PostgreSQL && !all.iter().any(|f| f.code.text().starts_with("rds"))
        );
    });
}

#[test]
fn who_is_locked_out_by_rds_iam_is_told() {
    for_each_major_async(async |server| {
        let own = own(server.major, "rdsadmin");
        let client = connect(&own, "rdsadmin", "postgres").await;
        run(&client, SET_UP).await;
        let boss = connect(&own, "boss", "postgres").await;
        run(&client, "SET password_encryption = 'scram-sha-256'; CREATE ROLE svc LOGIN PASSWORD 'x' IN ROLE rds_iam; \
                      CREATE ROLE ann LOGIN PASSWORD 'x' IN ROLE iam_users; CREATE ROLE bob LOGIN PASSWORD 'x'; \
                      CREATE ROLE eve LOGIN IN ROLE ad_users").await;
        let code = "rds-iam-lockout";
        for meant in ["svc", "ann", "bob", "master"] {
            assert_eq!(found(&boss, code, meant).await, None, "{meant}");
        }
        run(&client, "GRANT svc TO bob; ALTER ROLE master PASSWORD 'x'; GRANT svc TO master").await;
        for (locked_out, level) in [("bob", Level::Medium), ("master", Level::High)] {
            let finding = found(&boss, code, locked_out).await.unwrap_or_else(|| panic!("{locked_out}"));
            assert!(finding.reason.contains(" switches "), "{}", finding.reason);
            assert_eq!(finding.level, level);
            // The bootstrap superuser, which granted it, is protected here: since 16 the row is its own.
            assert_eq!(finding.mend.is_ok(), server.major < 16, "{:?}", finding.mend);
            if let Ok(mend) = finding.mend {
                run(&boss, &mend.join(";")).await;
                assert_eq!(found(&boss, code, locked_out).await, None);
            }
        }
        if server.major >= 16 {
            run(&client, "REVOKE svc FROM bob, master; GRANT svc TO bob WITH INHERIT FALSE, SET FALSE").await;
            let finding = found(&boss, code, "bob").await.expect("by any path");
            assert!(finding.reason.contains(" may switch "), "{}", finding.reason);
        }
        let code = "rds-iam-and-rds-ad";
        assert_eq!(found(&boss, code, "eve").await, None);
        run(&client, "GRANT iam_users TO eve").await;
        assert!(found(&boss, code, "eve").await.is_some());
    });
}
