//! The one table of keys: it feeds dispatch, the footer and the help overlay.

use super::{Key, KeyCode};

/// What a key can mean.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the table below says each in words")]
pub enum Command {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Open,
    Close,
    Enter,
    Leave,
    GoBack,
    NextZone,
    Roles,
    Objects,
    Changes,
    Findings,
    Turn,
    Find,
    NextMatch,
    PreviousMatch,
    Sql,
    Grant,
    Revoke,
    Why,
    WhoCan,
    Undo,
    Connect,
    Cancel,
    Nothing,
    Mend,
    Password,
    CopySql,
    Reload,
    Apply,
    Rehearse,
    Complete,
    Help,
    Quit,
    Suspend,
    Mouse,
    Theme,
}

/// Where a key is pressed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Context {
    /// A tree.
    Tree,
    /// The pane.
    Pane,
    /// While something is searched.
    Search,
    /// The SQL line.
    Line,
    /// The box that asks before applying.
    Confirm,
    /// The prompt for a new password.
    Password,
    /// The list of places to connect to.
    Connect,
    /// The prompt for the password to connect with.
    Login,
    /// A list or picture that lies over the screen.
    Popup,
    /// Anywhere while something runs at the server; before all else.
    Busy,
}

impl Context {
    /// All, in the order of the help overlay.
    pub const ALL: [Context; 10] = [
        Context::Tree,
        Context::Pane,
        Context::Search,
        Context::Line,
        Context::Confirm,
        Context::Password,
        Context::Connect,
        Context::Login,
        Context::Popup,
        Context::Busy,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Context::Tree => "In the tree",
            Context::Pane => "In the pane",
            Context::Search => "While finding",
            Context::Line => "In the SQL line",
            Context::Confirm => "When asked",
            Context::Password => "When asked for a new password",
            Context::Connect => "While choosing a connection",
            Context::Login => "When asked for a password to connect with",
            Context::Popup => "In a popup",
            Context::Busy => "While something runs at the server",
        }
    }
}

/// One line of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// What it does.
    pub command: Command,
    /// By which keys; the first is the one that is shown first.
    pub keys: Vec<Key>,
    /// Where.
    pub contexts: Vec<Context>,
    /// Its word in the footer; empty: it is not there.
    pub word: &'static str,
    /// Its sentence in the help.
    pub help: &'static str,
}

/// All bindings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Keymap {
    /// What a key means somewhere.
    pub fn command(&self, context: Context, key: Key) -> Option<Command> {
        self.of(context).find(|b| b.keys.contains(&key)).map(|b| b.command)
    }

    /// The bindings of a context, in the order of the table.
    pub fn of(&self, context: Context) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |b| b.contexts.contains(&context))
    }

    /// All bindings.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The first key of a command in a context, as it is written.
    pub fn key_for(&self, context: Context, command: Command) -> Option<String> {
        self.of(context).find(|b| b.command == command).and_then(|b| b.keys.first()).map(Key::to_string)
    }
}

const VIEWS: &[Context] = &[Context::Tree, Context::Pane];
const LISTS: &[Context] = &[Context::Tree, Context::Pane, Context::Popup];
const MOVES: &[Context] =
    &[Context::Tree, Context::Pane, Context::Popup, Context::Search, Context::Line, Context::Connect];

impl Default for Keymap {
    fn default() -> Self {
        let mut bindings = Vec::new();
        bindings.extend(acting());
        bindings.extend(moving());
        bindings.extend(going());
        bindings.extend(editing());
        bindings.extend(connecting());
        Keymap { bindings }
    }
}

fn bind(
    command: Command,
    keys: &[Key],
    contexts: &[Context],
    word: &'static str,
    help: &'static str,
) -> Binding {
    Binding { command, keys: keys.to_vec(), contexts: contexts.to_vec(), word, help }
}

fn acting() -> Vec<Binding> {
    use Command as C;
    vec![
        bind(C::Grant, &[Key::char('g')], VIEWS, "grant", "write a GRANT that suits the row"),
        bind(C::Revoke, &[Key::char('v')], VIEWS, "revoke", "write a REVOKE that suits the row"),
        bind(C::Why, &[Key::char('w')], VIEWS, "why", "why a role can do this"),
        bind(C::WhoCan, &[Key::char('o')], VIEWS, "who can", "who can do what with it"),
        bind(C::Sql, &[Key::char(':')], VIEWS, "SQL", "write a statement"),
        bind(C::Find, &[Key::char('/')], VIEWS, "find", "find a role or an object by its name"),
        bind(C::Undo, &[Key::char('u')], VIEWS, "undo", "preview the undo of what was applied last"),
        bind(C::Mend, &[Key::char('m')], VIEWS, "", "preview what would mend the finding"),
        bind(C::Password, &[Key::char('p')], VIEWS, "", "give the role a new password, typed unseen"),
        bind(C::Turn, &[Key::char('t')], &[Context::Tree], "turn", "members below, or groups above"),
        bind(C::CopySql, &[Key::char('y')], VIEWS, "copy", "copy the row's name or statement"),
        bind(C::Help, &[Key::char('?'), Key::plain(KeyCode::F(1))], LISTS, "keys", "show these keys"),
        bind(C::Quit, &[Key::char('q')], VIEWS, "quit", "quit"),
    ]
}

fn moving() -> Vec<Binding> {
    use Command as C;
    let only = |code| Key::plain(code);
    let letters = |code, c| vec![Key::plain(code), Key::char(c)];
    vec![
        bind(C::Up, &[only(KeyCode::Up)], &[Context::Search], "", "the match before"),
        bind(C::Down, &[only(KeyCode::Down)], &[Context::Search], "", "the next match"),
        bind(C::Up, &letters(KeyCode::Up, 'k'), LISTS, "", "up"),
        bind(C::Down, &letters(KeyCode::Down, 'j'), LISTS, "", "down"),
        bind(C::PageUp, &[only(KeyCode::PageUp), Key::ctrl('b')], MOVES, "", "a page up"),
        bind(C::PageDown, &[only(KeyCode::PageDown), Key::ctrl('f')], MOVES, "", "a page down"),
        bind(C::First, &[only(KeyCode::Home)], LISTS, "", "the first row"),
        bind(C::Last, &[only(KeyCode::End), Key::char('G')], LISTS, "", "the last row"),
        bind(C::Open, &letters(KeyCode::Right, 'l'), &[Context::Tree], "", "open the row"),
        bind(
            C::Close,
            &letters(KeyCode::Left, 'h'),
            &[Context::Tree],
            "",
            "close the row, or go to the one above",
        ),
        bind(
            C::Open,
            &letters(KeyCode::Right, 'l'),
            &[Context::Pane],
            "",
            "open the list, or go to the row's second name",
        ),
        bind(
            C::Close,
            &letters(KeyCode::Left, 'h'),
            &[Context::Pane],
            "",
            "close the list, or go to its heading",
        ),
    ]
}

fn going() -> Vec<Binding> {
    use Command as C;
    let only = |code| Key::plain(code);
    vec![
        bind(C::Enter, &[only(KeyCode::Enter)], &[Context::Tree], "", "open the row, or look at it closely"),
        bind(C::Enter, &[only(KeyCode::Enter)], &[Context::Pane], "", "go to what the row names"),
        bind(C::Enter, &[only(KeyCode::Enter)], &[Context::Popup], "go", "go to what the row names"),
        bind(C::Enter, &[only(KeyCode::Enter)], &[Context::Search], "go", "go to the match"),
        bind(C::Leave, &[only(KeyCode::Esc)], VIEWS, "", "one step back; never quits"),
        bind(C::Leave, &[only(KeyCode::Esc), Key::ctrl('c')], &[Context::Search], "leave", "stop finding"),
        bind(
            C::Leave,
            &[only(KeyCode::Esc), Key::char('q'), Key::ctrl('c')],
            &[Context::Popup],
            "close",
            "close it",
        ),
        bind(C::GoBack, &[only(KeyCode::Backspace)], VIEWS, "", "where you came from"),
        bind(C::NextZone, &[only(KeyCode::Tab), only(KeyCode::BackTab)], VIEWS, "", "between tree and pane"),
        bind(C::NextZone, &[only(KeyCode::Tab)], &[Context::Popup], "", "the next privilege"),
        bind(C::Roles, &[Key::char('1')], VIEWS, "", "roles by membership"),
        bind(C::Objects, &[Key::char('2')], VIEWS, "", "objects by schema and kind"),
        bind(C::Changes, &[Key::char('3')], VIEWS, "", "what was applied in this session"),
        bind(C::Findings, &[Key::char('4')], VIEWS, "", "findings: what a careful DBA would look at"),
        bind(C::NextMatch, &[Key::char('n')], VIEWS, "", "the next match"),
        bind(C::PreviousMatch, &[Key::char('N')], VIEWS, "", "the match before"),
        bind(
            C::Reload,
            &[Key::char('R'), only(KeyCode::F(5))],
            VIEWS,
            "",
            "load everything again; connect again if the connection is lost",
        ),
        bind(C::Connect, &[Key::char('C')], VIEWS, "", "connect to another cluster, or to this one anew"),
        bind(
            C::Mouse,
            &[Key::char('M')],
            VIEWS,
            "",
            "leave the mouse to the terminal, to select text, or take it back; Shift and drag selects too",
        ),
        bind(
            C::Theme,
            &[Key::char('T')],
            VIEWS,
            "",
            "colours for a dark background, for a light one, or none",
        ),
        bind(C::Suspend, &[Key::ctrl('z')], &Context::ALL, "", "suspend; fg comes back"),
    ]
}

fn editing() -> Vec<Binding> {
    use Command as C;
    let only = |code| Key::plain(code);
    vec![
        bind(
            C::Apply,
            &[only(KeyCode::Enter)],
            &[Context::Line],
            "apply",
            "apply what is previewed, after asking",
        ),
        bind(C::Complete, &[only(KeyCode::Tab)], &[Context::Line], "complete", "complete the word"),
        bind(
            C::Rehearse,
            &[Key::ctrl('r')],
            &[Context::Line],
            "rehearse",
            "run it and roll it back, to be sure",
        ),
        bind(C::Up, &[only(KeyCode::Up)], &[Context::Line], "", "preview up; the completion before"),
        bind(C::Down, &[only(KeyCode::Down)], &[Context::Line], "", "preview down; the next completion"),
        bind(C::CopySql, &[Key::ctrl('y')], &[Context::Line], "copy", "copy the statement"),
        bind(
            C::Leave,
            &[only(KeyCode::Esc), Key::ctrl('c')],
            &[Context::Line],
            "leave",
            "leave the line; nothing runs",
        ),
        bind(
            C::Apply,
            &[only(KeyCode::Enter)],
            &[Context::Confirm],
            "yes",
            "yes, once what is asked for is typed",
        ),
        bind(C::Leave, &[only(KeyCode::Esc), Key::ctrl('c')], &[Context::Confirm], "no", "no; nothing runs"),
        bind(
            C::Apply,
            &[only(KeyCode::Enter)],
            &[Context::Password],
            "next",
            "type it again; then preview its statement",
        ),
        bind(
            C::Leave,
            &[only(KeyCode::Esc), Key::ctrl('c')],
            &[Context::Password],
            "leave",
            "leave; what was typed is forgotten",
        ),
    ]
}

fn connecting() -> Vec<Binding> {
    use Command as C;
    let only = |code| Key::plain(code);
    let (list, login) = (&[Context::Connect], &[Context::Login]);
    let leave = [only(KeyCode::Esc), Key::ctrl('c')];
    vec![
        bind(C::Enter, &[only(KeyCode::Enter)], list, "connect", "connect to what is selected, or typed"),
        bind(C::Up, &[only(KeyCode::Up)], list, "", "the place above"),
        bind(C::Down, &[only(KeyCode::Down)], list, "", "the place below"),
        bind(C::Complete, &[only(KeyCode::Tab)], list, "edit", "take the place into the line, to change it"),
        bind(C::Leave, &leave[..1], list, "back", "back to what was there; the connection is kept"),
        bind(C::Quit, &leave[1..], list, "leave", "back; quit, where there is no connection"),
        bind(C::Enter, &[only(KeyCode::Enter)], login, "connect", "connect with it"),
        bind(C::Leave, &leave, login, "leave", "do not connect; what was typed is forgotten"),
        bind(C::Nothing, &[Key::ctrl('c')], VIEWS, "", "nothing where nothing runs at the server; q quits"),
        bind(
            C::Cancel,
            &[Key::ctrl('c')],
            &[Context::Busy],
            "cancel",
            "stop connecting, loading, rehearsing or applying; what was begun is rolled back",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_key_means_one_thing_in_a_place() {
        let keymap = Keymap::default();
        for context in Context::ALL {
            let mut seen = HashSet::new();
            for key in keymap.of(context).flat_map(|b| &b.keys) {
                assert!(seen.insert(*key), "{key} twice in {context:?}");
            }
        }
    }

    #[test]
    fn every_binding_can_be_reached_and_is_explained() {
        let keymap = Keymap::default();
        for binding in keymap.bindings() {
            assert!(!binding.help.is_empty() && !binding.keys.is_empty(), "{binding:?}");
            for (context, key) in
                binding.contexts.iter().flat_map(|c| binding.keys.iter().map(move |k| (c, k)))
            {
                assert_eq!(keymap.command(*context, *key), Some(binding.command), "{key} in {context:?}");
            }
        }
    }

    #[test]
    fn no_letter_means_anything_where_text_is_typed() {
        let keymap = Keymap::default();
        for context in [
            Context::Search,
            Context::Line,
            Context::Confirm,
            Context::Password,
            Context::Connect,
            Context::Login,
        ] {
            for key in keymap.of(context).flat_map(|b| &b.keys) {
                assert!(key.ctrl || !matches!(key.code, KeyCode::Char(_)), "{key} in {context:?}");
            }
        }
    }
}
