//! Text that cannot play tricks on a terminal or on the eye.

use std::borrow::Cow;
use std::fmt::Write;

/// Control characters, line separators, and what turns or hides text.
fn is_tricky(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// With escapes for characters that must not reach a terminal as they are.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_tricky) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if is_tricky(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The lines of a text, each [`visible`]; tabs become spaces.
pub fn visible_lines(text: &str) -> Vec<String> {
    text.lines().map(|line| visible(&line.replace('\t', "    ")).into_owned()).collect()
}

/// JSON whose strings hold no raw tricky character. Outside of strings JSON has none, but for white space.
pub fn json_escaped(json: String) -> String {
    if !json.chars().any(is_tricky) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    let mut units = [0_u16; 2];
    for c in json.chars() {
        if is_tricky(c) {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_or_hides_text_is_shown() {
        assert_eq!(visible("shop.orders"), "shop.orders");
        assert_eq!(visible("a\u{202e}b\x1b[31m\u{9b}"), "a\\u{202e}b\\u{1b}[31m\\u{9b}");
        assert_eq!(visible("Übung 東京"), "Übung 東京");
    }

    #[test]
    fn escaped_json_means_the_same() {
        let name = "a\u{202e}b\u{7f}\u{9b}\u{e0041}\"\\";
        let escaped = json_escaped(serde_json::to_string(name).unwrap());
        assert!(!escaped.chars().any(is_tricky));
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), name);
    }
}
