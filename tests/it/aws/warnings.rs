//! What is told about RDS and Aurora, on real servers that have their roles.

use std::process::{Command, Output, Stdio};

use rolescope::demo::Instance;
use serde_json::Value;

use crate::servers::{block_on, connect, for_each_major_async, instance, options};

const ROLES: &str = "CREATE ROLE rds_superuser; CREATE ROLE rds_iam; CREATE ROLE rds_ad; CREATE ROLE rds_password; \
    GRANT rds_password TO rds_superuser; CREATE ROLE master LOGIN CREATEDB CREATEROLE IN ROLE rds_superuser; \
    CREATE ROLE clerk LOGIN CREATEROLE; CREATE ROLE team; GRANT team TO master, clerk; \
    GRANT rds_iam, rds_ad, team TO clerk, master WITH ADMIN OPTION; REVOKE rds_ad FROM clerk";

async fn rds(major: u16) -> Instance {
    let mut wanted = options(major);
    wanted.hba = vec!["hostssl all master,clerk 127.0.0.1/32 trust".to_owned()];
    let server = instance(&wanted);
    let client = connect(&server, "rdsadmin", server.password(), "postgres").await;
    client.batch_execute(ROLES).await.expect("the provider's roles");
    server
}

fn run(arguments: &[&str], conninfo: &str) -> Output {
    let home = tempfile::tempdir().expect("a home");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolescope"));
    command.args(arguments).arg(conninfo).env_clear().env("HOME", home.path()).stdin(Stdio::null());
    command.output().expect("the program starts")
}

fn codes(server: &Instance, user: &str, statement: &str) -> Vec<String> {
    let output = run(&["plan", "--format", "json", "-c", statement], &server.conninfo(user, "postgres"));
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    assert_eq!(plan["verdict"], "ok", "{plan}");
    let warnings = plan["warnings"].as_array().expect("warnings");
    warnings.iter().map(|warning| warning["code"].as_str().expect("a code").to_owned()).collect()
}

#[test]
fn a_plan_tells_who_is_locked_out_and_who_may_not_set_passwords() {
    for_each_major_async(async |shared| {
        let server = rds(shared.major).await;
        let has = |user: &str, statement: &str, code: &str| {
            let found = codes(&server, user, statement);
            found.iter().filter(|found| *found == code).count()
        };
        // The master user and the one who is connected are there by rds_iam's own rows; before 16 only as one of them.
        let made = "CREATE ROLE svc LOGIN PASSWORD 'x' IN ROLE rds_iam";
        assert_eq!(has("master", made, "rds_iam"), 1, "{}", shared.major);
        assert_eq!(has("master", made, "rds_iam_password"), 1);
        assert_eq!(has("master", made, "rds_password"), 0);
        assert_eq!(has("clerk", made, "rds_password"), 1);
        assert_eq!(has("clerk", "CREATE ROLE svc LOGIN", "rds_iam"), 0);
        let newcomer = connect(&server, "rdsadmin", server.password(), "postgres").await;
        let fresh = "REVOKE rds_iam FROM master; CREATE ROLE other LOGIN CREATEROLE; GRANT team TO other";
        newcomer.batch_execute(fresh).await.expect("memberships");
        let grant = "GRANT rds_iam TO team";
        assert_eq!(has("clerk", grant, "rds_iam_master"), 1, "{}", shared.major);
        assert_eq!(has("clerk", grant, "rds_iam_self"), 0, "clerk is in rds_iam already");
    });
}

#[test]
fn a_certificate_that_was_not_verified_is_told_of_rds_by_any_name() {
    for_each_major_async(async |shared| {
        let server = rds(shared.major).await;
        let full = server.conninfo("master", "postgres");
        for (conninfo, told) in [
            (full.clone(), false),
            (full.replace("verify-full", "verify-ca"), true),
            (
                format!(
                    "host=localhost hostaddr=127.0.0.1 port={} user=master dbname=postgres",
                    server.port()
                ),
                true,
            ),
        ] {
            let output = run(&["status", "--format", "json"], &conninfo);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{errors}");
            let status: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            assert_eq!(status["flavor"], "RDS");
            assert_eq!(
                errors.contains("WARNING:  this is RDS, and its certificate"),
                told,
                "{conninfo}: {errors}"
            );
        }
        // Elsewhere TLS that is not verified is as it was asked for.
        let plain =
            shared.instance.conninfo_with_password("rdsadmin", shared.instance.password(), "postgres");
        let output = run(&["status"], &plain.replace("verify-full", "verify-ca"));
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    });
}

/// RDS asks PAM about members of rds_iam. No server here is built with PAM, but one can say the same words at login.
#[test]
fn a_password_where_a_token_is_wanted_gets_a_hint() {
    // Event triggers at login came with 17.
    for major in [17, 18] {
        block_on(password_where_a_token_is_wanted(major));
    }
}

async fn password_where_a_token_is_wanted(major: u16) {
    let server = rds(major).await;
    let client = connect(&server, "rdsadmin", server.password(), "postgres").await;
    let trigger = "CREATE FUNCTION pam() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN \
            IF session_user = 'clerk' THEN RAISE EXCEPTION USING ERRCODE = '28000', \
            MESSAGE = 'PAM authentication failed for user \"clerk\"'; END IF; END $$; \
            CREATE EVENT TRIGGER pam ON login EXECUTE FUNCTION pam()";
    client.batch_execute(trigger).await.expect("a trigger");
    let output = run(&["status"], &server.conninfo("clerk", "postgres"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("PAM authentication failed for user \"clerk\""), "{errors}");
    assert!(errors.contains("HINT:  On Amazon RDS and Aurora this is a member of rds_iam"), "{errors}");
    assert!(run(&["status"], &server.conninfo("master", "postgres")).status.success());
}
