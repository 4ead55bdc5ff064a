//! Days of the Gregorian calendar.

use std::fmt;

/// A day: `2027-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

/// How many seconds a day has.
const DAY: u64 = 86_400;

const fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    /// Reads year, month and day with four, two and two digits; `None` if the text is no day of the calendar.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| -> Option<u32> {
            let part = parts.next()?;
            let fits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            if fits { part.parse().ok() } else { None }
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let exists = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        (parts.next().is_none() && exists).then_some(Self { year, month, day })
    }

    /// The day before; `None` before the first day of the year 1.
    #[must_use]
    pub fn day_before(self) -> Option<Self> {
        let Self { year, month, day } = self;
        if day > 1 {
            return Some(Self { day: day - 1, ..self });
        }
        let (year, month) = if month > 1 { (year, month - 1) } else { (year.checked_sub(1)?, 12) };
        Some(Self { year, month, day: days_in(year, month) })
    }

    /// The day in UTC so many seconds after the start of 1970.
    #[must_use]
    pub fn of_unix_time(seconds: u64) -> Self {
        let mut left = u32::try_from(seconds / DAY).unwrap_or(u32::MAX);
        let (mut year, mut month) = (1970, 1);
        // A year of the calendar has four digits.
        while year < 9999 {
            let days = 337 + days_in(year, 2);
            if left < days {
                break;
            }
            left -= days;
            year += 1;
        }
        while month < 12 && left >= days_in(year, month) {
            left -= days_in(year, month);
            month += 1;
        }
        Self { year, month, day: left.min(30) + 1 }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
