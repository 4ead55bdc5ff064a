//! How large values may grow.
//!
//! Values share their parts, so a chain of sixty short definitions can name a value with more parts than there is memory
//! to walk them. Whoever builds a value out of others asks here whether it has become too large: then it is unknown, with
//! the limit as its cause.

use super::{Cause, CauseKind, Value};

/// A value has no more parts than this, parts of parts counted wherever they occur.
pub const MAX_VALUE_PARTS: usize = 1 << 20;

/// Values nest no deeper than this: what walks a value may call itself for each level.
pub const MAX_VALUE_DEPTH: usize = 512;

impl Value {
    /// The same value, or an unknown one if it has outgrown [`MAX_VALUE_PARTS`] or [`MAX_VALUE_DEPTH`].
    #[must_use]
    pub fn within_limits(self) -> Self {
        let mut left = MAX_VALUE_PARTS;
        match exceeded(&self, MAX_VALUE_DEPTH, &mut left) {
            None => self,
            Some(limit) => {
                let unknown = Self::unknown(Cause::new(CauseKind::Limit, limit, None));
                if self.is_sensitive() { unknown.sensitive() } else { unknown }
            }
        }
    }
}

/// The limit that a value goes beyond. Stops there, so that asking costs no more than the limit.
fn exceeded(value: &Value, depth: usize, left: &mut usize) -> Option<&'static str> {
    for part in value.parts() {
        let Some(rest) = left.checked_sub(1) else { return Some("MAX_VALUE_PARTS") };
        *left = rest;
        let Some(depth) = depth.checked_sub(1) else { return Some("MAX_VALUE_DEPTH") };
        if let Some(limit) = exceeded(part, depth, left) {
            return Some(limit);
        }
    }
    None
}
