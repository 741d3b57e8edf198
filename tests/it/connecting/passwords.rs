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

/// Types one password after the other.
struct Typist(Vec<&'static str>, Vec<ErrorKind>);

impl PasswordSource for Typist {
    fn ask(&mut self, _prompt: &str) -> Result<SecretString, ConnectError> {
        Ok(SecretString::from(self.0.remove(0)))
    }

    fn again(&mut self, refused: &ConnectError) -> bool {
        self.1.push(refused.kind);
        true
    }
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
fn a_person_may_mistype_twice() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("typist").await;
        let superuser = server.superuser("postgres").await;
        superuser.batch_execute(&format!("ALTER ROLE {role} PASSWORD 'right'")).await.unwrap();
        let type_all = async |prompt, typed: &[&'static str]| {
            let settings = Settings::resolve(&arguments(server, &role, prompt), &environment(None)).unwrap();
            let mut typist = Typist(typed.to_vec(), Vec::new());
            let result = connect(&settings, &mut typist).await.map(drop).map_err(|error| error.kind);
            (result, typist.0.len(), typist.1.len())
        };
        for prompt in [Prompt::IfNeeded, Prompt::Always] {
            assert_eq!(type_all(prompt, &["wrong", "right", "x"]).await, (Ok(()), 1, 1));
            assert_eq!(type_all(prompt, &["a", "b", "right"]).await, (Ok(()), 0, 2));
            let thrice = type_all(prompt, &["a", "b", "c", "right"]).await;
            assert_eq!(thrice, (Err(ErrorKind::WrongPassword), 1, 2));
        }
        assert_eq!(type_all(Prompt::Never, &["right"]).await, (Err(ErrorKind::PasswordNeeded), 1, 0));
        // A password that nobody typed is not asked for again.
        let mut wrong = arguments(server, &role, Prompt::IfNeeded);
        wrong.connection = wrong.connection.map(|text| text + " password=wrong");
        let mut typist = Typist(vec!["right"], Vec::new());
        let settings = Settings::resolve(&wrong, &environment(None)).unwrap();
        let error = connect(&settings, &mut typist).await.err().unwrap();
        assert_eq!((error.kind, typist.0.len()), (ErrorKind::WrongPassword, 1));
    });
}

#[test]
fn the_password_of_a_key_is_asked_for_before_that_of_the_role() {
    let server = server(16);
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("c.crt"), folder.path().join("c.key"));
    block_on(async {
        let role = server.fresh_role("keyed").await;
        let pair = server.instance.client_cert(&role).unwrap();
        let plain = openssl::pkey::PKey::private_key_from_pem(pair.key.as_bytes()).unwrap();
        let cipher = openssl::symm::Cipher::aes_256_cbc();
        std::fs::write(&cert, &pair.cert).unwrap();
        std::fs::write(&key, plain.private_key_to_pem_pkcs8_passphrase(cipher, b"of the key").unwrap())
            .unwrap();
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let mut arguments = arguments(server, &role, Prompt::IfNeeded);
        let files = format!(" sslcert='{}' sslkey='{}'", cert.display(), key.display());
        arguments.connection = arguments.connection.map(|text| text + &files);
        let settings = Settings::resolve(&arguments, &environment(None)).unwrap();
        let own: &'static str = Box::leak(role.into_boxed_str());
        let mut typist = Typist(vec!["of the key", own], Vec::new());
        let connection = connect(&settings, &mut typist).await.unwrap();
        assert!(typist.0.is_empty());
        connection.opener().open().await.unwrap();
        let error = connect(&settings, &mut NoPrompt).await.err().unwrap();
        assert_eq!(error.kind, ErrorKind::KeyPassword, "{error:?}");
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
fn a_password_that_was_typed_stays_where_a_command_would_print_another() {
    for_each_major_async(async |server| {
        let dir = tempfile::tempdir().unwrap();
        let ran = dir.path().join("ran");
        let role = server.fresh_role("typed").await;
        let mut arguments = arguments(server, &role, Prompt::Always);
        arguments.password_command = Some(format!("echo run >> '{}'; echo wrong", ran.display()));
        let settings = Settings::resolve(&arguments, &environment(None)).unwrap();
        let mut person = Answers { password: role.clone(), asked: Vec::new() };
        let first = connect(&settings, &mut person).await.unwrap();
        let second = first.opener().open().await.unwrap();
        assert_eq!(second.opener().reconnect().await.unwrap().user, role);
        assert_eq!((person.asked.len(), ran.exists()), (1, false));
        // The same for one that is given later.
        let given = first.opener().with_password(SecretString::from(role.as_str()));
        assert_eq!(given.open().await.unwrap().opener().reconnect().await.unwrap().user, role);
        assert!(!ran.exists());
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
