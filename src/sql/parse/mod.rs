//! The grammar, one file a family of statements.
//!
//! Each function is a rule of the server's grammar, and fails at the token at which the server's parser fails.

mod defaults;
mod grant;
mod names;
mod owner;
mod role;
mod setting;
mod types;

use super::ast::{Statement, Unsupported};
use super::keywords::{Category, Keyword};
use super::lex::{LexError, Lexeme, Token};
use super::mask::{self, Spans};
use super::parsed::{Notice, Options, SyntaxError};

/// Why there is no statement.
enum Failure {
    /// The server refuses it at the token it has just read.
    Error(Box<LexError>),
    /// An action of the server's grammar refuses what it has read, and whether the token behind that was read too.
    Refused { error: Box<LexError>, looked_ahead: bool },
    /// The server would take it; rolescope does not.
    Unsupported(String),
}

type Rule<T> = Result<T, Failure>;

impl Failure {
    /// The same refusal where the server had to read on to know that this is its rule.
    fn looked_ahead(self) -> Self {
        match self {
            Failure::Refused { error, .. } => Failure::Refused { error, looked_ahead: true },
            other => other,
        }
    }
}

struct Parser<'a> {
    lexemes: &'a [Lexeme],
    pos: usize,
    src: &'a str,
    end: usize,
    major: u16,
}

/// Parses one statement: `span` is where it is in the source. Also gives its notices and the bytes to mask.
pub(super) fn parse(
    mut lexemes: Vec<Lexeme>,
    src: &str,
    span: (usize, usize),
    options: Options,
) -> (Result<Statement, SyntaxError>, Vec<Notice>, Spans) {
    mark_words(&mut lexemes, options.major);
    let mut parser = Parser { lexemes: &lexemes, pos: 0, src, end: span.1, major: options.major };
    let result = match parser.unreadable(span) {
        Some(error) => Err(Failure::Error(error)),
        None => parser.statement(),
    };
    let notices = parser.notices(&result);
    match result {
        Ok(statement) => (Ok(statement), notices, mask::strict(&lexemes)),
        Err(failure) => {
            let hidden = mask::loose(&lexemes, src);
            let result = match failure {
                Failure::Error(error) => Err(syntax_error(*error, src, span, &hidden)),
                Failure::Refused { error, looked_ahead } => {
                    let error = parser.bad_lookahead(looked_ahead).unwrap_or(error);
                    Err(syntax_error(*error, src, span, &hidden))
                }
                Failure::Unsupported(reason) => Ok(parser.unsupported(reason)),
            };
            (result, notices, hidden)
        }
    }
}

/// Words that are no names where a certain word follows: NULLS before FIRST, WITH before TIME, FORMAT before JSON.
fn mark_words(lexemes: &mut [Lexeme], major: u16) {
    for at in 1..lexemes.len() {
        let [Lexeme { token: Token::Keyword(keyword), .. }, Lexeme { token: Token::Keyword(next), .. }] =
            lexemes.get_mut(at - 1..=at).unwrap_or_default()
        else {
            continue;
        };
        let marked = match (keyword.word, next.word) {
            ("with", "time" | "ordinality") => "with_la",
            ("nulls", "first" | "last") => "nulls_la",
            ("not", "between" | "in" | "like" | "ilike" | "similar") => "not_la",
            ("format", "json") if major >= 16 => "format_la",
            ("without", "time") if major >= 16 => "without_la",
            _ => continue,
        };
        *keyword = Keyword { word: marked, category: Category::Reserved };
    }
}

fn syntax_error(error: LexError, src: &str, span: (usize, usize), hidden: &Spans) -> SyntaxError {
    let (start, end) = span;
    let near = match error.near {
        None => String::new(),
        Some((from, _)) if from >= end => " at end of input".to_owned(),
        Some((from, to)) => {
            let is_hidden = hidden.iter().any(|(first, last)| from < *last && to > *first);
            let text = String::from_utf8_lossy(src.as_bytes().get(from..to).unwrap_or_default());
            let text = if is_hidden { mask::MASK } else { &text };
            format!(" at or near \"{text}\"")
        }
    };
    let chars = |position: usize| src.get(start..position.min(end)).map(|text| text.chars().count());
    let is_hidden = |at: usize| hidden.iter().any(|(first, last)| (*first..*last).contains(&at));
    let message = match error.position.filter(|at| is_hidden(*at)) {
        Some(_) => without_quoted(&error.message),
        None => error.message,
    };
    SyntaxError {
        sqlstate: error.sqlstate,
        message: message + &near,
        detail: error.detail.map(str::to_owned),
        hint: error.hint.map(str::to_owned),
        position: error.position.and_then(chars),
    }
}

/// What a message quotes may be a piece of a password.
fn without_quoted(message: &str) -> String {
    match (message.find('"'), message.rfind('"')) {
        (Some(from), Some(to)) if from < to => {
            let (before, after) = (message.get(..=from), message.get(to..));
            format!("{}{}{}", before.unwrap_or_default(), mask::MASK, after.unwrap_or_default())
        }
        _ => message.to_owned(),
    }
}

impl<'a> Parser<'a> {
    /// A text with a zero byte cannot even be sent.
    fn unreadable(&self, (start, end): (usize, usize)) -> Option<Box<LexError>> {
        let text = self.src.get(start..end)?;
        text.contains('\0').then(|| Box::new(super::lex::invalid_bytes(&[0])))
    }

    fn statement(&mut self) -> Rule<Statement> {
        let word = match self.peek() {
            Some(Token::Keyword(keyword)) => keyword.word,
            Some(Token::Symbol('(')) => return other_sql(),
            _ => return self.unexpected(),
        };
        let statement = match word {
            "grant" => self.grant()?,
            "revoke" => self.revoke()?,
            "create" => self.create()?,
            "alter" => self.alter()?,
            "drop" => self.drop()?,
            "reassign" => self.reassign_owned()?,
            "comment" => self.comment()?,
            "set" => self.set()?,
            "reset" => self.reset()?,
            "begin" | "commit" | "rollback" | "savepoint" | "abort" | "start" | "end" | "release" => {
                return Err(Failure::Unsupported("a plan is one transaction of its own".to_owned()));
            }
            "prepare" if self.word_at(1) == Some("transaction") => {
                return Err(Failure::Unsupported("a plan is one transaction of its own".to_owned()));
            }
            _ if OTHER_STATEMENTS.contains(&word) => return other_sql(),
            _ => return self.unexpected(),
        };
        if self.peek().is_some() {
            return self.unexpected();
        }
        Ok(statement)
    }

    /// The server may stumble over the words of other SQL before it gets to what its lexer refuses, so that is no
    /// error to predict; but people want to know of a quote that takes the rest of their script with it.
    fn unsupported(&self, reason: String) -> Statement {
        let bad = self.lexemes.iter().find_map(|lexeme| match &lexeme.token {
            Token::Bad(error) => Some(error.message.clone()),
            _ => None,
        });
        let reason = match bad {
            Some(message) => format!("{reason}; {message}"),
            None => reason,
        };
        Statement::Unsupported(Unsupported { command: self.command(), reason })
    }

    /// The command in words: `SELECT`, `CREATE TABLE`.
    fn command(&self) -> String {
        const NOISE: &[&str] =
            &["or", "replace", "global", "local", "temp", "temporary", "unlogged", "unique"];
        let words = (0..).map_while(|at| self.word_at(at));
        let mut words = words.filter(|word| !NOISE.contains(word)).map(str::to_ascii_uppercase);
        let first = words.next().unwrap_or_default();
        match (first.as_str(), words.next()) {
            ("CREATE" | "ALTER" | "DROP", Some(object)) => format!("{first} {object}"),
            _ => first,
        }
    }

    fn peek(&self) -> Option<&'a Token> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<&'a Token> {
        self.lexemes.get(self.pos + ahead).map(|lexeme| &lexeme.token)
    }

    /// The keyword at a place counted from the statement's start.
    fn word_at(&self, at: usize) -> Option<&'static str> {
        keyword_of(self.lexemes.get(at).map(|lexeme| &lexeme.token))
    }

    /// The keyword some tokens ahead.
    fn word(&self, ahead: usize) -> Option<&'static str> {
        keyword_of(self.peek_at(ahead))
    }

    fn at(&self, word: &str) -> bool {
        self.word(0) == Some(word)
    }

    fn at_symbol(&self, symbol: char) -> bool {
        self.peek() == Some(&Token::Symbol(symbol))
    }

    fn advance(&mut self) {
        self.pos += 1;
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.at(word);
        self.pos += usize::from(found);
        found
    }

    fn eat_symbol(&mut self, symbol: char) -> bool {
        let found = self.at_symbol(symbol);
        self.pos += usize::from(found);
        found
    }

    fn expect(&mut self, word: &str) -> Rule<()> {
        if self.eat(word) { Ok(()) } else { self.unexpected() }
    }

    fn expect_symbol(&mut self, symbol: char) -> Rule<()> {
        if self.eat_symbol(symbol) { Ok(()) } else { self.unexpected() }
    }

    /// Items with commas between them.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Rule<T>) -> Rule<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat_symbol(',') {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Where the current token starts.
    fn here(&self) -> usize {
        self.lexemes.get(self.pos).map_or(self.end, |lexeme| lexeme.start)
    }

    /// The server's syntax error at the current token, or the lexer's own error if that is what stands there.
    fn unexpected<T>(&self) -> Rule<T> {
        let error = self.bad_lookahead(true).unwrap_or_else(|| {
            let (start, end) = match self.lexemes.get(self.pos) {
                Some(lexeme) => (lexeme.start, lexeme.end),
                None => (self.end, self.end),
            };
            Box::new(LexError::near("syntax error", start, end))
        });
        Err(Failure::Error(error))
    }

    /// The lexer's error in what the server has read so far: up to the current token, or the one before it.
    fn bad_lookahead(&self, with_current: bool) -> Option<Box<LexError>> {
        let bad = |at: usize| match self.lexemes.get(at).map(|lexeme| &lexeme.token) {
            Some(Token::Bad(error)) => Some(error.clone()),
            _ => None,
        };
        let unread = self.pos + usize::from(with_current);
        let ahead = if unread > 0 && self.reads_next(unread - 1) { bad(unread) } else { None };
        // What is read only to know the token before it has its escapes resolved later.
        let ahead = ahead.filter(|error| !error.late);
        ahead.or_else(|| bad(self.pos).filter(|_| with_current))
    }

    /// The server tells what it has to say of a token when it reads it.
    fn notices(&self, result: &Rule<Statement>) -> Vec<Notice> {
        let unread = match result {
            Ok(_) => self.lexemes.len(),
            Err(Failure::Refused { looked_ahead: false, .. }) => self.pos,
            Err(_) => self.pos + 1,
        };
        let ahead = usize::from(unread > 0 && self.reads_next(unread - 1));
        let read = self.lexemes.iter().enumerate().take(unread + ahead);
        let told = read.filter(|(at, lexeme)| *at < unread || !self.is_unicode(lexeme));
        told.flat_map(|(_, lexeme)| lexeme.notices.iter().cloned()).collect()
    }

    /// Whether the server reads the next token, too, before it knows what this one is.
    fn reads_next(&self, at: usize) -> bool {
        let Some(lexeme) = self.lexemes.get(at) else { return false };
        match &lexeme.token {
            Token::Keyword(keyword) => match keyword.word {
                "not" | "not_la" | "nulls" | "nulls_la" | "with" | "with_la" => true,
                "format" | "format_la" | "without" | "without_la" => self.major >= 16,
                _ => false,
            },
            Token::Bad(error) if !error.late => false,
            _ => self.is_unicode(lexeme) && !lexeme.uescape,
        }
    }

    fn is_unicode(&self, lexeme: &Lexeme) -> bool {
        let text = self.src.get(lexeme.start..lexeme.end).unwrap_or_default();
        text.starts_with(['u', 'U']) && text.get(1..2) == Some("&")
    }
}

/// An error that an action of the grammar raises at a place.
fn refuse<T>(sqlstate: &'static str, message: String, position: usize) -> Rule<T> {
    refuse_with(sqlstate, message, position, None)
}

fn refuse_with<T>(
    sqlstate: &'static str,
    message: String,
    position: usize,
    hint: Option<&'static str>,
) -> Rule<T> {
    let position = Some(position);
    let error = LexError { sqlstate, message, near: None, position, detail: None, hint, late: false };
    Err(Failure::Refused { error: Box::new(error), looked_ahead: false })
}

fn other_sql<T>() -> Rule<T> {
    Err(Failure::Unsupported("it is no statement about roles and privileges".to_owned()))
}

fn keyword_of(token: Option<&Token>) -> Option<&'static str> {
    match token {
        Some(Token::Keyword(keyword)) => Some(keyword.word),
        _ => None,
    }
}

/// The words that other statements start with.
const OTHER_STATEMENTS: &[&str] = &[
    "analyse",
    "analyze",
    "call",
    "checkpoint",
    "close",
    "cluster",
    "copy",
    "deallocate",
    "declare",
    "delete",
    "discard",
    "do",
    "execute",
    "explain",
    "fetch",
    "import",
    "insert",
    "listen",
    "load",
    "lock",
    "merge",
    "move",
    "notify",
    "prepare",
    "refresh",
    "reindex",
    "security",
    "select",
    "show",
    "table",
    "truncate",
    "unlisten",
    "update",
    "vacuum",
    "values",
    "with",
    "with_la",
];
