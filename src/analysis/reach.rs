//! The walk along edges, three-valued: what is certainly reached, what may be reached, and what never is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::graph::{Found, Graph};
use crate::model::EdgeKind;
use crate::value::{Cause, Known, NodeId};

/// What edges of some kinds lead to from one node, over any number of steps.
#[derive(Debug, Default)]
pub struct Reach {
    /// Nodes that are certainly reached, each with the one from which it was reached first; without the start.
    from: BTreeMap<NodeId, NodeId>,
    /// Nodes that may be reached, and why that is not known.
    possible: BTreeMap<NodeId, Arc<Cause>>,
    /// Why there may be more, also such that are no nodes.
    more: Option<Arc<Cause>>,
    looked_at: usize,
}

/// Walks from a node along edges of these kinds.
#[must_use]
pub fn reach(graph: &Graph<'_>, start: NodeId, kinds: &[EdgeKind]) -> Reach {
    let mut reach = Reach::default();
    let mut next = vec![start];
    while let Some(at) = next.pop() {
        for kind in kinds {
            let step = graph.linked(at, *kind, &[]);
            reach.looked_at += step.looked_at;
            if let Some(cause) = step.more {
                match &reach.more {
                    // The least cause, so that the answer does not depend on the order of visits.
                    Some(known) if *known <= cause => {}
                    _ => reach.more = Some(cause),
                }
            }
            for node in step.nodes {
                if node != start && !reach.from.contains_key(&node) {
                    reach.from.insert(node, at);
                    next.push(node);
                }
            }
        }
    }
    if reach.more.is_some() {
        reach.walk_possible(graph, start, kinds);
    }
    reach
}

impl Reach {
    /// Goes on along edges that may be there: of an end that is open to any node whose other end is.
    fn walk_possible(&mut self, graph: &Graph<'_>, start: NodeId, kinds: &[EdgeKind]) {
        let mut next: Vec<NodeId> = std::iter::once(start).chain(self.from.keys().copied()).collect();
        while let Some(at) = next.pop() {
            for (node, cause) in graph.possible_steps(at, kinds) {
                let is_known =
                    node == start || self.from.contains_key(&node) || self.possible.contains_key(&node);
                if !is_known {
                    self.possible.insert(
                        node,
                        self.possible.get(&at).cloned().or(cause).unwrap_or_else(Cause::provider),
                    );
                    next.push(node);
                }
            }
        }
    }

    /// Whether a node is reached.
    #[must_use]
    pub fn reaches(&self, node: NodeId) -> Known<bool> {
        match self.possible.get(&node) {
            _ if self.from.contains_key(&node) => Known::Yes(true),
            Some(cause) => Known::No(cause.clone()),
            None => Known::Yes(false),
        }
    }

    /// The way to a node that is certainly reached, without the start.
    #[must_use]
    pub fn path_to(&self, node: NodeId) -> Vec<NodeId> {
        let mut path = Vec::new();
        let mut at = node;
        while let Some(before) = self.from.get(&at) {
            path.push(at);
            at = *before;
        }
        path.reverse();
        path
    }

    /// What is reached of some types, and why there may be more.
    #[must_use]
    pub fn found(self, graph: &Graph<'_>, types: &[&str]) -> Found {
        let nodes = self.from.into_keys().filter(|node| graph.is(*node, types)).collect();
        Found { nodes, more: self.more, looked_at: self.looked_at }
    }
}
