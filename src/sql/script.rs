//! Splitting a script into statements where psql would, and each statement's way through the parser.

use super::ast::{Statement, Unsupported};
use super::lex::{Lexeme, Lexer, Token, resolve};
use super::mask::{self, Spans};
use super::parse;
use super::parsed::{Options, Parsed};

/// Parses a script: one entry a statement, in order. Empty statements vanish; nothing else does.
pub fn parse_script(text: &str, options: &Options) -> Vec<Parsed> {
    read(text, options).0
}

/// A script with all that is or may be a password printed as `'***'`.
pub fn masked(text: &str, options: &Options) -> String {
    mask::apply(text, 0, &read(text, options).1)
}

/// Where in a script all is that is or may be a password: from which byte to which, in order.
pub fn hidden(text: &str, options: &Options) -> Vec<(usize, usize)> {
    read(text, options).1
}

/// The statements, and what is hidden of them.
pub(super) fn read(text: &str, options: &Options) -> (Vec<Parsed>, Spans) {
    let mut splitter = Splitter {
        src: text,
        lexer: Lexer::new(text, *options),
        options: *options,
        statements: Vec::new(),
        hidden: Spans::new(),
        line: LineCounter::default(),
    };
    // psql skips a byte order mark, too.
    if text.starts_with('\u{feff}') {
        splitter.lexer.seek('\u{feff}'.len_utf8());
    }
    while splitter.statement() {}
    (splitter.statements, splitter.hidden)
}

/// Parses a text that should be one statement; None where it is empty.
pub fn parse_one(text: &str, options: &Options) -> Option<Parsed> {
    let mut statements = parse_script(text, options);
    if statements.len() <= 1 {
        return statements.pop();
    }
    let first = statements.swap_remove(0);
    let last = statements.swap_remove(statements.len() - 1);
    let between = text.get(first.offset..last.offset + last.text.len()).unwrap_or_default();
    let reason = "one statement at a time".to_owned();
    let result = Ok(Statement::Unsupported(Unsupported { command: command_of(&first), reason }));
    let masked = mask::meta_command(between);
    Some(Parsed { text: between.to_owned(), masked, notices: Vec::new(), result, ..first })
}

fn command_of(parsed: &Parsed) -> String {
    parsed.masked.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase()
}

struct Splitter<'a> {
    src: &'a str,
    lexer: Lexer<'a>,
    options: Options,
    statements: Vec<Parsed>,
    hidden: Spans,
    line: LineCounter,
}

/// Why a statement ended.
enum End {
    /// A semicolon, or the end of the script.
    Plain,
    /// A command of psql's.
    Meta,
}

impl Splitter<'_> {
    /// Reads one statement; false at the end of the script.
    fn statement(&mut self) -> bool {
        let mut lexemes = Vec::new();
        let mut depth = Depth::default();
        let mut end = End::Plain;
        let mut more = false;
        while let Some(lexeme) = self.lexer.next() {
            more = true;
            if lexeme.token == Token::Symbol(';') && depth.is_outside() {
                break;
            }
            if lexeme.token == Token::Symbol('\\') {
                let stop = self.line_end(lexeme.start);
                self.lexer.seek(stop);
                let sends = lexemes.is_empty() || ends_statement(self.src.get(lexeme.start..stop));
                end = End::Meta;
                lexemes.push(Lexeme { end: stop, ..lexeme });
                if sends {
                    break;
                }
                continue;
            }
            depth.follow(&lexeme, self.src);
            lexemes.push(lexeme);
        }
        if let (Some(first), Some(last)) = (lexemes.first(), lexemes.last()) {
            let (start, stop) = (first.start, last.end);
            self.finish(lexemes, start, stop, &end);
        }
        more
    }

    fn finish(&mut self, lexemes: Vec<Lexeme>, start: usize, mut stop: usize, end: &End) {
        let unsupported = match end {
            End::Meta => Some(meta_command(self.src, &lexemes)),
            End::Plain if is_copy_from_stdin(&lexemes) => {
                stop = self.copy_data_end(stop);
                self.lexer.seek(stop);
                Some(unsupported("COPY", "data of COPY .. FROM STDIN is not for rolescope to load"))
            }
            End::Plain => variable(self.src, &lexemes),
        };
        let text = self.src.get(start..stop).unwrap_or_default();
        let line = self.line.at(self.src, start);
        let lexemes = resolve(lexemes);
        let raw = matches!(end, End::Meta) && lexemes.len() == 1;
        let (result, notices, spans) = match unsupported {
            Some(unsupported) => {
                let mut spans = mask::loose(&lexemes, self.src);
                // The data of a COPY is no lexeme.
                let read = lexemes.last().map_or(start, |last| last.end);
                spans.extend(mask::data(self.src, read, stop));
                (Ok(Statement::Unsupported(unsupported)), Vec::new(), spans)
            }
            None => parse::parse(lexemes, self.src, (start, stop), self.options),
        };
        let (masked, spans) = match raw {
            true => (mask::meta_command(text), mask::arguments(text, start)),
            false => (mask::apply(text, start, &spans), spans),
        };
        self.hidden.extend(spans);
        self.statements.push(Parsed { text: text.to_owned(), masked, offset: start, line, notices, result });
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.src.get(from..).unwrap_or_default();
        let length = rest.find('\n').unwrap_or(rest.len());
        from + rest.get(..length).unwrap_or_default().trim_end_matches('\r').len().max(1)
    }

    /// The end of the data that follows a COPY: a line of its own that says `\.`, or the end of the script.
    fn copy_data_end(&self, from: usize) -> usize {
        let mut at = from;
        for line in self.src.get(from..).unwrap_or_default().split_inclusive('\n') {
            at += line.len();
            if line.trim_end_matches(['\r', '\n']) == "\\." {
                let trailing = line.len() - line.trim_end_matches(['\r', '\n']).len();
                return at - trailing;
            }
        }
        self.src.len()
    }
}

/// Whether semicolons are inside parentheses or the body of a CREATE FUNCTION, where psql sends nothing.
#[derive(Default)]
struct Depth {
    parentheses: usize,
    blocks: usize,
    words: Vec<String>,
}

impl Depth {
    fn is_outside(&self) -> bool {
        self.parentheses == 0 && self.blocks == 0
    }

    fn follow(&mut self, lexeme: &Lexeme, src: &str) {
        match &lexeme.token {
            Token::Symbol('(') => self.parentheses += 1,
            Token::Symbol(')') => self.parentheses = self.parentheses.saturating_sub(1),
            Token::Keyword(_) | Token::Ident(_) => {
                let word = src.get(lexeme.start..lexeme.end).unwrap_or_default();
                self.word(&word.to_ascii_lowercase());
            }
            _ => {}
        }
    }

    /// BEGIN ATOMIC .. END of a function's body (14 and later; psql looks no closer either).
    fn word(&mut self, word: &str) {
        if self.words.len() < 4 {
            self.words.push(word.to_owned());
        }
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let is_routine = matches!(
            words.as_slice(),
            ["create", "function" | "procedure", ..] | ["create", "or", "replace", "function" | "procedure"]
        );
        if !is_routine || self.parentheses > 0 {
            return;
        }
        match word {
            "begin" => self.blocks += 1,
            "case" if self.blocks > 0 => self.blocks += 1,
            "end" => self.blocks = self.blocks.saturating_sub(1),
            _ => {}
        }
    }
}

/// Counts lines as it goes, so that a whole script is counted once.
#[derive(Default)]
struct LineCounter {
    offset: usize,
    breaks: usize,
}

impl LineCounter {
    fn at(&mut self, src: &str, offset: usize) -> usize {
        let passed = src.get(self.offset..offset).unwrap_or_default();
        self.breaks += passed.bytes().filter(|byte| *byte == b'\n').count();
        self.offset = offset;
        self.breaks + 1
    }
}

fn unsupported(command: &str, reason: &str) -> Unsupported {
    Unsupported { command: command.to_owned(), reason: reason.to_owned() }
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Keyword(keyword) if keyword.word == word)
}

fn is_copy_from_stdin(lexemes: &[Lexeme]) -> bool {
    let from_stdin = |pair: &[Lexeme]| match pair {
        [from, stdin] => is_word(&from.token, "from") && is_word(&stdin.token, "stdin"),
        _ => false,
    };
    lexemes.first().is_some_and(|first| is_word(&first.token, "copy")) && lexemes.windows(2).any(from_stdin)
}

/// psql's commands that send what was typed so far, or throw it away; after others a statement goes on.
fn ends_statement(command: Option<&str>) -> bool {
    let name = command.unwrap_or_default().get(1..).unwrap_or_default();
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    matches!(
        name,
        "g" | "gx" | "gset" | "gexec" | "gdesc" | "crosstabview" | "watch" | "r" | "reset" | "q" | "quit"
    )
}

fn meta_command(src: &str, lexemes: &[Lexeme]) -> Unsupported {
    let backslash = lexemes.iter().find(|lexeme| lexeme.token == Token::Symbol('\\'));
    let text = backslash.and_then(|lexeme| src.get(lexeme.start..lexeme.end)).unwrap_or("\\");
    let command = text.split_ascii_whitespace().next().unwrap_or("\\");
    let reason = match command {
        "\\password" => {
            "commands of psql are not SQL; write ALTER ROLE .. PASSWORD, which is sent hashed, too"
        }
        _ => "commands of psql are not SQL",
    };
    unsupported(command, reason)
}

/// psql would put a variable's value in the place of `:name`, `:'name'`, `:"name"` or `:{?name}`.
fn variable(src: &str, lexemes: &[Lexeme]) -> Option<Unsupported> {
    let colon = lexemes.iter().find(|lexeme| {
        let next = src.as_bytes().get(lexeme.end);
        lexeme.token == Token::Symbol(':')
            && next.is_some_and(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\'' | b'"' | b'{') || *byte >= 0x80
            })
    })?;
    let rest = src.get(colon.end..).unwrap_or_default();
    let length =
        rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | ';' | ')')).unwrap_or(rest.len());
    let name = rest.get(..length).unwrap_or_default();
    let first = lexemes.first()?;
    let command = src.get(first.start..first.end).unwrap_or_default().to_ascii_uppercase();
    Some(unsupported(&command, &format!("only psql knows the variable :{name}")))
}
