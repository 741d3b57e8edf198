//! Passwords and tokens are never seen: not in what the program prints, not in the server's log, the journal, the
//! processes that it starts, nor when it panics. One test for each way that a secret comes in.

mod children;
mod crash;
mod statements;
mod ways;

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rolescope::server::scram;

use crate::servers::{Server, block_on};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rolescope");

/// A role that owns a database, and its password, which no statement of ours has told the server's log.
struct Login<'a> {
    server: &'a Server,
    role: String,
    database: String,
    password: String,
    /// How long the log was before.
    logged: usize,
}

impl Login<'_> {
    fn new(server: &Server) -> Login<'_> {
        let (role, database, password) =
            (server.unique("open"), server.unique("db"), server.unique("se same/+"));
        let verifier = scram::verifier(&password, scram::ITERATIONS).expect("random bytes");
        block_on(async {
            let superuser = server.superuser("postgres").await;
            for statement in [
                format!("CREATE ROLE {role} LOGIN PASSWORD '{verifier}'"),
                format!("CREATE DATABASE {database} OWNER {role}"),
            ] {
                superuser.batch_execute(&statement).await.expect("a role and its database");
            }
        });
        let logged = log(server).len();
        Login { server, role, database, password, logged }
    }

    fn conninfo(&self) -> String {
        self.server.instance.conninfo(&self.role, &self.database)
    }

    /// What the server has logged since.
    fn logged(&self) -> Vec<u8> {
        log(self.server).split_off(self.logged)
    }
}

fn log(server: &Server) -> Vec<u8> {
    std::fs::read(server.instance.log_path()).expect("a log")
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![(path.display().to_string(), std::fs::read(&path).expect("a file"))],
        })
        .collect()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// It is nowhere in these places, as it is or encoded.
fn assert_unseen(secret: &str, places: &[(String, Vec<u8>)]) {
    let forms = [
        secret.to_owned(),
        STANDARD.encode(secret),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        format!("{:?}", secret.as_bytes()),
    ];
    for (place, bytes) in places {
        let found = forms.iter().find(|form| contains(bytes, form));
        assert!(found.is_none(), "{place} shows the secret:\n{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_secret_that_is_there_is_found() {
    for text in ["x se same/+ y", "c2Ugc2FtZS8r", "u:se%20same%2F%2B@h"] {
        let places = [("here".to_owned(), text.as_bytes().to_vec())];
        assert!(std::panic::catch_unwind(|| assert_unseen("se same/+", &places)).is_err(), "{text}");
    }
}
