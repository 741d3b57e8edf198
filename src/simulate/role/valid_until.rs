//! VALID UNTIL: a point in time as `timestamptz_in` reads it and `timestamptz_out` writes it, for the forms that do not
//! depend on the clock or on DateStyle. The others are doubtful, and said to be so.

use crate::simulate::run::{Run, Stop, error};
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

/// A point in time as the server prints it in the session's time zone, DateStyle ISO.
pub struct Moment(pub String);

/// Words that mean something in a date or a time (datetime.c).
const WORDS: &str = "\
    ad allballs am apr april at aug august bc d dec december dow doy dst epoch feb february fri friday h infinity \
    isodow isoyear j jan january jd jul julian july jun june m mar march may mm mon monday nov november now oct \
    october on pm s sat saturday sep sept september sun sunday t thu thur thurs thursday today tomorrow tue tues \
    tuesday wed wednesday weds y yesterday";

/// Abbreviations of time zones that the servers take by default (the file timezonesets/Default of 13 to 18), and that of
/// a zone's local mean time, which 18 takes too.
const ZONES: &str = "\
    acdt acsst acst act acwst adt aedt aesst aest aft akdt akst almst almt amst amt anast anat arst art ast \
    awsst awst azost azot azst azt bdst bdt bnt bort bot bra brst brt bst btt cadt cast cct cdt cest cet cetdst \
    chadt chast chut ckt clst clt cot cst cxt davt ddut easst east eat edt eest eet eetdst egst egt est fet fjst \
    fjt fkst fkt fnst fnt galt gamt gest get gft gilt gmt gyt hkt hst ict idt iot irkst irkt irt ist jayt jst \
    kdt kgst kgt kost krast krat kst lhdt lhst ligt lint lkt magst magt mart mawt mdt mest mesz met metdst mez \
    mht mmt mpt msd msk mst must mut mvt myt ndt nft novst novt npt nst nut nzdt nzst nzt omsst omst pdt pet \
    petst pett pgt pht pkst pkt pmdt pmst pont pst pwt pyst pyt ret sadt sast sct sgt taht tft tjt tkt tmt tot \
    trut tvt uct ulast ulat ut utc uyst uyt uzst uzt vet vlast vlat volt vut wadt wakt wast wat wdt wet wetdst \
    wft wgst wgt xjt yakst yakt yapt yekst yekt z zulu \
    lmt";

/// Whether the word can stand in a time; else the whole is none.
fn is_known(word: &str) -> bool {
    WORDS.split(' ').chain(ZONES.split(' ')).any(|known| known == word)
}

/// The words among numbers and signs. A text with a slash may name a zone, whose words are not looked at.
fn words(folded: &str) -> impl Iterator<Item = &str> {
    let text = if folded.contains('/') { "" } else { folded };
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `May 5 2031`, `May 5, 2031`, `5 May 2031`, with what may follow a date written in numbers.
fn month_in_words(text: &str, session: &TimeZone) -> Option<Option<Moment>> {
    let mut parts = text.splitn(4, ' ');
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (month, day) =
        if first.starts_with(|c: char| c.is_ascii_digit()) { (second, first) } else { (first, second) };
    let month = month.to_ascii_lowercase();
    let is_it = |name: &&str| **name == month || (month.len() == 3 && name.starts_with(&month));
    let month = MONTHS.iter().position(is_it)? + 1;
    let day: u8 = day.trim_end_matches(',').parse().ok()?;
    let year = year.trim_end_matches(',');
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let rest = parts.next().unwrap_or("");
    iso(&format!("{year}-{month:02}-{day:02} {rest}"), session)
}

/// Reads the text; a form that is not understood here is taken as it stands, with a doubt.
pub fn read(run: &mut Run<'_>, text: &str) -> Result<Moment, Stop> {
    let trimmed = text.trim_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
    let folded = trimmed.to_ascii_lowercase();
    let zone = run.view.base().session.time_zone.clone();
    match folded.as_str() {
        "infinity" | "-infinity" => return Ok(Moment(folded)),
        "epoch" => {
            if let Some(moment) =
                zone_named(&zone).and_then(|zone| printed(jiff::Timestamp::UNIX_EPOCH, &zone))
            {
                return Ok(moment);
            }
        }
        _ => {}
    }
    if folded.is_empty() {
        return invalid(text);
    }
    if words(&folded).any(|word| !is_known(word)) {
        return invalid(text);
    }
    match zone_named(&zone).and_then(|zone| iso(trimmed, &zone).or_else(|| month_in_words(trimmed, &zone))) {
        Some(Some(moment)) => Ok(moment),
        Some(None) => error("22008", format!("date/time field value out of range: \"{text}\"")),
        None => {
            run.doubt(format!("How the server reads the time {trimmed:?} is not known here."));
            Ok(Moment(trimmed.to_owned()))
        }
    }
}

fn invalid<T>(text: &str) -> Result<T, Stop> {
    error("22007", format!("invalid input syntax for type timestamp with time zone: \"{text}\""))
}

/// A zone as SET TimeZone takes it, of those that are no POSIX formula.
fn zone_named(name: &str) -> Option<TimeZone> {
    match name {
        "" | "UTC" | "Etc/UTC" | "GMT" => Some(TimeZone::UTC),
        name => TimeZoneDatabase::bundled().get(name).ok(),
    }
}

/// `2030-12-31`, `2030-12-31 23:59[:59[.5]]` (or with a T), then perhaps an offset, Z, UTC, or a zone's name. None: not
/// of this form. Some(None): such a day or hour there is not.
fn iso(text: &str, session: &TimeZone) -> Option<Option<Moment>> {
    let (date, rest) = text.split_at_checked(10)?;
    let date = numbers(date, '-')?;
    let [year, month, day] = date.as_slice() else { return None };
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim_start_matches(' ');
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let clock = if clock.is_empty() { vec![0, 0] } else { numbers(clock, ':')? };
    let (hour, minute, second) = match clock.as_slice() {
        [hour, minute] if fraction.is_empty() => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    // 24:00 and leap seconds are taken, and are another day or minute; a year of no digits is another matter too.
    if hour > 23 || second > 59 || *year == 0 {
        return None;
    }
    if !(1..=12).contains(month) {
        return None;
    }
    let nanoseconds = micros(fraction)? * 1000;
    let Ok(at) = DateTime::new(
        *year,
        to_i8(*month)?,
        to_i8(*day)?,
        to_i8(hour)?,
        to_i8(minute)?,
        to_i8(second)?,
        nanoseconds,
    ) else {
        return Some(None);
    };
    let zone = given_zone(zone.trim(), session)?;
    let zoned = at.to_zoned(zone).ok()?;
    Some(Some(printed(zoned.timestamp(), session)?))
}

fn to_i8(number: i16) -> Option<i8> {
    i8::try_from(number).ok()
}

fn numbers(text: &str, between: char) -> Option<Vec<i16>> {
    let number = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    text.split(between).map(number).collect()
}

/// Six digits count; more are rounded, which is left to the server.
fn micros(fraction: &str) -> Option<i32> {
    if fraction.len() > 6 {
        return None;
    }
    format!("{fraction:0<6}").parse().ok()
}

/// The zone that is written, or the session's.
fn given_zone(zone: &str, session: &TimeZone) -> Option<TimeZone> {
    match zone.to_ascii_lowercase().as_str() {
        "" => return Some(session.clone()),
        "z" | "utc" | "gmt" | "zulu" => return Some(TimeZone::UTC),
        _ => {}
    }
    let Some(offset) = zone.strip_prefix(['+', '-']) else {
        return zone.contains('/').then(|| zone_named(zone)).flatten();
    };
    let parts = match (offset.len(), offset.contains(':')) {
        (1 | 2, false) => vec![offset.parse().ok()?],
        (4, false) => vec![offset.get(..2)?.parse().ok()?, offset.get(2..)?.parse().ok()?],
        (_, true) => numbers(offset, ':')?,
        _ => return None,
    };
    let (hours, minutes) = match parts.as_slice() {
        [hours] => (*hours, 0),
        [hours, minutes] => (*hours, *minutes),
        _ => return None,
    };
    if hours > 15 || minutes > 59 {
        return None;
    }
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    Offset::from_seconds(if zone.starts_with('-') { -seconds } else { seconds }).ok().map(TimeZone::fixed)
}

/// `2030-12-31 23:59:59.5+01`, minutes of the offset only where there are some.
fn printed(at: jiff::Timestamp, zone: &TimeZone) -> Option<Moment> {
    let zoned = at.to_zoned(zone.clone());
    if zoned.year() < 1 {
        return None;
    }
    let mut text = zoned.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let micros = zoned.subsec_nanosecond() / 1000;
    if micros > 0 {
        text.push('.');
        text.push_str(format!("{micros:06}").trim_end_matches('0'));
    }
    let offset = zoned.offset().seconds();
    let (hours, minutes, seconds) = (offset.abs() / 3600, offset.abs() / 60 % 60, offset.abs() % 60);
    text.push_str(&format!("{}{hours:02}", if offset < 0 { '-' } else { '+' }));
    if minutes > 0 || seconds > 0 {
        text.push_str(&format!(":{minutes:02}"));
    }
    if seconds > 0 {
        text.push_str(&format!(":{seconds:02}"));
    }
    Some(Moment(text))
}

#[cfg(test)]
mod tests {
    use super::{iso, zone_named};

    fn text(written: &str, zone: &str) -> Option<String> {
        iso(written, &zone_named(zone)?)?.map(|moment| moment.0)
    }

    #[test]
    fn times_are_written_as_the_server_writes_them() {
        let at = |written| text(written, "UTC").unwrap_or_default();
        assert_eq!(at("2030-01-01"), "2030-01-01 00:00:00+00");
        assert_eq!(at("2030-01-01 12:30"), "2030-01-01 12:30:00+00");
        assert_eq!(at("2030-01-01T12:30:05.25+02"), "2030-01-01 10:30:05.25+00");
        assert_eq!(at("2030-01-01 00:00:00-0330"), "2030-01-01 03:30:00+00");
        let berlin = |written| text(written, "Europe/Berlin").unwrap_or_default();
        assert_eq!(berlin("2030-07-01"), "2030-07-01 00:00:00+02");
        assert_eq!(berlin("2030-01-01 00:00Z"), "2030-01-01 01:00:00+01");
        assert_eq!(text("2030-01-01", "Asia/Kathmandu").unwrap_or_default(), "2030-01-01 00:00:00+05:45");
        assert_eq!(text("2030-02-30", "UTC"), None);
        assert_eq!(text("Jan 1 2030 00:00", "UTC"), None);
    }
}
