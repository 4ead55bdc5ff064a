//! Edges between two nodes that a third resource makes, and edges that conditions of the model make.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::links::each_text;
use super::paths::each_value_at;
use super::texts::inner;
use super::{Edge, Graph, Node};
use crate::model::{Derived, EdgeKind, Expression, Join};
use crate::value::{Cause, Known, NodeId, Step, Str};

/// One end of a join.
#[derive(Default)]
struct Ends {
    nodes: Vec<(NodeId, Vec<Step>)>,
    /// Set if it may be any node: the cause.
    open: Option<Arc<Cause>>,
    /// Nodes that a text may name, each with the cause why that is unknown.
    maybe: Vec<(NodeId, Arc<Cause>)>,
    /// Set if a text names nothing in this configuration.
    is_outside: bool,
}

/// Both ends of a join. `maybe` is set if it is unknown whether the join exists.
struct Joined {
    from: Ends,
    to: Ends,
    maybe: Option<Arc<Cause>>,
}

/// The nodes that satisfy a condition.
#[derive(Default)]
pub struct Fulfilling {
    /// Nodes that certainly satisfy it.
    pub nodes: Vec<NodeId>,
    /// Nodes that may satisfy it, each with the cause why that is unknown.
    pub maybe: Vec<(NodeId, Arc<Cause>)>,
    /// Set if there may be further nodes: the cause.
    pub more: Option<Arc<Cause>>,
}

/// Answers questions of the model about a graph that is still being built. Conditions are expressions with verbs, which the graph
/// does not know.
pub trait Conditions {
    /// Whether a node satisfies a condition.
    fn holds(&self, graph: &Graph<'_>, condition: &Expression, node: NodeId) -> Known<bool>;
    /// The nodes to which derived edges lead from a node.
    fn fulfilling(&self, graph: &Graph<'_>, derived: &Derived, node: NodeId) -> Fulfilling;
}

impl Graph<'_> {
    /// Adds the edges that joining resources make between two others, and records what is unknown about them.
    pub(super) fn add_joins(&mut self, conditions: &dyn Conditions) {
        let mut joined = Vec::new();
        for (id, node) in self.nodes() {
            for join in self.model.joins.get(&node.type_).into_iter().flatten() {
                joined.extend(self.join(id, node, join, conditions).map(|ends| (join.means, ends)));
            }
        }
        for (kind, ends) in joined {
            self.add_join(kind, &ends);
        }
    }

    fn add_join(&mut self, kind: EdgeKind, Joined { from, to, maybe }: &Joined) {
        let any = FxHashSet::default();
        if maybe.is_none() {
            for (from, _) in &from.nodes {
                if self.is_cut() {
                    break;
                }
                for (to, path) in to.nodes.iter().filter(|(to, _)| to != from) {
                    self.add_edge(*from, *to, Edge::new(kind, path.clone()));
                }
            }
        }
        // An unknown end may be any node, so neither end is known to have all its edges.
        let open_from = from.open.as_ref().or(maybe.as_ref()).or(from.maybe.first().map(|(_, cause)| cause));
        if let Some(cause) = open_from {
            for id in to.nodes.iter().map(|(id, _)| id).chain(to.maybe.iter().map(|(id, _)| id)) {
                self.possible.incoming.open(*id, kind, cause);
            }
        }
        let open_to = to.open.as_ref().or(maybe.as_ref()).or(to.maybe.first().map(|(_, cause)| cause));
        if let Some(cause) = open_to {
            for id in from.nodes.iter().map(|(id, _)| id).chain(from.maybe.iter().map(|(id, _)| id)) {
                self.possible.outgoing.open(*id, kind, cause);
            }
        }
        if !from.nodes.is_empty() || !from.maybe.is_empty() {
            to.maybe.iter().for_each(|(id, cause)| self.possible.incoming.open(*id, kind, cause));
        }
        if !to.nodes.is_empty() || !to.maybe.is_empty() {
            from.maybe.iter().for_each(|(id, cause)| self.possible.outgoing.open(*id, kind, cause));
        }
        if let Some(cause) = &from.open {
            self.possible.outgoing.open_all(&any, kind, cause);
        }
        if let Some(cause) = &to.open {
            self.possible.incoming.open_all(&any, kind, cause);
        }
    }

    fn join(&self, id: NodeId, node: &Node, join: &Join, conditions: &dyn Conditions) -> Option<Joined> {
        let mut maybe = node.uncertain.clone();
        if let Some(when) = &join.when {
            match conditions.holds(self, when, id) {
                Known::Yes(true) => {}
                Known::Yes(false) => return None,
                Known::No(cause) => maybe = maybe.or(Some(cause)),
            }
        }
        let mut from = self.ends(id, node, &join.from);
        if from.is_outside && from.nodes.is_empty() && from.maybe.is_empty() && from.open.is_none() {
            // The start of the edge is outside of this configuration: the joining resource stands for it.
            from.nodes.push((id, Vec::new()));
        }
        Some(Joined { from, to: self.ends(id, node, &join.to), maybe })
    }

    fn ends(&self, id: NodeId, node: &Node, path: &[Str]) -> Ends {
        let mut ends = Ends::default();
        let links = self.model.links.get(&node.type_);
        each_value_at(&node.value, path, &mut |taken, value| {
            let before = (ends.nodes.len(), ends.maybe.len());
            value.each_reference(&mut |origin| {
                if let Some(node) = self.node_of(origin) {
                    ends.nodes.push((node, taken.path()));
                }
            });
            let refers = ends.nodes.len() > before.0;
            let mut is_text = false;
            each_text(value, &mut |text| {
                is_text |= !text.is_empty();
                let whole = (!refers).then(|| self.called(Some(id), text, &|_| true));
                let parts = inner(self.model, text).map(|part| self.called(Some(id), part, &|_| true));
                for called in whole.into_iter().chain(parts) {
                    ends.nodes.extend(called.nodes.into_iter().map(|id| (id, taken.path())));
                    ends.maybe.extend(called.maybe);
                }
            });
            // A link with the same path describes this end as well.
            for link in links.into_iter().flatten().filter(|link| link.path == path) {
                let leaves = self.leaves(id, link, value);
                ends.nodes.extend(leaves.targets.into_iter().map(|id| (id, taken.path())));
                ends.maybe.extend(leaves.maybe);
            }
            if (ends.nodes.len(), ends.maybe.len()) == before {
                ends.open = ends.open.take().or_else(|| value.first_cause());
                ends.is_outside |= is_text;
            }
        });
        ends.nodes.sort_by_key(|(id, _)| *id);
        ends.nodes.dedup_by(|later, kept| later.0 == kept.0);
        ends
    }

    /// Adds the edges that conditions of the model make.
    pub(super) fn add_derived(&mut self, conditions: &dyn Conditions) {
        let mut found = Vec::new();
        for (id, node) in self.nodes() {
            for derived in self.model.derived.get(&node.type_).into_iter().flatten() {
                found.push((
                    id,
                    derived.means,
                    conditions.fulfilling(self, derived, id),
                    node.uncertain.clone(),
                ));
            }
        }
        let any = FxHashSet::default();
        for (id, kind, mut fulfilling, uncertain) in found {
            if let Some(cause) = uncertain {
                fulfilling.maybe.extend(fulfilling.nodes.drain(..).map(|node| (node, cause.clone())));
            }
            for to in fulfilling.nodes.into_iter().filter(|to| *to != id) {
                self.add_edge(id, to, Edge::new(kind, Vec::new()));
            }
            for (to, cause) in fulfilling.maybe {
                self.possible.outgoing.open(id, kind, &cause);
                self.possible.incoming.open(to, kind, &cause);
            }
            if let Some(cause) = fulfilling.more {
                self.possible.outgoing.open(id, kind, &cause);
                self.possible.incoming.open_all(&any, kind, &cause);
            }
        }
    }
}
