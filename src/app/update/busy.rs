//! What goes on at the server: stopping it, and coming back after the connection was lost.

use super::reply::{self, load, sentence, warn};
use crate::app::connect::Retry;
use crate::app::{
    Banner, Connection, Effect, Link, Now, Other, OtherState, Problem, Reconnection, State, Stop, Tone,
};
use std::time::Duration;

/// A connection that lives for as long was one: after it, attempts begin anew.
const LIVED: Duration = Duration::from_secs(60);

/// Stops what goes on.
pub fn cancel(state: &mut State, stop: Stop) -> Vec<Effect> {
    let text = match stop {
        // What came of it is for the reply to tell.
        Stop::Plan => "The server is asked to stop; what came of it is told here.",
        Stop::Attempt => {
            state.attempt += 1;
            state.pending = None;
            match state.connection {
                Some(_) => "Cancelled. Still connected to the cluster before.",
                None => "Not connected: it was cancelled.",
            }
        }
        Stop::Load => {
            state.generation += 1;
            state.others_generation = state.generation;
            state.link = stopped(state);
            rest(state);
            // Its connection went with it: without another, nobody would notice that the server goes.
            state.retry = state.loaded_at.map(|_| Retry { at: Duration::ZERO, failed: 0, running: None });
            match state.loaded_at {
                Some(_) => "Cancelled. What is shown is what was loaded before.",
                None => "Cancelled. R loads it.",
            }
        }
    };
    state.banner = Some(Banner::new(Tone::Note, text));
    vec![Effect::Cancel(stop)]
}

/// How the link stands once a load was stopped.
fn stopped(state: &State) -> Link {
    match (&state.link, state.loaded_at) {
        (Link::Loading(_), Some(at)) => Link::Ready(at),
        (Link::Loading(_), None) => Link::Failed(Problem::new("Loading was cancelled.")),
        (Link::Connecting, _) => Link::Failed(Problem::new("Connecting was cancelled.")),
        (link, _) => link.clone(),
    }
}

/// Other databases that were being loaded are so no more: they wait for whoever goes there.
pub fn rest(state: &mut State) {
    let others = state.snapshot.iter().flat_map(|snapshot| snapshot.others());
    let loading = others.filter(|other| matches!(other.state, OtherState::Loading));
    let waiting: Vec<Other> =
        loading.map(|other| Other { state: OtherState::Waiting, ..other.clone() }).collect();
    for other in waiting {
        reply::other(state, other);
    }
}

/// The connection is gone. What was loaded can still be looked at, and previewed; meanwhile it is tried again.
pub fn lost(state: &mut State, why: String, now: Now) -> Vec<Effect> {
    let text = format!(
        "Connection lost: {} What was loaded can still be looked at. It is tried again; R tries now.",
        sentence(&why)
    );
    state.banner = Some(Banner::new(Tone::Bad, text));
    state.link = Link::Lost(why);
    let died_at_once = state.came_back.take().filter(|(at, _)| now.elapsed.saturating_sub(*at) < LIVED);
    let failed = died_at_once.map_or(0, |(_, failed)| failed.saturating_add(1));
    state.retry = Some(Retry::after(failed, now.elapsed));
    Vec::new()
}

/// The next attempt, if its time has come. Choosing another place comes first.
pub fn retry(state: &mut State, now: Now) -> Vec<Effect> {
    match &mut state.retry {
        Some(retry) if state.pending.is_none() && retry.running.is_none() && retry.at <= now.elapsed => {
            state.reconnection += 1;
            retry.running = Some(state.reconnection);
            vec![Effect::Reconnect { number: state.reconnection }]
        }
        _ => Vec::new(),
    }
}

/// What came of an attempt.
pub fn reconnected(state: &mut State, number: u64, outcome: Reconnection, now: Now) -> Vec<Effect> {
    let Some(retry) = state.retry.filter(|retry| retry.running == Some(number)) else { return Vec::new() };
    match outcome {
        Reconnection::Back(connection) => {
            state.came_back = Some((now.elapsed, retry.failed));
            back(state, connection)
        }
        Reconnection::StillGone { problem, passing } => {
            state.retry = passing.then(|| Retry::after(retry.failed.saturating_add(1), now.elapsed));
            match (passing, &state.link) {
                (false, _) => given_up(state, problem),
                (true, Link::Ready(_)) => state.link = Link::Lost(problem.message),
                (true, _) => {}
            }
            Vec::new()
        }
    }
}

/// There is a connection again. What is shown stays: who reads it decides when it is loaded anew.
fn back(state: &mut State, connection: Connection) -> Vec<Effect> {
    state.retry = None;
    let warnings = connection.warnings.clone();
    state.connection = Some(connection);
    let Some(at) = state.loaded_at else { return vec![load(state)] };
    state.link = Link::Ready(at);
    let text =
        format!("Connected again. What is shown was loaded at {}; R loads it anew.", at.strftime("%H:%M"));
    state.banner = Some(Banner::new(Tone::Good, text));
    warn(state, &warnings);
    Vec::new()
}

fn given_up(state: &mut State, problem: Problem) {
    let more = problem.hint.as_deref().unwrap_or("R tries now.");
    let text = format!("It is not tried again: {} {more}", sentence(&problem.message));
    state.banner = Some(Banner::new(Tone::Bad, text));
    state.link = Link::Failed(problem);
}
