//! Questions about the graph: neighbours, reachability, sets of nodes.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;

use super::landscape::Seeker;
use super::links::each_text;
use super::possible::OpenTargets;
use super::texts::{Called, inner};
use super::{BlockKey, Found, Graph, Node, NodeKind};
use crate::address::Address;
use crate::estate::{Estate, Mode, ModuleCall, ModuleMeaning, SymbolKind};
use crate::model::EdgeKind;
use crate::value::{Cause, CauseKind, NodeId, Str, Value};

impl Graph<'_> {
    /// The resource instances of a mode with one of these types or in one of these sets, as far as they were read. Uncertain instances are in `nodes` only if
    /// `uncertain_too` is set; otherwise they are the cause why there may be more. Those of one root module, or of all.
    #[must_use]
    pub fn resources(&self, mode: Mode, types: &[&str], uncertain_too: bool, root: Option<usize>) -> Found {
        let mut found = Collector::default();
        let wanted: BTreeSet<Str> = types.iter().flat_map(|name| self.model.expand(name)).collect();
        let nodes = match root {
            Some(root) => self.members.of_root(root).map_or(0..0, |member| member.nodes.clone()),
            None => 0..self.nodes.len(),
        };
        for id in wanted.iter().flat_map(|type_| self.of_type(type_, &nodes)) {
            let Some(node) = self.node(*id) else { continue };
            if node.kind != NodeKind::Resource(mode) {
                continue;
            }
            match &node.uncertain {
                Some(cause) if !uncertain_too => found.more(cause),
                _ => found.add(*id),
            }
        }
        found.finish()
    }

    /// The nodes of a type in a range: those of one root module stand side by side.
    fn of_type(&self, type_: &Str, range: &Range<usize>) -> &[NodeId] {
        let all = self.by_type.get(type_).map(Vec::as_slice).unwrap_or_default();
        let before = |end: usize| all.partition_point(|id| id.index() < end);
        all.get(before(range.start)..before(range.end)).unwrap_or_default()
    }

    /// All nodes of a root module of a kind that is not a resource.
    #[must_use]
    pub fn of_kind(&self, kind: NodeKind, root: usize) -> Found {
        let mut found = Collector::default();
        self.nodes_of_root(root).filter(|(_, node)| node.kind == kind).for_each(|(id, _)| found.add(id));
        if let Some(cause) = self.unread(root) {
            found.more(&cause);
        }
        found.finish()
    }

    /// Why a root module may have more than is known: an unloaded module may contain anything, and so may a file that could not be read.
    #[must_use]
    pub fn unread(&self, root: usize) -> Option<Arc<Cause>> {
        let member = self.members.of_root(root)?;
        let unread = || {
            first_hole(member.root.estate, &|_| true)
                .into_iter()
                .chain(member.root.estate.incomplete.clone())
                .min()
        };
        member.unread.get_or_init(unread).clone()
    }

    /// Why a root module may have more resources of these types, or of types in these sets, than is known: as [`Graph::unread`], but for
    /// modules whose description rules them out.
    #[must_use]
    pub fn unread_of(&self, root: usize, types: &[&str]) -> Option<Arc<Cause>> {
        let estate = self.members.of_root(root)?.root.estate;
        let unread = self.unread(root)?;
        if estate.calls.iter().all(|call| call.meaning.is_none()) {
            return Some(unread);
        }
        let may_have = |call: &ModuleCall| may_hold(call, |other| self.is_of(other, types));
        first_hole(estate, &may_have).into_iter().chain(estate.incomplete.clone()).min()
    }

    /// The calls of modules that are not there and that may have a resource of such a type, each with why that is not known.
    pub fn unloaded_calls(&self, is_asked: impl Fn(&str) -> bool) -> Vec<(NodeId, Arc<Cause>)> {
        let is_asked = &is_asked;
        let calls = self.members.all.iter().flat_map(|member| {
            let holes = holes(member.root.estate).filter(|call| may_hold(call, is_asked));
            holes.filter_map(|call| {
                let own = member.by_symbol.get(call.hole?.index()).copied().flatten()?;
                let cause = match &call.failed {
                    Some(failed) => failed.clone(),
                    None => Cause::new(CauseKind::ModuleNotLoaded, "the module", None),
                };
                Some((own, cause))
            })
        });
        calls.collect()
    }

    /// The nodes to which `from` has an edge of this kind.
    #[must_use]
    pub fn linked(&self, from: NodeId, kind: EdgeKind, types: &[&str]) -> Found {
        let Some(graph) = self.at(from.time()) else { return Found::default() };
        let mut found = graph.neighbours(from, kind, Direction::Outgoing, types);
        let is_asked = |type_: &str| graph.is_of(type_, types);
        let causes = graph.open_causes(Direction::Outgoing, from, kind, &is_asked);
        causes.iter().for_each(|cause| found.more(cause));
        found.finish()
    }

    /// The nodes that have an edge of this kind to `to`.
    #[must_use]
    pub fn referrers(&self, to: NodeId, kind: EdgeKind, types: &[&str]) -> Found {
        let Some(graph) = self.at(to.time()) else { return Found::default() };
        let mut found = graph.neighbours(to, kind, Direction::Incoming, types);
        let is_asked = |type_: &str| graph.is_of(type_, types);
        let causes = graph.open_causes(Direction::Incoming, to, kind, &is_asked);
        causes.iter().for_each(|cause| found.more(cause));
        let incomplete = || graph.member_of(to)?.root.estate.incomplete.as_ref();
        // What is described makes its own edges.
        let passed = graph.passed_to_unloaded_module.get(&to).into_iter().flatten();
        let may_refer = |meaning: Option<&Arc<ModuleMeaning>>| {
            let others = meaning.and_then(|meaning| meaning.others.as_ref());
            others.is_none_or(|others| others.iter().any(|type_| graph.is_of(type_, types)))
        };
        let mut passed = passed.filter(|(_, meaning)| may_refer(meaning.as_ref())).map(|(cause, _)| cause);
        if let Some(cause) = passed.next().or_else(incomplete) {
            found.more(cause);
        }
        if kind == EdgeKind::Refers {
            let is_asked =
                |type_: &str| types.is_empty() || types.iter().any(|name| graph.model.means(name, type_));
            // What a plan does not show is known when it is made, if it belongs to another root module.
            let member = graph.member_at(to).unwrap_or_default();
            let own = graph.hidden.range((member, Str::new())..).take_while(|((of, _), _)| *of == member);
            own.filter(|((_, type_), _)| is_asked(type_)).for_each(|(_, cause)| found.more(cause));
        }
        found.finish()
    }

    /// The nodes to which edges of these kinds may lead: an edge to or from a node that may not exist, or one between two open ends.
    /// A walk asks once whether a node is reached between two open ends: what it has `reached` is not told again.
    pub fn possible_steps(
        &self,
        from: NodeId,
        kinds: &[EdgeKind],
        left: &mut OpenTargets,
        reached: &dyn Fn(NodeId) -> bool,
    ) -> Vec<(NodeId, Option<Arc<Cause>>)> {
        let Some(graph) = self.at(from.time()) else { return Vec::new() };
        let Some(node) = graph.node(from) else { return Vec::new() };
        let mut steps = Vec::new();
        for edge in graph.edges.edges_directed(NodeIndex::new(from.index()), Direction::Outgoing) {
            if kinds.contains(&edge.weight().kind)
                && let Some(to) = graph.edges.node_weight(edge.target())
            {
                let uncertain = graph.node(*to).and_then(|to| to.uncertain.clone());
                steps.push((*to, node.uncertain.clone().or(uncertain)));
            }
        }
        for kind in kinds {
            let Some(cause) = graph.between_open_ends(from, Direction::Outgoing, *kind, |_| true) else {
                continue;
            };
            let targets =
                left.of.entry(*kind).or_insert_with(|| graph.with_open_end(Direction::Incoming, *kind));
            targets.retain(|to| {
                if reached(*to) {
                    return false;
                }
                let cause = cause(*to);
                let is_left = cause.is_none();
                steps.extend(cause.map(|cause| (*to, Some(cause))));
                is_left
            });
        }
        steps
    }

    /// The nodes that a value refers to.
    #[must_use]
    pub fn refs(&self, seeker: Seeker, value: &Value, types: &[&str]) -> Found {
        let mut found = Collector::default();
        self.collect_refs(seeker, value, types, &mut found);
        found.finish()
    }

    fn collect_refs(&self, seeker: Seeker, value: &Value, types: &[&str], found: &mut Collector) {
        if let Some(node) = value.as_node() {
            if self.is(node, types) {
                self.add_certain(node, found);
            }
            return;
        }
        let mut any = false;
        value.each_reference(&mut |origin| {
            if let Some(node) = self.node_of(origin) {
                any = true;
                if self.is(node, types) {
                    self.add_certain(node, found);
                }
            }
        });
        each_text(value, &mut |text| {
            let wanted = |type_: &str| self.is_of(type_, types);
            let mut called = if any { Called::default() } else { self.called(seeker, text, &wanted) };
            if called.is_nothing() && !any && !types.is_empty() {
                called = self.bearing(seeker, text, &wanted);
            }
            inner(self.model, text).for_each(|part| called.add(self.called(seeker, part, &wanted)));
            called.nodes.into_iter().for_each(|node| self.add_certain(node, found));
            called.maybe.iter().for_each(|(_, cause)| found.more(cause));
        });
        if let Some(cause) = value.first_cause()
            && !any
        {
            found.more(&cause);
        }
    }

    /// The instances of a node's block in all instances of its module, including the node itself.
    #[must_use]
    pub fn siblings(&self, of: NodeId) -> Found {
        let Some(graph) = self.at(of.time()) else { return Found::default() };
        let Some(node) = graph.node(of) else { return Found::default() };
        let mut found = Collector::default();
        for id in graph.blocks().get(&block_of(node)).into_iter().flatten() {
            graph.add_certain(*id, &mut found);
        }
        found.finish()
    }

    /// The instances of each block.
    fn blocks(&self) -> &FxHashMap<BlockKey, Vec<NodeId>> {
        self.blocks.get_or_init(|| {
            let mut blocks: FxHashMap<BlockKey, Vec<NodeId>> = FxHashMap::default();
            for (id, node) in self.nodes().filter(|(_, node)| !node.type_.is_empty()) {
                blocks.entry(block_of(node)).or_default().push(id);
            }
            blocks
        })
    }

    /// Whether a node has one of these types, or is in one of these sets or roles; true if none is given.
    #[must_use]
    pub fn is(&self, node: NodeId, types: &[&str]) -> bool {
        types.is_empty() || self.node(node).is_some_and(|node| self.is_of(&node.type_, types))
    }

    /// As [`Graph::is`], for a type.
    fn is_of(&self, type_: &str, types: &[&str]) -> bool {
        types.is_empty() || types.iter().any(|name| self.model.means(name, type_))
    }

    fn neighbours(&self, of: NodeId, kind: EdgeKind, direction: Direction, types: &[&str]) -> Collector {
        let mut found = Collector::default();
        // The node stands for an unknown number of instances: its edges may belong to any of them.
        if let Some(cause) = self.node(of).and_then(|node| node.uncertain.as_ref()) {
            found.more(cause);
            return found;
        }
        for edge in self.edges.edges_directed(NodeIndex::new(of.index()), direction) {
            found.looked_at += 1;
            if edge.weight().kind != kind {
                continue;
            }
            let other = match direction {
                Direction::Outgoing => edge.target(),
                Direction::Incoming => edge.source(),
            };
            if let Some(other) = self.edges.node_weight(other)
                && self.is(*other, types)
            {
                self.add_certain(*other, &mut found);
            }
        }
        found
    }

    /// The nodes with an edge of any kind to or from a node of this graph.
    pub(super) fn any_neighbours(&self, of: NodeId) -> impl Iterator<Item = NodeId> {
        let neighbours = self.edges.neighbors_undirected(NodeIndex::new(of.index()));
        neighbours.filter_map(|index| self.edges.node_weight(index).copied())
    }

    /// Adds a node, or the cause if the node may not exist.
    fn add_certain(&self, node: NodeId, found: &mut Collector) {
        match self.node(node).and_then(|node| node.uncertain.as_ref()) {
            Some(cause) => found.more(cause),
            None => found.add(node),
        }
    }
}

/// Whether a module that is not there may have resources of some types besides those that its description makes.
fn may_hold(call: &ModuleCall, is_asked: impl Fn(&str) -> bool) -> bool {
    let others = call.meaning.as_ref().and_then(|meaning| meaning.others.as_ref());
    others.is_none_or(|others| others.iter().any(|type_| is_asked(type_)))
}

/// The first call of a module that is not there and may have what is asked for.
fn first_hole(estate: &Estate, may_have: &dyn Fn(&ModuleCall) -> bool) -> Option<Arc<Cause>> {
    holes(estate).find(|call| may_have(call)).map(ModuleCall::gap)
}

/// The calls of modules that are not there.
fn holes(estate: &Estate) -> impl Iterator<Item = &ModuleCall> {
    let is_hole =
        |symbol| estate.symbol(symbol).is_some_and(|symbol| symbol.kind == SymbolKind::UnloadedModule);
    estate.calls.iter().filter(move |call| call.hole.is_some_and(is_hole))
}

/// What the instances of a node's block have in common with it.
fn block_of(node: &Node) -> BlockKey {
    (node.member, node.kind, Address::read(&node.address).without_keys().as_str().into())
}

#[derive(Default)]
struct Collector {
    nodes: BTreeSet<NodeId>,
    more: Option<Arc<Cause>>,
    looked_at: usize,
}

impl Collector {
    fn add(&mut self, node: NodeId) {
        self.nodes.insert(node);
    }

    fn more(&mut self, cause: &Arc<Cause>) {
        // Keep the smallest cause, so that the answer does not depend on the order of visits.
        match &self.more {
            Some(known) if known <= cause => {}
            _ => self.more = Some(cause.clone()),
        }
    }

    fn finish(self) -> Found {
        Found { nodes: self.nodes.into_iter().collect(), more: self.more, looked_at: self.looked_at }
    }
}
