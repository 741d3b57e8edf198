//! Where the password comes from when a real server asks.

use rolescope::server::password::{NoPrompt, PasswordSource, Prompt};
use rolescope::server::{Arguments, ConnectError, ErrorKind, Settings, connect};
use secrecy::SecretString;

use super::{environment, open, opened};
use crate::servers::{Server, block_on, for_each_major_async, server};

/// Answers with one password, and remembers the questions.
struct Answers {
    password: String,
    asked: Vec<String>,
}

impl PasswordSource for Answers {
    fn ask(&mut self, prompt: &str) -> Result<SecretString, ConnectError> {
        self.asked.push(prompt.to_owned());
        Ok(SecretString::from(self.password.as_str()))
    }
}

fn arguments(server: &Server, role: &str, prompt: Prompt) -> Arguments {
    let connection = Some(server.instance.conninfo(role, "postgres"));
    Arguments { connection, prompt, ..Arguments::default() }
}

#[test]
fn a_person_is_asked_once_and_only_if_needed() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("asked").await;
        let mut person = Answers { password: role.clone(), asked: Vec::new() };
        let mut ask = async |prompt, password: &str| {
            let mut settings =
                Settings::resolve(&arguments(server, &role, prompt), &environment(None)).unwrap();
            settings.hosts.retain(|_| true);
            person.password = password.to_owned();
            person.asked.clear();
            let result = connect(&settings, &mut person).await.map(|_| ()).map_err(|error| error.kind);
            (result, person.asked.clone())
        };
        let question = vec![format!("Password for user {role}: ")];
        assert_eq!(ask(Prompt::IfNeeded, &role).await, (Ok(()), question.clone()));
        assert_eq!(ask(Prompt::Always, &role).await, (Ok(()), question.clone()));
        assert_eq!(ask(Prompt::IfNeeded, "wrong").await, (Err(ErrorKind::WrongPassword), question));
        assert_eq!(ask(Prompt::Never, &role).await, (Err(ErrorKind::PasswordNeeded), vec![]));
    });
}

#[test]
fn a_password_file_serves_and_a_bad_one_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let server = server(14);
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".pgpass");
    block_on(async {
        let role = server.fresh_role("filed").await;
        std::fs::write(&file, format!("localhost:{}:postgres:{role}:{role}\n", server.instance.port()))
            .unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let conninfo = server.instance.conninfo(&role, "postgres");
        assert_eq!(open(&conninfo, Some(home.path())).await.unwrap().user, role);

        std::fs::write(&file, "*:*:*:*:wrong\n").unwrap();
        let wrong = open(&conninfo, Some(home.path())).await.err().unwrap();
        assert_eq!(wrong.kind, ErrorKind::WrongPassword);
        assert_eq!(wrong.hint, Some(format!("password retrieved from file \"{}\"", file.display())));

        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        let error = open(&conninfo, Some(home.path())).await.err().unwrap();
        assert_eq!(error.kind, ErrorKind::PasswordNeeded, "{error:?}");
        let with = open(&format!("{conninfo} password={role}"), Some(home.path())).await.unwrap();
        // A password that was said needs no file, so nothing is wrong with one.
        assert!(with.warnings.is_empty(), "{:?}", with.warnings);
    });
}

#[test]
fn a_command_runs_again_for_each_connection() {
    let server = server(16);
    let dir = tempfile::tempdir().unwrap();
    let counter = dir.path().join("runs");
    block_on(async {
        let role = server.fresh_role("commanded").await;
        let mut arguments = arguments(server, &role, Prompt::Never);
        arguments.password_command = Some(format!("echo run >> '{}'; echo {role}", counter.display()));
        let settings = Settings::resolve(&arguments, &environment(None)).unwrap();
        let first = connect(&settings, &mut NoPrompt).await.unwrap();
        let second = first.opener().open().await.unwrap();
        assert_ne!(first.server.backend_pid, second.server.backend_pid);
        assert_eq!(std::fs::read_to_string(&counter).unwrap().lines().count(), 2);
    });
}

#[test]
fn a_password_of_a_tokens_size_arrives_whole() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("token").await;
        // PostgreSQL 13 takes no more than 1024 bytes for SCRAM.
        let long: String = (0..1000).map(|n| char::from(b'a' + (n % 26) as u8)).collect();
        let superuser = server.superuser("postgres").await;
        superuser.batch_execute(&format!("ALTER ROLE {role} PASSWORD '{long}'")).await.unwrap();
        let conninfo = server.instance.conninfo_with_password(&role, &long, "postgres");
        assert_eq!(opened(&conninfo).await.user, role);
        let shorter = server.instance.conninfo_with_password(&role, &long[..999], "postgres");
        assert_eq!(super::failure(&shorter).await.kind, ErrorKind::WrongPassword);
    });
}
