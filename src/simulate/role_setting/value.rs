//! A value against its parameter (`parse_and_validate_value` of guc.c).

use super::number::{self, NoNumber};
use crate::cluster::{Parameter, ParameterKind, Range};
use crate::simulate::ServerError;
use crate::simulate::run::{Run, Stop, error};

impl Run<'_> {
    /// Is it a value of the parameter's? `shown` is how messages call the parameter.
    pub fn check_value(&mut self, parameter: &Parameter, shown: &str, value: &str) -> Result<(), Stop> {
        match &parameter.kind {
            ParameterKind::Bool => match boolean(value) {
                Some(on) => self.check_boolean(&parameter.name, on),
                None => error("22023", format!("parameter \"{shown}\" requires a Boolean value")),
            },
            ParameterKind::Integer(range) => {
                let number =
                    number::integer(value, &range.unit).map_err(|why| no_number(shown, value, why))?;
                let within = |bound: &str| bound.parse::<i64>().ok();
                let low = within(&range.min).is_some_and(|min| number < min);
                if low || within(&range.max).is_some_and(|max| number > max) {
                    return self.out_of_range(shown, &number.to_string(), range);
                }
                self.check_integer(&parameter.name, number)
            }
            ParameterKind::Real(range) => {
                let number = number::real(value, &range.unit).map_err(|why| no_number(shown, value, why))?;
                let within = |bound: &str| bound.parse::<f64>().ok();
                let low = within(&range.min).is_some_and(|min| number < min);
                if low || within(&range.max).is_some_and(|max| number > max) {
                    return self.out_of_range(shown, &number::general(number), range);
                }
                Ok(())
            }
            ParameterKind::Text => self.check_text(&parameter.name, value),
            ParameterKind::Enum(values) => {
                if !self.is_among(value, values, &parameter.name) {
                    let hint = format!("Available values: {}.", values.join(", "));
                    return Err(invalid(shown, value).hint(hint).into());
                }
                self.check_enum(&parameter.name, value)
            }
        }
    }

    /// Since 17 the bounds have their unit.
    fn out_of_range<T>(&self, shown: &str, number: &str, range: &Range) -> Result<T, Stop> {
        let Range { min, max, unit } = range;
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        let of_bounds = if self.switches.units_of_bounds { unit.as_str() } else { "" };
        error(
            "22023",
            format!(
                "{number}{unit} is outside the valid range for parameter \"{shown}\" ({min}{of_bounds} .. {max}{of_bounds})"
            ),
        )
    }

    /// Some values are taken though they are not listed: other words for on and off, and old ones.
    fn is_among(&self, value: &str, values: &[String], name: &str) -> bool {
        let listed = |word: &str| values.iter().any(|known| known.eq_ignore_ascii_case(word));
        let one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
        let booleans = listed("on") && listed("off") && one_of(&["true", "false", "yes", "no", "1", "0"]);
        let levels = listed("debug5") && one_of(&["debug", "info"]);
        let md5 = self.switches.boolean_password_encryption
            && name == "password_encryption"
            && one_of(&["on", "true", "yes", "1"]);
        listed(value) || booleans || levels || md5
    }
}

/// 22023 without a word more.
pub fn invalid(name: &str, value: &str) -> ServerError {
    ServerError::new("22023", format!("invalid value for parameter \"{name}\": \"{value}\""))
}

fn no_number(name: &str, value: &str, why: NoNumber) -> Stop {
    match why {
        NoNumber::Plain => invalid(name, value).into(),
        NoNumber::Hint(hint) => invalid(name, value).hint(hint).into(),
    }
}

/// `parse_bool`: words may be cut short as long as they differ.
fn boolean(value: &str) -> Option<bool> {
    let value = value.to_ascii_lowercase();
    let cut = |word: &str, least: usize| value.len() >= least && word.starts_with(&value);
    if cut("true", 1) || cut("yes", 1) || value == "on" || value == "1" {
        Some(true)
    } else if cut("false", 1) || cut("no", 1) || cut("off", 2) || value == "0" {
        Some(false)
    } else {
        None
    }
}
