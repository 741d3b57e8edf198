//! No password gets out, in whatever state its statement is.

use super::one;
use crate::sql::{Options, parse_script};

#[test]
fn passwords_are_masked_and_nothing_else() {
    let table = [
        ("create role x password 'sesame'", "create role x password '***'"),
        ("alter user x encrypted password E'ses\\'ame' login", "alter user x encrypted password '***' login"),
        ("alter role x password $p$sesame$p$ valid until 'y'", "alter role x password '***' valid until 'y'"),
        ("alter role x password U&'sesame' uescape '!'", "alter role x password '***'"),
        ("alter role x password 'ses'\n'ame'", "alter role x password '***'"),
        ("alter role x password null", "alter role x password null"),
        ("comment on role password is 'y'", "comment on role password is 'y'"),
        ("alter role password valid until 'y'", "alter role password valid until 'y'"),
        // A parameter that nobody has, which would be a password all the same.
        ("alter role x set password = 'sesame'", "alter role x set password = '***'"),
        ("alter role x set password to sesame", "alter role x set password to '***'"),
        ("grant password to x", "grant password to x"),
        ("grant select on password to x", "grant select on password to x"),
        ("alter role x set work_mem = '1MB'", "alter role x set work_mem = '1MB'"),
    ];
    for (text, masked) in table {
        let parsed = one(text, 18);
        assert!(parsed.result.is_ok(), "{text}");
        assert_eq!(parsed.masked, masked);
    }
}

#[test]
fn errors_and_other_statements_leak_nothing() {
    let texts = [
        "alter role x password 'sesame' bogus",
        "alter role x password 'sesame",
        "alter role x password E'sesame",
        "alter role x password $$sesame",
        "alter role x password 'sesame' 'sesame'",
        "alter role x password = 'sesame'",
        "alter role x password to 'sesame'",
        "alter role x password ('sesame')",
        "alter role x password \"sesame\"",
        "alter role x password b'sesame'",
        "alter role x password 'a\\'sesame'",
        "alter role x password 'a' sesame login",
        "alter role x password N'sesame'",
        "alter role x password null 'sesame'",
        "alter role x password sesame",
        "create role x password sesame nonsense",
        "alter role x password U&'sesame\\zz'",
        "alter role x password E'sesame\\xff'",
        "alter role x password U&'sesame' uescape 'ab'",
        "alter role x unencrypted password 'sesame'",
        "alter role x encrypted 'sesame'",
        "create user x identified by 'sesame'",
        "create user x identified by sesame",
        "alter user x identified with 'sesame' nonsense",
        "alter role x passwort 'sesame'",
        "create user x paswd 'sesame' login",
        "alter role x 'sesame'",
        "bogus alter role x password 'sesame'",
        "alter role x \"password\" 'sesame'",
        "create user mapping for x server s options (user 'u', password 'sesame')",
        "create subscription s connection 'host=h password=sesame' publication p",
        "do $$ begin execute 'alter role x password ''sesame'''; end $$",
        "select dblink('postgresql://u:sesame@h/d')",
        "alter role x password :'v' 'sesame'",
        "\\c \"host=h password=sesame\"",
        "\\connect postgresql://u:sesame@h/d",
        "alter role x password 'sesame' \\g",
        "select 1 \\connect password=sesame",
    ];
    for text in texts {
        for parsed in parse_script(text, &Options::new(17)) {
            assert!(!parsed.masked.contains("sesame"), "{text}: {}", parsed.masked);
            assert!(!format!("{parsed:?}").contains("sesame"), "{text}: {parsed:?}");
        }
    }
    let not_conforming = Options { major: 18, standard_conforming_strings: false };
    let parsed = parse_script(r"alter role x password 'a\'sesame'", &not_conforming);
    assert_eq!(parsed[0].masked, "alter role x password '***'");
}

#[test]
fn a_statement_prints_its_password_only_when_asked_to() {
    let statement = super::statement("create role x password 'sesame'", 18);
    assert_eq!(statement.to_string(), "CREATE ROLE x PASSWORD '***'");
    assert_eq!(crate::sql::print(&statement, 18), "CREATE ROLE x PASSWORD 'sesame'");
}
