//! Terraform's numbers: 512-bit binary floats, printed with the digits they need.

use std::cmp::Ordering;
use std::sync::Arc;

use dashu_int::UBig;

use super::decimal::Decimal;
use super::float::{Float, Form, PRECISION};

#[derive(Clone, Debug)]
pub enum Number {
    /// A whole number that fits into 64 bits.
    Int(i64),
    /// Any other number.
    Float(Arc<Big>),
}

/// A number that is not a small whole number: a fraction, a very large number, an infinity or `-0`.
#[derive(Clone, Debug)]
pub struct Big(Float);

/// Why an arithmetic operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// 0 / 0, infinity - infinity and the like.
    #[error("the result is not a number")]
    NotANumber,
}

/// No number has more digits than this in any base; see `MAX_EXPONENT` of floats.
const MOST_DIGITS: usize = 1 << 17;

/// The layout of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigitLayout {
    /// `123.45`
    Fixed,
    /// `1.2345e+02`
    Scientific,
    /// The shorter of the two, as Go's `%g`.
    General,
}

impl Number {
    /// Positive infinity, the result of `1 / 0`.
    #[must_use]
    pub fn infinity() -> Self {
        Self::Float(Arc::new(Big(Float::infinite(false))))
    }

    /// Parses as Terraform's `tonumber` does: `1`, `+1`, `.5`, `5.`, `010`, `1e3`, `Inf`; not `0x1`, ` 1`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, magnitude) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        if !negative
            && magnitude.len() < 19
            && magnitude.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(n) = magnitude.parse()
        {
            return Some(Self::Int(n));
        }
        if matches!(magnitude, "Inf" | "inf") {
            return Some(Self::from_float(Float::infinite(negative)));
        }
        let mantissa_end = magnitude.find(['e', 'E', 'p', 'P']);
        let (mantissa, exponent) = match mantissa_end {
            Some(at) => (magnitude.get(..at)?, Some(magnitude.get(at..)?)),
            None => (magnitude, None),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let mut power = -i64::try_from(fraction.len()).ok()?;
        let mut written = format!("{whole}{fraction}");
        let zeros = written.find(|digit| digit != '0').unwrap_or(written.len());
        // Digits beyond these change nothing but the rounding: only whether one of them is not zero matters.
        let end = zeros.saturating_add(2 * MOST_DIGITS);
        if let Some(rest) = written.get(end..).filter(|rest| !rest.is_empty()) {
            power += i64::try_from(rest.len()).ok()? - 1;
            let more = if rest.bytes().all(|digit| digit == b'0') { '0' } else { '1' };
            written.truncate(end);
            written.push(more);
        }
        let digits = UBig::from_str_radix(&written, 10).ok()?;
        let mut doublings = 0;
        if let Some(exponent) = exponent {
            let binary = exponent.starts_with(['p', 'P']);
            let exponent = exponent.get(1..)?;
            let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if unsigned.is_empty() || !all_digits(unsigned) {
                return None;
            }
            let magnitude: i64 = unsigned.parse().unwrap_or(i64::MAX).min(1 << 40);
            let exponent = if exponent.starts_with('-') { -magnitude } else { magnitude };
            if binary {
                doublings = exponent;
            } else {
                power += exponent;
            }
        }
        let float = Float::from_decimal(negative, &digits, power, PRECISION);
        Some(Self::from_float(float.doubled(doublings)))
    }

    /// The whole number in a base (digits `0-9a-zA-Z`; up to base 36 letters of either case mean the same).
    #[must_use]
    pub fn parse_whole(text: &str, base: u32) -> Option<Self> {
        let negative = text.starts_with('-');
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.is_empty() {
            return None;
        }
        // Multiplying ever longer numbers is slow, and more digits than a number can have give infinity anyway.
        let first = digits.find(|digit| digit != '0').unwrap_or(digits.len());
        let is_too_long = digits.len() - first > MOST_DIGITS;
        let mut magnitude = UBig::ZERO;
        for byte in digits.bytes() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'z' => byte - b'a' + 10,
                b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
                b'A'..=b'Z' => byte - b'A' + 36,
                _ => return None,
            };
            if u32::from(digit) >= base {
                return None;
            }
            if !is_too_long {
                magnitude = magnitude * UBig::from(base) + UBig::from(digit);
            }
        }
        if is_too_long {
            return Some(Self::from_float(Float::infinite(negative)));
        }
        Some(Self::from_float(Float::whole(negative && !magnitude.is_zero(), magnitude)))
    }

    /// The steps to print or parse the number; they grow with the square of its digits.
    #[must_use]
    pub fn steps(&self) -> u64 {
        let digits = self.digits_at_most();
        digits + digits.saturating_mul(digits) / 256
    }

    /// An upper bound on the digits when printed.
    #[must_use]
    pub fn digits_at_most(&self) -> u64 {
        match self {
            Self::Int(_) => 20,
            Self::Float(big) => big.0.digits_at_most(),
        }
    }

    /// The number for a machine float; it prints with the digits that distinguish it from other machine floats.
    ///
    /// # Errors
    /// If the float is NaN.
    pub fn from_f64(n: f64) -> Result<Self, NumberError> {
        if n.is_nan() { Err(NumberError::NotANumber) } else { Ok(Self::from_float(Float::from_f64(n))) }
    }

    /// Uses the small form for whole numbers, unless that loses something.
    fn from_float(float: Float) -> Self {
        if float.is_whole()
            && !(float.negative && matches!(float.form, Form::Zero))
            && let Some(magnitude) = float.truncated()
            && let Ok(n) = i64::try_from(&magnitude)
            && (float.precision >= 64 || n < 1 << 53)
        {
            return Self::Int(if float.negative { -n } else { n });
        }
        Self::Float(Arc::new(Big(float)))
    }

    fn checked(float: Option<Float>) -> Result<Self, NumberError> {
        float.map(Self::from_float).ok_or(NumberError::NotANumber)
    }

    fn to_float(&self) -> Float {
        match self {
            Self::Int(n) => Float::from_i64(*n, PRECISION),
            Self::Float(big) => big.0.clone(),
        }
    }

    /// The number as `i64`, if it is whole and fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            Self::Float(big) if big.0.is_whole() => {
                let magnitude = i128::try_from(big.0.truncated()?).ok()?;
                i64::try_from(if big.0.negative { -magnitude } else { magnitude }).ok()
            }
            Self::Float(_) => None,
        }
    }

    /// Whether the number has no fraction; infinities are not whole.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Int(_) => true,
            Self::Float(big) => big.0.is_whole(),
        }
    }

    #[must_use]
    pub fn is_infinite(&self) -> bool {
        matches!(self, Self::Float(big) if matches!(big.0.form, Form::Infinite))
    }

    /// Whether the number has a minus sign; `-0` has one.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match self {
            Self::Int(n) => *n < 0,
            Self::Float(big) => big.0.negative,
        }
    }

    /// The nearest `f64`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "nearest is what is asked for")]
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Int(n) => *n as f64,
            Self::Float(big) => {
                let magnitude = match &big.0.form {
                    Form::Zero => 0.0,
                    Form::Infinite => f64::INFINITY,
                    Form::Finite { .. } => {
                        Decimal::of(&big.0, false).scientific(None).parse().unwrap_or(f64::INFINITY)
                    }
                };
                if big.0.negative { -magnitude } else { magnitude }
            }
        }
    }

    fn precision(&self) -> u32 {
        match self {
            Self::Int(_) => PRECISION,
            Self::Float(big) => big.0.precision,
        }
    }

    /// `self + other`
    ///
    /// # Errors
    /// If the result is NaN.
    pub fn add(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Ok(Self::Int(sum));
        }
        let precision = self.precision().max(other.precision());
        Self::checked(self.to_float().add(&other.to_float(), precision))
    }

    /// `self - other`
    ///
    /// # Errors
    /// If the result is NaN.
    pub fn subtract(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(difference) = a.checked_sub(*b)
        {
            return Ok(Self::Int(difference));
        }
        let precision = self.precision().max(other.precision());
        Self::checked(self.to_float().add(&other.to_float().negated(), precision))
    }

    /// `self * other`
    ///
    /// # Errors
    /// If the result is NaN.
    pub fn multiply(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(product) = a.checked_mul(*b)
            && (product != 0 || *a >= 0 && *b >= 0)
        {
            return Ok(Self::Int(product));
        }
        let product = self.to_float().multiply(&other.to_float(), PRECISION);
        Self::checked(product.map(|product| {
            let precision = self.precision().max(other.precision()).max(product.needed_precision());
            product.with_precision(precision)
        }))
    }

    /// `self / other`; division by zero gives infinity.
    ///
    /// # Errors
    /// If the result is NaN.
    pub fn divide(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && a.checked_rem(*b) == Some(0)
            && let Some(quotient) = a.checked_div(*b)
            && *a != 0
        {
            return Ok(Self::Int(quotient));
        }
        let precision = self.precision().max(other.precision());
        Self::checked(self.to_float().divide(&other.to_float(), precision))
    }

    /// `self % other`, with the sign of `self`; `x % 0` is `x`.
    ///
    /// # Errors
    /// If the result is NaN.
    pub fn remainder(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other) {
            return Ok(Self::Int(if *b == 0 { *a } else { a.wrapping_rem(*b) }));
        }
        if self.is_infinite() || other.is_infinite() {
            return self.multiply(other);
        }
        if other == &Self::Int(0) {
            return Ok(self.clone());
        }
        let quotient = self.divide(other)?.to_float();
        let Some(whole) = quotient.truncated() else { return Err(NumberError::NotANumber) };
        // Terraform continues with the precision that the whole quotient needs.
        let whole = Float::whole(quotient.negative, whole);
        let precision = whole.precision;
        let subtrahend = other.to_float().multiply(&whole, precision);
        Self::checked(subtrahend.and_then(|float| self.to_float().add(&float.negated(), precision)))
    }

    /// `-self`
    #[must_use]
    pub fn negate(&self) -> Self {
        match self {
            Self::Int(n) if *n != 0 && *n != i64::MIN => Self::Int(-n),
            other => Self::from_float(other.to_float().negated()),
        }
    }

    #[must_use]
    pub fn absolute(&self) -> Self {
        if self.is_negative() { self.negate() } else { self.clone() }
    }

    /// The largest whole number that is at most this one.
    #[must_use]
    pub fn floor(&self) -> Self {
        self.to_whole(true)
    }

    /// The smallest whole number that is at least this one.
    #[must_use]
    pub fn ceiling(&self) -> Self {
        self.to_whole(false)
    }

    fn to_whole(&self, down: bool) -> Self {
        let Self::Float(big) = self else { return self.clone() };
        let Some(magnitude) = big.0.truncated() else { return self.clone() };
        let away = !big.0.is_whole() && big.0.negative == down;
        let magnitude = if away { magnitude + UBig::ONE } else { magnitude };
        Self::from_float(Float::whole(big.0.negative && !magnitude.is_zero(), magnitude))
    }

    /// The magnitude of a whole number in a base (2 to 36), lower case.
    #[must_use]
    pub fn whole_digits(&self, base: u8) -> Option<String> {
        let magnitude = self.is_whole().then(|| self.to_float().truncated()).flatten()?;
        Some(magnitude.in_radix(base).to_string())
    }

    /// The magnitude with `precision` digits after the point ([`DigitLayout::General`]: significant digits), or with as many as
    /// it needs. Infinity is `Inf`.
    #[must_use]
    pub fn digits(&self, layout: DigitLayout, precision: Option<usize>) -> String {
        let float = self.to_float();
        if matches!(float.form, Form::Infinite) {
            return "Inf".to_owned();
        }
        let decimal = Decimal::of(&float, precision.is_none());
        match layout {
            DigitLayout::Fixed => decimal.fixed(precision),
            DigitLayout::Scientific => decimal.scientific(precision),
            DigitLayout::General => decimal.general(precision),
        }
    }
}

impl From<i64> for Number {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            _ => self.to_float().compare(&other.to_float()),
        }
    }
}

impl std::fmt::Display for Number {
    /// Prints the number as Terraform does.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(n) => write!(f, "{n}"),
            Self::Float(big) => {
                let sign = match (big.0.negative, &big.0.form) {
                    (true, _) => "-",
                    (false, Form::Infinite) => "+",
                    (false, _) => "",
                };
                write!(f, "{sign}{}", self.digits(DigitLayout::Fixed, None))
            }
        }
    }
}
