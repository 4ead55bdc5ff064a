//! How large values may grow, and what it costs to look at them.
//!
//! Values share their parts, so a chain of sixty short definitions can name a value with too many parts to visit. Code that builds a
//! value out of others asks here whether it has become too large: then it is unknown, with the limit as its cause.

use super::{AbsentKey, Cause, CauseKind, Kind, Value};

/// The most parts of a value; a part counts wherever it occurs.
pub const MAX_VALUE_PARTS: usize = 1 << 20;

/// The deepest nesting of a value: code that walks a value may recurse once per level.
pub const MAX_VALUE_DEPTH: usize = 512;

/// How the limits are called in causes: "the limit … was reached".
const TOO_MANY_PARTS: &str = "of a million parts in one value";
const TOO_DEEP: &str = "of 512 levels in one value";

/// The steps to visit a part or to record a reference.
const STEPS: u64 = 8;

/// The memory of one part of a collection, in bytes.
const PART: u64 = 64;

/// The memory of an unknown value with its origin, in bytes.
const UNKNOWN: u64 = 192;

/// The size of a value; a part counts wherever it occurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// The number of parts at all levels, including the value itself.
    pub parts: u64,
    /// Bytes of texts and digits of numbers.
    pub bytes: u64,
    /// The steps to read or print the whole value.
    pub steps: u64,
}

impl Weight {
    /// The memory of the value if none of it is shared, in bytes.
    #[must_use]
    pub fn memory(self) -> u64 {
        self.parts.saturating_mul(PART).saturating_add(self.bytes)
    }
}

impl Value {
    /// The same value, or an unknown one if it has outgrown [`MAX_VALUE_PARTS`] or [`MAX_VALUE_DEPTH`].
    #[must_use]
    pub fn within_limits(self) -> Self {
        self.measured().0
    }

    /// The value [within limits](Self::within_limits), and how many parts were visited.
    #[must_use]
    pub fn measured(self) -> (Self, u64) {
        let mut left = MAX_VALUE_PARTS;
        let exceeded = exceeded(&self, MAX_VALUE_DEPTH, &mut left);
        let seen = u64::try_from(MAX_VALUE_PARTS - left).unwrap_or(u64::MAX);
        match exceeded {
            None => (self, seen),
            Some(limit) => (self.beyond(limit), seen),
        }
    }

    /// The unknown value that replaces this one, which is beyond a limit.
    fn beyond(&self, limit: &str) -> Self {
        let unknown = Self::unknown(Cause::new(CauseKind::Limit, limit, None));
        if self.is_sensitive() { unknown.sensitive() } else { unknown }
    }

    /// The unknown value that replaces what would be made of this one and have more than [`MAX_VALUE_PARTS`].
    pub(super) fn of_too_many_parts(&self) -> Self {
        self.beyond(TOO_MANY_PARTS)
    }

    /// The number of parts that decide the type of the value: of a list only itself, for all elements have one type.
    #[must_use]
    pub fn parts_of_type(&self) -> u64 {
        match &self.kind {
            Kind::Tuple(_) | Kind::Object(_) => {
                self.parts().fold(1, |sum: u64, part| sum.saturating_add(part.parts_of_type()))
            }
            _ => 1,
        }
    }

    /// The size of the value. Counting stops at [`MAX_VALUE_PARTS`]; a node of the graph is one part.
    #[must_use]
    pub fn weight(&self) -> Weight {
        let mut weight = Weight::default();
        weigh(self, MAX_VALUE_DEPTH, &mut weight);
        weight
    }

    /// The number of its direct parts.
    #[must_use]
    pub fn width(&self) -> u64 {
        let width = match &self.kind {
            Kind::List(s) | Kind::Set(s) | Kind::Tuple(s) => s.items.len(),
            Kind::Map(e) | Kind::Object(e) => e.items.len(),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Unknown(_) => 0,
        };
        u64::try_from(width).unwrap_or(u64::MAX)
    }

    /// The memory of the value if its parts are shared with other values, in bytes.
    #[must_use]
    pub fn own_memory(&self) -> u64 {
        let unknown = |value: &Self| if matches!(value.kind, Kind::Unknown(_)) { UNKNOWN } else { 0 };
        match &self.kind {
            Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Object(_) => {
                self.parts().fold(0, |sum: u64, part| sum.saturating_add(PART + unknown(part)))
            }
            _ => unknown(self),
        }
    }
}

fn weigh(value: &Value, depth: usize, weight: &mut Weight) {
    let length = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX);
    let references = value.marks().map_or(0, |marks| marks.references.len() as u64);
    let (bytes, steps) = match &value.kind {
        Kind::String(text) => (length(text), length(text)),
        Kind::Number(number) => (number.digits_at_most() / 2, number.steps()),
        Kind::Unknown(unknown) => {
            let prefix = length(&unknown.refinement.prefix);
            (UNKNOWN + prefix, prefix)
        }
        _ => (0, 0),
    };
    weight.parts = weight.parts.saturating_add(1);
    weight.bytes = weight.bytes.saturating_add(bytes);
    weight.steps = weight.steps.saturating_add(steps + STEPS * (1 + references));
    let is_node =
        matches!(&value.kind, Kind::Object(entries) if matches!(entries.absent, AbsentKey::Node(..)));
    let Some(depth) = depth.checked_sub(1).filter(|_| !is_node) else { return };
    for part in value.parts() {
        if weight.parts > MAX_VALUE_PARTS as u64 {
            return;
        }
        weigh(part, depth, weight);
    }
}

/// The name of the limit that a value exceeds. Stops there, so that the check costs no more than the limit.
fn exceeded(value: &Value, depth: usize, left: &mut usize) -> Option<&'static str> {
    for part in value.parts() {
        let Some(rest) = left.checked_sub(1) else { return Some(TOO_MANY_PARTS) };
        *left = rest;
        let Some(depth) = depth.checked_sub(1) else { return Some(TOO_DEEP) };
        if let Some(limit) = exceeded(part, depth, left) {
            return Some(limit);
        }
    }
    None
}
