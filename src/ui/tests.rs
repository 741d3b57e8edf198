//! Screens as text, and the styles of the cells that carry meaning.

use super::{Paint, Theme, render};
use crate::app::connect::{Choice, Safety};
use crate::app::testing::{act, company, explorer, loaded, now, press, snapshot, type_text};
use crate::app::{
    Action, Applied, Command, Context, Keymap, Link, Outcome, Problem, Progress, Reconnection, Reply,
    Settings, State, ThemeName, layout, next_wake, tree_rows,
};
use crate::cluster::Flavor;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

/// The screen of a state.
fn screen(state: &State) -> Buffer {
    let area = Rect::new(0, 0, state.screen.width, state.screen.height);
    let mut buf = Buffer::empty(area);
    render(state, area, &mut buf);
    buf
}

/// Its characters, line by line.
fn text(state: &State) -> String {
    let buf = screen(state);
    let width = usize::from(buf.area.width.max(1));
    let mut out = String::new();
    for line in buf.content().chunks(width) {
        let line: String = line.iter().map(|cell| cell.symbol()).collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Where a text stands on the screen first.
fn find(buf: &Buffer, wanted: &str) -> (u16, u16) {
    for y in 0..buf.area.height {
        let line: String = (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect();
        if let Some(at) = line.find(wanted) {
            return (line[..at].chars().count() as u16, y);
        }
    }
    panic!("{wanted} is not on the screen");
}

/// The two sizes that every screen must be good at.
const SIZES: [(u16, u16); 2] = [(80, 24), (200, 50)];

/// A screen at both sizes, after some keys.
fn at_both_sizes(name: &str, keys: impl Fn(&mut State)) {
    for (width, height) in SIZES {
        let mut state = explorer(width, height);
        keys(&mut state);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), text(&state));
    }
}

#[test]
fn roles_by_membership() {
    at_both_sizes("roles", |state| {
        press(state, "Enter j Enter");
    });
}

#[test]
fn a_role_in_the_pane() {
    at_both_sizes("role_pane", |state| {
        press(state, "Enter j Enter Tab");
    });
}

#[test]
fn an_object_and_who_may_do_what() {
    at_both_sizes("object_pane", |state| {
        press(state, "/");
        type_text(state, "shop.orders");
        press(state, "Enter o Down Down Enter");
    });
}

#[test]
fn the_preview_of_a_revoke() {
    at_both_sizes("preview", |state| {
        press(state, ":");
        type_text(state, "REVOKE SELECT ON TABLE shop.customers FROM app_readonly CASCADE");
    });
}

#[test]
fn a_blocked_statement() {
    at_both_sizes("blocked", |state| {
        press(state, ":");
        type_text(state, "GRANT app_readonly TO rdsadmin");
    });
}

#[test]
fn the_question_before_somebody_loses_something() {
    for (width, height) in SIZES {
        let mut company = company(16);
        company.flavor(Flavor::PostgreSQL);
        let mut state = loaded(snapshot(company.build()), width, height);
        press(&mut state, ":");
        type_text(&mut state, "REVOKE SELECT ON shop.orders FROM app_readonly");
        press(&mut state, "Enter");
        type_text(&mut state, "app");
        insta::assert_snapshot!(format!("confirm_{width}x{height}"), text(&state));
    }
}

#[test]
fn why_a_role_can_do_something() {
    at_both_sizes("why", |state| {
        press(state, "/");
        type_text(state, "shop.orders");
        press(state, "Enter o Down Down Enter");
        press(state, "Down Down Down Down Down Down w");
    });
}

#[test]
fn why_a_role_cannot_do_something() {
    at_both_sizes("why_not", |state| {
        press(state, ":");
        type_text(state, "why bi_reader SELECT shop.orders");
        press(state, "Enter");
    });
}

#[test]
fn why_a_privilege_is_of_no_use() {
    at_both_sizes("why_of_no_use", |state| {
        press(state, ":");
        type_text(state, "why bi_reader SELECT shop.customers");
        press(state, "Enter");
    });
}

#[test]
fn a_question_that_cannot_be_understood() {
    let mut state = explorer(80, 24);
    press(&mut state, ":");
    type_text(&mut state, "why nobody SELECT shop.orders");
    press(&mut state, "Enter");
    assert!(text(&state).contains("role \"nobody\" does not exist"), "{}", text(&state));
    assert!(state.popup.is_none() && state.editor.is_some());
}

/// `w` on a role leaves only the rest of the question to be written.
#[test]
fn why_is_asked_of_a_role() {
    let mut state = explorer(120, 40);
    press(&mut state, "Enter j w");
    let shown = text(&state);
    assert!(shown.contains(": why app_readwrite"), "{shown}");
    type_text(&mut state, "delete shop.orders");
    press(&mut state, "Enter");
    let shown = text(&state);
    assert!(
        shown.contains("Why can app_readwrite DELETE on shop.orders?") && shown.contains("missing:"),
        "{shown}"
    );
    press(&mut state, "j j j j j j j j j j j j Enter");
    assert!(state.popup.is_some(), "a line is no role to go to");
    press(&mut state, "Esc");
    assert!(state.popup.is_none() && state.editor.is_some(), "back in the question");
}

#[test]
fn finding() {
    at_both_sizes("finding", |state| {
        press(state, "/");
        type_text(state, "ord");
    });
}

#[test]
fn findings_with_their_reason() {
    let on_it = |state: &mut State| {
        press(state, "4");
        assert_eq!(state.snapshot.as_ref().map(|s| s.findings().len()), Some(3));
    };
    at_both_sizes("findings", on_it);
    let mut state = explorer(80, 24);
    press(&mut state, "4 Enter");
    insta::assert_snapshot!("finding_pane_80x24", text(&state));
}

#[test]
fn where_there_is_little_room_other_tabs_are_digits() {
    let mut state = explorer(100, 24);
    press(&mut state, "4");
    assert!(text(&state).contains("┌ 1  2  3 [4 Findings (3)]─"), "{}", text(&state));
    let buf = screen(&state);
    let (x, y) = find(&buf, " 3 ");
    let press = crate::app::MouseKind::Press;
    act(&mut state, Action::Mouse(crate::app::Mouse { kind: press, column: x + 1, row: y }));
    assert!(text(&state).contains("[3 Changes]"), "{}", text(&state));
}

#[test]
fn applied_and_in_the_history() {
    at_both_sizes("applied", |state| {
        press(state, ":");
        type_text(state, "GRANT DELETE ON shop.orders TO app_readonly");
        press(state, "Enter Enter");
        let generation = state.generation;
        let applied = Applied::Committed { read_back: 1, unverified: vec![], warnings: Vec::new() };
        act(state, Action::Reply { generation, reply: Reply::Applied(applied) });
        state.link = Link::Ready(now().wall);
        let banner = state.banner.take();
        press(state, "3");
        state.banner = banner;
    });
}

#[test]
fn loading_and_failing() {
    let mut state = State::new(Settings::default(), 80, 10);
    act(&mut state, Action::Start);
    let progress = Progress { what: "tables".to_owned(), done: 12_000, total: Some(200_000) };
    let generation = state.generation;
    act(&mut state, Action::Reply { generation, reply: Reply::Loading { progress, snapshot: None } });
    insta::assert_snapshot!("loading", text(&state));
    let problem = Problem {
        message: "could not connect to db:5432: connection refused".to_owned(),
        detail: None,
        hint: Some("Is the server running there?".to_owned()),
    };
    act(&mut state, Action::Reply { generation, reply: Reply::Failed(problem) });
    insta::assert_snapshot!("failed", text(&state));
}

#[test]
fn ascii_stands_in_for_every_glyph() {
    for (width, height) in SIZES {
        let mut state = explorer(width, height);
        state.settings.ascii = true;
        let mut seen = String::new();
        press(&mut state, "Enter j Enter");
        seen.push_str(&text(&state));
        press(&mut state, "Tab");
        seen.push_str(&text(&state));
        press(&mut state, ":");
        type_text(&mut state, "GRANT SELECT ON shop.orders TO rdsadmin");
        seen.push_str(&text(&state));
        press(&mut state, "Esc ?");
        seen.push_str(&text(&state));
        let strange: String = seen.chars().filter(|c| !c.is_ascii()).collect();
        assert_eq!(strange, "");
    }
}

#[test]
fn marks_and_selection_have_their_styles() {
    let mut state = explorer(200, 50);
    let buf = screen(&state);
    let theme = Theme::of(&state.settings);
    let selected = find(&buf, "▸ app_readonly");
    assert!(buf[selected].modifier.contains(Modifier::REVERSED | Modifier::BOLD));
    assert_eq!(
        buf[find(&buf, "superuser, login, protected")].fg,
        theme.style(Paint::Protected).fg.unwrap_or(Color::Reset)
    );
    press(&mut state, ":");
    type_text(&mut state, "REVOKE SELECT ON TABLE shop.customers FROM app_readonly CASCADE");
    let buf = screen(&state);
    assert_eq!(
        buf[find(&buf, "- table shop.customers")].fg,
        theme.style(Paint::Lose).fg.unwrap_or(Color::Reset)
    );
}

#[test]
fn without_colour_the_selection_and_the_marks_are_still_seen() {
    let mut state = explorer(120, 40);
    state.settings.theme = ThemeName::Mono;
    press(&mut state, "Enter j Enter Tab");
    press(&mut state, ":");
    type_text(&mut state, "GRANT SELECT ON shop.orders TO rdsadmin");
    let buf = screen(&state);
    assert!(buf.content().iter().all(|c| c.fg == Color::Reset && c.bg == Color::Reset));
    assert!(buf[find(&buf, "⊘ Not sent")].modifier.contains(Modifier::BOLD));
    press(&mut state, "Esc");
    let buf = screen(&state);
    assert!(
        buf[find(&buf, "▾ app_readwrite")].modifier.contains(Modifier::UNDERLINED),
        "the row it is about"
    );
    assert!(buf[find(&buf, "group, cannot log in")].modifier.contains(Modifier::REVERSED), "where keys go");
}

#[test]
fn names_cannot_steer_the_terminal() {
    let mut company = company(16);
    let evil = company.role("a\u{1b}[31m\u{202e}b\nc");
    let owner = company.oid("shop_owner");
    let schema = company.schema("e\u{9b}vil", owner);
    company.table(schema, "t\u{7}\u{200f}", owner);
    company.member(company.oid("app_readonly"), evil);
    let mut state = loaded(snapshot(company.build()), 200, 50);
    let mut seen = text(&state);
    for keys in
        ["Enter", "j Tab", "g", "Esc Esc 2 Enter j Enter j Enter", "Tab v", "Esc w", "Esc Esc / e", "Esc"]
    {
        press(&mut state, keys);
        seen.push_str(&text(&state));
    }
    let steering = |c: char| c != '\n' && (c.is_control() || ('\u{200b}'..='\u{202e}').contains(&c));
    assert!(!seen.contains(steering));
    assert!(seen.contains("a\\u{1b}[31m\\u{202e}b\\u{a}c"));
}

#[test]
fn help_and_footer_say_what_the_table_of_keys_says() {
    let keymap = Keymap::default();
    let mut state = explorer(200, 150);
    press(&mut state, "?");
    let help = text(&state);
    for binding in keymap.bindings() {
        let keys: Vec<String> = binding.keys.iter().map(|k| k.to_string()).collect();
        let line = help.lines().find(|l| l.contains(binding.help) && l.contains(&keys.join(" ")));
        assert!(line.is_some(), "{binding:?} is not in the help");
    }
    press(&mut state, "Esc");
    let footer = text(&state).lines().last().unwrap_or_default().to_owned();
    let words = keymap.of(Context::Tree).filter(|b| !b.word.is_empty());
    let mut told: Vec<String> = words.map(|b| format!("{} {}", b.keys[0], b.word)).collect();
    let mut seen: Vec<String> = footer.split("  ").map(|w| w.trim().to_owned()).collect();
    told.sort();
    seen.sort();
    assert_eq!(seen, told);
    let narrow = text(&explorer(40, 10));
    let quit = keymap.key_for(Context::Tree, Command::Quit).unwrap_or_default();
    assert!(narrow.contains(&format!("{quit} quit")), "where it is narrow, quit is still told");
}

/// Places of all kinds, safe and not.
fn choices() -> Vec<Choice> {
    let choice = |kind, name: &str, place: Result<&str, &str>, tls: &str, safety, about: &str| Choice {
        kind,
        name: name.to_owned(),
        place: place.map(str::to_owned).map_err(str::to_owned),
        tls: tls.to_owned(),
        safety,
        about: vec![about.to_owned(), "From /home/ana/.pg_service.conf.".to_owned()],
        conninfo: name.to_owned(),
    };
    let host = "orders.cluster-c9akciq32.eu-west-1.rds.amazonaws.com";
    let place = format!("orders @ {host}:5432 as dba_master");
    let full =
        "Encrypted; the certificate must be for this host, and from the CAs of /home/ana/global-bundle.pem.";
    let open = "sslmode=disable: nothing is encrypted, anybody on the way can read it.";
    let why = "invalid connection option \"hots\" in service file \"/home/ana/.pg_service.conf\", line 7";
    vec![
        choice("service", "prod", Ok(&place), "verified (full)", Safety::Safe, full),
        choice("service", "broken", Err(why), "", Safety::Doubtful, ""),
        choice("recent", "", Ok("shop @ localhost:5433 as ana"), "NOT verified", Safety::Doubtful, ""),
        choice("recent", "", Ok("shop @ old:5432 as ana"), "NOT ENCRYPTED", Safety::Open, open),
        choice("default", "", Ok("ana @ /var/run/postgresql:5432 as ana"), "Unix socket", Safety::Safe, ""),
    ]
}

#[test]
fn choosing_a_connection() {
    for (width, height) in SIZES {
        let mut state = State::new(Settings { choose: true, ..Settings::default() }, width, height);
        act(&mut state, Action::Start);
        act(&mut state, Action::Choices(choices()));
        insta::assert_snapshot!(format!("choosing_{width}"), text(&state));
        press(&mut state, "Enter");
        let place = "dba_master at orders:5432".to_owned();
        let outcome = Outcome::PasswordWanted { place, refused: true };
        act(&mut state, Action::Attempted { attempt: 1, outcome });
        type_text(&mut state, "sesame");
        assert!(!text(&state).contains("sesame"));
        insta::assert_snapshot!(format!("password_for_{width}"), text(&state));
        press(&mut state, "Enter");
        act(&mut state, Action::Choices(choices()));
        let problem = Problem {
            message: "connection to server at \"orders\", port 5432 failed: timed out".to_owned(),
            detail: None,
            hint: Some("Is the server running, and does it accept connections here?".to_owned()),
        };
        act(&mut state, Action::Attempted { attempt: 2, outcome: Outcome::Failed(problem) });
        insta::assert_snapshot!(format!("not_connected_{width}"), text(&state));
    }
}

mod anything {
    use super::*;
    use crate::app::{Key, KeyCode, Mouse, MouseKind};
    use proptest::prelude::*;

    fn key() -> impl Strategy<Value = Key> {
        let code = prop_oneof![
            10 => prop::sample::select("jklhgvwotuynNRMC123:/?q GRANTselect.,;=\"()é日".chars().collect::<Vec<_>>())
                .prop_map(KeyCode::Char),
            6 => prop::sample::select(vec![
                KeyCode::Enter, KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::Backspace, KeyCode::Up,
                KeyCode::Down, KeyCode::Left, KeyCode::Right, KeyCode::Home, KeyCode::End, KeyCode::PageUp,
                KeyCode::PageDown, KeyCode::Delete, KeyCode::BackTab, KeyCode::F(1), KeyCode::F(5),
            ]),
        ];
        let ctrl = prop::bool::weighted(0.1);
        (code, ctrl).prop_map(|(code, ctrl)| Key { code, ctrl, alt: false })
    }

    fn action() -> impl Strategy<Value = Action> {
        let kind = prop::sample::select(vec![MouseKind::Press, MouseKind::WheelUp, MouseKind::WheelDown]);
        let text = prop::sample::select(vec![
            "GRANT SELECT ON shop.orders TO alice",
            "REVOKE ALL ON SCHEMA shop FROM app_readonly CASCADE",
            "GRANT app_readonly TO rdsadmin\n",
            "REVOKE app_readonly FROM app_readwrite; GRANT UPDATE ON ALL TABLES IN SCHEMA shop TO bi_reader",
            "\u{202e}\"'",
        ]);
        prop_oneof![
            30 => key().prop_map(Action::Key),
            3 => (kind, 0u16..220, 0u16..60).prop_map(|(kind, column, row)| Action::Mouse(Mouse { kind, column, row })),
            2 => (0u16..220, 0u16..60).prop_map(|(width, height)| Action::Resize { width, height }),
            3 => text.prop_map(|t| Action::Paste(t.to_owned())),
            1 => Just(Action::Wake),
            1 => Just(Action::ConnectionLost("gone".to_owned())),
            1 => Just(Action::Choices(choices())),
            1 => (0u64..3, any::<bool>()).prop_map(|(number, passing)| {
                let outcome = Reconnection::StillGone { problem: Problem::default(), passing };
                Action::Reconnected { number, outcome }
            }),
            1 => (0u64..3, 0u8..3).prop_map(|(attempt, which)| Action::Attempted { attempt, outcome: outcome(which) }),
            2 => (0u64..6, 0u8..7).prop_map(|(generation, which)| Action::Reply { generation, reply: reply(which) }),
        ]
    }

    fn outcome(which: u8) -> Outcome {
        match which {
            0 => Outcome::Switched,
            1 => Outcome::PasswordWanted { place: "ana".to_owned(), refused: false },
            _ => Outcome::Failed(Problem::default()),
        }
    }

    fn reply(which: u8) -> Reply {
        match which {
            0 => Reply::Applied(Applied::Committed {
                read_back: 2,
                unverified: vec!["a password".to_owned()],
                warnings: Vec::new(),
            }),
            1 => Reply::Applied(Applied::RolledBack(Problem::default())),
            2 => Reply::Failed(Problem::default()),
            3 => Reply::Rehearsed(Err(Problem::default())),
            4 => Reply::Unreachable(Problem::default()),
            5 => Reply::PasswordWanted { place: "ana".to_owned(), refused: true },
            _ => Reply::Loaded(snapshot(company(15).build())),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn whatever_happens_the_screen_can_be_drawn(
            actions in prop::collection::vec(action(), 1..60),
            width in 0u16..220,
            height in 0u16..60,
        ) {
            let mut state = explorer(width, height);
            for action in actions {
                act(&mut state, action);
                screen(&state);
                let parts = layout(&state);
                let rows = tree_rows(parts.tree);
                if !rows.is_empty() && !state.tree().is_empty() {
                    let (top, cursor) = (state.tree().top(), state.tree().cursor());
                    prop_assert!(top <= cursor && cursor < top + usize::from(rows.height), "{top} {cursor}");
                }
                let next = next_wake(&state, now());
                prop_assert!(next.is_none() || state.search.is_some() || state.retry.is_some());
            }
        }
    }
}

#[test]
fn a_password_is_on_no_screen() {
    for (width, height) in SIZES {
        let mut state = explorer(width, height);
        press(&mut state, "p");
        type_text(&mut state, "sesame");
        assert!(text(&state).contains("> ******"), "{}", text(&state));
        press(&mut state, "Enter");
        assert!(text(&state).contains("Type it again."));
        type_text(&mut state, "sesame");
        press(&mut state, "Enter");
        let screen = text(&state);
        assert!(screen.contains("PASSWORD ********") && !screen.contains("sesame"), "{screen}");
    }
}
