//! Privilege statements as data: lexer, parser, printer, quoting. Pure.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod ast;
mod parsed;
mod roles;
pub mod types;

pub use ast::Statement;
pub use parsed::{Notice, Options, Parsed, SyntaxError};
