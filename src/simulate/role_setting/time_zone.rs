//! TimeZone: hours, a zone by name, or a POSIX formula (`check_timezone` of variable.c).

use super::number::real_prefix;
use super::value::invalid;
use crate::simulate::ServerError;
use crate::simulate::run::{Run, Stop};
use jiff::tz::TimeZoneDatabase;

impl Run<'_> {
    /// `check_timezone`.
    pub fn check_time_zone(&mut self, name: &str, value: &str) -> Result<(), Stop> {
        if value.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("interval")) {
            self.doubt("A time zone as an interval is not looked into here.");
            return Ok(());
        }
        if let Some((hours, "")) = real_prefix(value) {
            // A week at most, as POSIX has it. The server counts in whole seconds.
            return match (hours * 3600.0).trunc().abs() < 168.0 * 3600.0 {
                true => Ok(()),
                false => Err(invalid(name, value).detail("UTC timezone offset is out of range.").into()),
            };
        }
        if TimeZoneDatabase::bundled().get(value).is_ok() {
            return Ok(());
        }
        match formula(value) {
            Some(Formula { seconds: true, .. }) => {
                let message = format!("time zone \"{value}\" appears to use leap seconds");
                let error = ServerError::new("22023", message);
                Err(error.detail("PostgreSQL does not support leap seconds.").into())
            }
            Some(Formula { rest: "", .. }) => Ok(()),
            Some(_) => {
                self.doubt(format!("What the server makes of the time zone {value:?} is not known here."));
                Ok(())
            }
            None => Err(invalid(name, value).into()),
        }
    }
}

/// A POSIX formula up to its offset.
struct Formula<'t> {
    /// The offset is no whole number of minutes, which looks like leap seconds.
    seconds: bool,
    /// The summer time.
    rest: &'t str,
}

/// An abbreviation, which may be empty, and an offset.
fn formula(text: &str) -> Option<Formula<'_>> {
    let offset = match text.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>')?.1,
        None => text.get(text.find(|c: char| c.is_ascii_digit() || matches!(c, ',' | '-' | '+'))?..)?,
    };
    let offset = offset.strip_prefix(['+', '-']).unwrap_or(offset);
    let (_, rest) = part(offset, 167)?;
    let Some(minutes) = rest.strip_prefix(':') else { return Some(Formula { seconds: false, rest }) };
    let (_, rest) = part(minutes, 59)?;
    let Some(seconds) = rest.strip_prefix(':') else { return Some(Formula { seconds: false, rest }) };
    let (seconds, rest) = part(seconds, 60)?;
    Some(Formula { seconds: seconds % 60 != 0, rest })
}

fn part(text: &str, greatest: u32) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let number = number.parse().ok().filter(|number| *number <= greatest)?;
    Some((number, rest))
}
