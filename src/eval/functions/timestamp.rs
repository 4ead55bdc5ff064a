//! Timestamps in RFC 3339 format, with calendar arithmetic that has no last year.

/// A point in time, and the UTC offset it was written with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timestamp {
    /// Seconds since 1970 in UTC.
    pub(super) seconds: i64,
    pub(super) nanoseconds: u32,
    /// Minutes east of UTC.
    pub(super) offset: i64,
}

/// A date and a time of day.
pub(super) struct CivilTime {
    pub(super) year: i64,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    /// 0 is Sunday.
    pub(super) weekday: usize,
}

const DAY: i64 = 86_400;

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from(month);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Timestamp {
    /// # Errors
    /// If the text is not a timestamp: a message in Terraform's words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = TimestampReader { rest: text };
        let year = reader.digits(4, "year")?;
        reader.separator("-", "year")?;
        let month = reader.digits(2, "month")?;
        reader.separator("-", "month")?;
        let day = reader.digits(2, "day of month")?;
        reader.separator("T", "time")?;
        let hour = reader.digits(2, "hour")?;
        reader.separator(":", "hour")?;
        let minute = reader.digits(2, "minute")?;
        reader.separator(":", "minute")?;
        let second = reader.digits(2, "second")?;
        let nanoseconds = reader.fraction()?;
        let offset = reader.offset()?;
        if !(1..=12).contains(&month) {
            return Err("month out of range".to_owned());
        }
        let year = i64::from(year);
        if day < 1 || day > days_in_month(year, month) {
            return Err("day out of range".to_owned());
        }
        if hour > 23 {
            return Err("hour must be between 0 and 23 inclusive".to_owned());
        }
        if minute > 59 || second > 59 {
            return Err("minute and second must be between 0 and 59 inclusive".to_owned());
        }
        let seconds = days_from_civil(year, month, day) * DAY
            + i64::from(hour) * 3600
            + i64::from(minute) * 60
            + i64::from(second)
            - offset * 60;
        Ok(Self { seconds, nanoseconds, offset })
    }

    /// The point in time so many nanoseconds later.
    pub(super) fn plus(self, nanoseconds: i64) -> Self {
        let total = i64::from(self.nanoseconds) + nanoseconds.rem_euclid(1_000_000_000);
        let carried = nanoseconds.div_euclid(1_000_000_000) + total.div_euclid(1_000_000_000);
        let nanoseconds = u32::try_from(total.rem_euclid(1_000_000_000)).unwrap_or(0);
        Self { seconds: self.seconds.saturating_add(carried), nanoseconds, ..self }
    }

    pub(super) fn shown(self) -> CivilTime {
        let local = self.seconds.saturating_add(self.offset * 60);
        let (days, of_day) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let shifted = days + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let small = |n: i64| u32::try_from(n).unwrap_or(0);
        let month = small((shifted_month + 2) % 12 + 1);
        CivilTime {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: small(day_of_year - (153 * shifted_month + 2) / 5 + 1),
            hour: small(of_day / 3600),
            minute: small(of_day / 60 % 60),
            second: small(of_day % 60),
            weekday: usize::try_from((days + 4).rem_euclid(7)).unwrap_or(0),
        }
    }

    /// The UTC offset as `+05:30`, with `between` in place of the colon.
    pub(super) fn offset_text(self, between: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs();
        format!("{sign}{:02}{between}{:02}", minutes / 60, minutes % 60)
    }

    /// The timestamp in RFC 3339 format, without fractions of a second.
    pub(super) fn rfc3339(self) -> String {
        let CivilTime { year, month, day, hour, minute, second, .. } = self.shown();
        let zone = if self.offset == 0 { "Z".to_owned() } else { self.offset_text(":") };
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
    }
}

struct TimestampReader<'a> {
    rest: &'a str,
}

impl TimestampReader<'_> {
    fn digits(&mut self, count: usize, what: &str) -> Result<u32, String> {
        if self.rest.is_empty() {
            return Err(format!("end of string before {what}"));
        }
        let digits = self.rest.get(..count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let Some(n) = digits.and_then(|digits| digits.parse().ok()) else {
            let given: String =
                self.rest.chars().take_while(|c| !matches!(c, '-' | ':' | 'T' | ' ')).collect();
            return Err(format!("cannot use {given:?} as {what}"));
        };
        self.rest = self.rest.get(count..).unwrap_or_default();
        Ok(n)
    }

    fn separator(&mut self, separator: &str, after: &str) -> Result<(), String> {
        match self.rest.strip_prefix(separator) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None if separator == "T" => Err("missing required time introducer 'T'".to_owned()),
            None => Err(format!("missing {separator:?} after {after}")),
        }
    }

    fn fraction(&mut self) -> Result<u32, String> {
        let Some(rest) = self.rest.strip_prefix(['.', ',']) else { return Ok(0) };
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if digits.is_empty() {
            return Err("missing fraction of a second".to_owned());
        }
        self.rest = rest;
        let nine: String = digits.chars().chain(std::iter::repeat('0')).take(9).collect();
        nine.parse().map_err(|_| "fraction of a second out of range".to_owned())
    }

    fn offset(&mut self) -> Result<i64, String> {
        let sign = match self.rest.chars().next() {
            Some('Z') if self.rest.len() == 1 => return Ok(0),
            Some('+') => 1,
            Some('-') => -1,
            None => return Err("end of string before UTC offset".to_owned()),
            Some(_) => return Err(format!("cannot use {:?} as UTC offset", self.rest)),
        };
        self.rest = self.rest.get(1..).unwrap_or_default();
        let hours = self.digits(2, "UTC offset")?;
        self.separator(":", "UTC offset")?;
        let minutes = self.digits(2, "UTC offset")?;
        if !self.rest.is_empty() || hours > 24 || minutes > 59 {
            return Err("UTC offset out of range".to_owned());
        }
        Ok(sign * (i64::from(hours) * 60 + i64::from(minutes)))
    }
}
