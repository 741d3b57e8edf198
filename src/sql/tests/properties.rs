//! What holds for every statement and every text.

use proptest::prelude::*;

use super::arbitrary::{any_statement, since};
use super::mutants;
use crate::sql::password::STAND_IN;
use crate::sql::{Options, Parsed, Statement, hidden, parse_script, print, quote_literal, seal};

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
    /// The prediction sees what is sent: `sealed` on the statement and `seal` on its text come to the same.
    #[test]
    fn a_text_is_sealed_as_its_statement_is(statement in any_statement(), options in options()) {
        if options.major >= since(&statement) {
            let text = print(&statement, options.major);
            let expected = statement.sealed(options.major).unwrap_or_else(|| statement.clone());
            let stand_in = print(&expected, options.major);
            let sealed = seal(&text, &options, |_| STAND_IN.to_owned());
            prop_assert_eq!(sealed, Some(stand_in));
        }
    }

    /// In what is no statement, nothing that may be a password is left: it is sealed whole or not at all.
    #[test]
    fn no_text_is_sealed_in_part(text in soup(), options in options()) {
        if let Some(sealed) = seal(&text, &options, |_| STAND_IN.to_owned()) {
            let clear = |parsed: Parsed| parsed.result.is_ok_and(|s| s.has_clear_password(options.major));
            prop_assert!(!parse_script(&sealed, &options).into_iter().any(clear), "{}", &sealed);
        }
        let hidden = hidden(&text, &options);
        prop_assert!(hidden.iter().all(|(from, to)| text.get(*from..*to).is_some()));
        prop_assert!(hidden.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{:?}", &hidden);
    }

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

/// Inputs of every shape, long enough that what takes more than linear time does not end in a test's time.
#[test]
fn time_grows_with_the_text_only() {
    for (name, make) in mutants::SHAPES {
        let text = make(mutants::LONG / 16);
        let start = std::time::Instant::now();
        for options in [13, 18].map(Options::new) {
            let statements = parse_script(&text, &options);
            assert!(covers(&text, &statements), "{name}");
        }
        assert!(start.elapsed() < std::time::Duration::from_secs(20), "{name}: {:?}", start.elapsed());
    }
}

/// As `examples/fuzz_parser.rs` does for longer.
#[test]
fn damaged_texts_neither_panic_nor_get_lost() {
    let seed = std::env::var("ROLESCOPE_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("ROLESCOPE_SEED={seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    for _ in 0..20_000 {
        let text = mutants::text(&mut rng);
        let options = Options { major: rng.u16(13..=18), standard_conforming_strings: rng.u8(..5) > 0 };
        let statements = parse_script(&text, &options);
        assert!(covers(&text, &statements), "{text:?} {options:?}");
        for parsed in statements {
            let Ok(statement) = &parsed.result else { continue };
            if matches!(statement, Statement::Unsupported(_)) {
                continue;
            }
            let printed = print(statement, options.major);
            let again = parse_script(&printed, &options);
            assert_eq!(again.len(), 1, "{text:?} {printed:?} {options:?}");
            assert_eq!(again[0].result.as_ref(), Ok(statement), "{text:?} {printed:?} {options:?}");
        }
    }
}
