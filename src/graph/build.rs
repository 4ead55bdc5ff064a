//! Building the graph: nodes from the estate, edges from what values refer to.

use std::sync::{Arc, OnceLock};

use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Edge, Graph, Node, NodeKind, OpenEnd, Place};
use crate::estate::{Estate, Mode};
use crate::eval::Files;
use crate::graph::scope::GraphScope;
use crate::model::{EdgeKind, Join, Link, Model};
use crate::value::{Cause, CauseKind, Entries, Kind, NodeId, Rest, Step, Str, Value};

impl<'a> Graph<'a> {
    /// Builds the graph of an estate.
    #[must_use]
    pub fn build(estate: &'a Estate, model: &'a Model, files: &dyn Files) -> Self {
        let mut graph = Self {
            estate,
            model,
            nodes: Vec::new(),
            edges: DiGraph::new(),
            by_subject: vec![None; estate.subjects.len()],
            by_type: FxHashMap::default(),
            open_out: FxHashMap::default(),
            open_in: FxHashMap::default(),
            escaped: FxHashMap::default(),
            zones: Vec::new(),
        };
        graph.add_nodes();
        graph.zones = std::iter::repeat_with(OnceLock::new).take(graph.nodes.len()).collect();
        let mut names = NameIndex::default();
        for id in 0..graph.nodes.len() {
            graph.connect(NodeId(u32::try_from(id).unwrap_or(u32::MAX)), &mut names);
        }
        let joins = graph.find_joins(files);
        for (from, to, edge) in joins {
            graph.add_edge(from, to, edge);
        }
        graph
    }

    fn add_node(&mut self, mut node: Node, body: &Arc<Entries>) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
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
                address: instance.address.clone(),
                type_: instance.type_.clone(),
                value: Value::NULL,
                uncertain: instance.uncertain.clone(),
                place: instance.source.clone().map_or(Place::Nowhere, Place::Block),
            };
            let id = self.add_node(node, &instance.body);
            if let Some(slot) = self.by_subject.get_mut(instance.subject.0 as usize) {
                *slot = Some(id);
            }
        }
        for call in &estate.calls {
            let facts = call_facts(call);
            let node = Node {
                kind: NodeKind::Call,
                address: call.address.clone(),
                type_: Str::new(),
                value: Value::NULL,
                uncertain: None,
                place: call.block.clone().map_or(Place::Nowhere, Place::Block),
            };
            let id = self.add_node(node, &facts);
            if let Some(subject) = call.hole {
                if let Some(slot) = self.by_subject.get_mut(subject.0 as usize) {
                    *slot = Some(id);
                }
                // What is handed to a module that is not at hand may be used there in any way.
                let span = call.block.as_ref().map(|block| block.header);
                let cause = Cause::new(CauseKind::ModuleNotLoaded, call.address.clone(), span);
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
            let address =
                if module.address.is_empty() { Str::from("root module") } else { module.address.clone() };
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
                let prefix = if module.address.is_empty() { String::new() } else { format!("{address}.") };
                let node = Node {
                    kind: NodeKind::Requirement,
                    address: ecow::eco_format!("{prefix}provider.{name}"),
                    type_: Str::new(),
                    value: Value::NULL,
                    uncertain: None,
                    place: Place::Span(*span),
                };
                self.add_node(node, facts);
            }
        }
    }

    fn add_edge(&mut self, from: NodeId, to: NodeId, edge: Edge) {
        let (from, to) = (NodeIndex::new(from.0 as usize), NodeIndex::new(to.0 as usize));
        let exists = self.edges.edges_connecting(from, to).any(|known| known.weight().kind == edge.kind);
        if !exists {
            self.edges.add_edge(from, to, edge);
        }
    }

    /// Adds the edges that start at the values of a node.
    fn connect(&mut self, id: NodeId, names: &mut NameIndex) {
        let Some(node) = self.nodes.get(id.0 as usize) else { return };
        let NodeKind::Resource(_) = node.kind else { return };
        let (value, type_) = (node.value.clone(), node.type_.clone());
        let Some(entries) = value.as_entries() else { return };
        let mut targets = Vec::new();
        for (key, value) in &entries.items {
            value.each_reference(&mut |origin| {
                if let Some(target) = self.node_of(origin)
                    && target != id
                {
                    targets.push((target, key.clone()));
                }
            });
        }
        for (target, key) in targets {
            self.add_edge(id, target, Edge { kind: EdgeKind::Refers, path: vec![Step::Key(key)] });
        }
        let model = self.model;
        for link in model.links.get(&type_).into_iter().flatten() {
            for (path, value) in values_at(&value, &link.path) {
                self.follow(id, link, &path, &value, names);
            }
        }
    }

    /// Adds the edges of a link for one value at its path.
    fn follow(&mut self, id: NodeId, link: &Link, path: &[Step], value: &Value, names: &mut NameIndex) {
        let mut targets: Vec<NodeId> = Vec::new();
        let mut elsewhere = false;
        value.each_reference(&mut |origin| match self.node_of(origin) {
            Some(target) if self.is_target(target, link) => targets.push(target),
            Some(_) => elsewhere = true,
            None => {}
        });
        if targets.is_empty()
            && let Some(text) = value.as_str()
            && !text.is_empty()
            && let Some(attribute) = &link.by
        {
            let part = match &link.part {
                Some(pattern) => {
                    pattern.captures(text).and_then(|found| found.get(1)).map(|part| part.as_str())
                }
                None => Some(text),
            };
            targets = part.map(|part| names.find(self, link, attribute, part)).unwrap_or_default();
        }
        if targets.is_empty() {
            self.leave_open(id, link, value, elsewhere);
        }
        for target in targets {
            if target != id {
                let edge = Edge { kind: link.means, path: path.to_vec() };
                let (from, to) = if link.reverse { (target, id) } else { (id, target) };
                self.add_edge(from, to, edge);
            }
        }
    }

    fn is_target(&self, target: NodeId, link: &Link) -> bool {
        let Some(node) = self.nodes.get(target.0 as usize) else { return false };
        link.to.is_empty() || link.to.contains(&node.type_)
    }

    /// A link whose value leads to no known node: it may lead to one that is not known.
    fn leave_open(&mut self, id: NodeId, link: &Link, value: &Value, elsewhere: bool) {
        let span = None;
        let cause = match value.first_cause() {
            Some(cause) => cause,
            // A literal that equals no name: the target is not part of this configuration.
            None if !value.is_null() && !elsewhere && has_text(value) => {
                let address =
                    self.nodes.get(id.0 as usize).map(|node| node.address.clone()).unwrap_or_default();
                let path: Vec<&str> = link.path.iter().map(Str::as_str).collect();
                Cause::new(
                    CauseKind::OutsideConfiguration,
                    ecow::eco_format!("the target of {address}.{}", path.join(".")),
                    span,
                )
            }
            None => return,
        };
        if link.reverse {
            self.open_in_of(link, &cause);
            return;
        }
        self.open_out.entry((id, link.means)).or_insert_with(|| cause.clone());
        if value.first_cause().is_some() {
            self.open_in_of(link, &cause);
        }
    }

    fn open_in_of(&mut self, link: &Link, cause: &Arc<Cause>) {
        let mut types: Vec<Str> = link.to.iter().cloned().collect();
        types.sort();
        let ends = self.open_in.entry(link.means).or_default();
        if !ends.iter().any(|end| end.types == types) {
            ends.push(OpenEnd { types, cause: cause.clone() });
        }
    }

    fn find_joins(&self, files: &dyn Files) -> Vec<(NodeId, NodeId, Edge)> {
        let mut edges = Vec::new();
        for (id, node) in self.nodes() {
            for join in self.model.joins.get(&node.type_).into_iter().flatten() {
                if node.uncertain.is_none() {
                    self.join(id, node, join, files, &mut edges);
                }
            }
        }
        edges
    }

    fn join(
        &self,
        id: NodeId,
        node: &Node,
        join: &Join,
        files: &dyn Files,
        edges: &mut Vec<(NodeId, NodeId, Edge)>,
    ) {
        if let Some(when) = &join.when {
            let scope = GraphScope::for_model(self, files, id);
            if scope.evaluate(when).ok().and_then(|value| value.as_bool()) != Some(true) {
                return;
            }
        }
        let ends = |path: &[Str]| {
            let mut found = Vec::new();
            for (at, value) in values_at(&node.value, path) {
                value.each_reference(&mut |origin| {
                    if let Some(node) = self.node_of(origin) {
                        found.push((node, at.clone()));
                    }
                });
            }
            found
        };
        let targets = ends(&join.to);
        for (from, _) in ends(&join.from) {
            for (to, path) in &targets {
                if from != *to {
                    edges.push((from, *to, Edge { kind: join.means, path: path.clone() }));
                }
            }
        }
    }
}

fn call_facts(call: &crate::estate::ModuleCall) -> Arc<Entries> {
    let text = |text: &Option<Str>| text.as_ref().map_or(Value::NULL, |text| text.clone().into());
    let kind = call.source.as_deref().map_or("other", source_kind);
    let mut items = vec![
        ("source".into(), text(&call.source)),
        ("source_kind".into(), kind.into()),
        ("version".into(), text(&call.version)),
    ];
    items.sort_by(|a: &(Str, Value), b| a.0.cmp(&b.0));
    Arc::new(Entries { element: crate::value::Type::Dynamic, items, rest: Rest::Unset })
}

/// How a module source is fetched, by Terraform's rules for module addresses.
fn source_kind(source: &str) -> &'static str {
    if source.starts_with("./") || source.starts_with("../") || source == "." || source == ".." {
        return "local";
    }
    let host_of_git = ["github.com/", "bitbucket.org/", "git@"].iter().any(|start| source.starts_with(start));
    let path = source.split('?').next().unwrap_or(source);
    if source.starts_with("git::") || host_of_git || path.ends_with(".git") {
        return "git";
    }
    let archive = [".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"].iter().any(|end| path.ends_with(end));
    if archive || source.starts_with("s3::") || source.starts_with("gcs::") {
        return "archive";
    }
    // namespace/name/provider, with a host before it or without.
    let parts: Vec<&str> = path.split("//").next().unwrap_or(path).split('/').collect();
    let registry = match parts.as_slice() {
        [_, _, _] => !source.contains("::") && !source.contains(':'),
        [host, _, _, _] => host.contains('.'),
        _ => false,
    };
    if registry { "registry" } else { "other" }
}

fn has_text(value: &Value) -> bool {
    match &value.kind {
        Kind::String(text) => !text.is_empty(),
        _ => value.parts().any(has_text),
    }
}

/// The values at a dotted path, through nested blocks and list elements, with the path taken. What is not set is left out.
pub(super) fn values_at(value: &Value, path: &[Str]) -> Vec<(Vec<Step>, Value)> {
    let mut found = Vec::new();
    descend(value, path, &mut Vec::new(), &mut found);
    found
}

fn descend(value: &Value, path: &[Str], taken: &mut Vec<Step>, found: &mut Vec<(Vec<Step>, Value)>) {
    match (path.split_first(), &value.kind) {
        (_, Kind::Null(_)) => {}
        (None, _) => found.push((taken.clone(), value.clone())),
        (Some(_), Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence)) => {
            for (index, item) in (0u64..).zip(&sequence.items) {
                taken.push(Step::Index(index));
                descend(item, path, taken, found);
                taken.pop();
            }
            if let Some(cause) = &sequence.more {
                found.push((taken.clone(), Value::unknown(cause.clone())));
            }
        }
        (Some((key, rest)), Kind::Object(entries) | Kind::Map(entries)) => {
            if let Some(item) = entries.get(key) {
                taken.push(Step::Key(key.clone()));
                descend(item, rest, taken, found);
                taken.pop();
            }
        }
        (Some(_), Kind::Unknown(_)) => found.push((taken.clone(), value.clone())),
        (Some(_), Kind::Bool(_) | Kind::Number(_) | Kind::String(_)) => {}
    }
}

/// Nodes by the literal value of an attribute, made when first asked for.
#[derive(Default)]
struct NameIndex {
    by: FxHashMap<Str, FxHashMap<Str, Vec<NodeId>>>,
}

impl NameIndex {
    fn find(&mut self, graph: &Graph<'_>, link: &Link, attribute: &Str, text: &str) -> Vec<NodeId> {
        let index = self.by.entry(attribute.clone()).or_insert_with(|| {
            let mut index: FxHashMap<Str, Vec<NodeId>> = FxHashMap::default();
            for (id, node) in graph.nodes() {
                if node.kind == NodeKind::Resource(Mode::Managed)
                    && let Some(entries) = node.value.as_entries()
                    && let Some(Kind::String(name)) = entries.get(attribute).map(|value| &value.kind)
                {
                    index.entry(name.clone()).or_default().push(id);
                }
            }
            index
        });
        let found = index.get(text).into_iter().flatten().copied().filter(|id| graph.is_target(*id, link));
        let unique: FxHashSet<NodeId> = found.collect();
        let mut unique: Vec<NodeId> = unique.into_iter().collect();
        unique.sort();
        unique
    }
}
