//! From the terminal's keys and mouse to the explorer's.

use crate::app::{Action, Key, KeyCode, Mouse, MouseKind};
use termina::Event;
use termina::event::{self, KeyEvent, KeyEventKind, Modifiers, MouseButton, MouseEvent, MouseEventKind};

/// What an event of the terminal is to the explorer; most are nothing.
pub(super) fn action(event: Event) -> Option<Action> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => pressed(key).map(Action::Key),
        Event::Mouse(mouse) => pointed(mouse).map(Action::Mouse),
        Event::Paste(text) => Some(Action::Paste(text)),
        _ => None,
    }
}

fn pressed(key: KeyEvent) -> Option<Key> {
    let shift = key.modifiers.contains(Modifiers::SHIFT);
    let code = match key.code {
        event::KeyCode::Char(c) => KeyCode::Char(c),
        event::KeyCode::Function(n) => KeyCode::F(n),
        event::KeyCode::Enter => KeyCode::Enter,
        event::KeyCode::Escape => KeyCode::Esc,
        event::KeyCode::Tab if shift => KeyCode::BackTab,
        event::KeyCode::Tab => KeyCode::Tab,
        event::KeyCode::BackTab => KeyCode::BackTab,
        event::KeyCode::Backspace => KeyCode::Backspace,
        event::KeyCode::Delete => KeyCode::Delete,
        event::KeyCode::Left => KeyCode::Left,
        event::KeyCode::Right => KeyCode::Right,
        event::KeyCode::Up => KeyCode::Up,
        event::KeyCode::Down => KeyCode::Down,
        event::KeyCode::Home => KeyCode::Home,
        event::KeyCode::End => KeyCode::End,
        event::KeyCode::PageUp => KeyCode::PageUp,
        event::KeyCode::PageDown => KeyCode::PageDown,
        _ => return None,
    };
    let ctrl = key.modifiers.contains(Modifiers::CONTROL);
    let alt = key.modifiers.intersects(Modifiers::ALT.union(Modifiers::META));
    Some(Key { code, ctrl, alt })
}

fn pointed(mouse: MouseEvent) -> Option<Mouse> {
    let kind = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Press,
        MouseEventKind::ScrollUp => MouseKind::WheelUp,
        MouseEventKind::ScrollDown => MouseKind::WheelDown,
        _ => return None,
    };
    Some(Mouse { kind, column: mouse.column, row: mouse.row })
}

#[cfg(test)]
mod tests {
    use super::*;
    use termina::Parser;

    fn typed(bytes: &[u8]) -> Vec<Action> {
        let mut parser = Parser::default();
        parser.parse(bytes, false);
        std::iter::from_fn(|| parser.pop()).filter_map(action).collect()
    }

    fn key_of(bytes: &[u8]) -> Key {
        match typed(bytes).as_slice() {
            [Action::Key(key)] => *key,
            other => panic!("{bytes:?} gave {other:?}"),
        }
    }

    #[test]
    fn keys_as_terminals_send_them() {
        assert_eq!(key_of(b"q"), Key::char('q'));
        assert_eq!(key_of(b"R"), Key::char('R'));
        assert_eq!(key_of(b"\r"), Key::from(KeyCode::Enter));
        assert_eq!(key_of(b"\x1b"), Key::from(KeyCode::Esc));
        assert_eq!(key_of(b"\x1b[Z"), Key::from(KeyCode::BackTab));
        assert_eq!(key_of(b"\x1b[A"), Key::from(KeyCode::Up));
        assert_eq!(key_of(b"\x1bOA"), Key::from(KeyCode::Up));
        assert_eq!(key_of(b"\x1b[5~"), Key::from(KeyCode::PageUp));
        assert_eq!(key_of(b"\x03"), Key::ctrl('c'));
        assert_eq!(key_of(b"\x1a"), Key::ctrl('z'));
        assert_eq!(key_of(b"\x1bb"), Key { code: KeyCode::Char('b'), ctrl: false, alt: true });
        assert_eq!(key_of("é".as_bytes()), Key::char('é'));
    }

    #[test]
    fn a_paste_is_one_action_whatever_is_in_it() {
        let actions = typed(b"\x1b[200~GRANT a\nTO b;\x1b[Aq\x1b[201~");
        assert!(
            matches!(&actions[..], [Action::Paste(text)] if text == "GRANT a\nTO b;\x1b[Aq"),
            "{actions:?}"
        );
    }

    #[test]
    fn presses_and_the_wheel_count_from_zero_and_releases_are_nothing() {
        let actions = typed(b"\x1b[<0;5;3M\x1b[<0;5;3m\x1b[<64;1;1M\x1b[<65;1;1M");
        let kinds: Vec<_> = actions
            .iter()
            .map(|action| match action {
                Action::Mouse(mouse) => (mouse.kind, mouse.column, mouse.row),
                other => panic!("{other:?}"),
            })
            .collect();
        let expected = [(MouseKind::Press, 4, 2), (MouseKind::WheelUp, 0, 0), (MouseKind::WheelDown, 0, 0)];
        assert_eq!(kinds, expected);
    }
}
