//! Numbers and their units as guc.c reads them (`parse_int`, `parse_real`), and as it prints them.

/// Why a text is no number.
pub enum NoNumber {
    /// Nothing more is said.
    Plain,
    /// With this hint.
    Hint(&'static str),
}

const MEMORY_HINT: &str = "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\".";
const TIME_HINT: &str =
    "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".";

const MEMORY: &[(&str, f64)] =
    &[("TB", 1_099_511_627_776.0), ("GB", 1_073_741_824.0), ("MB", 1_048_576.0), ("kB", 1024.0), ("B", 1.0)];

/// In microseconds.
const TIME: &[(&str, f64)] = &[
    ("d", 86_400_000_000.0),
    ("h", 3_600_000_000.0),
    ("min", 60_000_000.0),
    ("s", 1_000_000.0),
    ("ms", 1000.0),
    ("us", 1.0),
];

/// An integer, in the unit of its parameter.
pub fn integer(text: &str, unit: &str) -> Result<i64, NoNumber> {
    let (value, rest) = match whole(text) {
        // A point, an exponent or too many digits: read once more, as a fraction.
        Some((_, rest)) if rest.starts_with(['.', 'e', 'E']) => real_prefix(text),
        Some((Some(value), rest)) => Some((value, rest)),
        Some((None, _)) => real_prefix(text),
        None if text.starts_with(['.', 'e', 'E']) => real_prefix(text),
        None => None,
    }
    .ok_or(NoNumber::Plain)?;
    if value.is_nan() {
        return Err(NoNumber::Plain);
    }
    let value = in_unit(value, rest, unit)?.round_ties_even();
    if value > f64::from(i32::MAX) || value < f64::from(i32::MIN) {
        return Err(NoNumber::Hint("Value exceeds integer range."));
    }
    Ok(value as i64)
}

/// A real, in the unit of its parameter.
pub fn real(text: &str, unit: &str) -> Result<f64, NoNumber> {
    let (value, rest) = real_prefix(text).filter(|(value, _)| !value.is_nan()).ok_or(NoNumber::Plain)?;
    in_unit(value, rest, unit)
}

/// What follows the number: nothing, or a unit.
fn in_unit(value: f64, rest: &str, base: &str) -> Result<f64, NoNumber> {
    let rest = rest.trim_start_matches(is_space);
    if rest.is_empty() {
        return Ok(value);
    }
    if base.is_empty() {
        return Err(NoNumber::Plain);
    }
    let digits = base.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let (times, base) = base.split_at(digits);
    let times: f64 = times.parse().unwrap_or(1.0);
    let (table, hint) = if base.ends_with('B') { (MEMORY, MEMORY_HINT) } else { (TIME, TIME_HINT) };
    let unit = rest.trim_end_matches(is_space);
    let size = |name: &str| table.iter().find(|(unit, _)| *unit == name).map(|(_, size)| *size);
    let (Some(at), Some(base)) = (table.iter().position(|(name, _)| *name == unit), size(base)) else {
        return Err(NoNumber::Hint(hint));
    };
    let scale = |at: usize| table.get(at).map(|(_, size)| size / (base * times));
    let value = value * scale(at).unwrap_or(1.0);
    // Fractions are rounded to the next smaller unit, where there is one.
    Ok(match scale(at + 1) {
        Some(smaller) => (value / smaller).round_ties_even() * smaller,
        None => value,
    })
}

/// `isspace` of C.
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

fn sign(text: &str) -> (f64, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (-1.0, text.get(1..).unwrap_or("")),
        Some(b'+') => (1.0, text.get(1..).unwrap_or("")),
        _ => (1.0, text),
    }
}

/// `strtol` with base 0: the value (none: too great) and what follows.
fn whole(text: &str) -> Option<(Option<f64>, &str)> {
    let (sign, digits) = sign(text.trim_start_matches(is_space));
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let hex = hex.filter(|rest| rest.starts_with(|c: char| c.is_ascii_hexdigit()));
    let (digits, radix) = match hex {
        Some(rest) => (rest, 16),
        None if digits.starts_with('0') => (digits, 8),
        None => (digits, 10),
    };
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let (number, rest) = digits.split_at(end);
    if number.is_empty() {
        return None;
    }
    let value = i64::from_str_radix(number, radix).ok().map(|value| sign * value as f64);
    Some((value, rest))
}

/// `strtod`: the value and what follows. None where there is none or it is out of range.
pub fn real_prefix(text: &str) -> Option<(f64, &str)> {
    let (sign, unsigned) = sign(text.trim_start_matches(is_space));
    let lower = unsigned.to_ascii_lowercase();
    for (word, value) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        if lower.starts_with(word) {
            return Some((sign * value, unsigned.get(word.len()..)?));
        }
    }
    if lower.starts_with("0x") {
        return whole(text).and_then(|(value, rest)| Some((value?, rest)));
    }
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let before = digits(unsigned);
    let mut end = before;
    if unsigned.get(end..)?.starts_with('.') {
        let after = digits(unsigned.get(end + 1..)?);
        end = if before + after > 0 { end + 1 + after } else { end };
    }
    if end == 0 {
        return None;
    }
    if unsigned.get(end..)?.starts_with(['e', 'E']) {
        let exponent = unsigned.get(end + 1..)?;
        let signed = usize::from(exponent.starts_with(['+', '-']));
        let after = digits(exponent.get(signed..)?);
        end = if after > 0 { end + 1 + signed + after } else { end };
    }
    let (number, rest) = unsigned.split_at(end);
    let value: f64 = number.trim_end_matches('.').parse().ok()?;
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let vanished = value < f64::MIN_POSITIVE && mantissa.contains(|c: char| ('1'..='9').contains(&c));
    (value.is_finite() && !vanished).then_some((sign * value, rest))
}

/// `%g` as PostgreSQL's own printf has it.
pub fn general(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    let scientific = format!("{value:.5e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..6).contains(&exponent) {
        let places = usize::try_from(5 - exponent).unwrap_or(0);
        return trimmed(&format!("{value:.places$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(mantissa), exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::{NoNumber, general, integer, real};

    fn read(text: &str, unit: &str) -> Result<i64, &'static str> {
        integer(text, unit).map_err(|why| match why {
            NoNumber::Plain => "",
            NoNumber::Hint(hint) => hint.split(' ').next().unwrap_or_default(),
        })
    }

    #[test]
    fn integers_are_read_as_the_server_reads_them() {
        assert_eq!(read(" 0x10 ", ""), Ok(16));
        assert_eq!(read("010", ""), Ok(8));
        assert_eq!(read("010.6", ""), Ok(11));
        assert_eq!(read("2.5", ""), Ok(2));
        assert_eq!(read("5e", ""), Err(""));
        assert_eq!(read("1e3", ""), Ok(1000));
        assert_eq!(read(" .5", ""), Err(""));
        assert_eq!(read("08", ""), Err(""));
        assert_eq!(read("99999999999", ""), Err("Value"));
        assert_eq!(read("1.5 min", "ms"), Ok(90_000));
        // Of a fraction, whole units of the next smaller size count: 30822MB.
        assert_eq!(read("30.1GB", "kB"), Ok(31_561_728));
        assert_eq!(read("1MB", "8kB"), Ok(128));
        assert_eq!(read("1 week", "ms"), Err("Valid"));
        assert_eq!(read("1mb", "kB"), Err("Valid"));
    }

    #[test]
    fn reals_are_read_and_printed_as_the_server_does() {
        let shown = |text: &str| real(text, "ms").ok().map(general);
        assert_eq!(shown("1d").as_deref(), Some("8.64e+07"));
        assert_eq!(shown("inf").as_deref(), Some("Infinity"));
        assert_eq!(shown("-1.2345678").as_deref(), Some("-1.23457"));
        assert_eq!(shown("0.00001").as_deref(), Some("1e-05"));
        assert_eq!(shown("100").as_deref(), Some("100"));
        assert_eq!((shown("1e400"), shown("nan"), shown("x")), (None, None, None));
    }
}
