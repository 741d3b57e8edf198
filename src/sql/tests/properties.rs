//! What holds for every statement and every text.

use proptest::prelude::*;

use super::arbitrary::{any_statement, since};
use crate::sql::{Options, Parsed, parse_script, print, quote_literal};

/// Pieces of SQL, well formed and not.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{0,4}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "grant ", "revoke ", "select ", "on ", "to ", "from ", "a", "\"b\"", ", ", ";", "'", "\"", "$$", "$x$",
    "/*", "*/", "--", "\n", " ", "(", ")", "\\", "\\g\n", "\\.\n", "copy t from stdin;", "U&\"", "U&'",
    " uescape '!'", "E'", "\\ud800", "\\u0041", "\\x", "password ", "1.5e", "0x", "1_", "..", ":a", "::",
    "@-", "create function ", "begin ", "end", "alter role ", "set ", "reset ", "in schema ",
    "execute on function f(", "int", "[", "]", "%type", "\u{feff}", "\0", "é", "with ", "nulls first ",
    "owner to ", "default privileges ", "-", ".5",
];

fn options() -> impl Strategy<Value = Options> {
    (13u16..=18, prop::bool::weighted(0.8))
        .prop_map(|(major, standard_conforming_strings)| Options { major, standard_conforming_strings })
}

/// Everything between statements is blanks, comments and semicolons; statements keep their order and their place.
fn covers(text: &str, statements: &[Parsed]) -> bool {
    let mut at = 0;
    let mut gaps = String::new();
    for parsed in statements {
        if parsed.offset < at || !text[parsed.offset..].starts_with(&parsed.text) {
            return false;
        }
        gaps.push_str(&text[at..parsed.offset]);
        gaps.push('\n');
        at = parsed.offset + parsed.text.len();
    }
    gaps.push_str(&text[at..]);
    parse_script(&gaps, &Options::new(18)).is_empty()
}

proptest! {
    #[test]
    fn what_is_printed_parses_back(statement in any_statement(), options in options()) {
        let text = print(&statement, options.major);
        let parsed = parse_script(&text, &options);
        prop_assert_eq!(parsed.len(), 1, "{}", &text);
        prop_assert_eq!(&parsed[0].text, &text);
        if options.major < since(&statement) {
            prop_assert!(parsed[0].result.is_err(), "{}", &text);
        } else {
            prop_assert!(parsed[0].notices.is_empty());
            prop_assert_eq!(parsed[0].result.as_ref(), Ok(&statement), "{}", &text);
        }
    }

    #[test]
    fn no_text_is_lost_and_none_makes_it_panic(text in soup(), options in options()) {
        let statements = parse_script(&text, &options);
        // A vertical tab is a blank since 17 only, so that gaps can be read by the newest rules.
        prop_assert!(covers(&text, &statements), "{:?}", statements);
        for parsed in &statements {
            let characters = parsed.text.chars().count();
            let position = parsed.result.as_ref().err().and_then(|error| error.position);
            prop_assert!(position.is_none_or(|position| position <= characters));
            let line = text[..parsed.offset].matches('\n').count() + 1;
            prop_assert_eq!(parsed.line, line);
        }
    }

    #[test]
    fn a_damaged_statement_is_an_error_or_another(
        statement in any_statement(),
        options in options(),
        at in any::<prop::sample::Index>(),
        piece in prop::sample::select(PIECES),
        cut in 0usize..3,
    ) {
        let mut text: Vec<char> = print(&statement, options.major).chars().collect();
        let at = at.index(text.len() + 1);
        text.splice(at..(at + cut).min(text.len()), piece.chars());
        let text: String = text.into_iter().collect();
        let statements = parse_script(&text, &options);
        prop_assert!(covers(&text, &statements), "{:?}", statements);
    }

    #[test]
    fn a_password_shows_nowhere(secret in "[a-z]{12}", noise in soup(), options in options()) {
        let literal = quote_literal(&secret);
        for text in [format!("alter role x password {literal} {noise}"), format!("{noise}\nalter role x password {literal}")] {
            for parsed in parse_script(&text, &options) {
                // Noise that ends within a string makes a quoted thing of what comes after it.
                if parsed.text.contains(&format!("password {literal}")) && !noise.contains(['\'', '"', '$', '\\', '*', '-']) {
                    prop_assert!(!parsed.masked.contains(&secret), "{:?}", parsed.masked);
                    let result = format!("{:?}", parsed.result);
                    prop_assert!(!result.contains(&secret), "{}", result);
                }
            }
        }
    }
}

#[test]
fn time_grows_with_the_text_only() {
    let long = "grant a to b; /* c */ 'd' \n".repeat(20_000);
    assert_eq!(parse_script(&long, &Options::new(18)).len(), 20_001);
    let open = "$a$ '".repeat(100_000);
    assert_eq!(parse_script(&open, &Options::new(18)).len(), 1);
    let list = format!("grant a to b{}", ", c".repeat(200_000));
    assert!(parse_script(&list, &Options::new(18))[0].result.is_ok());
}
