//! Names on the screen: nothing in them reaches the terminal raw, and they are cut in the middle.

use std::borrow::Cow;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// With what could steer the terminal or reorder the line written out as `\u{..}`.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_unsafe(c) {
            true => out.extend(c.escape_unicode()),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Control characters, marks of direction, and characters that cannot be seen.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// How many cells it takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Escaped, and cut in the middle with `..` to this many cells.
pub fn fitted(text: &str, cells: usize) -> Cow<'_, str> {
    let text = escaped(text);
    if text.width() <= cells {
        return text;
    }
    if cells <= 2 {
        return Cow::Owned(".".repeat(cells));
    }
    let left = (cells - 2).div_ceil(2);
    let right = cells - 2 - left;
    let head = take(text.chars(), left);
    let tail: String = take(text.chars().rev(), right).chars().rev().collect();
    Cow::Owned(format!("{head}..{tail}"))
}

fn take(chars: impl Iterator<Item = char>, cells: usize) -> String {
    let mut used = 0;
    let mut out = String::new();
    for c in chars {
        used += c.width().unwrap_or(0);
        if used > cells {
            break;
        }
        out.push(c);
    }
    out
}

/// A count with its word: `1 member`, `5 members`.
pub fn count(n: usize, one: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        _ => format!("{} {one}s", grouped(n)),
    }
}

/// A number with its thousands parted: `10,000`.
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_or_a_line_is_written_out() {
        assert_eq!(escaped("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(escaped("a\u{202e}b\nc\u{9b}"), "a\\u{202e}b\\u{a}c\\u{9b}");
        assert_eq!(escaped("żółw"), "żółw");
    }

    #[test]
    fn names_are_cut_in_the_middle_by_cells() {
        assert_eq!(fitted("orders_2026", 11), "orders_2026");
        assert_eq!(fitted("orders_2026_archive", 11), "order..hive");
        assert_eq!(fitted("日本語の名前", 7), "日..前");
        assert_eq!((fitted("abcdef", 2), fitted("abcdef", 0)), ("..".into(), "".into()));
    }

    #[test]
    fn counts_read_well() {
        assert_eq!((count(1, "role"), count(0, "role")), ("1 role".into(), "0 roles".into()));
        assert_eq!(grouped(2_000_000), "2,000,000");
    }
}
