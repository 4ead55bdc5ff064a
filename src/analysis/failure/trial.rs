//! One failure and one entry: what is looked at again when something changes.

use rustc_hash::FxHashSet;

use super::Failure;
use super::dependencies::Dependencies;
use super::effect::Effect;
use super::spread::Played;
use crate::value::NodeId;

/// What one failure does to an entry, and to everything that the entry needs.
pub struct Trial<'n> {
    played: Played<'n>,
    /// From the entry to what was lost; empty where nothing is.
    pub path: Vec<NodeId>,
    entry: NodeId,
}

impl Dependencies<'_> {
    /// Everything that an entry may be affected by.
    #[must_use]
    pub fn all_that_affects(&self, entry: NodeId) -> FxHashSet<NodeId> {
        self.needed_by([entry])
    }

    /// Plays one failure through among everything that affects an entry.
    #[must_use]
    pub fn trial(&self, entry: NodeId, affecting: &FxHashSet<NodeId>, lost: Failure) -> Trial<'_> {
        let played = self.play(&[lost], Some(affecting));
        Trial { path: self.path(entry, &played), played, entry }
    }
}

impl Trial<'_> {
    /// What happens to the entry.
    #[must_use]
    pub fn outcome(&self) -> Effect {
        self.on(self.entry)
    }

    /// What happens to a node.
    #[must_use]
    pub fn on(&self, node: NodeId) -> Effect {
        self.played.effect_on(node).cloned().unwrap_or_default()
    }
}
