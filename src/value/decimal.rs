//! Floats as decimal digits: the shortest digits that identify the float, or a given number of them.

use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::BitTest;

use super::float::{Float, Form};

/// `0.d1d2d3… * 10^point`, without zeros at either end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) digits: Vec<u8>,
    pub(super) point: i64,
}

impl Decimal {
    /// The exact digits of `mantissa * 2^exponent`.
    fn exact(mantissa: &UBig, exponent: i64) -> Self {
        let power = usize::try_from(exponent.unsigned_abs()).unwrap_or(0);
        let (text, fraction) = if exponent >= 0 {
            ((mantissa << power).to_string(), 0)
        } else {
            ((mantissa * UBig::from(5_u8).pow(power)).to_string(), power)
        };
        let point = signed(text.len()) - signed(fraction);
        let mut decimal = Self { digits: text.into_bytes(), point };
        decimal.trim();
        decimal
    }

    /// All digits of a float or, if `shortest`, the fewest that are nearer to it than to any other float of its precision.
    pub(super) fn of(float: &Float, shortest: bool) -> Self {
        let Form::Finite { mantissa, exponent } = &float.form else {
            return Self { digits: Vec::new(), point: 0 };
        };
        let mut decimal = Self::exact(mantissa, *exponent);
        if shortest {
            decimal.shorten(mantissa, *exponent, float.precision);
        }
        decimal
    }

    /// Keeps only the digits that distinguish the float from its neighbours: those within half a unit in its last place.
    fn shorten(&mut self, mantissa: &UBig, exponent: i64, precision: u32) {
        let shift = i64::from(precision) + 1 - signed(mantissa.bit_len());
        let Ok(shift) = usize::try_from(shift) else { return };
        let mantissa = mantissa << shift;
        let exponent = exponent - signed(shift);
        let lower = Self::exact(&(&mantissa - UBig::ONE), exponent);
        let upper = Self::exact(&(&mantissa + UBig::ONE), exponent);
        let inclusive = !mantissa.bit(1);
        // The bounds may have one digit more or less before the point.
        let at = |decimal: &Self, i: usize| {
            let i = signed(i) - (self.point - decimal.point);
            usize::try_from(i).ok().and_then(|i| decimal.digits.get(i).copied()).unwrap_or(b'0')
        };
        let end = |decimal: &Self| signed(decimal.digits.len()) + (self.point - decimal.point);
        for (i, &digit) in self.digits.iter().enumerate() {
            let (low, high, next) = (at(&lower, i), at(&upper, i), signed(i) + 1);
            let may_go_down = low != digit || inclusive && next == end(&lower);
            let may_go_up = digit != high && (inclusive || digit + 1 < high || next < end(&upper));
            let count = i + 1;
            match (may_go_down, may_go_up) {
                (true, true) => return self.round(count),
                (true, false) => return self.round_down(count),
                (false, true) => return self.round_up(count),
                (false, false) => {}
            }
        }
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    fn round_down(&mut self, count: usize) {
        self.digits.truncate(count);
        self.trim();
    }

    fn round_up(&mut self, count: usize) {
        self.digits.truncate(count);
        while let Some(last) = self.digits.pop() {
            if last < b'9' {
                self.digits.push(last + 1);
                return;
            }
        }
        self.digits.push(b'1');
        self.point += 1;
    }

    /// Keeps `count` digits, rounding half to even.
    pub(super) fn round(&mut self, count: usize) {
        let Some(first) = self.digits.get(count) else { return };
        let up = match first.cmp(&b'5') {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => {
                let exactly_half = self.digits.len() == count + 1;
                let odd = count.checked_sub(1).and_then(|i| self.digits.get(i)).is_some_and(|d| d % 2 == 1);
                !exactly_half || odd
            }
        };
        if up { self.round_up(count) } else { self.round_down(count) }
    }

    fn digit(&self, i: i64) -> char {
        usize::try_from(i).ok().and_then(|i| self.digits.get(i)).map_or('0', |&digit| char::from(digit))
    }

    /// `123.45`, with `decimals` digits after the point, or with all digits.
    pub(super) fn fixed(mut self, decimals: Option<usize>) -> String {
        if let Some(decimals) = decimals {
            match usize::try_from(self.point + signed(decimals)) {
                Ok(count) => self.round(count),
                Err(_) => self.round_down(0),
            }
        }
        let mut text = String::new();
        if self.point <= 0 {
            text.push('0');
        }
        text.extend((0..self.point).map(|i| self.digit(i)));
        let decimals = decimals.map_or_else(|| (signed(self.digits.len()) - self.point).max(0), signed);
        if decimals > 0 {
            text.push('.');
            text.extend((self.point..self.point + decimals).map(|i| self.digit(i)));
        }
        text
    }

    /// `1.2345e+02`, with `decimals` digits after the point, or with all digits.
    pub(super) fn scientific(mut self, decimals: Option<usize>) -> String {
        if let Some(decimals) = decimals {
            self.round(decimals + 1);
        }
        let decimals = decimals.unwrap_or_else(|| self.digits.len().saturating_sub(1));
        let mut text = String::from(self.digit(0));
        if decimals > 0 {
            text.push('.');
            text.extend((1..=signed(decimals)).map(|i| self.digit(i)));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        text.push_str(&format!("e{sign}{:02}", exponent.abs()));
        text
    }

    /// Go's `%g`: scientific notation for large and small exponents, no trailing zeros. `digits` limits the significant digits.
    pub(super) fn general(mut self, digits: Option<usize>) -> String {
        if let Some(digits) = digits {
            self.round(digits.max(1));
        }
        let kept = signed(self.digits.len());
        let threshold = match digits.map(|digits| signed(digits.max(1))) {
            None => 6,
            Some(digits) if digits > kept && kept >= self.point => kept,
            Some(digits) => digits,
        };
        let exponent = self.point - 1;
        if exponent < -4 || exponent >= threshold {
            let decimals = self.digits.len().saturating_sub(1);
            return self.scientific(Some(decimals));
        }
        self.fixed(None)
    }
}

fn signed(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
