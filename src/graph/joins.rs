//! Edges between two nodes that a third resource makes, and edges that conditions of the model make.

use std::sync::Arc;

use super::links::each_text;
use super::paths::each_value_at;
use super::possible::{OpenReach, Types};
use super::texts::inner;
use super::{Edge, Graph, Node, NodeKind};
use crate::address::Mode;
use crate::budget::{Budget, Met, Spent};
use crate::model::{Derived, EdgeKind, Expression, Join};
use crate::value::{Cause, CauseKind, Known, NodeId, Step, Str};

/// One end of a join.
struct Ends<'m> {
    nodes: Vec<(NodeId, Vec<Step>)>,
    /// The types that it may lead to.
    types: Types<'m>,
    /// Set if it may be any node of these types: the cause.
    open: Option<Arc<Cause>>,
    /// Nodes that a text may name, each with the cause why that is unknown.
    maybe: Vec<(NodeId, Arc<Cause>)>,
    /// Set if a text names nothing in this configuration.
    is_outside: bool,
}

/// Both ends of a join. `maybe` is set if it is unknown whether the join exists.
struct Joined<'m> {
    from: Ends<'m>,
    to: Ends<'m>,
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
    /// The steps that it took to find out.
    pub steps: u64,
}

/// Answers questions of the model about a graph that is still being built. Conditions are expressions with verbs, which the graph
/// does not know.
pub trait Conditions {
    /// The questions about a graph to which nothing is added meanwhile: what one of them finds out serves the others.
    fn about<'g>(&'g self, graph: &'g Graph<'g>) -> Box<dyn Questions + 'g>;
}

/// Questions of the model about one graph.
pub trait Questions {
    /// Whether a node satisfies a condition.
    fn holds(&self, condition: &Expression, node: NodeId) -> Known<bool>;
    /// The nodes to which derived edges lead from a node.
    fn fulfilling(&self, derived: &Derived, node: NodeId) -> Fulfilling;
}

impl<'m> Ends<'m> {
    /// What is not known of this end: the types of the nodes that may be it, each with the cause. `maybe` tells why the nodes that
    /// are known may not be it.
    fn unknown(&self, graph: &Graph<'m>, maybe: Option<&Arc<Cause>>) -> Vec<(Types<'m>, Arc<Cause>)> {
        let open = self.open.iter().map(|cause| (self.types.clone(), cause.clone()));
        let named = self.maybe.iter().map(|(id, cause)| (graph.types_of(*id), cause.clone()));
        let certain = self.nodes.iter().map(|(id, _)| graph.types_of(*id));
        let certain = maybe.into_iter().flat_map(|cause| certain.clone().map(|own| (own, cause.clone())));
        open.chain(certain).chain(named).collect()
    }

    /// The types of the nodes that are or may be this end.
    fn all_types(&self, graph: &Graph<'m>) -> Vec<Types<'m>> {
        let known = self.nodes.iter().map(|(id, _)| *id).chain(self.maybe.iter().map(|(id, _)| *id));
        let open = self.open.iter().map(|_| self.types.clone());
        known.map(|id| graph.types_of(id)).chain(open).collect()
    }

    fn ids(&self) -> Vec<NodeId> {
        self.nodes.iter().map(|(id, _)| *id).chain(self.maybe.iter().map(|(id, _)| *id)).collect()
    }
}

impl<'a> Graph<'a> {
    /// Adds the edges that joining resources make between two others, and records what is unknown about them.
    pub(super) fn add_joins(&mut self, conditions: &dyn Conditions) {
        let mut joined = Vec::new();
        {
            let questions = conditions.about(self);
            for (id, node) in self.nodes() {
                for join in self.model.joins.get(&node.type_).into_iter().flatten() {
                    joined.extend(self.join(id, node, join, &*questions).map(|ends| (id, join.means, ends)));
                }
            }
        }
        for (id, kind, ends) in joined {
            self.add_join(id, kind, &ends);
        }
    }

    /// Adds what the joining resource `by` says.
    fn add_join(&mut self, by: NodeId, kind: EdgeKind, Joined { from, to, maybe }: &Joined<'a>) {
        if maybe.is_none() {
            for (from, _) in &from.nodes {
                if self.is_cut() {
                    break;
                }
                for (to, path) in to.nodes.iter().filter(|(to, _)| to != from) {
                    let joined_by = if by == *from || by == *to { Vec::new() } else { vec![by] };
                    self.add_edge(*from, *to, Edge { joined_by, ..Edge::new(kind, path.clone()) });
                }
            }
        }
        // An unknown end may be any node of its types, so neither end is known to have all its edges.
        let (from_types, to_types) = (from.all_types(self), to.all_types(self));
        for (others, cause) in from.unknown(self, maybe.as_ref()) {
            for id in to.ids() {
                self.possible.incoming.open(id, kind, others.clone(), (by, &cause));
            }
        }
        for (others, cause) in to.unknown(self, maybe.as_ref()) {
            for id in from.ids() {
                self.possible.outgoing.open(id, kind, others.clone(), (by, &cause));
            }
        }
        for (id, cause) in &to.maybe {
            for others in &from_types {
                self.possible.incoming.open(*id, kind, others.clone(), (by, cause));
            }
        }
        for (id, cause) in &from.maybe {
            for others in &to_types {
                self.possible.outgoing.open(*id, kind, others.clone(), (by, cause));
            }
        }
        let by_all = self.opener(by, kind, OpenReach::Joined);
        // What an end outside of this configuration is, nobody knows.
        let or_any = |types: Vec<Types<'a>>| if types.is_empty() { vec![Types::Any] } else { types };
        if let Some(cause) = &from.open {
            for others in or_any(to_types) {
                self.possible.outgoing.open_all(from.types.clone(), kind, others, by_all.clone(), cause);
            }
        }
        if let Some(cause) = &to.open {
            for others in or_any(from_types) {
                self.possible.incoming.open_all(to.types.clone(), kind, others, by_all.clone(), cause);
            }
        }
    }

    fn join(&self, id: NodeId, node: &Node, join: &Join, questions: &dyn Questions) -> Option<Joined<'a>> {
        let mut maybe = node.uncertain.clone();
        if let Some(when) = &join.when {
            match questions.holds(when, id) {
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

    fn ends(&self, id: NodeId, node: &Node, path: &[Str]) -> Ends<'a> {
        let model = self.model;
        let links = model.links.get(&node.type_);
        let mut described = links.into_iter().flatten().filter(|link| link.path == path);
        let types = match (described.next(), described.next()) {
            (Some(only), None) => Types::of(&only.to),
            _ => Types::Any,
        };
        let mut ends = Ends { nodes: Vec::new(), types, open: None, maybe: Vec::new(), is_outside: false };
        each_value_at(&node.value, path, &mut |taken, value| {
            let before = (ends.nodes.len(), ends.maybe.len());
            value.each_reference(&mut |origin| {
                if let Some(node) = self.node_of(origin) {
                    ends.nodes.push((node, taken.path()));
                }
            });
            self.drop_ways(&mut ends.nodes, before.0);
            let refers = ends.nodes.len() > before.0;
            let mut is_text = false;
            each_text(value, &mut |text| {
                is_text |= !text.is_empty();
                let whole = (!refers).then(|| self.called(self.seeker(id), text, &|_| true));
                let parts = inner(self.model, text).map(|part| self.called(self.seeker(id), part, &|_| true));
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

    /// Of the nodes from an index on, to which one value refers, takes away the data sources by which it came where it is a resource's.
    fn drop_ways(&self, nodes: &mut Vec<(NodeId, Vec<Step>)>, from: usize) {
        let is_of =
            |mode: Mode, id: NodeId| self.node(id).is_some_and(|node| node.kind == NodeKind::Resource(mode));
        let mut referred = nodes.split_off(from);
        if referred.iter().any(|(id, _)| is_of(Mode::Managed, *id)) {
            referred.retain(|(id, _)| !is_of(Mode::Data, *id));
        }
        nodes.append(&mut referred);
    }

    /// Adds the edges that conditions of the model make.
    pub(super) fn add_derived(&mut self, conditions: &dyn Conditions) {
        let mut found = Vec::new();
        let (mut steps, mut edges) = (0_u64, 0_u64);
        let mut most: Option<(u64, NodeId)> = None;
        let edges_left = self.most_edges.saturating_sub(self.account.spent(Budget::Edges));
        let spent = |steps: u64, edges: u64| match (steps > self.most_steps, edges > edges_left) {
            (true, _) => Some(Budget::Rules),
            (false, true) => Some(Budget::Edges),
            (false, false) => None,
        };
        {
            let questions = conditions.about(self);
            for (id, node) in self.nodes() {
                for derived in self.model.derived.get(&node.type_).into_iter().flatten() {
                    let fulfilling = match spent(steps, edges) {
                        Some(budget) => {
                            let name = Spent(budget).name();
                            let cause = Cause::new(CauseKind::Limit, name, node.place.header());
                            Fulfilling { more: Some(cause), ..Fulfilling::default() }
                        }
                        None => questions.fulfilling(derived, id),
                    };
                    steps = steps.saturating_add(fulfilling.steps);
                    let is_new = |to: NodeId| to != id && !self.known.contains_key(&(id, to, derived.means));
                    edges += fulfilling.nodes.iter().map(|to| u64::from(is_new(*to))).sum::<u64>();
                    most = most.max(Some((fulfilling.steps, id)));
                    found.push((id, derived.means, fulfilling, node.uncertain.clone()));
                }
            }
        }
        if let Some((amount, id)) = most.filter(|_| steps > self.most_steps) {
            let place = self.nodes.get(id.index()).and_then(|node| node.place.header());
            self.account.met.push(Met { budget: Budget::Rules, amount, place, address: None });
        }
        for (id, kind, mut fulfilling, uncertain) in found {
            if let Some(cause) = uncertain {
                fulfilling.maybe.extend(fulfilling.nodes.drain(..).map(|node| (node, cause.clone())));
            }
            for to in fulfilling.nodes.into_iter().filter(|to| *to != id) {
                self.add_edge(id, to, Edge::new(kind, Vec::new()));
            }
            let own = self.types_of(id);
            for (to, cause) in fulfilling.maybe {
                self.possible.outgoing.open(id, kind, self.types_of(to), (id, &cause));
                self.possible.incoming.open(to, kind, own.clone(), (id, &cause));
            }
            if let Some(cause) = fulfilling.more {
                // What is missing from a list stands in the same root module as the one that asks.
                let by = self.opener(id, kind, OpenReach::Own);
                self.possible.outgoing.open(id, kind, Types::Any, (id, &cause));
                self.possible.incoming.open_all(Types::Any, kind, own, by, &cause);
            }
        }
        // Conditions that were not asked any more may have found the same edges twice.
        if edges > edges_left && !self.is_cut() {
            self.account.pay(Budget::Edges, self.most_edges.saturating_add(1));
        }
    }
}
