//! Choosing a place to connect to, and the password for it.

use super::{busy, reply};
use crate::app::connect::{Asking, Choice, Connect, Login};
use crate::app::popup::Popup;
use crate::app::{Banner, Command, Effect, Key, Link, Outcome, Pending, Problem, State, Stop, Tone};
use secrecy::SecretString;

const PAGE: isize = 10;

/// Opens the list of places.
pub fn open(state: &mut State) -> Vec<Effect> {
    let why = match state.pending {
        _ if state.settings.snapshot_taken.is_some() => {
            "This is a snapshot, which stands in place of a connection: start again without it."
        }
        Some(_) => "Something is going on at the server already.",
        None => {
            state.popup = Some(Popup::Connect(Connect::default()));
            return vec![Effect::Choices];
        }
    };
    state.banner = Some(Banner::new(Tone::Note, why));
    Vec::new()
}

/// The places are known.
pub fn found(state: &mut State, choices: Vec<Choice>) -> Vec<Effect> {
    let Some(Popup::Connect(connect)) = &mut state.popup else { return Vec::new() };
    connect.choices = Some(choices);
    // Enter alone would connect to a place that was never seen.
    match std::mem::take(&mut connect.hurried).then(|| connect.target()).flatten() {
        Some(target) if state.pending.is_none() => begin(state, target, None),
        _ => Vec::new(),
    }
}

/// A key in the list, or at the prompt for a password.
pub fn press(state: &mut State, command: Option<Command>, key: Key) -> Vec<Effect> {
    match &mut state.popup {
        Some(Popup::Connect(_)) => in_list(state, command, key),
        Some(Popup::Login(login)) => match command {
            Some(Command::Enter) => log_in(state),
            Some(Command::Leave) => {
                state.popup = None;
                back_to_list(state, Vec::new())
            }
            Some(_) => Vec::new(),
            None => {
                login.input.edit(key);
                Vec::new()
            }
        },
        _ => Vec::new(),
    }
}

fn in_list(state: &mut State, command: Option<Command>, key: Key) -> Vec<Effect> {
    let nowhere = state.connection.is_none() && state.snapshot.is_none();
    let Some(Popup::Connect(connect)) = &mut state.popup else { return Vec::new() };
    match command {
        Some(Command::Enter) if state.pending.is_none() => match connect.target() {
            Some(target) => return begin(state, target, None),
            None if connect.choices.is_none() => connect.hurried = connect.has_text(),
            None => connect.note = vec!["There is nothing to connect to in this row.".to_owned()],
        },
        // The attempt is given up: nothing takes the screen over later.
        Some(Command::Leave) if matches!(state.pending, Some(Pending::Connecting(_))) => {
            return busy::cancel(state, Stop::Attempt);
        }
        Some(Command::Up) => connect.move_by(-1),
        Some(Command::Down) => connect.move_by(1),
        Some(Command::PageUp) => connect.move_by(-PAGE),
        Some(Command::PageDown) => connect.move_by(PAGE),
        Some(Command::Complete) => connect.take(),
        // Esc never quits; where there is nothing behind the list, it stays.
        Some(Command::Leave) if connect.clear() || nowhere => {}
        Some(Command::Quit) if nowhere => return vec![Effect::Quit],
        Some(Command::Leave | Command::Quit) => state.popup = None,
        Some(_) => {}
        None if state.pending.is_none() => connect.edit(key),
        None => {}
    }
    Vec::new()
}

fn begin(state: &mut State, conninfo: SecretString, password: Option<SecretString>) -> Vec<Effect> {
    state.attempt += 1;
    state.pending = Some(Pending::Connecting(conninfo.clone()));
    vec![Effect::Connect { attempt: state.attempt, conninfo, password }]
}

/// The password was typed.
fn log_in(state: &mut State) -> Vec<Effect> {
    let Some(Popup::Login(mut login)) = state.popup.take() else { return Vec::new() };
    let password = SecretString::from(login.input.take());
    match login.asking {
        Asking::Place(conninfo) => {
            // Behind it the list waits for what comes of it.
            let effects = begin(state, conninfo, Some(password));
            state.popup = Some(Popup::Connect(Connect::default()));
            effects.into_iter().chain([Effect::Choices]).collect()
        }
        Asking::Again(database) => {
            state.wanted = database;
            vec![reply::load_with(state, Some(password))]
        }
    }
}

/// What came of connecting to another place.
pub fn attempted(state: &mut State, outcome: Outcome) -> Vec<Effect> {
    let Some(Pending::Connecting(conninfo)) = &state.pending else { return Vec::new() };
    let conninfo = conninfo.clone();
    state.pending = None;
    match outcome {
        Outcome::Switched => switched(state),
        Outcome::PasswordWanted { place, refused } => {
            state.popup = Some(Popup::Login(Login::new(Asking::Place(conninfo), place, refused)));
            Vec::new()
        }
        Outcome::Failed(problem) => failed(state, problem),
    }
}

/// Nothing of the cluster before is left: no row, no preview, no undo can be taken for one of this cluster.
fn switched(state: &mut State) -> Vec<Effect> {
    let applied = state.history.len();
    let fresh = State::new(state.settings.clone(), state.screen.width, state.screen.height);
    *state = State {
        clock: state.clock,
        keymap: state.keymap.clone(),
        generation: state.generation,
        others_generation: state.others_generation,
        attempt: state.attempt,
        reconnection: state.reconnection,
        perspective: state.perspective,
        direction: state.direction,
        mouse: state.mouse,
        ..fresh
    };
    if applied > 0 {
        let text = "What was applied on the cluster before is in the journal; it cannot be undone from here.";
        state.banner = Some(Banner::new(Tone::Note, text));
    }
    let attempt = state.attempt;
    vec![Effect::Switch { attempt }, reply::load(state)]
}

fn failed(state: &mut State, problem: Problem) -> Vec<Effect> {
    back_to_list(state, std::iter::once(problem.message.clone()).chain(problem.more()).collect())
}

/// What went wrong is told where the next place is chosen.
fn back_to_list(state: &mut State, note: Vec<String>) -> Vec<Effect> {
    if let Some(Popup::Connect(connect)) = &mut state.popup {
        connect.note = note;
        return Vec::new();
    }
    // A list that was left does not come back over what is being done meanwhile.
    if state.connection.is_some() || state.snapshot.is_some() {
        if !note.is_empty() {
            state.banner = Some(Banner { tone: Tone::Bad, text: note });
        }
        return Vec::new();
    }
    state.popup = Some(Popup::Connect(Connect::told(note)));
    vec![Effect::Choices]
}

/// The server wants another password than the one there was.
pub fn ask_again(state: &mut State, place: String, refused: bool) {
    state.retry = None;
    let message = match refused {
        true => "The server refuses the password that there was. R asks for another.",
        false => "The server asks for a password. R asks for it.",
    };
    state.link = Link::Failed(Problem::new(message));
    // Where something is being written or asked, a prompt would take the keys away.
    if state.editor.is_none() && state.popup.is_none() && state.search.is_none() {
        state.popup = Some(Popup::Login(Login::new(Asking::Again(state.asked.clone()), place, refused)));
    }
}
