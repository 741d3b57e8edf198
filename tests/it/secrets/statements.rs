//! Passwords in statements, also in those that fail, that are not understood, or that go to the wrong server.

use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Login, PROGRAM, assert_unseen, files};
use crate::servers::for_each_major;

#[test]
fn a_password_in_a_statement_is_told_to_nobody() {
    for_each_major(|server| {
        let login = Login::new(server);
        let secret = "tintagel/1 +";
        let home = TempDir::new().expect("a home");
        let connection = format!("{} password='{}'", login.conninfo(), login.password);
        let file = home.path().join("script.sql");
        let role = &login.role;
        for (statement, code) in [
            (format!("ALTER ROLE no_such_role PASSWORD '{secret}'"), 1),
            (format!("CREATE ROLE {role} PASSWORD '{secret}'"), 1),
            (format!("ALTER ROLE rdsadmin PASSWORD '{secret}'"), 3),
            (format!("ALTER ROLE {role} PASSWORT '{secret}' PASSWORD '{secret}'"), 1),
            (format!("ALTER ROLE {role} PASSWORD = '{secret}'"), 1),
            (format!("ALTER USER {role} WITH ENCRYPTED PASSWORD $$ {secret}"), 1),
            (format!("DO $$ BEGIN EXECUTE 'ALTER ROLE {role} PASSWORD ''{secret}'''; END $$"), 1),
            (format!("CREATE USER MAPPING FOR {role} SERVER s OPTIONS (user 'a', password '{secret}')"), 1),
            (format!("\\password {secret}"), 1),
            // The last one: it changes how this role logs in.
            (format!("ALTER ROLE {role} PASSWORD '{secret}'"), 0),
        ] {
            std::fs::write(&file, &statement).expect("a script");
            let script = file.display().to_string();
            for (verb, more) in [("plan", &["--format", "json"][..]), ("apply", &["--yes"])] {
                let mut command = Command::new(PROGRAM);
                command.args([verb, "-f", &script]).args(more).arg(&connection);
                command
                    .env_clear()
                    .env("HOME", home.path())
                    .env("RUST_BACKTRACE", "full")
                    .stdin(Stdio::null());
                let output = command.output().expect("the program starts");
                let errors = String::from_utf8_lossy(&output.stderr).into_owned();
                assert_eq!(output.status.code(), Some(code), "{statement}: {errors}");
                let mut places = files(&home.path().join(".local"));
                places.push((format!("standard output of {verb} {statement}"), output.stdout));
                places.push((format!("standard error of {verb} {statement}"), output.stderr));
                places.push(("the server's log".to_owned(), login.logged()));
                assert_unseen(secret, &places);
            }
        }
        assert!(!files(&home.path().join(".local")).is_empty(), "there is a journal");
    });
}
