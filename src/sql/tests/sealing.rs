//! Verifiers in the place of passwords.

use super::one;
use crate::sql::ast::{RoleOption, Statement};
use crate::sql::{Options, hidden, is_clear_text, masked, parse_script, seal};

const SCRAM: &str = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:\
                     wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
const MD5: &str = "md5a3556571e93b0d20722ba62be61e8c2d";

/// Every way to write a password, and the password.
const SPELLINGS: [&str; 9] = [
    "password 'ses''ame'",
    "encrypted password 'ses''ame'",
    "PASSWORD/* here */'ses''ame'",
    "password E'ses\\'ame'",
    "password E'\\x73es\\047ame'",
    "password $p$ses'ame$p$",
    "password U&'\\0073es''ame'",
    "password U&'!0073es''ame' uescape '!'",
    "password 'ses'\n  '''ame'",
];

fn sealed(text: &str) -> Option<String> {
    seal(text, &Options::new(18), |password| format!("<{password}>"))
}

fn password(statement: &Statement) -> Option<String> {
    let options = match statement {
        Statement::CreateRole(create) => &create.options,
        Statement::AlterRole(alter) => &alter.options,
        _ => return None,
    };
    options.iter().find_map(|option| match option {
        RoleOption::Password(Some(secret)) => Some(secret.reveal().to_owned()),
        _ => None,
    })
}

#[test]
fn every_spelling_of_a_password_is_sealed_and_nothing_else() {
    for spelling in SPELLINGS {
        for (before, after) in [
            ("create role x ", " login"),
            ("ALTER USER \"PASSWORD 'x'\" with valid until 'infinity' ", ""),
            ("create group password ", " connection limit 3"),
        ] {
            let text = format!("{before}{spelling}{after}");
            let sealed = sealed(&text).unwrap_or_else(|| panic!("{text}"));
            let words = spelling.split_once(['E', 'U', '$', '\'']).map(|(words, _)| words);
            assert!(sealed.starts_with(before) && sealed.ends_with(after), "{sealed}");
            assert!(!sealed.contains("\\") && sealed.contains("'<ses''ame>'"), "{words:?}: {sealed}");
            assert_eq!(password(&super::statement(&sealed, 18)).as_deref(), Some("<ses'ame>"), "{sealed}");
        }
    }
}

#[test]
fn what_is_no_clear_text_stays_as_it_is() {
    for text in [
        "alter role x password ''".to_owned(),
        "alter role x password null".to_owned(),
        format!("alter role x password '{MD5}'"),
        format!("alter role x password '{SCRAM}'"),
        "grant select on password to x".to_owned(),
        "comment on role password is 'password'".to_owned(),
        "alter role x valid until 'password'".to_owned(),
        String::new(),
    ] {
        assert_eq!(sealed(&text).as_deref(), Some(text.as_str()));
    }
}

#[test]
fn a_script_is_sealed_whole_or_not_at_all() {
    let script = "grant a to b;\n-- password 'x'\nalter role é password 'one' password 'two'; create user y\n\
                  encrypted password 'three' ;";
    let expected = script.replace("'one'", "'<one>'").replace("'two'", "'<two>'");
    assert_eq!(sealed(script), Some(expected.replace("'three'", "'<three>'")));
    for bad in [
        "alter role x password 'sesame' bogus",
        "alter role x password 'sesame",
        "alter role x password sesame",
        "\\password sesame",
        "create subscription s connection 'password=sesame' publication p",
        "alter role x password 'fine'; alter role x password = 'sesame'",
    ] {
        assert_eq!(sealed(bad), None, "{bad}");
        assert!(!masked(bad, &Options::new(18)).contains("sesame"), "{bad}");
    }
}

#[test]
fn the_backslash_means_what_the_session_says() {
    let options = Options { major: 18, standard_conforming_strings: false };
    let mut found = Vec::new();
    let text = seal(r"alter role x password 'a\'b' login", &options, |password| {
        found.push(password.to_owned());
        "v".to_owned()
    });
    assert_eq!((text.as_deref(), found), (Some("alter role x password 'v' login"), vec!["a'b".to_owned()]));
}

#[test]
fn a_prediction_sees_a_verifier() {
    let statement = one("alter role x password 'sesame' login password ''", 18).result.unwrap();
    assert!(statement.has_clear_password(18));
    let sealed = statement.sealed(18).unwrap();
    assert!(!sealed.has_clear_password(18));
    assert!(password(&sealed).unwrap().starts_with("SCRAM-SHA-256$1:A"));
    assert!(sealed.sealed(18).is_none());
    assert!(one("alter role x login", 18).result.unwrap().sealed(18).is_none());
}

/// `get_password_type()` and `parse_scram_secret()`; the servers are asked the same in the tests of passwords.
#[test]
fn verifiers_are_told_from_passwords() {
    for verifier in [MD5, SCRAM, ""] {
        assert!(!is_clear_text(verifier, 18), "{verifier}");
    }
    for password in ["md5", "sesame", &MD5.to_uppercase(), &MD5[1..], &SCRAM[1..], &SCRAM.replace('=', "")] {
        assert!(is_clear_text(password, 18), "{password}");
    }
    let without_iterations = SCRAM.replace("4096", "");
    assert!(is_clear_text(&without_iterations, 17) && !is_clear_text(&without_iterations, 18));
}

#[test]
fn what_is_hidden_is_where_the_masks_are() {
    let script = "alter role x password 'sesame'; \\c password=sesame\n alter role y password 'ses";
    let mut text = script.to_owned();
    for (start, end) in hidden(script, &Options::new(16)).into_iter().rev() {
        text.replace_range(start..end, "'***'");
    }
    assert_eq!(text, "alter role x password '***'; \\c '***'\n alter role y password '***'");
    assert_eq!(text, masked(script, &Options::new(16)));
    let statements = parse_script(script, &Options::new(16));
    let masked: Vec<&str> = statements.iter().map(|statement| statement.masked.as_str()).collect();
    assert_eq!(masked, ["alter role x password '***'", "\\c '***'", "alter role y password '***'"]);
}
