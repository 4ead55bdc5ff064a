//! Three-valued reachability: which nodes are certainly reached, which may be, and which never are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::graph::{Found, Graph, OpenTargets};
use crate::model::EdgeKind;
use crate::value::{Cause, Known, NodeId};

/// What one node reaches along edges of some kinds, in any number of steps.
#[derive(Debug, Default)]
pub struct Reach {
    /// Certainly reached nodes, without the start, each with the node from which it was first reached.
    from: BTreeMap<NodeId, NodeId>,
    /// Nodes that may be reached, each with the cause why that is unknown.
    possible: BTreeMap<NodeId, Arc<Cause>>,
    /// Set if more targets may exist, including ones that are not nodes: the cause.
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
                    // Keep the smallest cause, so that the answer does not depend on the order of visits.
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
    /// Continues along possible edges. An open end may lead to any node with an open end of the same kind in the other direction.
    fn walk_possible(&mut self, graph: &Graph<'_>, start: NodeId, kinds: &[EdgeKind]) {
        let mut next: Vec<NodeId> = std::iter::once(start).chain(self.from.keys().copied()).collect();
        let mut left = OpenTargets::default();
        while let Some(at) = next.pop() {
            let steps = graph.possible_steps(at, kinds, &mut left, &|node| self.has_met(start, node));
            for (node, cause) in steps {
                if !self.has_met(start, node) {
                    let before = self.possible.get(&at).cloned();
                    self.possible.insert(node, before.or(cause).unwrap_or_else(Cause::provider));
                    next.push(node);
                }
            }
        }
    }

    /// Whether a walk from a start needs not look at a node again.
    fn has_met(&self, start: NodeId, node: NodeId) -> bool {
        node == start || self.from.contains_key(&node) || self.possible.contains_key(&node)
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

    /// The path to a node that is certainly reached, without the start.
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

    /// The reached nodes of some types, and the cause if there may be more.
    #[must_use]
    pub fn found(self, graph: &Graph<'_>, types: &[&str]) -> Found {
        let nodes = self.from.into_keys().filter(|node| graph.is(*node, types)).collect();
        Found { nodes, more: self.more, looked_at: self.looked_at }
    }
}
