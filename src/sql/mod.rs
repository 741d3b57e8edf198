//! Privilege statements as data: lexer, parser, printer, quoting. Pure.
