//! What depends on a node: the entries and resources that its loss may affect, near or far.

use rustc_hash::FxHashSet;

use super::dependencies::needs_and_affects;
use crate::graph::{Graph, NodeKind};
use crate::value::NodeId;

/// How much depends on a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependents {
    /// Entries that depend on it. An entry depends on itself.
    pub entries: usize,
    /// Other resources that depend on it.
    pub resources: usize,
    /// Whether it is an entry.
    pub is_entry: bool,
}

/// The most nodes that are visited from one node: more need not be told apart.
const MAX_VISITED: usize = 2000;

/// Who is affected by whom in a graph, wherever its nodes stand.
pub struct AffectedNodes<'a> {
    graph: &'a Graph<'a>,
    affects: Vec<Vec<NodeId>>,
    entries: FxHashSet<NodeId>,
}

impl<'a> AffectedNodes<'a> {
    /// Those of a graph in which traffic enters at `entries`.
    #[must_use]
    pub fn of(graph: &'a Graph<'a>, entries: FxHashSet<NodeId>) -> Self {
        let (_, affects) = needs_and_affects(graph);
        Self { graph, affects, entries }
    }

    /// How much depends on a node.
    #[must_use]
    pub fn dependents(&self, node: NodeId) -> Dependents {
        let mut found = Dependents { is_entry: self.entries.contains(&node), ..Dependents::default() };
        let mut seen = FxHashSet::from_iter([node]);
        let mut next = vec![node];
        while let Some(at) = next.pop() {
            match self.entries.contains(&at) {
                true => found.entries += 1,
                false => found.resources += usize::from(at != node && self.is_resource(at)),
            }
            // Those that a node affects are in a fixed order, so it does not depend on chance where counting ends.
            for affected in self.affects.get(at.index()).into_iter().flatten() {
                if seen.len() < MAX_VISITED && seen.insert(*affected) {
                    next.push(*affected);
                }
            }
        }
        found
    }

    fn is_resource(&self, node: NodeId) -> bool {
        self.graph.node(node).is_some_and(|node| matches!(node.kind, NodeKind::Resource(_)))
    }
}
