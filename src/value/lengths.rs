//! Bounds on the number of elements of a collection of which not everything is known.

use super::equality::Identities;
use super::seen::count_distinct;
use super::{Kind, Sequence, Type, Unknown, Value};

/// The least number of elements, and the greatest if there is a known end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    pub least: usize,
    pub most: Option<usize>,
}

impl Lengths {
    /// Nothing is known.
    pub const ANY: Self = Self { least: 0, most: None };

    /// Of something that has exactly so many elements.
    #[must_use]
    pub const fn exactly(length: usize) -> Self {
        Self { least: length, most: Some(length) }
    }

    /// What is known of the length of a list, set, tuple, map or object; of a value that may be null, where it is not.
    #[must_use]
    pub fn of(value: &Value, identities: &dyn Identities) -> Self {
        match &value.kind {
            Kind::List(sequence) | Kind::Tuple(sequence) => Self::of_list(sequence),
            Kind::Set(sequence) => {
                // Elements that are known differ.
                if sequence.items.iter().all(Value::is_wholly_known) {
                    return Self::of_list(sequence);
                }
                let (least, most) = count_distinct(&sequence.items, identities);
                Self { least, most: if sequence.more.is_some() { sequence.most } else { Some(most) } }
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                let least = entries.items.len();
                Self { least, most: entries.more().is_none().then_some(least) }
            }
            Kind::Unknown(unknown) => Self::of_unknown(unknown, identities),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => Self::ANY,
        }
    }

    /// The length of a list or tuple.
    #[must_use]
    pub fn of_list(sequence: &Sequence) -> Self {
        let least = sequence.items.len();
        Self { least, most: if sequence.more.is_some() { sequence.most } else { Some(least) } }
    }

    fn of_unknown(unknown: &Unknown, identities: &dyn Identities) -> Self {
        let refinement = &unknown.refinement;
        if let Some(entries) = &refinement.entries {
            let least = entries.items.len();
            return Self { least, most: entries.more.is_none().then_some(least) };
        }
        let own = match &unknown.type_ {
            Type::Tuple(parts) => Self::exactly(parts.len()),
            Type::Object(attributes) => Self::exactly(attributes.len()),
            Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Dynamic => {
                let length = |n: Option<i64>| n.and_then(|n| usize::try_from(n).ok());
                Self { least: length(refinement.at_least).unwrap_or(0), most: length(refinement.at_most) }
            }
            Type::Bool | Type::Number | Type::String => Self::ANY,
        };
        match &refinement.null_or {
            Some(unless_null) => own.and(Self::of(unless_null, identities)),
            None => own,
        }
    }

    /// Of what has the elements of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            least: self.least.saturating_add(other.least),
            most: self.most.zip(other.most).and_then(|(a, b)| a.checked_add(b)),
        }
    }

    /// Of what has an element for each pair of elements.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let most = match (self.most, other.most) {
            (Some(0), _) | (_, Some(0)) => Some(0),
            (a, b) => a.zip(b).and_then(|(a, b)| a.checked_mul(b)),
        };
        Self { least: self.least.saturating_mul(other.least), most }
    }

    /// Of what is one or the other.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.zip(other.most).map(|(a, b)| a.max(b)) }
    }

    /// Of what both are true.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { least: self.least.max(other.least), most: [self.most, other.most].into_iter().flatten().min() }
    }

    /// With this of each bound.
    #[must_use]
    pub fn map(self, of: impl Fn(usize) -> usize) -> Self {
        Self { least: of(self.least), most: self.most.map(of) }
    }

    /// Of the same without an element that is there twice.
    #[must_use]
    pub fn distinct(self) -> Self {
        Self { least: self.least.min(1), ..self }
    }

    /// The length, if it is known.
    #[must_use]
    pub fn known(self) -> Option<usize> {
        self.most.filter(|most| *most == self.least)
    }
}
