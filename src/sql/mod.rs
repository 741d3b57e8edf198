//! Privilege statements as data: lexer, parser, printer, quoting. Pure.
//!
//! [`parse_script`] takes a text apart as psql would and gives each statement as the server's grammar sees it, or
//! the server's own error. PostgreSQL's grammar of each major version is the specification, real servers the judge.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod ast;
pub mod identity;
pub mod keywords;
mod lex;
mod mask;
mod parse;
mod parsed;
mod password;
mod pattern;
mod print;
mod quote;
mod roles;
mod script;
#[cfg(test)]
mod tests;
pub mod types;

pub use ast::Statement;
pub use parsed::{Notice, Options, Parsed, SyntaxError};
pub use password::{PasswordKind, is_clear_text, password_kind, seal, stands_for_empty};
pub use pattern::{Pattern, PatternError};
pub use print::print;
pub use quote::{quote_ident, quote_ident_for, quote_literal};
pub use script::{hidden, masked, parse_one, parse_script};
