//! What rolescope prints, servers read, and names come back from them as they went.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRunner};
use rolescope::sql::{parse_script, print, quote_ident, quote_ident_for, quote_literal};

use super::arbitrary::{any_statement, since};
use super::{Comparison, Judge, options};
use crate::differential::{number, seed};
use crate::servers::for_each_major_async;

/// Statements a major in CI; ROLESCOPE_STATEMENTS asks for more.
const STATEMENTS: usize = 1000;

#[test]
fn servers_read_what_is_printed() {
    let seed = seed();
    let statements = number("ROLESCOPE_STATEMENTS").map_or(STATEMENTS, |number| number as usize);
    println!("ROLESCOPE_SEED={seed} ROLESCOPE_STATEMENTS={statements}");
    for_each_major_async(async |server| {
        let mut runner = runner(seed);
        for conforming in [true, false] {
            let options = options(server, conforming);
            let mut judge = Judge::new(server, options).await;
            let mut comparison = Comparison::default();
            for _ in 0..statements / 2 {
                let statement = any_statement().new_tree(&mut runner).unwrap().current();
                let text = print(&statement, server.major);
                comparison.compare(&mut judge, &text, &options).await;
                if since(&statement) <= server.major {
                    let parsed = parse_script(&text, &options);
                    assert_eq!(parsed[0].result.as_ref(), Ok(&statement), "{text}");
                }
            }
            // What a message would show of a password is not compared.
            comparison.assert_alike(statements * 9 / 20, &options);
            assert!(comparison.accepted > statements / 4, "{} were accepted", comparison.accepted);
        }
    });
}

fn runner(seed: u64) -> TestRunner {
    TestRunner::new(Config {
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    })
}

/// Names of every kind: keywords, characters of every class, lengths around 63 bytes.
fn names(seed: u64) -> Vec<String> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let ascii = (1u8..128).map(|byte| char::from(byte).to_string());
    let ascii = ascii.chain((1u8..128).map(|byte| format!("a{}b", char::from(byte))));
    let special = "\u{80}\u{85}\u{a0}\u{ad}éßİıſΩ\u{200b}\u{200e}\u{202e}\u{2028}\u{2066}\u{feff}\u{fffd}\u{fffe}\u{10ffff}😀";
    let random = (0..500).map(|_| {
        let length = rng.usize(1..70);
        (0..length)
            .map(|_| if rng.bool() { rng.char('\u{1}'..='\u{7f}') } else { rng.char('\u{1}'..) })
            .collect()
    });
    ascii.chain(special.chars().map(String::from)).chain(random).collect()
}

#[test]
fn names_are_quoted_as_the_server_quotes_them() {
    let seed = seed();
    println!("ROLESCOPE_SEED={seed}");
    for_each_major_async(async |server| {
        let client = server.superuser("postgres").await;
        client.batch_execute("SET log_statement = none").await.unwrap();
        let mut names = names(seed);
        names.extend(super::keywords(server).await);
        names.extend(["".to_owned(), "Select".to_owned(), "SELECT".to_owned()]);
        let question = "SELECT name, quote_ident(name), quote_literal(name) FROM unnest($1::text[]) AS name";
        let rows = client.query(question, &[&names]).await.unwrap();
        assert_eq!(rows.len(), names.len());
        for row in rows {
            let (name, ident, literal): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            assert_eq!(quote_ident_for(&name, server.major), ident, "{name:?}");
            assert_eq!(quote_literal(&name), literal.trim_start(), "{name:?}");
        }
    });
}

/// A column's name comes back as it was given; a string comes back as it went, whatever the setting.
#[test]
fn names_come_back_from_the_server_as_they_went() {
    let seed = seed();
    println!("ROLESCOPE_SEED={seed}");
    for_each_major_async(async |server| {
        let client = server.superuser("postgres").await;
        client.batch_execute("SET log_statement = none; SET client_min_messages = error").await.unwrap();
        let mut names = names(seed);
        names.extend(super::keywords(server).await);
        for chunk in names.chunks(100) {
            let idents: Vec<_> = chunk.iter().map(|name| quote_ident(name)).collect();
            let values = vec!["1"; chunk.len()].join(", ");
            let select = format!("SELECT * FROM (VALUES ({values})) AS t ({})", idents.join(", "));
            let prepared = client.prepare(&select).await.unwrap();
            for (name, column) in chunk.iter().zip(prepared.columns()) {
                assert_eq!(column.name(), cut(name), "{name:?}");
            }
            for conforming in ["on", "off"] {
                let set = format!("SET standard_conforming_strings = {conforming}");
                client.batch_execute(&set).await.unwrap();
                let literals: Vec<String> = chunk.iter().map(|name| quote_literal(name)).collect();
                let select = format!("SELECT ARRAY[{}]", literals.join(", "));
                let texts: Vec<String> = client.query_one(&select, &[]).await.unwrap().get(0);
                assert_eq!(texts, chunk, "standard_conforming_strings {conforming}");
            }
        }
    });
}

/// What the server keeps of a name: as many whole characters as 63 bytes hold.
fn cut(name: &str) -> &str {
    let end = (0..=name.len().min(63)).rev().find(|at| name.is_char_boundary(*at));
    &name[..end.unwrap_or(0)]
}
