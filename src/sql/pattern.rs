//! Name patterns as psql's \d commands take them.

use regex::{Regex, RegexBuilder};

/// What names are looked for: `name`, `schema.name` or `database.schema.name`.
///
/// Letters fold to lower case except in double quotes; `*` is any text and `?` any character; dots part the names;
/// what else has a meaning in regular expressions keeps it, except `$`, and except in quotes (`patternToSQLRegex`).
/// Unlike psql's, a name alone is looked for in every schema, not only in those of the search path.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    name: Regex,
    schema: Option<Regex>,
    database: Option<Regex>,
}

/// Why a pattern is none.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PatternError {
    /// More dots than the names have parts.
    #[error("improper qualified name (too many dotted names): {0}")]
    Dots(String),
    /// No regular expression.
    #[error("pattern \"{0}\" is no regular expression: {1}")]
    Regex(String, String),
}

/// A regular expression of a pattern takes no more memory than this.
const LIMIT: usize = 1 << 20;

impl Pattern {
    /// A pattern for objects.
    pub fn object(text: &str) -> Result<Pattern, PatternError> {
        Pattern::of_parts(text, 3)
    }

    /// A pattern for what no schema has, such as roles: a dot must be quoted.
    pub fn plain(text: &str) -> Result<Pattern, PatternError> {
        Pattern::of_parts(text, 1)
    }

    fn of_parts(text: &str, most: usize) -> Result<Pattern, PatternError> {
        let mut parts = parts(text);
        if parts.len() > most {
            return Err(PatternError::Dots(text.to_owned()));
        }
        let compiled = |part: String| {
            let built = RegexBuilder::new(&format!("^(?:{part})$"))
                .dot_matches_new_line(true)
                .size_limit(LIMIT)
                .build();
            let reason =
                |error: regex::Error| error.to_string().lines().last().unwrap_or_default().to_owned();
            built.map_err(|error| PatternError::Regex(text.to_owned(), reason(error)))
        };
        let name = compiled(parts.pop().unwrap_or_default())?;
        let schema = parts.pop().map(compiled).transpose()?;
        let database = parts.pop().map(compiled).transpose()?;
        Ok(Pattern { text: text.to_owned(), name, schema, database })
    }

    /// As it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Does it mean this name, in that schema (none for what has none) of that database?
    pub fn matches(&self, database: &str, schema: Option<&str>, name: &str) -> bool {
        let part = |part: &Option<Regex>, name: Option<&str>| match (part, name) {
            (None, _) => true,
            (Some(part), Some(name)) => part.is_match(name),
            (Some(_), None) => false,
        };
        part(&self.schema, schema) && part(&self.database, Some(database)) && self.name.is_match(name)
    }

    /// Does it mean a name of its own?
    pub fn matches_plain(&self, name: &str) -> bool {
        self.matches("", None, name)
    }
}

/// The parts between unquoted dots, each as a regular expression.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '.' && !quoted {
            parts.push(String::new());
            continue;
        }
        let Some(part) = parts.last_mut() else { return parts };
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => part.push('"'),
            '"' => quoted = !quoted,
            '*' if !quoted => part.push_str(".*"),
            '?' if !quoted => part.push('.'),
            '$' => part.push_str("\\$"),
            // Rather an array type's name than the beginning of a bracket expression.
            '[' if chars.peek() == Some(&']') => {
                chars.next();
                part.push_str("\\[\\]");
            }
            c if quoted => part.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            c => part.push(c.to_ascii_lowercase()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(pattern: &str, schema: Option<&str>, name: &str) -> bool {
        Pattern::object(pattern).unwrap().matches("orders", schema, name)
    }

    #[test]
    fn names_fold_and_quotes_keep() {
        assert!(finds("ORDERS", Some("shop"), "orders") && !finds("ORDERS", None, "ORDERS"));
        assert!(finds("\"ORDERS\"", None, "ORDERS") && !finds("order", None, "orders"));
        assert!(finds("\"a\"\"b\"", None, "a\"b") && finds("\"a.b\"", None, "a.b"));
        assert!(finds("FOO\"\"BAR", None, "foobar") && finds("\"A\"BC", None, "Abc"));
    }

    #[test]
    fn wildcards_and_regular_expressions() {
        assert!(finds("ord*", None, "orders") && finds("order?", None, "orders") && finds("*", None, ""));
        assert!(finds("order|orders", None, "orders") && finds("t[0-9]+", None, "t12"));
        assert!(!finds("\"t*\"", None, "t1") && finds("\"t*\"", None, "t*"));
        assert!(finds("a$b", None, "a$b") && finds("int[]", None, "int[]") && finds("a?b", None, "a\nb"));
    }

    #[test]
    fn dots_part_schema_and_database() {
        assert!(finds("shop.*", Some("shop"), "orders") && !finds("shop.*", Some("shop2"), "orders"));
        assert!(!finds("shop.*", None, "shop"), "what is in no schema is in none");
        assert!(finds("orders.shop.t", Some("shop"), "t") && !finds("other.shop.t", Some("shop"), "t"));
        assert!(matches!(Pattern::object("a.b.c.d"), Err(PatternError::Dots(_))));
        assert!(matches!(Pattern::plain("a.b"), Err(PatternError::Dots(_))));
        assert!(matches!(Pattern::plain("a("), Err(PatternError::Regex(..))));
        assert!(Pattern::plain("\"a.b\"").unwrap().matches_plain("a.b"));
    }
}
