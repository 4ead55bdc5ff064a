//! What stands beside the blocks of a root module: instances, zones, and the entries that depend on them.

use std::collections::BTreeSet;

use super::Report;
use crate::text::Span;

/// The blocks of all root modules.
#[derive(Debug)]
pub struct OutlineReport {
    /// The root modules, and what is wrong with the input.
    pub report: Report,
    /// For each of them its blocks, by their places.
    pub roots: Vec<Vec<OutlinedBlock>>,
}

/// A block that declares a resource or calls a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlinedBlock {
    /// Its type and labels.
    pub header: Span,
    /// In how many instances it exists, over all instances of the module around it.
    pub instances: usize,
    /// Whether `count` or `for_each` repeats it.
    pub is_repeated: bool,
    /// Whether it is unknown how many instances there are.
    pub is_uncertain: bool,
    /// The zones in which they stand, by name.
    pub zones: BTreeSet<String>,
    /// Whether they may stand in others as well.
    pub has_more_zones: bool,
    /// How many entries depend on one of them, at most.
    pub entries: usize,
    /// Whether traffic enters here.
    pub is_entry: bool,
}

impl OutlinedBlock {
    /// A block of which nothing is known yet.
    #[must_use]
    pub const fn new(header: Span) -> Self {
        Self {
            header,
            instances: 0,
            is_repeated: false,
            is_uncertain: false,
            zones: BTreeSet::new(),
            has_more_zones: false,
            entries: 0,
            is_entry: false,
        }
    }
}
