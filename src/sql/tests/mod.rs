mod arbitrary;
mod lexing;
mod masking;
mod mutants;
mod properties;
mod sealing;
mod spellings;
mod splitting;

use super::{Options, Parsed, Statement, SyntaxError, parse_script};

/// The only statement of a text.
fn one(text: &str, major: u16) -> Parsed {
    let mut statements = parse_script(text, &Options::new(major));
    assert_eq!(statements.len(), 1, "{text}");
    statements.remove(0)
}

fn statement(text: &str, major: u16) -> Statement {
    one(text, major).result.unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn error(text: &str, major: u16) -> SyntaxError {
    match one(text, major).result {
        Ok(statement) => panic!("{text}: {statement:?}"),
        Err(error) => error,
    }
}
