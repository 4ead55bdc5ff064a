//! Edges that may exist in addition; of most of them only one end is known.

use std::sync::Arc;

use petgraph::Direction;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::EdgeKind;
use crate::value::{Cause, NodeId, Str};

/// Edges with one unknown end: the reason why a node may have more edges of a kind than the graph shows.
#[derive(Debug, Default)]
pub(super) struct PossibleEdges {
    pub(super) outgoing: OpenEnds,
    pub(super) incoming: OpenEnds,
}

impl PossibleEdges {
    pub(super) fn of(&mut self, direction: Direction) -> &mut OpenEnds {
        match direction {
            Direction::Outgoing => &mut self.outgoing,
            Direction::Incoming => &mut self.incoming,
        }
    }
}

/// The known ends in one direction.
#[derive(Debug, Default)]
pub(super) struct OpenEnds {
    /// At single nodes.
    at: FxHashMap<(NodeId, EdgeKind), Arc<Cause>>,
    /// At all nodes of some types; at nodes of any type if the list of types is empty.
    of: FxHashMap<EdgeKind, Vec<TypesAndCause>>,
}

/// Types of nodes, and the cause why all of them may have more edges.
type TypesAndCause = (Vec<Str>, Arc<Cause>);

impl OpenEnds {
    pub(super) fn open(&mut self, node: NodeId, kind: EdgeKind, cause: &Arc<Cause>) {
        self.at.entry((node, kind)).or_insert_with(|| cause.clone());
    }

    pub(super) fn open_all(&mut self, types: &FxHashSet<Str>, kind: EdgeKind, cause: &Arc<Cause>) {
        let mut types: Vec<Str> = types.iter().cloned().collect();
        types.sort();
        let known = self.of.entry(kind).or_default();
        if !known.iter().any(|(own, _)| *own == types) {
            known.push((types, cause.clone()));
        }
    }

    /// The causes why a node of this type may have more edges of a kind.
    pub(super) fn causes<'a>(
        &'a self,
        node: NodeId,
        type_: &'a str,
        kind: EdgeKind,
    ) -> impl Iterator<Item = &'a Arc<Cause>> + 'a {
        let of_type = self
            .of
            .get(&kind)
            .into_iter()
            .flatten()
            .filter(move |(types, _)| types.is_empty() || types.iter().any(|own| own == type_))
            .map(|(_, cause)| cause);
        self.at.get(&(node, kind)).into_iter().chain(of_type)
    }
}
