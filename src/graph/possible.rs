//! Edges that may exist in addition; of most of them only one end is known.

use std::sync::Arc;

use petgraph::Direction;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::EdgeKind;
use crate::value::{Cause, NodeId, Str};

/// Edges with one unknown end: the reason why a node may have more edges of a kind than the graph shows.
#[derive(Debug, Default)]
pub(super) struct PossibleEdges<'m> {
    pub(super) outgoing: OpenEnds<'m>,
    pub(super) incoming: OpenEnds<'m>,
}

impl<'m> PossibleEdges<'m> {
    pub(super) fn of(&mut self, direction: Direction) -> &mut OpenEnds<'m> {
        match direction {
            Direction::Outgoing => &mut self.outgoing,
            Direction::Incoming => &mut self.incoming,
        }
    }
}

/// The types that a node may have at an end that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Types<'m> {
    /// Any type.
    Any,
    /// This type.
    One(Str),
    /// One of the types that the model says.
    Of(&'m FxHashSet<Str>),
}

impl<'m> Types<'m> {
    /// The types of a set, which stands for any type if it is empty.
    pub(super) fn of(set: &'m FxHashSet<Str>) -> Self {
        if set.is_empty() { Self::Any } else { Self::Of(set) }
    }

    /// Whether a type is among them.
    pub(super) fn has(&self, type_: &str) -> bool {
        match self {
            Self::Any => true,
            Self::One(own) => own == type_,
            Self::Of(set) => set.contains(type_),
        }
    }

    /// Whether one of them is wanted.
    fn any(&self, wanted: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::One(own) => wanted(own),
            Self::Of(set) => set.iter().any(|own| wanted(own)),
        }
    }
}

/// The known ends in one direction.
#[derive(Debug, Default)]
pub(super) struct OpenEnds<'m> {
    /// At single nodes.
    at: FxHashMap<(NodeId, EdgeKind), Vec<OpenEnd<'m>>>,
    /// At all nodes of some types.
    of: FxHashMap<EdgeKind, Vec<(Types<'m>, OpenEnd<'m>)>>,
}

/// What is said of an edge with one unknown end.
#[derive(Debug)]
pub(super) struct OpenEnd<'m> {
    /// What the unknown end may be.
    pub(super) others: Types<'m>,
    /// Why it is not known.
    pub(super) cause: Arc<Cause>,
}

impl<'m> OpenEnds<'m> {
    /// A node may have more edges, to or from nodes of these types.
    pub(super) fn open(&mut self, node: NodeId, kind: EdgeKind, others: Types<'m>, cause: &Arc<Cause>) {
        let known = self.at.entry((node, kind)).or_default();
        if !known.iter().any(|own| own.others == others) {
            known.push(OpenEnd { others, cause: cause.clone() });
        }
    }

    /// All nodes of some types may have more edges, to or from nodes of these types.
    pub(super) fn open_all(
        &mut self,
        types: Types<'m>,
        kind: EdgeKind,
        others: Types<'m>,
        cause: &Arc<Cause>,
    ) {
        let known = self.of.entry(kind).or_default();
        if !known.iter().any(|(own, open)| *own == types && open.others == others) {
            known.push((types, OpenEnd { others, cause: cause.clone() }));
        }
    }

    /// The further edges of a kind that a node of this type may have.
    pub(super) fn ends<'a>(
        &'a self,
        node: NodeId,
        type_: &'a str,
        kind: EdgeKind,
    ) -> impl Iterator<Item = &'a OpenEnd<'m>> + 'a {
        let of_type = self.of.get(&kind).into_iter().flatten();
        let of_type = of_type.filter(move |(types, _)| types.has(type_)).map(|(_, open)| open);
        self.at.get(&(node, kind)).into_iter().flatten().chain(of_type)
    }

    /// The causes why a node of this type may have more edges of a kind, to or from nodes of a wanted type.
    pub(super) fn causes<'a>(
        &'a self,
        node: NodeId,
        type_: &'a str,
        kind: EdgeKind,
        wanted: &'a dyn Fn(&str) -> bool,
    ) -> impl Iterator<Item = &'a Arc<Cause>> + 'a {
        self.ends(node, type_, kind).filter(|open| open.others.any(wanted)).map(|open| &open.cause)
    }
}
