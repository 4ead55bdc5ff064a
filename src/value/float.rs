//! Binary floating point of any precision, rounding half to even: the part of Go's `big.Float` that Terraform uses.

use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

/// The precision of numbers from literals and parsed text, in bits.
pub(super) const PRECISION: u32 = 512;

/// A number is infinite from two to this power on, and zero below the inverse. Go goes on to two to the 31st, which takes minutes to
/// print.
const MAX_EXPONENT: i64 = 1 << 17;

/// A float: a sign, a magnitude, and the precision of operations on it in bits.
#[derive(Clone, Debug)]
pub(super) struct Float {
    pub(super) negative: bool,
    pub(super) form: Form,
    pub(super) precision: u32,
}

/// The magnitude of a float.
#[derive(Clone, Debug)]
pub(super) enum Form {
    Zero,
    /// `mantissa * 2^exponent` with an odd mantissa.
    Finite {
        mantissa: UBig,
        exponent: i64,
    },
    Infinite,
}

fn bits(n: &UBig) -> i64 {
    i64::try_from(n.bit_len()).unwrap_or(i64::MAX)
}

/// `n << by`, where `by` is not negative.
fn shifted(n: &UBig, by: i64) -> UBig {
    n << usize::try_from(by).unwrap_or(0)
}

impl Float {
    pub(super) fn zero(negative: bool, precision: u32) -> Self {
        Self { negative, form: Form::Zero, precision }
    }

    pub(super) fn infinite(negative: bool) -> Self {
        Self { negative, form: Form::Infinite, precision: PRECISION }
    }

    pub(super) fn from_i64(n: i64, precision: u32) -> Self {
        Self::rounded(n < 0, UBig::from(n.unsigned_abs()), 0, false, precision)
    }

    /// A whole number, with the precision it needs and at least 64 bits.
    pub(super) fn whole(negative: bool, magnitude: UBig) -> Self {
        let precision = u32::try_from(magnitude.bit_len()).unwrap_or(u32::MAX).max(64);
        Self::rounded(negative, magnitude, 0, false, precision)
    }

    /// A float from a machine float that is not NaN.
    pub(super) fn from_f64(n: f64) -> Self {
        if n.is_infinite() {
            return Self::infinite(n < 0.0);
        }
        let raw = n.to_bits();
        let fraction = raw & ((1 << 52) - 1);
        let biased = i64::try_from((raw >> 52) & 0x7ff).unwrap_or(0);
        let (mantissa, exponent) =
            if biased == 0 { (fraction, -1074) } else { (fraction | (1 << 52), biased - 1075) };
        Self::rounded(n.is_sign_negative(), UBig::from(mantissa), exponent, false, 53)
    }

    /// The float nearest to `mantissa * 2^exponent`, or to slightly more if `inexact`.
    fn rounded(negative: bool, mantissa: UBig, exponent: i64, inexact: bool, precision: u32) -> Self {
        let surplus = bits(&mantissa) - i64::from(precision);
        let (mut mantissa, mut exponent) = (mantissa, exponent);
        if let Ok(surplus) = usize::try_from(surplus)
            && surplus > 0
        {
            let kept = &mantissa >> surplus;
            let dropped = &mantissa - (&kept << surplus);
            let half = UBig::ONE << (surplus - 1);
            let up = match dropped.cmp(&half) {
                Ordering::Less => false,
                Ordering::Greater => true,
                Ordering::Equal => inexact || kept.bit(0),
            };
            mantissa = if up { kept + UBig::ONE } else { kept };
            exponent += i64::try_from(surplus).unwrap_or(0);
        }
        let Some(zeros) = mantissa.trailing_zeros() else {
            return Self::zero(negative, precision);
        };
        mantissa >>= zeros;
        exponent += i64::try_from(zeros).unwrap_or(0);
        let top = exponent + bits(&mantissa);
        if top > MAX_EXPONENT {
            return Self { negative, form: Form::Infinite, precision };
        }
        if top < -MAX_EXPONENT {
            return Self::zero(negative, precision);
        }
        Self { negative, form: Form::Finite { mantissa, exponent }, precision }
    }

    /// The float nearest to `digits * 10^power`.
    pub(super) fn from_decimal(negative: bool, digits: &UBig, power: i64, precision: u32) -> Self {
        if digits.is_zero() {
            return Self::zero(negative, precision);
        }
        // A decimal digit is worth more than three bits. No configuration comes near either bound.
        let magnitude = bits(digits) / 4 + power;
        if magnitude > MAX_EXPONENT {
            return Self { negative, form: Form::Infinite, precision };
        }
        if magnitude < -MAX_EXPONENT {
            return Self::zero(negative, precision);
        }
        let scale = UBig::from(10_u8).pow(usize::try_from(power.unsigned_abs()).unwrap_or(0));
        if power >= 0 {
            Self::rounded(negative, digits * scale, 0, false, precision)
        } else {
            Self::quotient(negative, digits, &scale, 0, precision)
        }
    }

    /// `dividend / divisor * 2^exponent`
    fn quotient(negative: bool, dividend: &UBig, divisor: &UBig, exponent: i64, precision: u32) -> Self {
        let shift = (i64::from(precision) + 2 + bits(divisor) - bits(dividend)).max(0);
        let (quotient, remainder) = shifted(dividend, shift).div_rem(divisor);
        Self::rounded(negative, quotient, exponent - shift, !remainder.is_zero(), precision)
    }

    pub(super) fn with_precision(&self, precision: u32) -> Self {
        match &self.form {
            Form::Finite { mantissa, exponent } => {
                Self::rounded(self.negative, mantissa.clone(), *exponent, false, precision)
            }
            Form::Zero | Form::Infinite => Self { precision, ..self.clone() },
        }
    }

    /// `self * 2^power`
    pub(super) fn doubled(self, power: i64) -> Self {
        match self.form {
            Form::Finite { mantissa, exponent } if power != 0 => {
                Self::rounded(self.negative, mantissa, exponent.saturating_add(power), false, self.precision)
            }
            _ => self,
        }
    }

    pub(super) fn negated(&self) -> Self {
        Self { negative: !self.negative, ..self.clone() }
    }

    /// The sum; `None` for infinity minus infinity.
    pub(super) fn add(&self, other: &Self, precision: u32) -> Option<Self> {
        match (&self.form, &other.form) {
            (Form::Infinite, Form::Infinite) => (self.negative == other.negative).then(|| self.clone()),
            (Form::Infinite, _) => Some(self.clone()),
            (_, Form::Infinite) => Some(other.clone()),
            (Form::Zero, Form::Zero) => Some(Self::zero(self.negative && other.negative, precision)),
            (Form::Zero, Form::Finite { .. }) => Some(other.with_precision(precision)),
            (Form::Finite { .. }, Form::Zero) => Some(self.with_precision(precision)),
            (Form::Finite { mantissa: a, exponent: e }, Form::Finite { mantissa: b, exponent: f }) => {
                let exponent = *e.min(f);
                let (a, b) = (shifted(a, e - exponent), shifted(b, f - exponent));
                let (negative, magnitude) = if self.negative == other.negative {
                    (self.negative, a + b)
                } else if a >= b {
                    (self.negative && a != b, a - b)
                } else {
                    (other.negative, b - a)
                };
                Some(Self::rounded(negative, magnitude, exponent, false, precision))
            }
        }
    }

    /// The product; `None` for zero times infinity.
    pub(super) fn multiply(&self, other: &Self, precision: u32) -> Option<Self> {
        let negative = self.negative != other.negative;
        match (&self.form, &other.form) {
            (Form::Infinite, Form::Zero) | (Form::Zero, Form::Infinite) => None,
            (Form::Infinite, _) | (_, Form::Infinite) => Some(Self::infinite(negative)),
            (Form::Zero, _) | (_, Form::Zero) => Some(Self::zero(negative, precision)),
            (Form::Finite { mantissa: a, exponent: e }, Form::Finite { mantissa: b, exponent: f }) => {
                Some(Self::rounded(negative, a * b, e + f, false, precision))
            }
        }
    }

    /// The quotient; `None` for zero divided by zero and infinity divided by infinity.
    pub(super) fn divide(&self, other: &Self, precision: u32) -> Option<Self> {
        let negative = self.negative != other.negative;
        match (&self.form, &other.form) {
            (Form::Infinite, Form::Infinite) | (Form::Zero, Form::Zero) => None,
            (Form::Infinite, _) | (_, Form::Zero) => Some(Self::infinite(negative)),
            (Form::Zero, _) | (_, Form::Infinite) => Some(Self::zero(negative, precision)),
            (Form::Finite { mantissa: a, exponent: e }, Form::Finite { mantissa: b, exponent: f }) => {
                Some(Self::quotient(negative, a, b, e - f, precision))
            }
        }
    }

    /// The number of bits that the magnitude needs.
    pub(super) fn needed_precision(&self) -> u32 {
        match &self.form {
            Form::Finite { mantissa, .. } => u32::try_from(mantissa.bit_len()).unwrap_or(u32::MAX),
            Form::Zero | Form::Infinite => 0,
        }
    }

    /// An upper bound on the number of decimal digits when printed.
    pub(super) fn digits_at_most(&self) -> u64 {
        match &self.form {
            Form::Finite { mantissa, exponent } => {
                let top = u64::try_from(bits(mantissa)).unwrap_or(0);
                // A bit before the point adds a third of a digit, a bit after it a whole digit.
                let digits = if *exponent >= 0 {
                    (top + exponent.unsigned_abs()) / 3
                } else {
                    top / 3 + exponent.unsigned_abs()
                };
                digits + 20
            }
            Form::Zero | Form::Infinite => 20,
        }
    }

    pub(super) fn is_whole(&self) -> bool {
        match &self.form {
            Form::Zero => true,
            Form::Finite { exponent, .. } => *exponent >= 0,
            Form::Infinite => false,
        }
    }

    /// The whole part of the magnitude; `None` if infinite.
    pub(super) fn truncated(&self) -> Option<UBig> {
        match &self.form {
            Form::Zero => Some(UBig::ZERO),
            Form::Finite { mantissa, exponent } => Some(if *exponent >= 0 {
                shifted(mantissa, *exponent)
            } else {
                mantissa >> usize::try_from(exponent.unsigned_abs()).unwrap_or(usize::MAX)
            }),
            Form::Infinite => None,
        }
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let sign = |float: &Self| match (&float.form, float.negative) {
            (Form::Zero, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        sign(self).cmp(&sign(other)).then_with(|| {
            let magnitudes = match (&self.form, &other.form) {
                (Form::Finite { mantissa: a, exponent: e }, Form::Finite { mantissa: b, exponent: f }) => {
                    (bits(a) + e).cmp(&(bits(b) + f)).then_with(|| {
                        let exponent = *e.min(f);
                        shifted(a, e - exponent).cmp(&shifted(b, f - exponent))
                    })
                }
                (Form::Infinite, Form::Infinite) | (Form::Zero, Form::Zero) => Ordering::Equal,
                (Form::Infinite, _) | (_, Form::Zero) => Ordering::Greater,
                (_, Form::Infinite) | (Form::Zero, _) => Ordering::Less,
            };
            if self.negative { magnitudes.reverse() } else { magnitudes }
        })
    }
}
