//! Terraform's numbers: 512-bit binary floats, printed with as many digits as they need.

use std::sync::Arc;

/// A number.
#[derive(Clone, Debug)]
pub enum Number {
    /// A whole number that fits.
    Int(i64),
    /// Any other number.
    Float(Arc<f64>),
}

/// Why an arithmetic operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// 0 / 0, infinity - infinity and the like.
    #[error("the result is not a number")]
    NotANumber,
}

impl Number {
    /// Parses as Terraform's `tonumber` does: `1`, `+1`, `.5`, `5.`, `010`, `1e3`, `Inf`; not `0x1`, ` 1`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<i64>()
            .map(Self::Int)
            .ok()
            .or_else(|| text.parse::<f64>().ok().map(|n| Self::Float(Arc::new(n))))
    }

    /// The number as `i64`, if it is whole and fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            Self::Float(_) => None,
        }
    }

    /// The nearest `f64`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "nearest is what is asked for")]
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Int(n) => *n as f64,
            Self::Float(n) => **n,
        }
    }

    fn from_f64(n: f64) -> Result<Self, NumberError> {
        if n.is_nan() { Err(NumberError::NotANumber) } else { Ok(Self::Float(Arc::new(n))) }
    }

    /// `self + other`
    ///
    /// # Errors
    /// If the result is not a number.
    pub fn add(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Ok(Self::Int(sum));
        }
        Self::from_f64(self.to_f64() + other.to_f64())
    }

    /// `self - other`
    ///
    /// # Errors
    /// If the result is not a number.
    pub fn subtract(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(difference) = a.checked_sub(*b)
        {
            return Ok(Self::Int(difference));
        }
        Self::from_f64(self.to_f64() - other.to_f64())
    }

    /// `self * other`
    ///
    /// # Errors
    /// If the result is not a number.
    pub fn multiply(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(product) = a.checked_mul(*b)
        {
            return Ok(Self::Int(product));
        }
        Self::from_f64(self.to_f64() * other.to_f64())
    }

    /// `self / other`; division by zero gives infinity.
    ///
    /// # Errors
    /// If the result is not a number.
    pub fn divide(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && a.checked_rem(*b) == Some(0)
            && let Some(quotient) = a.checked_div(*b)
        {
            return Ok(Self::Int(quotient));
        }
        Self::from_f64(self.to_f64() / other.to_f64())
    }

    /// `self % other`, with the sign of `self`; `x % 0` is `x`.
    ///
    /// # Errors
    /// If the result is not a number.
    pub fn remainder(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Self::Int(a), Self::Int(b)) = (self, other) {
            return Ok(Self::Int(if *b == 0 { *a } else { a.wrapping_rem(*b) }));
        }
        Self::from_f64(self.to_f64() % other.to_f64())
    }

    /// `-self`
    #[must_use]
    pub fn negate(&self) -> Self {
        match self {
            Self::Int(n) if *n != 0 && *n != i64::MIN => Self::Int(-n),
            other => Self::Float(Arc::new(-other.to_f64())),
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
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            _ => self.to_f64().total_cmp(&other.to_f64()),
        }
    }
}

impl std::fmt::Display for Number {
    /// As Terraform prints numbers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(n) => write!(f, "{n}"),
            Self::Float(n) => write!(f, "{n}"),
        }
    }
}
