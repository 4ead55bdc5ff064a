//! What losing one end of an edge does to the other.

use rustc_hash::FxHashSet;

use super::{EdgeKind, LossEffect};
use crate::value::Str;

/// What losing the target of an edge does to its source.
#[derive(Clone, Debug)]
pub struct Loss {
    /// What it does.
    pub effect: LossEffect,
    /// The kinds of edges that it is said of.
    pub kinds: Vec<EdgeKind>,
    /// The types of the node that is affected; empty for any.
    pub of: FxHashSet<Str>,
    /// Types of which it is not said, although they are among those.
    pub except: FxHashSet<Str>,
    /// The source is what is lost, and the target what is affected.
    pub reverse: bool,
}

impl Loss {
    /// Whether it is said of nodes of a type.
    #[must_use]
    pub fn is_of(&self, type_: &str) -> bool {
        (self.of.is_empty() || self.of.contains(type_)) && !self.except.contains(type_)
    }
}
