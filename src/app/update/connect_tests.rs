//! Choosing a connection, losing it, and stopping what goes on.

use crate::app::connect::{Choice, Safety};
use crate::app::popup::Popup;
use crate::app::testing::{act, company, explorer, now, press, snapshot, type_text};
use crate::app::*;
use secrecy::ExposeSecret;
use std::time::Duration;

fn choice(kind: &'static str, name: &str, place: &str, conninfo: &str) -> Choice {
    Choice {
        kind,
        name: name.to_owned(),
        place: Ok(place.to_owned()),
        tls: "verified (full)".to_owned(),
        safety: Safety::Safe,
        about: vec!["Encrypted.".to_owned()],
        conninfo: conninfo.to_owned(),
    }
}

fn choices() -> Vec<Choice> {
    vec![
        choice("service", "prod", "orders @ db:5432 as dba", "service=prod"),
        choice("service", "staging", "orders @ test:5432 as dba", "service=staging"),
        choice("default", "", "ana @ /run:5432 as ana", ""),
    ]
}

/// An explorer that was started with nothing said.
fn choosing() -> State {
    let mut state = State::new(Settings { choose: true, ..Settings::default() }, 100, 30);
    assert!(matches!(act(&mut state, Action::Start).as_slice(), [Effect::Choices]));
    act(&mut state, Action::Choices(choices()));
    state
}

/// What is connected to, and with which password.
fn attempt(effects: &[Effect]) -> (u64, String, Option<String>) {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Connect { attempt, conninfo, password } => {
            let password = password.as_ref().map(|p| p.expose_secret().to_owned());
            Some((*attempt, conninfo.expose_secret().to_owned(), password))
        }
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{effects:?}"))
}

fn came(state: &mut State, outcome: Outcome) -> Vec<Effect> {
    let attempt = state.attempt;
    act(state, Action::Attempted { attempt, outcome })
}

fn problem(message: &str) -> Problem {
    Problem { message: message.to_owned(), ..Problem::default() }
}

fn reconnecting(effects: &[Effect]) -> u64 {
    let [Effect::Reconnect { number }] = effects else { panic!("{effects:?}") };
    *number
}

fn gone(state: &mut State, number: u64, passing: bool) {
    let outcome = Reconnection::StillGone { problem: problem("Connection refused"), passing };
    act(state, Action::Reconnected { number, outcome });
}

fn back(state: &mut State, number: u64) {
    let outcome = Reconnection::Back(state.connection.clone().unwrap());
    act(state, Action::Reconnected { number, outcome });
}

fn wake(state: &mut State, seconds: u64) -> Vec<Effect> {
    update(state, Action::Wake, Now { elapsed: now().elapsed + Duration::from_secs(seconds), ..now() })
}

#[test]
fn the_list_is_narrowed_by_typing_and_enter_connects() {
    let mut state = choosing();
    assert_eq!(state.context(), Context::Connect);
    type_text(&mut state, "stag");
    let effects = press(&mut state, "Enter");
    assert_eq!(attempt(&effects), (1, "service=staging".to_owned(), None));
    // Nothing else is begun meanwhile.
    assert!(press(&mut state, "Enter").is_empty());
    let effects = came(&mut state, Outcome::Switched);
    let [Effect::Switch { attempt: 1 }, Effect::Load { database: None, .. }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert!(state.popup.is_none());
}

#[test]
fn who_types_faster_than_the_list_comes_loses_nothing() {
    let mut state = explorer(100, 30);
    press(&mut state, "C");
    type_text(&mut state, "prod");
    assert!(press(&mut state, "Enter").is_empty());
    assert_eq!(attempt(&act(&mut state, Action::Choices(choices()))).1, "service=prod");
    // But Enter alone connects to nothing that was not seen.
    let mut state = explorer(100, 30);
    assert!(matches!(press(&mut state, "C Enter").as_slice(), [Effect::Choices]));
    assert!(act(&mut state, Action::Choices(choices())).is_empty());
}

#[test]
fn a_connection_can_be_typed_and_its_password_is_not_seen() {
    let mut state = choosing();
    type_text(&mut state, "host=other password=hunter2");
    let Some(Popup::Connect(list)) = &state.popup else { panic!("no list") };
    assert_eq!(list.seen().value(), "host=other password=*******");
    assert!(!format!("{state:?}").contains("hunter2"));
    let effects = press(&mut state, "Enter");
    assert_eq!(attempt(&effects).1, "host=other password=hunter2");
    assert!(!format!("{state:?}{effects:?}").contains("hunter2"));
}

#[test]
fn a_password_is_asked_for_unseen_and_again_when_it_is_refused() {
    let mut state = choosing();
    press(&mut state, "Enter");
    let wanted = |refused| Outcome::PasswordWanted { place: "dba at db:5432".to_owned(), refused };
    came(&mut state, wanted(false));
    assert_eq!(state.context(), Context::Login);
    type_text(&mut state, "hunter1");
    assert!(!format!("{state:?}").contains("hunter1"));
    let effects = press(&mut state, "Enter");
    assert_eq!(attempt(&effects), (2, "service=prod".to_owned(), Some("hunter1".to_owned())));
    came(&mut state, wanted(true));
    assert!(matches!(&state.popup, Some(Popup::Login(login)) if login.refused));
    act(&mut state, Action::Paste("hunter2\n".to_owned()));
    let effects = press(&mut state, "Enter");
    assert_eq!(attempt(&effects), (3, "service=prod".to_owned(), Some("hunter2".to_owned())));
    assert!(!format!("{state:?}{effects:?}").contains("hunter2"));
    // Whoever does not know it is back at the list.
    came(&mut state, wanted(true));
    let effects = press(&mut state, "Esc");
    assert!(matches!(effects.as_slice(), [Effect::Choices]));
    assert_eq!(state.context(), Context::Connect);
}

#[test]
fn what_goes_wrong_is_told_in_the_list_and_the_cluster_before_stays() {
    let mut state = explorer(100, 30);
    press(&mut state, "C");
    act(&mut state, Action::Choices(choices()));
    press(&mut state, "Enter");
    came(&mut state, Outcome::Failed(problem("Connection refused")));
    let Some(Popup::Connect(list)) = &state.popup else { panic!("no list") };
    assert_eq!(list.note, ["Connection refused"]);
    press(&mut state, "Esc");
    assert!(state.popup.is_none() && state.snapshot.is_some());
    assert!(state.may_apply().is_ok());
}

#[test]
fn an_old_attempt_changes_nothing() {
    let mut state = choosing();
    press(&mut state, "Enter");
    press(&mut state, "Ctrl-c");
    assert!(state.pending.is_none());
    assert!(act(&mut state, Action::Attempted { attempt: 1, outcome: Outcome::Switched }).is_empty());
    assert_eq!(state.context(), Context::Connect);
}

#[test]
fn nothing_of_the_cluster_before_is_left_after_a_switch() {
    let mut state = explorer(100, 30);
    press(&mut state, ":");
    type_text(&mut state, "GRANT app_readonly TO svc_orders");
    let plan = state.editor.as_ref().and_then(|e| e.plan().cloned()).unwrap();
    state.pending = Some(Pending::Applying(plan));
    let generation = state.generation;
    let applied = Applied::Committed { read_back: 1, unverified: Vec::new(), warnings: Vec::new() };
    act(&mut state, Action::Reply { generation, reply: Reply::Applied(applied) });
    let generation = state.generation;
    act(&mut state, Action::Reply { generation, reply: Reply::Loaded(snapshot(company(16).build())) });
    assert_eq!(state.history.len(), 1);
    press(&mut state, "C");
    act(&mut state, Action::Choices(choices()));
    press(&mut state, "Enter");
    came(&mut state, Outcome::Switched);
    assert!(state.history.is_empty() && state.snapshot.is_none() && state.connection.is_none());
    assert!(state.generation > generation, "replies to the load before are dropped");
    assert!(state.banner.unwrap().text[0].contains("journal"));
}

#[test]
fn esc_never_quits_and_ctrl_c_does_where_nothing_is_behind_the_list() {
    let mut state = choosing();
    type_text(&mut state, "q");
    assert!(press(&mut state, "Esc Esc").is_empty());
    assert!(matches!(press(&mut state, "Ctrl-c").as_slice(), [Effect::Quit]));
    let mut state = explorer(100, 30);
    press(&mut state, "C");
    assert!(press(&mut state, "Ctrl-c").is_empty());
    assert!(state.popup.is_none());
}

#[test]
fn a_lost_connection_is_tried_again_less_and_less_often_until_it_is_back() {
    let mut state = explorer(100, 30);
    assert_eq!(next_wake(&state, now()), None);
    act(&mut state, Action::ConnectionLost("server closed the connection".to_owned()));
    assert_eq!(next_wake(&state, now()), Some(now().elapsed + Duration::from_secs(1)));
    assert!(wake(&mut state, 0).is_empty());
    let number = reconnecting(&wake(&mut state, 1));
    assert_eq!(next_wake(&state, now()), None, "one attempt at a time");
    gone(&mut state, number, true);
    assert_eq!(next_wake(&state, now()), Some(now().elapsed + Duration::from_secs(2)));
    assert!(state.may_apply().is_err());
    let number = reconnecting(&wake(&mut state, 2));
    back(&mut state, number);
    assert_eq!(next_wake(&state, now()), None);
    assert_eq!(
        state.banner.as_ref().unwrap().text[0],
        "Connected again. What is shown was loaded at 14:02; R loads it anew."
    );
    assert!(state.may_apply().is_ok());
    // One that dies at once is no success.
    act(&mut state, Action::ConnectionLost("reset".to_owned()));
    assert_eq!(next_wake(&state, now()), Some(now().elapsed + Duration::from_secs(4)));
}

#[test]
fn choosing_another_place_comes_before_trying_again_which_goes_on_afterwards() {
    let mut state = explorer(100, 30);
    act(&mut state, Action::ConnectionLost("gone".to_owned()));
    press(&mut state, "C");
    act(&mut state, Action::Choices(choices()));
    press(&mut state, "Enter");
    assert!(wake(&mut state, 5).is_empty());
    assert_eq!(next_wake(&state, now()), None);
    came(&mut state, Outcome::Failed(problem("Connection refused")));
    reconnecting(&wake(&mut state, 5));
    // A rehearsal that is left meanwhile takes nothing away from it.
    state.generation += 1;
    let number = state.reconnection;
    gone(&mut state, number, true);
    assert!(next_wake(&state, now()).is_some());
}

#[test]
fn esc_gives_the_attempt_up_and_nothing_takes_the_screen_over_later() {
    let mut state = explorer(100, 30);
    press(&mut state, "C");
    act(&mut state, Action::Choices(choices()));
    press(&mut state, "Enter");
    let attempt = state.attempt;
    assert!(matches!(press(&mut state, "Esc").as_slice(), [Effect::Cancel(Stop::Attempt)]));
    assert!(act(&mut state, Action::Attempted { attempt, outcome: Outcome::Switched }).is_empty());
    press(&mut state, "Esc");
    assert!(state.popup.is_none() && state.snapshot.is_some() && state.may_apply().is_ok());
}

#[test]
fn warnings_of_a_connection_are_told() {
    let mut state = explorer(100, 30);
    let connection =
        Connection { warnings: vec!["not encrypted".to_owned()], ..state.connection.clone().unwrap() };
    press(&mut state, "R");
    let generation = state.generation;
    act(&mut state, Action::Reply { generation, reply: Reply::Connected(connection) });
    assert_eq!(state.banner.unwrap().text, ["! not encrypted"]);
}

#[test]
fn a_refused_password_is_not_sent_again_and_again_and_r_asks_for_another() {
    let mut state = explorer(100, 30);
    act(&mut state, Action::ConnectionLost("gone".to_owned()));
    let number = reconnecting(&wake(&mut state, 1));
    gone(&mut state, number, false);
    assert_eq!(next_wake(&state, now()), None);
    press(&mut state, "R");
    let generation = state.generation;
    let wanted = Reply::PasswordWanted { place: "dba at db:5432".to_owned(), refused: true };
    act(&mut state, Action::Reply { generation, reply: wanted });
    assert_eq!(state.context(), Context::Login);
    type_text(&mut state, "new");
    let effects = press(&mut state, "Enter");
    let [Effect::Load { password: Some(password), .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(password.expose_secret(), "new");
}

#[test]
fn a_prompt_does_not_take_the_keys_of_what_is_being_written() {
    let mut state = explorer(100, 30);
    press(&mut state, "R :");
    type_text(&mut state, "GRANT");
    let generation = state.generation;
    let wanted = Reply::PasswordWanted { place: "dba at db:5432".to_owned(), refused: true };
    act(&mut state, Action::Reply { generation, reply: wanted });
    assert_eq!(state.context(), Context::Line);
    assert!(matches!(&state.link, Link::Failed(problem) if problem.message.contains("R asks")));
}

#[test]
fn a_load_is_stopped_and_what_was_there_stays() {
    let mut state = explorer(100, 30);
    press(&mut state, "R");
    let generation = state.generation;
    let progress = Progress { what: "objects".to_owned(), done: 1, total: Some(9) };
    act(&mut state, Action::Reply { generation, reply: Reply::Loading { progress, snapshot: None } });
    assert!(matches!(press(&mut state, "Ctrl-c").as_slice(), [Effect::Cancel(Stop::Load)]));
    assert!(matches!(state.link, Link::Ready(_)) && state.snapshot.is_some());
    let loaded = Reply::Loaded(snapshot(company(16).build()));
    let before = state.snapshot.clone().unwrap();
    act(&mut state, Action::Reply { generation, reply: loaded });
    assert!(std::sync::Arc::ptr_eq(&before, state.snapshot.as_ref().unwrap()), "a late reply is dropped");
    // The connection went with the load: another is made at once, and what is shown is told as lost if there is none.
    let number = reconnecting(&wake(&mut state, 0));
    gone(&mut state, number, true);
    assert!(matches!(state.link, Link::Lost(_)));
    // The key that was to stop a load that has ended ends nothing else.
    assert!(press(&mut state, "Ctrl-c").is_empty());
    assert_eq!(state.banner.unwrap().text, ["Nothing runs at the server. q quits."]);
}

#[test]
fn what_is_applied_is_asked_to_stop_and_its_outcome_is_waited_for() {
    let mut state = explorer(100, 30);
    press(&mut state, ":");
    type_text(&mut state, "GRANT app_readonly TO svc_orders");
    let plan = state.editor.as_ref().and_then(|e| e.plan().cloned()).unwrap();
    state.pending = Some(Pending::Applying(plan));
    assert!(matches!(press(&mut state, "Ctrl-c").as_slice(), [Effect::Cancel(Stop::Plan)]));
    assert!(matches!(state.pending, Some(Pending::Applying(_))));
    let generation = state.generation;
    let cancelled = Applied::RolledBack(problem("canceling statement due to user request"));
    act(&mut state, Action::Reply { generation, reply: Reply::Applied(cancelled) });
    assert!(state.pending.is_none());
    assert!(state.banner.unwrap().text[0].starts_with("Rolled back."));
}

#[test]
fn a_snapshot_stays_in_place_of_a_connection() {
    let mut state = explorer(100, 30);
    state.settings.snapshot_taken = Some("2026-11-22 14:00".to_owned());
    assert!(press(&mut state, "C").is_empty());
    assert!(state.popup.is_none());
}
