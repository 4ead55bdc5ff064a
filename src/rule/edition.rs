//! Editions: the releases of the set of rules. A project that names one gets its rules and no newer ones, whatever the program knows.

use std::fmt::{self, Display, Formatter};

use crate::decode::{AttributeValue, Decode};
use crate::diagnostic::Diagnostic;
use crate::value::Str;

/// An edition: a year and a number in it, `2027.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edition {
    year: u16,
    number: u16,
}

impl Edition {
    /// Reads an edition; `None` if the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
            text.parse::<u16>().ok().filter(|_| is_plain)
        };
        let (year, in_year) = text.split_once('.')?;
        let year = number(year).filter(|year| (2000..=9999).contains(year))?;
        Some(Self { year, number: number(in_year)? })
    }
}

impl Display for Edition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.year, self.number)
    }
}

impl Decode for Edition {
    fn decode(written: &AttributeValue<'_>) -> Result<Self, Box<Diagnostic>> {
        let text = Str::decode(written)?;
        Self::parse(&text).ok_or_else(|| {
            let message = format!("`{text}` is not an edition");
            Box::new(
                Diagnostic::error("decode/value", message)
                    .at(written.span(), "not an edition")
                    .help("an edition is a year and a number, such as `2027.1`"),
            )
        })
    }
}
