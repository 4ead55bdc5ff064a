//! Building the graph: nodes from the estate, edges from what values refer to.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use petgraph::Direction;
use petgraph::graph::DiGraph;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::joins::Conditions;
use super::landscape::Members;
use super::possible::{OpenReach, PossibleEdges, Types};
use super::texts::NameIndex;
use super::{Edge, Graph, GraphRoot, Node, NodeKind, NodePlace};
use crate::budget::{Account, Allowance, Budget};
use crate::estate::{DeclaredName, Estate, Module};
use crate::model::{EdgeKind, Model};
use crate::value::{AbsentKey, Cause, Entries, Kind, NodeId, Str, SymbolId, Value};

impl<'a> Graph<'a> {
    /// Builds the graph of some estates, with at most as many edges as the budget allows. If it allows too few, all nodes are open.
    pub(crate) fn assemble(
        roots: &[GraphRoot<'a>],
        model: &'a Model,
        conditions: &dyn Conditions,
        allowance: Allowance,
    ) -> Self {
        let mut graph = Self {
            members: Members::new(roots),
            time: roots.first().map(|root| root.estate.time).unwrap_or_default(),
            model,
            before: None,
            environments: FxHashMap::default(),
            elsewhere: None,
            history: super::History::default(),
            nodes: Vec::new(),
            edges: DiGraph::new(),
            known: FxHashMap::default(),
            most_edges: allowance.of(Budget::Edges),
            most_steps: allowance.of(Budget::Rules) / PART_OF_STEPS,
            account: Account::default(),
            by_type: FxHashMap::default(),
            possible: PossibleEdges::default(),
            passed_to_unloaded_module: FxHashMap::default(),
            hidden: BTreeMap::new(),
            names: NameIndex::of(model),
            blocks: OnceLock::new(),
        };
        for member in 0..roots.len() {
            graph.add_nodes(member);
        }
        graph.add_edges();
        graph.add_joins(conditions);
        graph.add_derived(conditions);
        graph.close();
        graph
    }

    fn add_node(&mut self, mut node: Node, body: &Arc<Entries>) -> NodeId {
        let id = NodeId::new(self.time, self.nodes.len());
        // What the description of a module does not say is not known.
        let open = match &body.absent {
            AbsentKey::MaybePresent(cause) => Some(cause.clone()),
            _ => None,
        };
        let absent = AbsentKey::Node(id, open);
        let entries = Entries { element: body.element.clone(), items: body.items.clone(), absent };
        node.value = Kind::Object(Arc::new(entries)).into();
        if !node.type_.is_empty() {
            self.by_type.entry(node.type_.clone()).or_default().push(id);
        }
        self.nodes.push(node);
        self.edges.add_node(id);
        id
    }

    /// Adds the nodes of a member; those of its instances first.
    fn add_nodes(&mut self, member: usize) {
        let Some(estate) = self.members.all.get(member).map(|member| member.root.estate) else { return };
        let first = self.nodes.len();
        for instance in &estate.instances {
            let node = Node {
                member,
                kind: NodeKind::Resource(instance.mode),
                address: instance.address.text().clone(),
                type_: instance.type_.clone(),
                value: Value::NULL,
                uncertain: instance.uncertain.clone(),
                place: match (&instance.declaration, &instance.written) {
                    (Some(declaration), _) => {
                        NodePlace::Declared(declaration.clone(), instance.address.key())
                    }
                    (None, Some(written)) => NodePlace::PlanPlace(written.clone()),
                    (None, None) => NodePlace::Nowhere,
                },
            };
            let id = self.add_node(node, &instance.body);
            self.set_symbol(member, instance.symbol, id);
        }
        for call in &estate.calls {
            let facts = super::calls::facts(call);
            let node = Node {
                member,
                kind: NodeKind::Call,
                address: call.address.text().clone(),
                type_: Str::new(),
                value: Value::NULL,
                uncertain: None,
                place: call.block.clone().map_or(NodePlace::Nowhere, NodePlace::Block),
            };
            let id = self.add_node(node, &facts);
            if let Some(symbol) = call.hole {
                self.set_symbol(member, symbol, id);
                // An unloaded module may use its arguments in any way.
                let cause = call.gap();
                for (_, value) in &call.arguments.items {
                    value.each_reference(&mut |origin| {
                        if let Some(node) = self.node_of(origin) {
                            let passed = self.passed_to_unloaded_module.entry(node).or_default();
                            if passed.last().is_none_or(|(last, _)| *last != cause) {
                                passed.push((cause.clone(), call.meaning.clone()));
                            }
                        }
                    });
                }
            }
        }
        for module in &estate.modules {
            let address = if module.address.is_root() {
                Str::from(super::ROOT_MODULE)
            } else {
                module.address.text().clone()
            };
            let place = module.span.map_or(NodePlace::Nowhere, NodePlace::Span);
            let node = Node {
                member,
                kind: NodeKind::Module,
                address: address.clone(),
                type_: Str::new(),
                value: Value::NULL,
                uncertain: None,
                place,
            };
            let names = [
                (NodeKind::Variable, "var", &module.variables),
                (NodeKind::Output, "output", &module.outputs),
            ];
            let [variables, outputs] = names.map(|(kind, root, all)| {
                all.iter()
                    .map(|declared| self.add_name((member, estate), (kind, root), module, declared))
                    .collect()
            });
            let lists = [("variables", variables), ("outputs", outputs)];
            let items = module.facts.items.iter().cloned();
            let items = items.chain(lists.map(|(name, nodes)| (name.into(), Value::tuple(nodes))));
            self.add_node(node, &Entries::of_block(items.collect()));
            for (facts, span) in &module.requirements {
                let name = facts.get("name").and_then(Value::as_str).unwrap_or_default();
                let node = Node {
                    member,
                    kind: NodeKind::Requirement,
                    address: module.address.member("provider", name),
                    type_: Str::new(),
                    value: Value::NULL,
                    uncertain: None,
                    place: NodePlace::Span(*span),
                };
                self.add_node(node, facts);
            }
        }
        let nodes = first..self.nodes.len();
        if let Some(member) = self.members.all.get_mut(member) {
            member.nodes = nodes;
        }
    }

    /// Notes which node a symbol of a member names.
    fn set_symbol(&mut self, member: usize, symbol: SymbolId, id: NodeId) {
        let slots = self.members.all.get_mut(member).map(|member| &mut member.by_symbol);
        if let Some(slot) = slots.and_then(|slots| slots.get_mut(symbol.index())) {
            *slot = Some(id);
        }
    }

    /// Adds a variable or an output, and returns its value.
    fn add_name(
        &mut self,
        (member, estate): (usize, &Estate),
        (kind, root): (NodeKind, &str),
        module: &Module,
        declared: &DeclaredName,
    ) -> Value {
        let node = Node {
            member,
            kind,
            address: module.address.member(root, &declared.name),
            type_: Str::new(),
            value: Value::NULL,
            uncertain: None,
            place: declared.block.clone().map_or(NodePlace::Nowhere, NodePlace::Block),
        };
        let mut facts = declared.facts.clone();
        if kind == NodeKind::Variable && module.address.is_root() {
            facts = estate.with_given(declared);
        }
        let id = self.add_node(node, &facts);
        self.nodes.get(id.index()).map_or(Value::NULL, |node| node.value.clone())
    }

    /// Adds the edges that values make. What the values of a node lead to does not depend on other edges, so it is computed in parallel
    /// and added in the order of the nodes.
    fn add_edges(&mut self) {
        let ids: Vec<NodeId> = self.nodes().map(|(id, _)| id).collect();
        let mut rest = ids.as_slice();
        while !rest.is_empty() && !self.is_cut() {
            let (some, others) = rest.split_at_checked(self.some_of(rest)).unwrap_or((rest, &[]));
            rest = others;
            let facts: Vec<Vec<Fact<'a>>> = if some.len() < NODES_FOR_THREADS {
                some.iter().map(|id| self.connected(*id)).collect()
            } else {
                some.par_iter().map(|id| self.connected(*id)).collect()
            };
            facts.into_iter().flatten().for_each(|fact| self.note(fact));
        }
    }

    /// How many of these nodes are processed together, so that their facts fit in memory.
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

    fn note(&mut self, fact: Fact<'a>) {
        match fact {
            Fact::Edge(from, to, edge) => self.add_edge(from, to, edge),
            Fact::Open { direction, node, kind, others, by, cause } => {
                self.possible.of(direction).open(node, kind, others, (by, &cause));
            }
            Fact::OpenAll { direction, types, kind, others, by, cause } => {
                let by = self.opener(by, kind, OpenReach::Joined);
                self.possible.of(direction).open_all(types, kind, others, by, &cause);
            }
            Fact::Hidden(member, type_, cause) => {
                self.hidden.entry((member, type_)).or_insert(cause);
            }
        }
    }
}

/// Conditions that make edges may take this part of what rules may.
const PART_OF_STEPS: u64 = 4;

/// The most nodes that are processed together: enough to keep threads busy, few enough that their facts take little memory.
const NODES_AT_ONCE: usize = 8192;

/// Nodes with more parts than this in total are not processed together.
const PARTS_AT_ONCE: u64 = 100_000;

/// With fewer nodes, one thread is faster than several.
const NODES_FOR_THREADS: usize = 512;

/// What a value says about edges.
pub(super) enum Fact<'m> {
    Edge(NodeId, NodeId, Edge),
    /// A node may have more edges of a kind, to or from nodes of these types: the values of `by` leave it open.
    Open {
        direction: Direction,
        node: NodeId,
        kind: EdgeKind,
        others: Types<'m>,
        by: NodeId,
        cause: Arc<Cause>,
    },
    /// A node of this type refers to something that the plan does not show.
    Hidden(usize, Str, Arc<Cause>),
    /// All nodes of some types may have more edges of a kind, to or from nodes of other types.
    OpenAll {
        direction: Direction,
        types: Types<'m>,
        kind: EdgeKind,
        others: Types<'m>,
        by: NodeId,
        cause: Arc<Cause>,
    },
}
