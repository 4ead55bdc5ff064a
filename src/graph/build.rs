//! Building the graph: nodes from the estate, edges from what values refer to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use petgraph::Direction;
use petgraph::graph::DiGraph;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::names::NameIndex;
use super::paths::{Taken, each_value_at};
use super::scope::MAX_QUESTION;
use super::{Edge, Graph, Node, NodeKind, OpenEnds, Place};
use crate::budget::{Account, Allowance, Budget, Meter};
use crate::estate::{Estate, Mode};
use crate::eval::{EvalError, Files};
use crate::graph::scope::GraphScope;
use crate::model::{EdgeKind, Join, Link, Model};
use crate::value::{Cause, CauseKind, Entries, Kind, NodeId, Rest, Step, Str, Value};

impl<'a> Graph<'a> {
    /// Builds the graph of an estate.
    #[must_use]
    pub fn build(estate: &'a Estate, model: &'a Model, files: &dyn Files) -> Self {
        Self::build_within(estate, model, files, Allowance::UNLIMITED)
    }

    /// Builds the graph of an estate, with no more edges than the run may have: then it is open wherever an edge may be missing.
    #[must_use]
    pub fn build_within(
        estate: &'a Estate,
        model: &'a Model,
        files: &dyn Files,
        allowance: Allowance,
    ) -> Self {
        let mut graph = Self {
            estate,
            model,
            before: None,
            history: super::History::default(),
            nodes: Vec::new(),
            edges: DiGraph::new(),
            known: FxHashSet::default(),
            most_edges: allowance.of(Budget::Edges),
            account: Account::default(),
            by_subject: vec![None; estate.subjects.len()],
            by_type: FxHashMap::default(),
            out: OpenEnds::default(),
            into: OpenEnds::default(),
            escaped: FxHashMap::default(),
            hidden: BTreeMap::new(),
            zones: Vec::new(),
            lists: Mutex::default(),
            defined: Mutex::default(),
        };
        graph.add_nodes();
        graph.zones = std::iter::repeat_with(OnceLock::new).take(graph.nodes.len()).collect();
        graph.add_edges();
        graph.add_joins(files);
        graph.close();
        graph
    }

    fn add_node(&mut self, mut node: Node, body: &Arc<Entries>) -> NodeId {
        let id = NodeId::new(self.estate.time, self.nodes.len());
        let entries =
            Entries { element: body.element.clone(), items: body.items.clone(), rest: Rest::Node(id) };
        node.value = Kind::Object(Arc::new(entries)).into();
        if !node.type_.is_empty() {
            self.by_type.entry(node.type_.clone()).or_default().push(id);
        }
        self.nodes.push(node);
        self.edges.add_node(id);
        id
    }

    fn add_nodes(&mut self) {
        let estate = self.estate;
        for instance in &estate.instances {
            let node = Node {
                kind: NodeKind::Resource(instance.mode),
                address: instance.address.text().clone(),
                type_: instance.type_.clone(),
                value: Value::NULL,
                uncertain: instance.uncertain.clone(),
                place: match (&instance.declaration, &instance.written) {
                    (Some(declaration), _) => Place::Declared(declaration.clone(), instance.address.key()),
                    (None, Some(written)) => Place::Written(written.clone()),
                    (None, None) => Place::Nowhere,
                },
            };
            let id = self.add_node(node, &instance.body);
            if let Some(slot) = self.by_subject.get_mut(instance.subject.index()) {
                *slot = Some(id);
            }
        }
        for call in &estate.calls {
            let facts = super::calls::facts(call);
            let node = Node {
                kind: NodeKind::Call,
                address: call.address.text().clone(),
                type_: Str::new(),
                value: Value::NULL,
                uncertain: None,
                place: call.block.clone().map_or(Place::Nowhere, Place::Block),
            };
            let id = self.add_node(node, &facts);
            if let Some(subject) = call.hole {
                if let Some(slot) = self.by_subject.get_mut(subject.index()) {
                    *slot = Some(id);
                }
                // What is handed to a module that is not at hand may be used there in any way.
                let span = call.block.as_ref().map(|block| block.header);
                let cause = Cause::new(CauseKind::ModuleNotLoaded, call.address.text().clone(), span);
                for (_, value) in &call.arguments.items {
                    value.each_reference(&mut |origin| {
                        if let Some(node) = self.node_of(origin) {
                            self.escaped.entry(node).or_insert_with(|| cause.clone());
                        }
                    });
                }
            }
        }
        for module in &estate.modules {
            let address = if module.address.is_root() {
                Str::from("root module")
            } else {
                module.address.text().clone()
            };
            let place = module.span.map_or(Place::Nowhere, Place::Span);
            let node = Node {
                kind: NodeKind::Module,
                address: address.clone(),
                type_: Str::new(),
                value: Value::NULL,
                uncertain: None,
                place,
            };
            self.add_node(node, &module.facts);
            for (facts, span) in &module.requirements {
                let name = facts.get("name").and_then(Value::as_str).unwrap_or_default();
                let node = Node {
                    kind: NodeKind::Requirement,
                    address: module.address.member("provider", name),
                    type_: Str::new(),
                    value: Value::NULL,
                    uncertain: None,
                    place: Place::Span(*span),
                };
                self.add_node(node, facts);
            }
        }
    }

    /// Adds the edges that values make. What the values of a node lead to does not depend on other edges, so it is found side by side
    /// and noted in the order of nodes.
    fn add_edges(&mut self) {
        let names = NameIndex::of(self.model);
        let ids: Vec<NodeId> = self.nodes().map(|(id, _)| id).collect();
        let mut rest = ids.as_slice();
        while !rest.is_empty() && !self.is_cut() {
            let (some, others) = rest.split_at_checked(self.some_of(rest)).unwrap_or((rest, &[]));
            rest = others;
            let facts: Vec<Vec<Fact<'_>>> = if some.len() < NODES_FOR_THREADS {
                some.iter().map(|id| self.connected(*id, &names)).collect()
            } else {
                some.par_iter().map(|id| self.connected(*id, &names)).collect()
            };
            facts.into_iter().flatten().for_each(|fact| self.note(fact));
        }
    }

    /// How many of these nodes are looked at together: what they have to say has to fit in memory.
    fn some_of(&self, ids: &[NodeId]) -> usize {
        let mut parts = 0;
        let node = |id: &NodeId| self.nodes.get(id.index());
        let fits = |id: &&NodeId| {
            let fits = parts < PARTS_AT_ONCE;
            parts += node(id).map_or(0, |node| node.value.parts().map(|part| part.weight().parts).sum());
            fits
        };
        ids.iter().take(NODES_AT_ONCE).take_while(fits).count().max(1)
    }

    fn note(&mut self, fact: Fact<'_>) {
        match fact {
            Fact::Edge(from, to, edge) => self.add_edge(from, to, edge),
            Fact::Open(direction, node, kind, cause) => self.open_ends(direction).open(node, kind, &cause),
            Fact::OpenAll(direction, types, kind, cause) => {
                self.open_ends(direction).open_all(types, kind, &cause);
            }
            Fact::Hidden(type_, cause) => {
                self.hidden.entry(type_).or_insert(cause);
            }
        }
    }

    fn open_ends(&mut self, direction: Direction) -> &mut OpenEnds {
        match direction {
            Direction::Outgoing => &mut self.out,
            Direction::Incoming => &mut self.into,
        }
    }

    /// The edges that start at the values of a node, and what is not known about them.
    fn connected(&self, id: NodeId, names: &NameIndex) -> Vec<Fact<'a>> {
        let mut facts = Vec::new();
        let Some(node) = self.nodes.get(id.index()) else { return facts };
        let NodeKind::Resource(_) = node.kind else { return facts };
        let Some(entries) = node.value.as_entries() else { return facts };
        let hidden = entries.items.iter().find_map(|(key, value)| super::hidden::reference(key, value));
        facts.extend(hidden.map(|cause| Fact::Hidden(node.type_.clone(), cause)));
        for (key, value) in &entries.items {
            value.each_reference(&mut |origin| {
                if let Some(target) = self.node_of(origin)
                    && target != id
                {
                    let edge = Edge { kind: EdgeKind::Refers, path: vec![Step::Key(key.clone())] };
                    facts.push(Fact::Edge(id, target, edge));
                }
            });
        }
        for link in self.model.links.get(&node.type_).into_iter().flatten() {
            each_value_at(&node.value, &link.path, &mut |taken, value| {
                self.follow(id, link, taken, value, names, &mut facts);
            });
        }
        facts
    }

    /// The edges of a link for one value at its path, and what is not known about them.
    fn follow(
        &self,
        id: NodeId,
        link: &'a Link,
        taken: &Taken<'_>,
        value: &Value,
        names: &NameIndex,
        facts: &mut Vec<Fact<'a>>,
    ) {
        let mut leaves = Leaves::default();
        self.read_leaves(link, value, names, Below::Path, &mut leaves);
        for target in leaves.targets {
            if target != id {
                let edge = Edge { kind: link.means, path: taken.path() };
                let (from, to) = if link.reverse { (target, id) } else { (id, target) };
                facts.push(Fact::Edge(from, to, edge));
            }
        }
        let (near, far) = if link.reverse {
            (Direction::Incoming, Direction::Outgoing)
        } else {
            (Direction::Outgoing, Direction::Incoming)
        };
        if let Some(cause) = leaves.unknown {
            facts.push(Fact::Open(near, id, link.means, cause.clone()));
            facts.push(Fact::OpenAll(far, &link.to, link.means, cause));
        } else if !leaves.maybe.is_empty() {
            for (target, cause) in leaves.maybe {
                facts.push(Fact::Open(near, id, link.means, cause.clone()));
                facts.push(Fact::Open(far, target, link.means, cause));
            }
        } else if leaves.outside {
            // A literal that equals no name: its target exists, but not in this configuration.
            let address = self.nodes.get(id.index()).map(|node| node.address.clone()).unwrap_or_default();
            let name: Vec<&str> = link.path.iter().map(Str::as_str).collect();
            let subject = ecow::eco_format!("the target of {address}.{}", name.join("."));
            let cause = Cause::new(CauseKind::OutsideConfiguration, subject, None);
            facts.push(Fact::Open(near, id, link.means, cause));
        }
    }

    fn read_leaves(&self, link: &Link, value: &Value, names: &NameIndex, below: Below, found: &mut Leaves) {
        match &value.kind {
            Kind::Null(_) => {}
            Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
                if let Some(cause) = &sequence.more {
                    found.unknown.get_or_insert_with(|| cause.clone());
                }
                for item in &sequence.items {
                    self.read_leaves(link, item, names, below, found);
                }
            }
            Kind::Map(entries) | Kind::Object(entries) if !matches!(entries.rest, Rest::Symbolic(_)) => {
                if let Rest::More(cause) = &entries.rest {
                    found.unknown.get_or_insert_with(|| cause.clone());
                }
                for (_, item) in &entries.items {
                    self.read_leaves(link, item, names, Below::Map, found);
                }
            }
            _ => self.read_leaf(link, value, names, below, found),
        }
    }

    fn read_leaf(&self, link: &Link, value: &Value, names: &NameIndex, below: Below, found: &mut Leaves) {
        let mut managed = false;
        let before = found.targets.len();
        value.each_reference(&mut |origin| {
            if let Some(target) = self.node_of(origin)
                && let Some(node) = self.nodes.get(target.index())
            {
                managed |= node.kind == NodeKind::Resource(Mode::Managed);
                if self.is_target(target, link) {
                    found.targets.push(target);
                }
            }
        });
        if found.targets.len() > before {
            return;
        }
        match &value.kind {
            // The identity of a resource of another type is certainly none of the link's. What may be null was chosen, perhaps
            // between things that are not told.
            Kind::Unknown(unknown)
                if managed && (unknown.origin.is_some() || unknown.refinement.not_null) => {}
            Kind::Unknown(unknown) => {
                found.unknown.get_or_insert_with(|| unknown.cause.clone());
            }
            Kind::String(text) if !text.is_empty() && !managed => {
                let named = link.by.as_ref().map(|attribute| {
                    let part = match &link.part {
                        Some(_) if text.len() > MAX_NAME => None,
                        Some(pattern) => {
                            pattern.captures(text).and_then(|found| found.get(1)).map(|part| part.as_str())
                        }
                        None => Some(text.as_str()),
                    };
                    part.map(|part| names.find(self, link, attribute, part)).unwrap_or_default()
                });
                match named {
                    Some((named, _)) if !named.is_empty() => found.targets.extend(named),
                    Some((_, maybe)) if below == Below::Path && !maybe.is_empty() => {
                        found.maybe.extend(maybe)
                    }
                    // What stands in a map may be anything; at the path itself it is meant as a target.
                    _ if below == Below::Path => found.outside = true,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    pub(super) fn is_target(&self, target: NodeId, link: &Link) -> bool {
        let Some(node) = self.nodes.get(target.index()) else { return false };
        link.to.is_empty() || link.to.contains(&node.type_)
    }

    /// Adds the edges that resources make between two others, and notes what is not known about them.
    fn add_joins(&mut self, files: &dyn Files) {
        let mut joined = Vec::new();
        for (id, node) in self.nodes() {
            for join in self.model.joins.get(&node.type_).into_iter().flatten() {
                joined.extend(self.join(id, node, join, files).map(|ends| (join.means, ends)));
            }
        }
        let any = FxHashSet::default();
        for (kind, Joined { from, to, maybe }) in joined {
            if maybe.is_none() {
                for from in &from.nodes {
                    if self.is_cut() {
                        break;
                    }
                    for (to, path) in to.nodes.iter().filter(|(to, _)| to != from) {
                        self.add_edge(*from, *to, Edge { kind, path: path.clone() });
                    }
                }
            }
            // An end that is not known may be any node; and neither end is known to have all its edges.
            if let Some(cause) = from.open.as_ref().or(maybe.as_ref()) {
                to.nodes.iter().for_each(|(node, _)| self.into.open(*node, kind, cause));
            }
            if let Some(cause) = to.open.as_ref().or(maybe.as_ref()) {
                from.nodes.iter().for_each(|node| self.out.open(*node, kind, cause));
            }
            if let Some(cause) = &from.open {
                self.out.open_all(&any, kind, cause);
            }
            if let Some(cause) = &to.open {
                self.into.open_all(&any, kind, cause);
            }
        }
    }

    fn join(&self, id: NodeId, node: &Node, join: &Join, files: &dyn Files) -> Option<Joined> {
        let mut maybe = node.uncertain.clone();
        if let Some(when) = &join.when {
            let meter = Meter::of_question(MAX_QUESTION);
            let open = match GraphScope::for_model(self, files, id, &meter).evaluate(when) {
                Ok(value) => match &value.kind {
                    Kind::Bool(true) => None,
                    Kind::Bool(false) | Kind::Null(_) => return None,
                    Kind::Unknown(unknown) => Some(unknown.cause.clone()),
                    _ => {
                        let message = format!("a condition is a boolean, not a {}", value.type_of());
                        Some(Cause::new(CauseKind::Error, message, None))
                    }
                },
                // What the condition cannot deal with leaves it open whether there is an edge.
                Err(error) => {
                    let EvalError { limit, message, .. } = *error;
                    Some(limit.unwrap_or_else(|| Cause::new(CauseKind::Error, message, None)))
                }
            };
            maybe = maybe.or(open);
        }
        let from = self.ends(&node.value, &join.from);
        let from = Ends { nodes: from.nodes.into_iter().map(|(node, _)| node).collect(), open: from.open };
        Some(Joined { from, to: self.ends(&node.value, &join.to), maybe })
    }

    fn ends(&self, value: &Value, path: &[Str]) -> Ends<(NodeId, Vec<Step>)> {
        let mut ends = Ends { nodes: Vec::new(), open: None };
        each_value_at(value, path, &mut |taken, value| {
            let before = ends.nodes.len();
            value.each_reference(&mut |origin| {
                if let Some(node) = self.node_of(origin) {
                    ends.nodes.push((node, taken.path()));
                }
            });
            if ends.nodes.len() == before && ends.open.is_none() {
                ends.open = value.first_cause();
            }
        });
        ends
    }
}

/// A longer text is the name, ARN or URL of nothing.
const MAX_NAME: usize = 8 << 10;

/// Nodes whose edges are found at once: enough to keep threads busy, few enough that what they find takes little memory.
const NODES_AT_ONCE: usize = 8192;

/// Nodes with more parts than these are not looked at together.
const PARTS_AT_ONCE: u64 = 500_000;

/// Fewer nodes are quicker than handing them out to threads.
const NODES_FOR_THREADS: usize = 512;

/// What a value tells about edges.
enum Fact<'m> {
    Edge(NodeId, NodeId, Edge),
    /// A node may have more edges of a kind.
    Open(Direction, NodeId, EdgeKind, Arc<Cause>),
    /// What a node of this type refers to is not told.
    Hidden(Str, Arc<Cause>),
    /// So may all nodes of some types.
    OpenAll(Direction, &'m FxHashSet<Str>, EdgeKind, Arc<Cause>),
}

/// What the values at a link's path lead to.
#[derive(Default)]
struct Leaves {
    targets: Vec<NodeId>,
    /// A value is not known, for this cause: it may lead to any node of the link's types.
    unknown: Option<Arc<Cause>>,
    /// Nodes whose name is not known, and why: a literal that equals no known name may be theirs.
    maybe: Vec<(NodeId, Arc<Cause>)>,
    /// A literal names nothing in this configuration.
    outside: bool,
}

/// Where a leaf stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// At the path of the link, or in a list there.
    Path,
    /// In a map at the path.
    Map,
}

/// One end of a join.
struct Ends<T> {
    nodes: Vec<T>,
    open: Option<Arc<Cause>>,
}

/// Both ends of a join, and why it is not known whether it exists.
struct Joined {
    from: Ends<NodeId>,
    to: Ends<(NodeId, Vec<Step>)>,
    maybe: Option<Arc<Cause>>,
}
