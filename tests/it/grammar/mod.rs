//! The parser's judge: what a server's own parser accepts or refuses, and where, on every major.
//!
//! A failed transaction refuses every statement with 25P02, but only after parsing it: so nothing ever runs here,
//! and whatever error is another one is the parser's.

#[path = "../../../src/sql/tests/arbitrary.rs"]
mod arbitrary;
mod mutations;
mod productions;
mod reading;

use rolescope::sql::{Notice, Options, Parsed, Statement, SyntaxError, parse_script};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_postgres::Client;
use tokio_postgres::error::{DbError, ErrorPosition};

use crate::differential::{number, seed};
use crate::servers::{Server, connect_listening, for_each_major_async};

/// One statement a line; `␤` stands for a line break.
const SPELLINGS: &str = include_str!("spellings.txt");

fn spellings() -> impl Iterator<Item = String> {
    SPELLINGS.lines().map(|line| line.replace('␤', "\n"))
}

/// What a parser makes of a statement: what it tells on the way, and its error if it refuses it.
#[derive(Debug, PartialEq)]
struct Verdict {
    notices: Vec<Notice>,
    refusal: Option<SyntaxError>,
}

#[test]
fn spellings_are_taken_and_refused_as_the_server_does() {
    for_each_major_async(async |server| {
        for conforming in [true, false] {
            let options = options(server, conforming);
            let mut judge = Judge::new(server, options).await;
            let mut comparison = Comparison::default();
            for spelling in spellings() {
                comparison.compare(&mut judge, &spelling, &options).await;
            }
            comparison.assert_alike(400, &options);
        }
    });
}

#[test]
fn damaged_statements_are_refused_as_the_server_does() {
    for_each_major_async(async |server| {
        let options = options(server, true);
        let mut judge = Judge::new(server, options).await;
        let mut comparison = Comparison::default();
        // Of two errors in an aggregate's arguments the tables of the server's parser choose one, by no rule.
        let sources: Vec<String> = spellings().filter(|text| !text.starts_with("alter aggregate")).collect();
        for text in mutations::of(&sources, u64::from(server.major)).take(2000) {
            comparison.compare(&mut judge, &text, &options).await;
        }
        comparison.assert_alike(1000, &options);
    });
}

/// Statements a major in CI; ROLESCOPE_STATEMENTS asks for more.
const STATEMENTS: usize = 2000;

#[test]
fn drawn_spellings_are_taken_and_refused_as_the_server_does() {
    let seed = seed();
    let statements = number("ROLESCOPE_STATEMENTS").map_or(STATEMENTS, |number| number as usize);
    println!("ROLESCOPE_SEED={seed} ROLESCOPE_STATEMENTS={statements}");
    for_each_major_async(async |server| {
        let mut rng = fastrand::Rng::with_seed(seed);
        let grammar = productions::Grammar::new(keywords(server).await);
        for conforming in [true, false] {
            let options = options(server, conforming);
            let mut judge = Judge::new(server, options).await;
            let mut comparison = Comparison::default();
            for _ in 0..statements / 2 {
                let text = grammar.statement(&mut rng);
                comparison.compare(&mut judge, &text, &options).await;
            }
            comparison.assert_alike(statements / 4, &options);
        }
    });
}

async fn keywords(server: &Server) -> Vec<String> {
    let client = server.superuser("postgres").await;
    let rows = client.query("SELECT word FROM pg_get_keywords() ORDER BY word", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn options(server: &Server, standard_conforming_strings: bool) -> Options {
    Options { major: server.major, standard_conforming_strings }
}

/// A session in a failed transaction, and what it is told.
struct Judge {
    client: Client,
    notices: UnboundedReceiver<DbError>,
}

impl Judge {
    async fn new(server: &Server, options: Options) -> Self {
        let (client, notices) = connect_listening(&server.instance, "postgres").await;
        let conforming = if options.standard_conforming_strings { "on" } else { "off" };
        let set = format!(
            "SET standard_conforming_strings = {conforming};
             SET log_statement = none; SET log_min_error_statement = panic; SET log_min_messages = panic"
        );
        client.batch_execute(&set).await.unwrap();
        client.batch_execute("BEGIN").await.unwrap();
        client.batch_execute("SELECT 1 / 0").await.unwrap_err();
        Self { client, notices }
    }

    async fn verdict(&mut self, text: &str) -> Verdict {
        let error = self.client.batch_execute(text).await.expect_err("a failed transaction takes nothing");
        let error = error.as_db_error().unwrap_or_else(|| panic!("{text}: {error:?}"));
        let mut notices = Vec::new();
        while let Ok(notice) = self.notices.try_recv() {
            notices.push(Notice {
                severity: leaked(notice.severity()),
                sqlstate: leaked(notice.code().code()),
                message: notice.message().to_owned(),
            });
        }
        Verdict { notices, refusal: (error.code().code() != "25P02").then(|| refusal(error)) }
    }
}

fn refusal(error: &DbError) -> SyntaxError {
    SyntaxError {
        sqlstate: leaked(error.code().code()),
        message: error.message().to_owned(),
        detail: error.detail().map(str::to_owned),
        hint: error.hint().map(str::to_owned),
        position: match error.position() {
            Some(ErrorPosition::Original(position)) => Some(*position as usize - 1),
            _ => None,
        },
    }
}

/// The library's own types have codes that live for ever.
fn leaked(code: &str) -> &'static str {
    code.to_owned().leak()
}

/// How many statements were compared, how many of those were accepted, and those on which the two differ.
#[derive(Default)]
struct Comparison {
    compared: usize,
    accepted: usize,
    differences: Vec<String>,
}

impl Comparison {
    async fn compare(&mut self, judge: &mut Judge, text: &str, options: &Options) {
        for parsed in parse_script(text, options) {
            let Some(ours) = verdict(&parsed) else { continue };
            let theirs = judge.verdict(&parsed.text).await;
            self.compared += 1;
            self.accepted += usize::from(theirs.refusal.is_none());
            if ours != theirs {
                self.differences.push(format!("{}\n  ours   {ours:?}\n  server {theirs:?}", parsed.text));
            }
        }
    }

    fn assert_alike(&self, at_least: usize, options: &Options) {
        let shown: Vec<&str> = self.differences.iter().take(20).map(String::as_str).collect();
        assert!(
            shown.is_empty(),
            "{} differences in {options:?}:\n{}",
            self.differences.len(),
            shown.join("\n")
        );
        println!("{} compared, {} of them accepted, in {options:?}", self.compared, self.accepted);
        assert!(self.compared >= at_least, "only {} statements were compared", self.compared);
    }
}

/// None where there is nothing to compare: rolescope does not judge other SQL, and masks passwords in messages.
fn verdict(parsed: &Parsed) -> Option<Verdict> {
    let refusal = match &parsed.result {
        Ok(Statement::Unsupported(_)) => return None,
        Ok(_) => None,
        Err(error) if error.message.contains("'***'") => return None,
        Err(error) => Some(error.clone()),
    };
    Some(Verdict { notices: parsed.notices.clone(), refusal })
}
