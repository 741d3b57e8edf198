//! The first line: where this is, on what, how safely, and as of when; and what there is to tell below it.

use super::frame::{put, span};
use super::theme::{Paint, Theme};
use crate::app::text::{escaped, fitted, grouped, width};
use crate::app::{Connection, Link, State, Tone, Verified};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The header line.
pub fn header(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (link, paint) = link(state);
    let cells = usize::from(area.width);
    let place = state
        .connection
        .as_ref()
        .map(|connection| place(connection, state))
        .unwrap_or_else(|| "rolescope".to_owned());
    let dot = format!(" {} ", theme.glyphs.dot);
    let joined = |facts: Vec<String>| facts.iter().map(|fact| format!("{fact}{dot}")).collect::<String>();
    // Where the line is short, the facts say less, then those that are as one would wish go, and at last the place is
    // cut: which server it is comes before what it is. The link is always whole.
    let room = cells.saturating_sub(width(&link) + 2);
    let fits = |right: &String| width(&place) + width(right) <= room;
    let short = facts(state, true);
    let least: Vec<String> = short.iter().filter(|fact| is_warning(fact)).cloned().collect();
    let choices = [facts(state, false), short.clone(), short.into_iter().skip(1).collect(), least.clone()];
    let right = choices.into_iter().map(joined).find(fits).unwrap_or_else(|| joined(least));
    let place = fitted(&place, room.saturating_sub(width(&right))).into_owned();
    let gap = " ".repeat(room.saturating_sub(width(&place) + width(&right)).max(1));
    let right = if link.is_empty() { right.trim_end_matches(&dot).to_owned() } else { right };
    let line = Line::from(vec![
        span(format!(" {place}"), theme, Paint::Title),
        span(format!("{gap}{right}"), theme, Paint::Dim),
        span(link, theme, paint),
    ]);
    put(&line, 0, area, buf);
}

/// Must it be seen, however little room there is?
fn is_warning(fact: &str) -> bool {
    fact.contains("NOT") || fact == "read-only" || fact == "pooler" || fact == "snapshot"
}

/// What server it is, and how safely it is reached.
fn facts(state: &State, short: bool) -> Vec<String> {
    let mut facts: Vec<String> = Vec::new();
    if let Some(snapshot) = &state.snapshot {
        let cluster = snapshot.cluster();
        facts.push(format!("{} {}", cluster.flavor, cluster.version));
    }
    match &state.settings.snapshot_taken {
        Some(_) => facts.push("snapshot".to_owned()),
        None => facts.extend(state.connection.as_ref().map(|connection| tls(connection, short))),
    }
    let read_only =
        state.settings.read_only || state.snapshot.as_ref().is_some_and(|s| s.cluster().read_only);
    facts.extend(read_only.then(|| "read-only".to_owned()));
    let pooled = state.connection.as_ref().is_some_and(|connection| connection.pooler);
    facts.extend(pooled.then(|| "pooler".to_owned()));
    facts
}

/// Where this is, in full.
pub(super) fn place(connection: &Connection, state: &State) -> String {
    let Connection { host, port, database, user, .. } = connection;
    // Another database of the same cluster may be looked at.
    let shown = state.snapshot.as_ref().map(|snapshot| snapshot.database_name());
    let database = shown.filter(|name| !name.is_empty()).unwrap_or(database);
    format!("{database} @ {host}:{port} as {user}")
}

fn tls(connection: &Connection, short: bool) -> String {
    let Some(tls) = &connection.tls else {
        // A Unix socket's folder, or its abstract name: nothing leaves this machine.
        let is_socket = connection.host.starts_with(['/', '@']);
        return if is_socket { "Unix socket" } else { "NOT ENCRYPTED" }.to_owned();
    };
    let verified = match tls.verified {
        Verified::None => "NOT verified",
        Verified::Ca => "verified (ca)",
        Verified::Full if short => "verified",
        Verified::Full => "verified (full)",
    };
    format!("{} {verified}", tls.version.as_deref().unwrap_or("TLS"))
}

fn link(state: &State) -> (String, Paint) {
    match &state.link {
        Link::Idle => (String::new(), Paint::Dim),
        Link::Connecting => ("connecting".to_owned(), Paint::Note),
        Link::Loading(progress) if progress.what.is_empty() => ("loading".to_owned(), Paint::Note),
        Link::Loading(progress) => {
            let done = grouped(usize::try_from(progress.done).unwrap_or(usize::MAX));
            let total = progress.total.map(|t| format!(" of {}", grouped(usize::try_from(t).unwrap_or(0))));
            let text = format!("loading {} {done}{}", escaped(&progress.what), total.unwrap_or_default());
            (text, Paint::Note)
        }
        Link::Ready(at) => match &state.settings.snapshot_taken {
            Some(taken) => (format!("taken {}", escaped(taken)), Paint::Note),
            None => (format!("loaded {}", at.strftime("%H:%M")), Paint::Dim),
        },
        Link::Failed(_) => (format!("{}not loaded{}", age(state), again(state)), Paint::Bad),
        Link::Lost(_) if state.retry.is_some() => {
            (format!("{}connection lost, trying again", age(state)), Paint::Bad)
        }
        Link::Lost(_) => (format!("{}connection lost", age(state)), Paint::Bad),
    }
}

/// Of what is on the screen although there is nothing newer.
fn age(state: &State) -> String {
    state.loaded_at.map(|at| format!("loaded {}, ", at.strftime("%H:%M"))).unwrap_or_default()
}

fn again(state: &State) -> &'static str {
    if state.has_loaded() { " again" } else { "" }
}

/// What there is to tell.
pub fn banner(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(banner) = &state.banner else { return };
    let paint = match banner.tone {
        Tone::Good => Paint::Good,
        Tone::Note => Paint::Note,
        Tone::Bad => Paint::Bad,
    };
    for (row, text) in (0..area.height).zip(&banner.text) {
        put(&Line::from(span(format!(" {}", escaped(text)), theme, paint)), row, area, buf);
    }
}
