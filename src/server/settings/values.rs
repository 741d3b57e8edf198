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

/// Unless said otherwise, a peer that has died without a word is noticed within a minute, whether it is waited for or
/// something is on its way to it. Linux alone would take two hours for the first and a quarter of one for the second,
/// and libpq leaves it at that.
const IDLE: u32 = 30;
const INTERVAL: u32 = 10;
const COUNT: u32 = 3;
const USER_TIMEOUT: u32 = (IDLE + INTERVAL * COUNT) * 1000;

/// The characters of C's `isspace`; Rust knows more of them.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

pub(super) fn keepalive(pairs: &Pairs) -> Result<Keepalive, ConnectError> {
    let seconds =
        |keyword, default| Ok(positive_or(pairs, keyword, default)?.map(|n| Duration::from_secs(n.into())));
    let keywords = ["keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"];
    // It cuts short what keepalives allow, so it must not outdo what somebody said about them.
    let any_said = keywords.iter().any(|keyword| pairs.nonempty(keyword).is_some());
    let user_timeout = if any_said { 0 } else { USER_TIMEOUT };
    Ok(Keepalive {
        off: integer(pairs, "keepalives")?.is_some_and(|n| n == 0),
        idle: seconds("keepalives_idle", IDLE)?,
        interval: seconds("keepalives_interval", INTERVAL)?,
        count: positive_or(pairs, "keepalives_count", COUNT)?,
        user_timeout: positive_or(pairs, "tcp_user_timeout", user_timeout)?
            .map(|n| Duration::from_millis(n.into())),
    })
}

/// How long one address may take, unless said otherwise. libpq waits for ever; here a person or a job waits, and would
/// rather know. Aurora Serverless needs about 15 seconds to wake up.
const CONNECT_TIMEOUT: u32 = 30;

pub(super) fn connect_timeout(pairs: &Pairs) -> Result<Option<Duration>, ConnectError> {
    // Zero or negative: no limit. Before 17 libpq made two seconds of one, as its clock was coarse.
    let seconds = positive_or(pairs, "connect_timeout", CONNECT_TIMEOUT)?;
    Ok(seconds.map(|seconds| Duration::from_secs(seconds.into())))
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

/// What was said, else the default; none for zero and less, which leave it to the system.
fn positive_or(pairs: &Pairs, keyword: &str, default: u32) -> Result<Option<u32>, ConnectError> {
    let said = integer(pairs, keyword)?.map_or(Some(default), |n| u32::try_from(n).ok());
    Ok(said.filter(|n| *n > 0))
}

#[cfg(test)]
mod tests {
    use super::super::{Arguments, Environment, Settings};
    use std::time::Duration;

    fn settings(said: &str) -> Settings {
        let connection = Some(format!("host=db user=ana {said}"));
        Settings::resolve(&Arguments { connection, ..Arguments::default() }, &Environment::default()).unwrap()
    }

    #[test]
    fn a_dead_peer_is_noticed_within_a_minute_unless_said_otherwise() {
        let (second, told) = (Duration::from_secs, |said: &str| {
            let k = settings(said).keepalive;
            (k.off, k.idle, k.interval, k.count, k.user_timeout)
        });
        let (idle, interval, minute) = (Some(second(30)), Some(second(10)), Some(second(60)));
        assert_eq!(told(""), (false, idle, interval, Some(3), minute));
        assert_eq!(told("keepalives_idle=300"), (false, Some(second(300)), interval, Some(3), None));
        assert_eq!(told("keepalives=0"), (true, idle, interval, Some(3), None));
        assert_eq!(told("keepalives_count=0"), (false, idle, interval, None, None));
        assert_eq!(told("tcp_user_timeout=0"), (false, idle, interval, Some(3), None));
        assert_eq!(told("tcp_user_timeout=1500").4, Some(Duration::from_millis(1500)));
    }

    #[test]
    fn connecting_takes_half_a_minute_unless_said_otherwise() {
        let seconds = |said: &str| settings(said).connect_timeout.map(|limit| limit.as_secs());
        assert_eq!(seconds(""), Some(30));
        assert_eq!(seconds("connect_timeout=5"), Some(5));
        assert_eq!((seconds("connect_timeout=0"), seconds("connect_timeout=-1")), (None, None));
    }
}
