//! The prompt for a role's new password, as psql's `\password` has it: twice, and unseen.

use super::Key;
use super::unseen::Unseen;
use std::fmt;

/// A new password being typed.
#[derive(Clone, Default)]
pub struct NewPassword {
    /// Whose.
    pub role: String,
    /// What is typed.
    pub input: Unseen,
    first: Option<String>,
    /// What was not right.
    pub note: Option<&'static str>,
}

impl NewPassword {
    /// For a role.
    pub fn new(role: String) -> NewPassword {
        NewPassword { role, ..NewPassword::default() }
    }

    /// Is it being typed for the second time?
    pub fn is_again(&self) -> bool {
        self.first.is_some()
    }

    /// A key that edits.
    pub fn edit(&mut self, key: Key) {
        if self.input.edit(key) {
            self.note = None;
        }
    }

    /// Pasted text.
    pub fn paste(&mut self, text: &str) {
        self.input.paste(text);
        self.note = None;
    }

    /// What was typed is whole. The password, once it was typed twice.
    pub fn enter(&mut self) -> Option<String> {
        let typed = self.input.take();
        match self.first.take() {
            None if typed.is_empty() => {
                self.note = Some("Nothing is typed. PASSWORD NULL in the SQL line takes a password away.");
            }
            None => self.first = Some(typed),
            Some(first) if first == typed => return Some(typed),
            Some(_) => self.note = Some("The two are not the same. Both are to be typed anew."),
        }
        None
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPassword").field("role", &self.role).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::app::line::Editor;
    use crate::app::popup::Popup;
    use crate::app::testing::{act, company, loaded, press, snapshot, type_text};
    use crate::app::{Action, Context, Effect, State};

    fn on_role(name: &str) -> State {
        let mut state = loaded(snapshot(company(16).build()), 120, 40);
        press(&mut state, "/");
        type_text(&mut state, name);
        press(&mut state, "Enter");
        state
    }

    fn line(state: &State) -> &str {
        state.editor.as_ref().map_or("", Editor::text)
    }

    fn note(state: &State) -> Option<&'static str> {
        let Some(Popup::Password(asked)) = &state.popup else { panic!("not asked") };
        asked.note
    }

    #[test]
    fn a_password_typed_twice_becomes_a_statement_in_which_it_is_not_seen() {
        let mut state = on_role("alice");
        press(&mut state, "p");
        assert_eq!(state.context(), Context::Password);
        type_text(&mut state, "it's?q");
        let Some(Popup::Password(asked)) = &state.popup else { panic!("not asked") };
        assert_eq!(asked.input.shown().value(), "******");
        assert!(!format!("{state:?}").contains("it's?q"));
        press(&mut state, "Enter");
        act(&mut state, Action::Paste("it's?q\r\n".to_owned()));
        press(&mut state, "Enter");
        assert!(state.popup.is_none());
        assert_eq!(line(&state), "ALTER ROLE alice PASSWORD 'it''s?q'");
        let editor = state.editor.as_ref().unwrap();
        assert_eq!(editor.shown().value(), "ALTER ROLE alice PASSWORD *********");
        assert_eq!(editor.shown().cursor(), 35);
        let plan = editor.plan().unwrap();
        assert_eq!(plan.steps[0].masked, "ALTER ROLE alice PASSWORD '***'");
        assert!(matches!(press(&mut state, "Ctrl-y").as_slice(), [Effect::CopySealed { .. }]));
    }

    #[test]
    fn two_that_differ_and_an_empty_one_are_asked_for_anew() {
        let mut state = on_role("alice");
        press(&mut state, "p");
        press(&mut state, "Enter");
        assert!(note(&state).unwrap().starts_with("Nothing is typed."));
        type_text(&mut state, "one");
        press(&mut state, "Enter");
        assert_eq!(note(&state), None);
        type_text(&mut state, "two");
        press(&mut state, "Enter");
        assert!(note(&state).unwrap().starts_with("The two are not the same."));
        press(&mut state, "Esc");
        assert!(state.popup.is_none() && state.editor.is_none());
    }

    #[test]
    fn where_no_role_is_named_nobody_is_asked() {
        let mut state = loaded(snapshot(company(16).build()), 120, 40);
        press(&mut state, "2");
        press(&mut state, "p");
        assert!(state.popup.is_none());
        assert_eq!(state.banner.unwrap().text, ["A role must be selected."]);
    }

    #[test]
    fn what_is_typed_after_password_is_covered_from_its_first_letter() {
        let mut state = on_role("alice");
        press(&mut state, ":");
        for (typed, shown) in [
            ("alter role é password", "alter role é password"),
            (" ", "alter role é password "),
            ("'", "alter role é password *"),
            ("se", "alter role é password ***"),
            ("s'", "alter role é password *****"),
            (" login", "alter role é password ***** login"),
            ("; grant", "alter role é password ***** login; grant"),
        ] {
            type_text(&mut state, typed);
            assert_eq!(state.editor.as_ref().unwrap().shown().value(), shown);
        }
        assert!(matches!(press(&mut state, "Ctrl-y").as_slice(), [Effect::CopySealed { .. }]));
    }

    #[test]
    fn what_holds_no_password_is_copied_as_it_is() {
        let mut state = on_role("alice");
        press(&mut state, ":");
        type_text(&mut state, "comment on role alice is 'her password'");
        assert!(matches!(press(&mut state, "Ctrl-y").as_slice(), [Effect::Copy(_)]));
    }
}
