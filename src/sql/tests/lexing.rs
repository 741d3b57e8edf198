//! Literals, through a statement that keeps them whole.

use super::error;
use crate::sql::ast::{RoleOption, Statement};
use crate::sql::{Options, parse_script};

fn password(literal: &str, options: Options) -> String {
    let statements = parse_script(&format!("create role x password {literal}"), &options);
    match statements[0].result.as_ref() {
        Ok(Statement::CreateRole(role)) => match &role.options[..] {
            [RoleOption::Password(Some(secret))] => secret.reveal().to_owned(),
            other => panic!("{literal}: {other:?}"),
        },
        other => panic!("{literal}: {other:?}"),
    }
}

#[test]
fn strings_have_their_values() {
    let table = [
        ("'a''b'", "a'b"),
        (r"'a\nb'", r"a\nb"),
        (r"E'a\nb\'c\\\x41\101\u00e9\U0001F600\ud83d\ude00\q\xc3\xa9'", "a\nb'c\\AAé😀😀qé"),
        (r"U&'d\0061t\+000061\\ \D83D\DE00'", r"data\ 😀"),
        (r"U&'d!0061t!!a' UESCAPE '!'", "dat!a"),
        ("$$a'b$$", "a'b"),
        ("$x$a$y$b$$c$x$", "a$y$b$$c"),
        ("'a'\n 'b'", "ab"),
        ("'a' -- c\n\n --d\n 'b'\n'c'", "abc"),
        (
            r"E'a\x41'
 '\x42'",
            "aAB",
        ),
    ];
    for (literal, value) in table {
        assert_eq!(password(literal, Options::new(18)), value, "{literal}");
    }
}

#[test]
fn a_backslash_escapes_where_strings_do_not_conform() {
    let options = Options { major: 15, standard_conforming_strings: false };
    assert_eq!(password(r"'a\'b'", options), "a'b");
    let parsed = parse_script(r"create role x password 'a\'b' valid until 'c\d'", &options);
    let notices: Vec<&str> = parsed[0].notices.iter().map(|notice| notice.message.as_str()).collect();
    let expected =
        [r"nonstandard use of \' in a string literal", "nonstandard use of escape in a string literal"];
    assert_eq!(notices, expected);
}

#[test]
fn numbers_grew_with_the_versions() {
    let limit = |text: &str, major| {
        let statements =
            parse_script(&format!("create role x connection limit {text}"), &Options::new(major));
        match statements[0].result.clone() {
            Ok(Statement::CreateRole(role)) => Ok(role.options),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.message),
        }
    };
    assert_eq!(limit("0x10", 16), Ok(vec![RoleOption::ConnectionLimit(16)]));
    assert_eq!(limit("- 1_000", 18), Ok(vec![RoleOption::ConnectionLimit(-1000)]));
    let junk = |near: &str| Err(format!("trailing junk after numeric literal at or near \"{near}\""));
    assert_eq!(limit("0x10", 15), junk("0x10"));
    assert_eq!(limit("1__0", 16), junk("1__0"));
    assert_eq!(limit("5login", 15), junk("5login"));
    let both = vec![RoleOption::ConnectionLimit(5), RoleOption::Login(true)];
    assert_eq!(limit("5login", 14), Ok(both));
    assert_eq!(limit("0x", 16), Err("invalid hexadecimal integer at or near \"0x\"".to_owned()));
    assert_eq!(limit("2147483648", 18), Err("syntax error at or near \"2147483648\"".to_owned()));
}

#[test]
fn the_vertical_tab_is_a_blank_since_17() {
    assert_eq!(error("grant a\u{b}to b", 16).message, "syntax error at or near \"\u{b}\"");
    assert_eq!(parse_script("grant a\u{b}to b", &Options::new(17))[0].result.as_ref().err(), None);
    // A no-break space is a letter to the server.
    assert_eq!(error("grant a\u{a0}to b", 17).position, Some(11));
}

#[test]
fn operators_end_where_the_server_ends_them() {
    let table = [("@-", "@-"), ("+-", "+"), ("@@/* x */", "@@"), ("!=", "!="), ("=>", "=>"), ("..", "..")];
    for (operator, near) in table {
        assert_eq!(
            error(&format!("grant a {operator} b"), 18).message,
            format!("syntax error at or near \"{near}\"")
        );
    }
}

/// A run of operator characters is looked at once, not once for each operator or comment in it.
#[test]
fn a_run_of_operators_is_read_in_linear_time() {
    for piece in ["+-", "@+/**/", "<+-", "- "] {
        let text = piece.repeat(100_000);
        assert!(parse_script(&text, &Options::new(18)).len() <= 1, "{piece}");
    }
}
