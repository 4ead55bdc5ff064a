//! Adds edges: each once, and no more than the budget allows.

use std::cmp::Reverse;
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;

use super::apart::OwnedPlace;
use super::possible::{OpenEnd, OpenReach, Opener, Types};
use super::{Edge, Graph};
use crate::budget::{Budget, Met, Spent};
use crate::model::EdgeKind;
use crate::value::{Cause, CauseKind, NodeId};

impl Graph<'_> {
    pub(super) fn add_edge(&mut self, from: NodeId, to: NodeId, edge: Edge) {
        if self.is_cut() {
            return;
        }
        if let Some(known) = self.known.get(&(from, to, edge.kind)) {
            if let Some(known) = self.edges.edge_weight_mut(*known) {
                known.join(edge);
            }
            return;
        }
        self.account.pay(Budget::Edges, 1);
        if !self.is_cut() {
            let ends = (from, to, edge.kind);
            let index = self.edges.add_edge(NodeIndex::new(from.index()), NodeIndex::new(to.index()), edge);
            self.known.insert(ends, index);
        }
    }

    /// Whether the budget for edges is spent.
    pub(crate) fn is_cut(&self) -> bool {
        self.account.spent(Budget::Edges) > self.most_edges
    }

    /// Ends the building. If edges were left out, any node may have more edges.
    pub(super) fn close(&mut self) {
        self.known = FxHashMap::default();
        if !self.is_cut() {
            return;
        }
        let degree = |id: &NodeId| self.edges.neighbors_undirected(NodeIndex::new(id.index())).count();
        let most = self.nodes().map(|(id, _)| (degree(&id), Reverse(id))).max();
        let place = most.and_then(|(_, id)| self.nodes.get(id.0.index())?.place.header());
        let amount = most.map_or(0, |(degree, _)| u64::try_from(degree).unwrap_or(u64::MAX));
        self.account.met.push(Met { budget: Budget::Edges, amount, place, address: None });
        let cause = Cause::new(CauseKind::Limit, Spent(Budget::Edges).name(), place);
        self.open_everything(&cause);
    }

    fn open_everything(&mut self, cause: &Arc<Cause>) {
        for kind in EdgeKind::ALL {
            for ends in [&mut self.possible.outgoing, &mut self.possible.incoming] {
                let opener =
                    Opener { node: None, member: 0, reach: OpenReach::Cut, confines: OwnedPlace::default() };
                ends.open_all(Types::Any, *kind, Types::Any, opener, cause);
            }
        }
    }

    /// The same graph, if there may be root modules that are not in it: any node may have edges with theirs.
    #[must_use]
    pub(crate) fn opened(mut self, elsewhere: Option<&Arc<Cause>>) -> Self {
        if let Some(cause) = elsewhere {
            self.open_everything(cause);
            self.elsewhere = Some(cause.clone());
        }
        self
    }

    /// Why there may be root modules that are not in the graph, if there may be any.
    #[must_use]
    pub const fn elsewhere(&self) -> Option<&Arc<Cause>> {
        self.elsewhere.as_ref()
    }
}

impl Graph<'_> {
    /// All edges that are certain, but for what may not exist: from, to, and what the edge means.
    pub fn edges_of_all(&self) -> impl Iterator<Item = (NodeId, NodeId, &Edge)> {
        self.edges.edge_references().filter_map(|edge| {
            let end = |index: NodeIndex| self.edges.node_weight(index).copied();
            Some((end(edge.source())?, end(edge.target())?, edge.weight()))
        })
    }

    /// Why a node may have further edges of a kind that start from it.
    #[must_use]
    pub fn open_end(&self, from: NodeId, kind: EdgeKind) -> Option<Arc<Cause>> {
        self.open_causes(Direction::Outgoing, from, kind, &|_| true).into_iter().min()
    }

    /// Why further edges of a kind may lead to a node.
    #[must_use]
    pub fn open_start(&self, to: NodeId, kind: EdgeKind) -> Option<Arc<Cause>> {
        self.open_causes(Direction::Incoming, to, kind, &|_| true).into_iter().min()
    }

    /// The edges of a node that are only possible, in a direction: between two open ends that tell which types the other end may have.
    /// The kind, the other node, and the cause.
    #[must_use]
    pub fn possible_edges(&self, of: NodeId, direction: Direction) -> Vec<(EdgeKind, NodeId, Arc<Cause>)> {
        let is_told = |open: &OpenEnd<'_>| open.others != Types::Any;
        let of_kind = |kind: EdgeKind| {
            let Some(leads) = self.between_open_ends(of, direction, kind, is_told) else { return Vec::new() };
            self.nodes().filter_map(|(other, _)| Some((kind, other, leads(other)?))).collect()
        };
        EdgeKind::ALL.iter().copied().flat_map(of_kind).collect()
    }

    /// Tells of a node whether an edge may lead to it between two open ends that count, in a direction: the cause. There is nothing to
    /// ask if the first node has no open end.
    pub(super) fn between_open_ends(
        &self,
        of: NodeId,
        direction: Direction,
        kind: EdgeKind,
        counts: impl Fn(&OpenEnd<'_>) -> bool,
    ) -> Option<impl Fn(NodeId) -> Option<Arc<Cause>>> {
        let node = self.node(of)?;
        let (own, others) = (self.possible.at(direction), self.possible.at(direction.opposite()));
        let open: Vec<_> = self.open_ends(own, of, kind, node.member).filter(|open| counts(open)).collect();
        let is_far = move |a: NodeId, b: NodeId| self.is_out_of_reach(a, b, kind);
        (!open.is_empty()).then_some(move |id: NodeId| {
            let other = self
                .node(id)
                .filter(|other| id != of && self.members.are_joined(node.member, other.member))?;
            let causes = open.iter().filter(|open| open.others.has(&other.type_)).map(|open| &open.cause);
            let cause = causes.min()?;
            let mut back = self.open_ends(others, id, kind, node.member).filter(|open| counts(open));
            (!is_far(of, id) && !is_far(id, of) && back.any(|open| open.others.has(&node.type_)))
                .then(|| cause.clone())
        })
    }
}
