//! Where statements begin and end.

use super::Statement;
use crate::sql::{Options, parse_one, parse_script};

fn split(text: &str) -> Vec<(String, usize)> {
    let statements = parse_script(text, &Options::new(17));
    statements.into_iter().map(|parsed| (parsed.text, parsed.line)).collect()
}

fn texts(text: &str) -> Vec<String> {
    split(text).into_iter().map(|(text, _)| text).collect()
}

#[test]
fn blanks_and_comments_around_statements_vanish() {
    let script =
        "\u{feff}-- first\n/* x; /* y */ */ grant a to b ; ;\n\n grant 'a;b' /* ; */\nto c -- d\n;\n";
    let expected = [("grant a to b".to_owned(), 2), ("grant 'a;b' /* ; */\nto c".to_owned(), 4)];
    assert_eq!(split(script), expected);
    assert!(split(" ; ;; -- nothing").is_empty());
}

#[test]
fn semicolons_inside_do_not_split() {
    assert_eq!(texts("do $a$ x; $b$; $a$; select 1"), ["do $a$ x; $b$; $a$", "select 1"]);
    assert_eq!(texts("select (1; 2); select 3"), ["select (1; 2)", "select 3"]);
    let body = "create or replace function f() begin atomic select case 1 when 1 then 2 end; select 1; end";
    assert_eq!(texts(&format!("{body}; grant a to b")), [body, "grant a to b"]);
    assert_eq!(texts("begin; grant a to b; end"), ["begin", "grant a to b", "end"]);
}

#[test]
fn what_is_never_closed_takes_the_rest() {
    assert_eq!(texts("grant a to b; grant 'c; grant d to e;"), ["grant a to b", "grant 'c; grant d to e;"]);
    assert_eq!(texts("grant a to b /* ; grant c to d"), ["grant a to b /* ; grant c to d"]);
    assert_eq!(texts("/* grant a to b"), ["/* grant a to b"]);
}

#[test]
fn psql_commands_end_with_their_line() {
    assert_eq!(texts("\\c db\ngrant a to b;"), ["\\c db", "grant a to b"]);
    assert_eq!(texts("grant a to b \\g\ngrant c to d"), ["grant a to b \\g", "grant c to d"]);
    assert_eq!(texts("grant a \\echo x\n to b; grant c to d"), ["grant a \\echo x\n to b", "grant c to d"]);
}

#[test]
fn the_data_of_a_copy_is_part_of_it() {
    let script = "copy t from stdin;\ngrant a to b;\n\\.\ngrant c to d;";
    assert_eq!(texts(script), ["copy t from stdin;\ngrant a to b;\n\\.", "grant c to d"]);
}

#[test]
fn one_statement_at_a_time() {
    let options = Options::new(18);
    assert_eq!(parse_one(" ; -- nothing", &options), None);
    assert_eq!(
        parse_one(" grant a to b; ", &options).map(|parsed| parsed.text),
        Some("grant a to b".to_owned())
    );
    let two = parse_one("alter role a password 'x'; grant a to b", &options).unwrap();
    assert!(matches!(two.result, Ok(Statement::Unsupported(_))), "{two:?}");
    assert!(!two.masked.contains("'x'"));
}
