//! Keeping passwords out of what people, logs and reports see.

use super::lex::{Lexeme, Token};

/// What stands in the place of a password.
pub(super) const MASK: &str = "'***'";

/// Bytes of the source to hide.
pub(super) type Spans = Vec<(usize, usize)>;

/// In a statement that was understood: the string right after PASSWORD, or what a parameter of that name would be set
/// to: there is none, but people write it.
pub(super) fn strict(lexemes: &[Lexeme]) -> Spans {
    let string = lexemes.windows(2).filter_map(|pair| match pair {
        [word, string] if is_password(&word.token) && string.literal => Some((string.start, string.end)),
        _ => None,
    });
    let value = lexemes.windows(4).filter_map(|four| match four {
        [set, word, sign, value]
            if is_word(&set.token, &["set"]) && is_password(&word.token) && assigns(&sign.token) =>
        {
            Some((value.start, value.end))
        }
        _ => None,
    });
    let mut spans: Spans = string.chain(value).collect();
    spans.sort_unstable();
    spans
}

fn assigns(token: &Token) -> bool {
    is_word(token, &["to"]) || *token == Token::Symbol('=')
}

/// In any other: strings after PASSWORD up to the next word, but for words that people put between the two,
/// and what holds a password within itself (a conninfo string, a DO block).
pub(super) fn loose(lexemes: &[Lexeme], src: &str) -> Spans {
    let mut hidden = Spans::new();
    let mut after_password = false;
    let about_login = is_about_login(lexemes);
    for lexeme in lexemes {
        let span = (lexeme.start, lexeme.end);
        let text = src.get(lexeme.start..lexeme.end).unwrap_or_default();
        // Whole texts that can hold a password: strings, what the lexer could not read, commands of psql.
        let can_hold = lexeme.literal
            || matches!(lexeme.token, Token::Bad(_))
            || (lexeme.token == Token::Symbol('\\') && text.len() > 1);
        // A password in the wrong quotes.
        let in_wrong_quotes = after_password && text.starts_with('"');
        if in_wrong_quotes
            || (about_login && lexeme.literal)
            || (can_hold && (after_password || mentions_password(text)))
        {
            hidden.push(span);
        }
        if is_word(&lexeme.token, &["password", "encrypted", "unencrypted", "identified"]) {
            after_password = true;
        } else if is_any_word(&lexeme.token) && !is_word(&lexeme.token, BETWEEN) {
            after_password = false;
        }
    }
    match after_password_word(lexemes) {
        None => hidden,
        // Where the quotes went wrong, what is left of the password can be anything that follows.
        Some((from, to)) => {
            hidden.retain(|(start, _)| *start < from);
            hidden.push((from, to));
            hidden
        }
    }
}

/// What is wrong with CREATE and ALTER ROLE may be the word PASSWORD itself.
fn is_about_login(lexemes: &[Lexeme]) -> bool {
    let word =
        |at: usize, words: &[&str]| lexemes.get(at).is_some_and(|lexeme| is_word(&lexeme.token, words));
    word(0, &["create", "alter"]) && word(1, &["role", "user", "group"])
}

/// Words that people put between PASSWORD and the password.
const BETWEEN: &[&str] = &["to", "is", "as", "by", "with", "with_la", "set"];

/// From what follows the first PASSWORD (or IDENTIFIED, which others than PostgreSQL have), but for words and signs that
/// people put in between, to the end.
fn after_password_word(lexemes: &[Lexeme]) -> Option<(usize, usize)> {
    let at = lexemes.iter().position(|lexeme| is_word(&lexeme.token, &["password", "identified"]))?;
    let between = |lexeme: &&Lexeme| {
        is_word(&lexeme.token, BETWEEN) || matches!(lexeme.token, Token::Symbol('=' | '(' | ','))
    };
    let first = lexemes.iter().skip(at + 1).find(|lexeme| !between(lexeme))?;
    Some((first.start, lexemes.last()?.end))
}

/// What is no SQL goes whole where it speaks of a password.
pub(super) fn data(src: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    src.get(start..end).filter(|text| mentions_password(text)).map(|_| (start, end))
}

/// A text with what the spans cover hidden; `start` is where the text starts in the source.
pub(super) fn apply(text: &str, start: usize, spans: &Spans) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for (from, to) in spans {
        let (from, to) = (from.saturating_sub(start), to.saturating_sub(start));
        masked.push_str(text.get(done..from).unwrap_or_default());
        masked.push_str(MASK);
        done = to;
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    masked
}

/// A command of psql's, which has other words than SQL: all but its name goes where it speaks of a password.
pub(super) fn meta_command(text: &str) -> String {
    if !mentions_password(text) {
        return text.to_owned();
    }
    let name = text.split_ascii_whitespace().next().unwrap_or_default();
    if name.len() == text.len() { text.to_owned() } else { format!("{name} {MASK}") }
}

/// What [`meta_command`] takes away of a command that starts there.
pub(super) fn arguments(text: &str, start: usize) -> Spans {
    if !mentions_password(text) {
        return Spans::new();
    }
    let name = text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len());
    let blanks = text.get(name..).map_or(0, |rest| rest.len() - rest.trim_ascii_start().len());
    if name + blanks < text.len() { vec![(start + name + blanks, start + text.len())] } else { Spans::new() }
}

fn mentions_password(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("password") || text.contains("://")
}

fn is_password(token: &Token) -> bool {
    is_word(token, &["password"])
}

fn is_word(token: &Token, words: &[&str]) -> bool {
    match token {
        Token::Keyword(keyword) => words.contains(&keyword.word),
        Token::Ident(name) => words.contains(&name.to_ascii_lowercase().as_str()),
        _ => false,
    }
}

fn is_any_word(token: &Token) -> bool {
    matches!(token, Token::Keyword(_) | Token::Ident(_))
}
