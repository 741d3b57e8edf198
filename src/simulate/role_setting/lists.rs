//! Lists of words in one text (`SplitIdentifierString` of varlena.c).

use super::value::invalid;
use crate::simulate::run::{Run, Stop};

/// The words, folded unless they are quoted; none where the list is badly formed.
pub fn split(text: &str, separator: char) -> Option<Vec<String>> {
    let mut rest = text.trim_start_matches(is_space);
    let mut words = Vec::new();
    if rest.is_empty() {
        return Some(words);
    }
    loop {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = rest.find(|c| c == separator || is_space(c)).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                (word.to_ascii_lowercase(), after)
            }
        };
        if word.is_empty() && !rest.starts_with('"') {
            return None;
        }
        words.push(truncated(&word).to_owned());
        let after = after.trim_start_matches(is_space);
        match after.strip_prefix(separator) {
            Some(next) => rest = next.trim_start_matches(is_space),
            None if after.is_empty() => return Some(words),
            None => return None,
        }
    }
}

/// `scanner_isspace`.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// Up to the closing quote, and what follows it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut rest = text;
    loop {
        let at = rest.find('"')?;
        word.push_str(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
        match rest.strip_prefix('"') {
            Some(next) => {
                word.push('"');
                rest = next;
            }
            None => return Some((word, rest)),
        }
    }
}

/// What the server keeps of a name.
pub fn truncated(name: &str) -> &str {
    let end = (0..=63.min(name.len())).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    name.get(..end).unwrap_or(name)
}

impl Run<'_> {
    /// The words of a list parameter, or its error.
    pub fn words(&self, name: &str, value: &str) -> Result<Vec<String>, Stop> {
        match split(value, ',') {
            Some(words) => Ok(words),
            None => Err(invalid(name, value).detail("List syntax is invalid.").into()),
        }
    }

    /// Every word must be one of these, in whatever case.
    pub fn only(&self, name: &str, value: &str, known: &[&str]) -> Result<(), Stop> {
        let words = self.words(name, value)?;
        let is_known = |word: &String| known.iter().any(|known| known.eq_ignore_ascii_case(word));
        match words.iter().find(|word| !is_known(word)) {
            Some(word) => Err(unrecognized(name, value, word)),
            None => Ok(()),
        }
    }

    /// `check_datestyle`: one style and one order, however often they are said.
    pub fn check_date_style(&self, name: &str, value: &str) -> Result<(), Stop> {
        let (mut styles, mut orders) = (Vec::new(), Vec::new());
        for word in self.words(name, value)? {
            let upper = word.to_ascii_uppercase();
            match upper.as_str() {
                "ISO" | "SQL" | "GERMAN" => styles.push(upper),
                _ if upper.starts_with("POSTGRES") => styles.push("POSTGRES".to_owned()),
                "YMD" | "DMY" | "MDY" => orders.push(upper),
                "US" => orders.push("MDY".to_owned()),
                _ if upper.starts_with("EURO") => orders.push("DMY".to_owned()),
                _ if upper.starts_with("NONEURO") => orders.push("MDY".to_owned()),
                "DEFAULT" => {}
                _ => return Err(unrecognized(name, value, &word)),
            }
        }
        let one = |said: &[String]| said.iter().all(|word| Some(word) == said.first());
        if one(&styles) && one(&orders) {
            return Ok(());
        }
        let name_there = if self.switches.canonical_parameter_names { "DateStyle" } else { "datestyle" };
        Err(invalid(name, value).detail(format!("Conflicting \"{name_there}\" specifications.")).into())
    }
}

fn unrecognized(name: &str, value: &str, word: &str) -> Stop {
    invalid(name, value).detail(format!("Unrecognized key word: \"{word}\".")).into()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn lists_are_split_as_the_server_splits_them() {
        let words = |text| split(text, ',').map(|words| words.join("|"));
        assert_eq!(words(" A , \"B \"\" c\"").as_deref(), Some("a|B \" c"));
        assert_eq!(words("").as_deref(), Some(""));
        assert_eq!(words("\"\"").as_deref(), Some(""));
        for bad in ["a b", "a,", ",a", "\"a", "\"a\"b", ","] {
            assert_eq!(words(bad), None, "{bad}");
        }
    }
}
