//! The user's clipboard, through the terminal (OSC 52), so that it works over SSH too.

use std::env;
use termina::escape::osc::{Osc, Selection};

/// The sequence that puts a text on the clipboard of whoever sits in front of this terminal.
pub(super) fn copy(text: &str) -> String {
    sequence(text, env::var_os("TMUX").is_some())
}

fn sequence(text: &str, tmux: bool) -> String {
    let osc = Osc::SetSelection(Selection::CLIPBOARD, text).to_string();
    if tmux {
        // tmux takes the sequence for its own buffer (set-clipboard on), or hands it through (allow-passthrough on);
        // which of them is allowed cannot be known, and twice the same does no harm.
        return format!("{osc}\x1bPtmux;{}\x1b\\", osc.replace('\x1b', "\x1b\x1b"));
    }
    osc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_goes_in_base64() {
        assert_eq!(sequence("foo", false), "\x1b]52;c;Zm9v\x1b\\");
        assert_eq!(sequence("«»", false), "\x1b]52;c;wqvCuw==\x1b\\");
    }

    #[test]
    fn tmux_gets_it_both_ways() {
        let both = "\x1b]52;c;Zm9v\x1b\\\x1bPtmux;\x1b\x1b]52;c;Zm9v\x1b\x1b\\\x1b\\";
        assert_eq!(sequence("foo", true), both);
    }
}
