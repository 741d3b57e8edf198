//! Values of the smaller keywords.

use std::time::Duration;

use super::pairs::Pairs;
use crate::server::connect_error::ConnectError;

/// SCRAM channel binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChannelBinding {
    /// Never.
    Disable,
    /// Where the server offers it.
    #[default]
    Prefer,
    /// Or no connection.
    Require,
}

/// `target_session_attrs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TargetSession {
    /// Any server.
    #[default]
    Any,
    /// One that accepts writes.
    ReadWrite,
    /// One that doesn't.
    ReadOnly,
    /// One that is not in recovery.
    Primary,
    /// One that is.
    Standby,
    /// A standby if there is one among the hosts.
    PreferStandby,
}

/// TCP keepalives; none of it applies to Unix sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keepalive {
    /// Whether they are off.
    pub off: bool,
    /// Idle time before the first.
    pub idle: Option<Duration>,
    /// Time between two.
    pub interval: Option<Duration>,
    /// How many may stay unanswered.
    pub count: Option<u32>,
    /// How long sent data may stay unacknowledged (Linux).
    pub user_timeout: Option<Duration>,
}

/// The characters of C's `isspace`; Rust knows more of them.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

pub(super) fn keepalive(pairs: &Pairs) -> Result<Keepalive, ConnectError> {
    let seconds = |keyword| Ok(positive(pairs, keyword)?.map(|n| Duration::from_secs(n.into())));
    Ok(Keepalive {
        off: integer(pairs, "keepalives")?.is_some_and(|n| n == 0),
        idle: seconds("keepalives_idle")?,
        interval: seconds("keepalives_interval")?,
        count: positive(pairs, "keepalives_count")?,
        user_timeout: positive(pairs, "tcp_user_timeout")?.map(|n| Duration::from_millis(n.into())),
    })
}

pub(super) fn connect_timeout(pairs: &Pairs) -> Result<Option<Duration>, ConnectError> {
    // Zero, negative or not said: no limit. Before 17 libpq made two seconds of one, as its clock was coarse.
    Ok(positive(pairs, "connect_timeout")?.map(|seconds| Duration::from_secs(seconds.into())))
}

pub(super) fn target(pairs: &Pairs) -> Result<TargetSession, ConnectError> {
    choice(
        pairs,
        "target_session_attrs",
        &[
            ("any", TargetSession::Any),
            ("read-write", TargetSession::ReadWrite),
            ("read-only", TargetSession::ReadOnly),
            ("primary", TargetSession::Primary),
            ("standby", TargetSession::Standby),
            ("prefer-standby", TargetSession::PreferStandby),
        ],
    )
    .map(Option::unwrap_or_default)
}

pub(super) fn channel_binding(pairs: &Pairs) -> Result<ChannelBinding, ConnectError> {
    choice(
        pairs,
        "channel_binding",
        &[
            ("disable", ChannelBinding::Disable),
            ("prefer", ChannelBinding::Prefer),
            ("require", ChannelBinding::Require),
        ],
    )
    .map(Option::unwrap_or_default)
}

pub(super) fn load_balance(pairs: &Pairs) -> Result<bool, ConnectError> {
    choice(pairs, "load_balance_hosts", &[("disable", false), ("random", true)])
        .map(Option::unwrap_or_default)
}

/// One of the values that a keyword may have; an empty one is an error, as in libpq.
pub(super) fn choice<T: Copy>(
    pairs: &Pairs,
    keyword: &str,
    choices: &[(&str, T)],
) -> Result<Option<T>, ConnectError> {
    let Some(value) = pairs.get(keyword) else { return Ok(None) };
    match choices.iter().find(|(name, _)| *name == value) {
        Some((_, choice)) => Ok(Some(*choice)),
        None => Err(ConnectError::invalid(format!("invalid {keyword} value: \"{value}\"")).hint(format!(
            "It is one of {}.",
            choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
        ))),
    }
}

pub(super) fn integer(pairs: &Pairs, keyword: &str) -> Result<Option<i32>, ConnectError> {
    // An empty one is no integer, in libpq too.
    let Some(value) = pairs.get(keyword) else { return Ok(None) };
    value.trim_matches(is_space).parse().map(Some).map_err(|_| {
        ConnectError::invalid(format!(
            "invalid integer value \"{value}\" for connection option \"{keyword}\""
        ))
    })
}

fn positive(pairs: &Pairs, keyword: &str) -> Result<Option<u32>, ConnectError> {
    Ok(integer(pairs, keyword)?.and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0))
}
