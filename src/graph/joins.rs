//! Edges that resources make between two others, and edges that conditions of the model make.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::links::each_text;
use super::paths::each_value_at;
use super::texts::inner;
use super::{Edge, Graph, Node};
use crate::budget::Meter;
use crate::eval::Files;
use crate::eval::access::{Elements, elements};
use crate::graph::scope::{GraphScope, MAX_QUESTION};
use crate::model::{Derived, EdgeKind, Join};
use crate::value::{Cause, CauseKind, Kind, Known, NodeId, Step, Str};

/// One end of a join.
#[derive(Default)]
struct Ends {
    nodes: Vec<(NodeId, Vec<Step>)>,
    /// Why it may be any node.
    open: Option<Arc<Cause>>,
    /// Nodes that a text may name, and why that is not known.
    maybe: Vec<(NodeId, Arc<Cause>)>,
    /// A text is there that names nothing in this configuration.
    is_outside: bool,
}

/// Both ends of a join, and why it is not known whether it exists.
struct Joined {
    from: Ends,
    to: Ends,
    maybe: Option<Arc<Cause>>,
}

/// Edges from one node to those that fulfil a condition.
#[derive(Default)]
struct Fulfilling {
    nodes: Vec<NodeId>,
    maybe: Vec<(NodeId, Arc<Cause>)>,
    /// Why there may be more of them.
    more: Option<Arc<Cause>>,
}

impl Graph<'_> {
    /// Adds the edges that resources make between two others, and notes what is not known about them.
    pub(super) fn add_joins(&mut self, files: &dyn Files) {
        let mut joined = Vec::new();
        for (id, node) in self.nodes() {
            for join in self.model.joins.get(&node.type_).into_iter().flatten() {
                joined.extend(self.join(id, node, join, files).map(|ends| (join.means, ends)));
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
        // An end that is not known may be any node; and neither end is known to have all its edges.
        let open_from = from.open.as_ref().or(maybe.as_ref()).or(from.maybe.first().map(|(_, cause)| cause));
        if let Some(cause) = open_from {
            for id in to.nodes.iter().map(|(id, _)| id).chain(to.maybe.iter().map(|(id, _)| id)) {
                self.into.open(*id, kind, cause);
            }
        }
        let open_to = to.open.as_ref().or(maybe.as_ref()).or(to.maybe.first().map(|(_, cause)| cause));
        if let Some(cause) = open_to {
            for id in from.nodes.iter().map(|(id, _)| id).chain(from.maybe.iter().map(|(id, _)| id)) {
                self.out.open(*id, kind, cause);
            }
        }
        if !from.nodes.is_empty() || !from.maybe.is_empty() {
            to.maybe.iter().for_each(|(id, cause)| self.into.open(*id, kind, cause));
        }
        if !to.nodes.is_empty() || !to.maybe.is_empty() {
            from.maybe.iter().for_each(|(id, cause)| self.out.open(*id, kind, cause));
        }
        if let Some(cause) = &from.open {
            self.out.open_all(&any, kind, cause);
        }
        if let Some(cause) = &to.open {
            self.into.open_all(&any, kind, cause);
        }
    }

    fn join(&self, id: NodeId, node: &Node, join: &Join, files: &dyn Files) -> Option<Joined> {
        let mut maybe = node.uncertain.clone();
        if let Some(when) = &join.when {
            let meter = Meter::of_question(MAX_QUESTION);
            match GraphScope::for_model(self, files, id, &meter).holds(when) {
                Known::Yes(true) => {}
                Known::Yes(false) => return None,
                Known::No(cause) => maybe = maybe.or(Some(cause)),
            }
        }
        let mut from = self.ends(id, node, &join.from);
        if from.is_outside && from.nodes.is_empty() && from.maybe.is_empty() && from.open.is_none() {
            // What the edge starts from is not of this configuration: the resource that says so stands for it.
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
                let whole = (!refers).then(|| self.called(text, &|_| true));
                let parts = inner(self.model, text).map(|part| self.called(part, &|_| true));
                for called in whole.into_iter().chain(parts) {
                    ends.nodes.extend(called.nodes.into_iter().map(|id| (id, taken.path())));
                    ends.maybe.extend(called.maybe);
                }
            });
            // What a link says of the same place holds for this end as well.
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
    pub(super) fn add_derived(&mut self, files: &dyn Files) {
        let mut found = Vec::new();
        for (id, node) in self.nodes() {
            for derived in self.model.derived.get(&node.type_).into_iter().flatten() {
                found.push((id, derived.means, self.fulfilling(id, derived, files), node.uncertain.clone()));
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
                self.out.open(id, kind, &cause);
                self.into.open(to, kind, &cause);
            }
            if let Some(cause) = fulfilling.more {
                self.out.open(id, kind, &cause);
                self.into.open_all(&any, kind, &cause);
            }
        }
    }

    fn fulfilling(&self, id: NodeId, derived: &Derived, files: &dyn Files) -> Fulfilling {
        let mut all = Fulfilling::default();
        let meter = Meter::of_question(MAX_QUESTION);
        let scope = GraphScope::for_model(self, files, id, &meter);
        let failed = |message: String| Cause::new(CauseKind::Error, message, None);
        let candidates = match scope.evaluate(&derived.to) {
            Ok(value) => elements(&value).unwrap_or_else(|| {
                Known::No(failed(format!("what an edge leads to is a list, not a {}", value.type_of())))
            }),
            Err(error) => Known::No(error.limit.clone().unwrap_or_else(|| failed(error.message))),
        };
        let Elements { items, more } = match candidates {
            Known::Yes(elements) => elements,
            Known::No(cause) => return Fulfilling { more: Some(cause), ..all },
        };
        all.more = more;
        for (_, item) in items {
            let Some(other) = item.as_node() else {
                if let Kind::Unknown(unknown) = &item.kind {
                    all.more.get_or_insert_with(|| unknown.cause.clone());
                }
                continue;
            };
            let holds =
                derived.when.as_ref().map_or(Known::Yes(true), |when| scope.with_other(other).holds(when));
            match holds {
                Known::Yes(true) => all.nodes.push(other),
                Known::Yes(false) => {}
                Known::No(cause) => all.maybe.push((other, cause)),
            }
        }
        all
    }
}
