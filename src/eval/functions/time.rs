//! Dates and times.

use super::arguments::quoted as shown;
use super::parameters::string;
use super::strings::text;
use super::timestamp::{CivilTime, Timestamp};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    row(
        "formatdate",
        &[string("format"), string("time")],
        Gives::String,
        format_date,
        "Formats a timestamp.",
    )
    .costs(8),
    row("plantimestamp", &[], Gives::String, |a| Ok(a.impure()), "The time at which the plan was made."),
    row(
        "timeadd",
        &[string("timestamp"), string("duration")],
        Gives::String,
        add,
        "Adds a duration to a timestamp.",
    )
    .costs(4),
    row("timecmp", &[string("timestamp_a"), string("timestamp_b")], Gives::Number, compare, "-1, 0 or 1."),
    row("timestamp", &[], Gives::String, |a| Ok(a.impure()), "Now."),
];

fn timestamp(arguments: &Arguments<'_>, i: usize) -> EvalResult<Timestamp> {
    Timestamp::parse(arguments.text(i))
        .map_err(|why| arguments.refuse(i, format_args!("not a valid RFC3339 timestamp: {why}")))
}

fn compare(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let (a, b) = (timestamp(arguments, 0)?, timestamp(arguments, 1)?);
    let order = (a.seconds, a.nanoseconds).cmp(&(b.seconds, b.nanoseconds));
    Ok(i64::from(order as i8).into())
}

fn add(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let start = timestamp(arguments, 0)?;
    let duration = duration(arguments.text(1)).map_err(|why| arguments.fail(why))?;
    Ok(text(start.plus(duration).rfc3339()))
}

/// A duration as Go writes it (`1h30m`, `-1.5h`, `0`), in nanoseconds.
fn duration(written: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", shown(written));
    let unsigned = written.strip_prefix(['+', '-']).unwrap_or(written);
    if unsigned == "0" {
        return Ok(0);
    }
    if unsigned.is_empty() {
        return Err(invalid());
    }
    let mut rest = unsigned;
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return Err(invalid());
        }
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end).unwrap_or((after, ""));
        let scale: i64 = match unit {
            "" => return Err(format!("time: missing unit in duration {}", shown(written))),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            unit => {
                return Err(format!("time: unknown unit {} in duration {}", shown(unit), shown(written)));
            }
        };
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        // Eighteen fractional digits are more than any unit needs.
        let (mut part, mut ten) = (0_i128, 1_i128);
        for digit in fraction.chars().take(18).filter_map(|c| c.to_digit(10)) {
            part = part * 10 + i128::from(digit);
            ten *= 10;
        }
        let part = i64::try_from(part * i128::from(scale) / ten).map_err(|_| invalid())?;
        let nanoseconds =
            whole.checked_mul(scale).and_then(|whole| whole.checked_add(part)).ok_or_else(invalid)?;
        total = total.checked_add(nanoseconds).ok_or_else(invalid)?;
        rest = after;
    }
    Ok(if written.starts_with('-') { -total } else { total })
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn format_date(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let time = timestamp(arguments, 1)?;
    let shown = time.shown();
    let mut out = String::new();
    let mut rest = arguments.text(0);
    while let Some(c) = rest.chars().next() {
        if c == '\'' {
            rest = quoted(rest, &mut out).ok_or_else(|| arguments.refuse(0, "unterminated literal '"))?;
            continue;
        }
        if !c.is_ascii_alphabetic() {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|other| other != c).unwrap_or(rest.len());
        let (verb, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        match written(verb, time, &shown) {
            Ok(part) => out.push_str(&part),
            Err("") => return Err(arguments.refuse(0, format_args!("invalid date format verb {verb:?}"))),
            Err(why) => {
                return Err(arguments.refuse(0, format_args!("invalid date format verb {verb:?}: {why}")));
            }
        }
        rest = after;
    }
    Ok(text(out))
}

/// Writes a quoted text and returns what follows it. `''` is one quote, inside of a text and outside.
fn quoted<'a>(from: &'a str, out: &mut String) -> Option<&'a str> {
    let mut rest = from.strip_prefix('\'')?;
    if let Some(after) = rest.strip_prefix('\'') {
        out.push('\'');
        return Some(after);
    }
    loop {
        let (before, after) = rest.split_once('\'')?;
        out.push_str(before);
        match after.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Some(after),
        }
    }
}

fn written(verb: &str, time: Timestamp, shown: &CivilTime) -> Result<String, &'static str> {
    let month =
        usize::try_from(shown.month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).copied();
    let month = month.unwrap_or_default();
    let weekday = WEEKDAYS.get(shown.weekday).copied().unwrap_or_default();
    let short = |name: &str| name.get(..3).unwrap_or_default().to_owned();
    let twelve = if shown.hour.is_multiple_of(12) { 12 } else { shown.hour % 12 };
    Ok(match verb {
        "YYYY" => format!("{:04}", shown.year),
        "YY" => format!("{:02}", shown.year % 100),
        "MMMM" => month.to_owned(),
        "MMM" => short(month),
        "MM" => format!("{:02}", shown.month),
        "M" => shown.month.to_string(),
        "DD" => format!("{:02}", shown.day),
        "D" => shown.day.to_string(),
        "EEEE" => weekday.to_owned(),
        "EEE" => short(weekday),
        "hh" => format!("{:02}", shown.hour),
        "h" => shown.hour.to_string(),
        "HH" => format!("{twelve:02}"),
        "H" => twelve.to_string(),
        "AA" => if shown.hour < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if shown.hour < 12 { "am" } else { "pm" }.to_owned(),
        "mm" => format!("{:02}", shown.minute),
        "m" => shown.minute.to_string(),
        "ss" => format!("{:02}", shown.second),
        "s" => shown.second.to_string(),
        "Z" if time.offset == 0 => "Z".to_owned(),
        "ZZZ" if time.offset == 0 => "UTC".to_owned(),
        "Z" | "ZZZZZ" => time.offset_text(":"),
        "ZZZ" | "ZZZZ" => time.offset_text(""),
        _ => {
            return Err(match verb.chars().next() {
                Some('Y') => "year must either be \"YY\" or \"YYYY\"",
                Some('M') => "month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"",
                Some('D') => "day of month must either be \"D\" or \"DD\"",
                Some('E') => "day of week must either be \"EEE\" or \"EEEE\"",
                Some('h') => "24-hour must either be \"h\" or \"hh\"",
                Some('H') => "12-hour must either be \"H\" or \"HH\"",
                Some('A') => "must be \"AA\"",
                Some('a') => "must be \"aa\"",
                Some('m') => "minute must either be \"m\" or \"mm\"",
                Some('s') => "second must either be \"s\" or \"ss\"",
                Some('Z') => "timezone must be Z, ZZZ, ZZZZ, or ZZZZZ",
                _ => "",
            });
        }
    })
}
