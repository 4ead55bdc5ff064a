//! Adds edges: each once, and no more than the budget allows.

use std::cmp::Reverse;

use petgraph::graph::NodeIndex;
use rustc_hash::FxHashSet;

use super::{Edge, Graph};
use crate::budget::{Budget, Met, Spent};
use crate::model::EdgeKind;
use crate::value::{Cause, CauseKind, NodeId};

impl Graph<'_> {
    pub(super) fn add_edge(&mut self, from: NodeId, to: NodeId, edge: Edge) {
        if self.is_cut() || !self.known.insert((from, to, edge.kind)) {
            return;
        }
        self.account.pay(Budget::Edges, 1);
        if !self.is_cut() {
            self.edges.add_edge(NodeIndex::new(from.index()), NodeIndex::new(to.index()), edge);
        }
    }

    /// Whether the budget for edges is spent.
    pub(super) fn is_cut(&self) -> bool {
        self.account.spent(Budget::Edges) > self.most_edges
    }

    /// Ends the building. If edges were left out, any node may have more edges.
    pub(super) fn close(&mut self) {
        self.known = FxHashSet::default();
        if !self.is_cut() {
            return;
        }
        let degree = |id: &NodeId| self.edges.neighbors_undirected(NodeIndex::new(id.index())).count();
        let most = self.nodes().map(|(id, _)| (degree(&id), Reverse(id))).max();
        let place = most.and_then(|(_, id)| self.nodes.get(id.0.index())?.place.header());
        let amount = most.map_or(0, |(degree, _)| u64::try_from(degree).unwrap_or(u64::MAX));
        self.account.met.push(Met { budget: Budget::Edges, amount, place });
        let cause = Cause::new(CauseKind::Limit, Spent(Budget::Edges).name(), place);
        let any = FxHashSet::default();
        for kind in EdgeKind::ALL {
            self.possible.outgoing.open_all(&any, *kind, &cause);
            self.possible.incoming.open_all(&any, *kind, &cause);
        }
    }
}
