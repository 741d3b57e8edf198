//! Names on the screen: nothing in them reaches the terminal raw, and they are cut in the middle.

use crate::preview::report;
use std::borrow::Cow;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub use crate::preview::report::visible as escaped;

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

/// Broken into lines of so many cells, at blanks where there are any. Nothing is lost.
pub fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        if line.width() + word.trim_end().width() > cells && !line.is_empty() {
            pieces.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            if line.width() + c.width().unwrap_or(0) > cells && c != ' ' {
                pieces.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    pieces.push(line);
    pieces.into_iter().map(|p| p.trim_end().to_owned()).collect()
}

/// A count with its word: `1 member`, `5 members`.
pub fn count(n: usize, one: &str) -> String {
    report::count(n as u64, one)
}

/// `1 entry`, `3 entries`.
pub fn entries(n: usize) -> String {
    count(n, "entry")
}

/// A number with its thousands parted: `10,000`.
pub fn grouped(n: usize) -> String {
    report::grouped(n as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_in_the_middle_by_cells() {
        assert_eq!(fitted("orders_2026", 11), "orders_2026");
        assert_eq!(fitted("orders_2026_archive", 11), "order..hive");
        assert_eq!(fitted("日本語の名前", 7), "日..前");
        assert_eq!((fitted("abcdef", 2), fitted("abcdef", 0)), ("..".into(), "".into()));
    }

    #[test]
    fn wrapping_loses_no_character() {
        let text = "one two_three_four_five_six_seven eight";
        for cells in 2..50 {
            let lines = wrapped(text, cells);
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""), "at {cells}");
            assert!(lines.iter().all(|line| width(line) <= cells), "at {cells}: {lines:?}");
        }
    }

    #[test]
    fn counts_read_well() {
        assert_eq!((count(1, "role"), count(0, "role")), ("1 role".into(), "0 roles".into()));
        assert_eq!(grouped(2_000_000), "2,000,000");
    }
}
