//! What goes on at the server: stopping it, and coming back after the connection was lost.

use super::reply::{load, sentence};
use crate::app::connect::Retry;
use crate::app::{Banner, Connection, Effect, Link, Now, Pending, Problem, State, Tone};

/// Stops what goes on.
pub fn cancel(state: &mut State) -> Vec<Effect> {
    let text = match state.pending {
        // What came of it is for the reply to tell.
        Some(Pending::Applying(_)) => "The server is asked to stop; what came of it is told here.",
        Some(Pending::Rehearsing) => "The server is asked to stop the rehearsal.",
        Some(Pending::Connecting(_)) => {
            state.attempt += 1;
            state.pending = None;
            "Not connected: it was cancelled."
        }
        None => {
            state.generation += 1;
            state.link = stopped(state);
            match state.loaded_at {
                Some(_) => "Cancelled. What is shown is older.",
                None => "Cancelled. R loads it.",
            }
        }
    };
    state.banner = Some(Banner::new(Tone::Note, text));
    vec![Effect::Cancel]
}

/// How the link stands once a load was stopped.
fn stopped(state: &State) -> Link {
    match (&state.link, state.loaded_at) {
        (Link::Loading(_), Some(at)) => Link::Ready(at),
        (Link::Loading(_), None) => Link::Failed(told("Loading was cancelled.")),
        _ => Link::Failed(told("Connecting was cancelled.")),
    }
}

fn told(message: &str) -> Problem {
    Problem { message: message.to_owned(), ..Problem::default() }
}

/// The connection is gone. What was loaded can still be looked at, and previewed; meanwhile it is tried again.
pub fn lost(state: &mut State, why: String, now: Now) -> Vec<Effect> {
    let text = format!(
        "Connection lost: {} What was loaded can still be looked at. It is tried again; R tries now.",
        sentence(&why)
    );
    state.banner = Some(Banner::new(Tone::Bad, text));
    state.link = Link::Lost(why);
    state.retry = Some(Retry::after(0, now.elapsed));
    Vec::new()
}

/// The next attempt, if its time has come.
pub fn retry(state: &mut State, now: Now) -> Vec<Effect> {
    match &mut state.retry {
        Some(retry) if !retry.running && retry.at <= now.elapsed => {
            retry.running = true;
            vec![Effect::Reconnect { generation: state.generation }]
        }
        _ => Vec::new(),
    }
}

/// There is a connection again. What is shown stays: who reads it decides when it is loaded anew.
pub fn back(state: &mut State, connection: Connection) -> Vec<Effect> {
    state.retry = None;
    state.connection = Some(connection);
    let Some(at) = state.loaded_at else { return vec![load(state)] };
    state.link = Link::Ready(at);
    let text =
        format!("Connected again. What is shown was loaded at {}; R loads it anew.", at.strftime("%H:%M"));
    state.banner = Some(Banner::new(Tone::Good, text));
    Vec::new()
}

/// Still none.
pub fn still_gone(state: &mut State, problem: Problem, passing: bool, now: Now) {
    let failed = state.retry.map_or(0, |retry| retry.failed.saturating_add(1));
    state.retry = passing.then(|| Retry::after(failed, now.elapsed));
    if !passing {
        let text = format!("It is not tried again: {} R tries now.", sentence(&problem.message));
        state.banner = Some(Banner::new(Tone::Bad, text));
        state.link = Link::Failed(problem);
    }
}
