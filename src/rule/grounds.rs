//! What a finding rests on beside what its own root module says: through what other root modules are known, what they tell, and what is
//! assumed.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::place;
use crate::diagnostic::{Label, Location};
use crate::estate::Mode;
use crate::estate::grounds::{DataGround, Ground, Through, ToldBy};
use crate::graph::{Graph, Node, NodeKind, NodePlace};
use crate::value::{NodeId, Step, Str, Value};

/// The node that a finding of a root module is about.
#[derive(Clone, Copy)]
pub(super) struct Grounds<'a> {
    pub(super) graph: &'a Graph<'a>,
    pub(super) root: usize,
    pub(super) node: NodeId,
}

/// A data source on which a value rests, and what others tell it.
type ToldData<'a> = ((DataGround, NodeId), &'a [ToldBy]);

/// What values rest on.
#[derive(Default)]
pub(super) struct RestingOn {
    pub(super) labels: Vec<Label>,
    /// The data sources and what they read, in the order of the way.
    pub(super) path: Vec<NodeId>,
}

impl Grounds<'_> {
    /// Through what nodes of other root modules are known: a place for each of these modules, and which they are.
    pub(super) fn joins(&self, nodes: &[NodeId]) -> (Vec<Label>, BTreeSet<usize>) {
        let mut known: BTreeSet<usize> = BTreeSet::new();
        let mut labels = Vec::new();
        let own = nodes.iter().copied().filter(|id| self.graph.root_of(*id) == Some(self.root));
        let own: Vec<NodeId> = std::iter::once(self.node).chain(own).collect();
        let data = |own: &NodeId| self.data(*own, self.root, &[], Through::Resources);
        let own_data = LazyCell::new(|| own.iter().flat_map(data).collect::<Vec<_>>());
        for id in nodes.iter().copied() {
            let Some(other) = self.graph.graph_root(id).filter(|other| other.index != self.root) else {
                continue;
            };
            if !known.insert(other.index) {
                continue;
            }
            let (forth, back) = self.through((&own, &own_data), id, other.index);
            let through = forth.or(back);
            let Some(node) = self.graph.node(through.unwrap_or(id)) else { continue };
            let Some(place) = place::find(self.graph, through.unwrap_or(id), node, &[]) else { continue };
            let text = match (forth, through) {
                (Some(_), _) => through_words(node, other.name),
                (None, Some(_)) => format!("known through `{}` of `{}`", node.address, other.name),
                (None, None) => format!("known by its name, from `{}`", other.name),
            };
            let address = node.address.clone();
            labels.push(Label { address, ..Label::new(place.location, text) });
        }
        (labels, known)
    }

    /// The data source through which a node of another root module is known: one of this root module on the way from its own nodes, or one of
    /// the other on the way back.
    fn through(
        &self,
        (own, own_data): (&[NodeId], &[ToldData<'_>]),
        id: NodeId,
        other: usize,
    ) -> (Option<NodeId>, Option<NodeId>) {
        let graph = self.graph;
        let address = graph.node(id).map(|node| &node.address);
        let mut forth = None;
        for ((_, data), told) in own_data {
            if told.iter().any(|by| by.root == other && by.resource.as_ref() == address) {
                return (Some(*data), None);
            }
            if told.iter().any(|by| by.root == other) {
                forth = forth.or(Some(*data));
            }
        }
        if forth.is_some() {
            return (forth, None);
        }
        let back = self.data(id, other, &[], Through::Resources).into_iter();
        let back =
            back.filter(|(_, told)| told.iter().any(|by| by.root == self.root)).map(|(data, _)| data.1);
        let back = back.min();
        if back.is_some() || own.iter().any(|own| graph.are_named(*own, id)) {
            return (None, back);
        }
        (graph.join_between(self.root, other), graph.join_between(other, self.root))
    }

    /// The data sources that an attribute of a node of a root module rests on and that others answer, the nearest first.
    fn data(&self, id: NodeId, root: usize, attribute: &[Str], through: Through) -> Vec<ToldData<'_>> {
        let Some(estate) = self.graph.estate_of_root(root).filter(|estate| !estate.told.is_empty()) else {
            return Vec::new();
        };
        let told = |ground: Ground| {
            let Ground::Data(ground) = ground else { return None };
            let data = self.graph.data_source(root, &ground)?;
            let told = estate.told.get(&self.graph.node(data)?.address)?;
            Some(((ground, data), told.as_slice()))
        };
        self.of(id, attribute, through).into_iter().filter_map(told).collect()
    }

    fn of(&self, id: NodeId, attribute: &[Str], through: Through) -> Vec<Ground> {
        let Some(NodePlace::Declared(declaration, key)) = self.graph.node(id).map(|node| &node.place) else {
            return Vec::new();
        };
        let path: Vec<Step> = attribute.iter().cloned().map(Step::Key).collect();
        let scopes = self.graph.scopes(id);
        scopes.map_or_else(Vec::new, |scopes| scopes.grounds(declaration, key, &path, through))
    }

    /// What the value of an attribute rests on: a place for each assumption, and for each data source that a root module tells which is not
    /// among the `known`.
    pub(super) fn values(&self, id: NodeId, attribute: &[Str], known: &BTreeSet<usize>) -> RestingOn {
        let mut found = RestingOn::default();
        if attribute.is_empty() {
            return found;
        }
        for ground in self.of(id, attribute, Through::Names) {
            if let Ground::Assumption(span) = ground {
                found.labels.push(Label::new(Location::Source(span), "it rests on this assumption"));
            }
        }
        for ((ground, data), told) in self.data(id, self.root, attribute, Through::Names) {
            let Some(by) = told.first().filter(|by| !known.contains(&by.root)) else { continue };
            let other = self.graph.roots().find(|root| root.index == by.root);
            let (Some(node), Some(other)) = (self.graph.node(data), other) else { continue };
            let Some(place) = place::find(self.graph, data, node, &[]) else { continue };
            let words = through_words(node, other.name);
            found.labels.push(Label { address: node.address.clone(), ..Label::new(place.location, words) });
            found.path.push(data);
            if let Some((said, location)) = self.said(by, (data, &ground)) {
                let address = self.graph.node(said).map(|node| node.address.clone()).unwrap_or_default();
                let words = format!("`{}` tells it", other.name);
                found.labels.push(Label { address, ..Label::new(location, words) });
                found.path.push(said);
            }
        }
        found
    }

    /// What another root module tells: its output, or the attribute of its resource, with the place that decides it.
    fn said(&self, by: &ToldBy, (data, ground): (NodeId, &DataGround)) -> Option<(NodeId, Location)> {
        let graph = self.graph;
        let mut names = ground.steps.iter().filter_map(Step::key);
        let Some(address) = &by.resource else {
            let output = names.nth(1)?;
            let id = graph.node_at(by.root, &format!("output.{output}"))?;
            let found = graph.scopes(id)?.find_output(output)?;
            let place = found.decided.map_or(found.at, |(span, _)| span);
            return Some((id, Location::Source(place)));
        };
        let id = graph.node_at(by.root, address)?;
        let node = graph.node(id)?;
        // The line of a secret is not quoted.
        let is_secret = |name: &&Str| {
            let value = graph.node(data).and_then(|data| data.value.as_entries()?.get(name));
            value.is_some_and(Value::is_secret)
        };
        let attribute: Vec<Str> = names.next().filter(|name| !is_secret(name)).cloned().into_iter().collect();
        let found = place::find(graph, id, node, &attribute)?;
        let place = found.decided.map_or(found.location, Location::Source);
        is_managed(node).then_some((id, place))
    }
}

fn through_words(node: &Node, other: &str) -> String {
    format!("known through `{}` (`{other}`)", node.address)
}

fn is_managed(node: &Node) -> bool {
    node.kind == NodeKind::Resource(Mode::Managed)
}
