//! The parser's judge: what a server's own parser accepts or refuses, and where, on every major.
//!
//! A failed transaction refuses every statement with 25P02, but only after parsing it: so nothing ever runs here,
//! and whatever error is another one is the parser's.

mod mutations;

use rolescope::sql::{Options, Parsed, Statement, parse_script};
use tokio_postgres::Client;
use tokio_postgres::error::ErrorPosition;

use crate::servers::{Server, for_each_major_async};

/// One statement a line; `␤` stands for a line break.
const SPELLINGS: &str = include_str!("spellings.txt");

fn spellings() -> impl Iterator<Item = String> {
    SPELLINGS.lines().map(|line| line.replace('␤', "\n"))
}

/// What a parser makes of a statement: nothing to say, or SQLSTATE, message and position.
#[derive(Debug, PartialEq)]
enum Verdict {
    Accepted,
    Refused { sqlstate: String, message: String, position: Option<usize> },
}

#[test]
fn spellings_are_taken_and_refused_as_the_server_does() {
    for_each_major_async(async |server| {
        for conforming in [true, false] {
            let options = options(server, conforming);
            let client = parsing_only(server, options).await;
            let mut comparison = Comparison::default();
            for spelling in spellings() {
                comparison.compare(&client, &spelling, &options).await;
            }
            comparison.assert_alike(400, &options);
        }
    });
}

#[test]
fn damaged_statements_are_refused_as_the_server_does() {
    for_each_major_async(async |server| {
        let options = options(server, true);
        let client = parsing_only(server, options).await;
        let mut comparison = Comparison::default();
        // Of two errors in an aggregate's arguments the tables of the server's parser choose one, by no rule.
        let sources: Vec<String> = spellings().filter(|text| !text.starts_with("alter aggregate")).collect();
        for text in mutations::of(&sources, u64::from(server.major)).take(2000) {
            comparison.compare(&client, &text, &options).await;
        }
        comparison.assert_alike(1000, &options);
    });
}

fn options(server: &Server, standard_conforming_strings: bool) -> Options {
    Options { major: server.major, standard_conforming_strings }
}

/// A session in a failed transaction.
async fn parsing_only(server: &Server, options: Options) -> Client {
    let client = server.superuser("postgres").await;
    let conforming = if options.standard_conforming_strings { "on" } else { "off" };
    let set = format!("SET standard_conforming_strings = {conforming}; SET escape_string_warning = off");
    client.batch_execute(&set).await.unwrap();
    client.batch_execute("BEGIN").await.unwrap();
    client.batch_execute("SELECT 1 / 0").await.unwrap_err();
    client
}

/// How many statements were compared, and those on which the two differ.
#[derive(Default)]
struct Comparison {
    compared: usize,
    differences: Vec<String>,
}

impl Comparison {
    async fn compare(&mut self, client: &Client, text: &str, options: &Options) {
        for parsed in parse_script(text, options) {
            let Some(ours) = verdict(&parsed) else { continue };
            let theirs = ask(client, &parsed.text).await;
            self.compared += 1;
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
        assert!(self.compared >= at_least, "only {} statements were compared", self.compared);
    }
}

/// None where there is nothing to compare: rolescope does not judge other SQL, and masks passwords in messages.
fn verdict(parsed: &Parsed) -> Option<Verdict> {
    match &parsed.result {
        Ok(Statement::Unsupported(_)) => None,
        Ok(_) => Some(Verdict::Accepted),
        Err(error) if error.message.contains("'***'") => None,
        Err(error) => Some(Verdict::Refused {
            sqlstate: error.sqlstate.to_owned(),
            message: error.message.clone(),
            position: error.position,
        }),
    }
}

async fn ask(client: &Client, text: &str) -> Verdict {
    let error = client.batch_execute(text).await.expect_err("a failed transaction takes nothing");
    let error = error.as_db_error().unwrap_or_else(|| panic!("{text}: {error:?}"));
    if error.code().code() == "25P02" {
        return Verdict::Accepted;
    }
    let position = match error.position() {
        Some(ErrorPosition::Original(position)) => Some(*position as usize - 1),
        _ => None,
    };
    Verdict::Refused {
        sqlstate: error.code().code().to_owned(),
        message: error.message().to_owned(),
        position,
    }
}
