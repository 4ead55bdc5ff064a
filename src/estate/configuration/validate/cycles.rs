//! Circles: declarations that depend on each other. Terraform orders whole declarations before it evaluates anything, so it refuses a
//! circle also where the values in it could be had.
//!
//! First a module call is one node. Only where it is part of a circle it is taken apart: its variables depend on the arguments, its outputs
//! on what they refer to in the module. So a module that takes in one argument what another of its outputs gives is no circle, and
//! a module that is called often costs nothing.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::WalkedModule;
use crate::address::CallName;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::ResourceDecl;
use crate::text::Span;
use crate::value::Str;

/// What a reference leads to, by its index among the declarations of its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Referent {
    Variable(usize),
    Local(usize),
    Resource(usize),
    Provider(usize),
    /// An output of the module that is called; the first index is that of the call.
    Output(usize, usize),
    /// The repetition of a call.
    Opened(usize),
    /// All that a call makes.
    Closed(usize),
}

/// What the declarations of a module refer to, by their index.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// By validations.
    pub(super) variables: Vec<Vec<Referent>>,
    pub(super) locals: Vec<Vec<Referent>>,
    pub(super) outputs: Vec<Vec<Referent>>,
    pub(super) resources: Vec<Vec<Referent>>,
    pub(super) providers: Vec<Vec<Referent>>,
    /// By `count`, `for_each` and `depends_on` of calls.
    pub(super) opened: Vec<Vec<Referent>>,
    /// By arguments of calls.
    pub(super) arguments: Vec<Vec<(Str, Vec<Referent>)>>,
}

impl Uses {
    fn declarations(&self) -> usize {
        [&self.variables, &self.locals, &self.outputs, &self.resources, &self.providers, &self.opened]
            .into_iter()
            .map(Vec::len)
            .sum()
    }
}

/// No more calls are taken apart once the modules behind them declare so much.
const MAX_DECLARATIONS: usize = 1 << 18;

/// A node: a declaration of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Vertex {
    level: usize,
    part: OrderedPart,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum OrderedPart {
    Variable(usize),
    Validated(usize),
    Local(usize),
    Output(usize),
    Resource(usize),
    Provider(usize),
    /// A call that is not taken apart.
    Call(usize),
    Opened(usize),
    Closed(usize),
}

/// A module on the way down from the one that is looked at.
#[derive(Clone, Copy, Debug)]
struct Level {
    unit: usize,
    /// The level and call that it comes from.
    caller: Option<(usize, usize)>,
}

struct Levels<'a> {
    units: &'a [WalkedModule<'a>],
    uses: &'a [Uses],
    all: Vec<Level>,
    /// Calls that are taken apart.
    inner: FxHashMap<(usize, usize), usize>,
    /// How much the modules behind these declare.
    declarations: usize,
}

/// Each edge knows at which level the reference stands; one that no reference makes knows none.
type Edges = DiGraph<Vertex, Option<usize>>;

/// The circles through declarations of one module. Those within the modules that it calls are found there.
pub(super) fn problems(units: &[WalkedModule<'_>], uses: &[Uses], unit: usize) -> Vec<Diagnostic> {
    let mut levels = Levels {
        units,
        uses,
        all: vec![Level { unit, caller: None }],
        inner: FxHashMap::default(),
        declarations: 0,
    };
    loop {
        let graph = levels.graph();
        let circles: Vec<Vec<NodeIndex>> = kosaraju_scc(&graph)
            .into_iter()
            .filter(|nodes| match nodes.as_slice() {
                [only] => graph.contains_edge(*only, *only),
                _ => true,
            })
            .collect();
        let call = |index: &NodeIndex| {
            graph.node_weight(*index).copied().filter(|node| matches!(node.part, OrderedPart::Call(_)))
        };
        let apart: Vec<Vertex> = circles.iter().flatten().filter_map(call).collect();
        if apart.is_empty() || levels.declarations > MAX_DECLARATIONS {
            let mut problems: Vec<Diagnostic> = circles
                .iter()
                // What is not taken apart need not be a circle.
                .filter(|circle| circle.iter().all(|index| call(index).is_none()))
                .filter_map(|circle| levels.problem(&graph, circle))
                .collect();
            problems.sort();
            return problems;
        }
        let before = levels.all.len();
        for node in apart {
            if let OrderedPart::Call(call) = node.part {
                levels.take_apart(node.level, call);
            }
        }
        if levels.all.len() == before {
            levels.declarations = usize::MAX;
        }
    }
}

impl Levels<'_> {
    fn unit(&self, level: usize) -> Option<(&WalkedModule<'_>, &Uses)> {
        let unit = self.all.get(level)?.unit;
        Some((self.units.get(unit)?, self.uses.get(unit)?))
    }

    fn take_apart(&mut self, level: usize, call: usize) {
        let called = self.unit(level).and_then(|(unit, _)| unit.called.get(call).copied().flatten());
        if let Some((unit, uses)) = called.and_then(|unit| Some((unit, self.uses.get(unit)?))) {
            self.declarations += 1 + uses.declarations();
            self.inner.insert((level, call), self.all.len());
            self.all.push(Level { unit, caller: Some((level, call)) });
        }
    }

    /// Whether a call can be taken apart: its module is at hand and does not call itself, which is refused elsewhere.
    fn is_closed(&self, level: usize, call: usize) -> bool {
        let Some((unit, _)) = self.unit(level) else { return false };
        let Some(called) = unit.called.get(call).copied().flatten() else { return false };
        let mut at = self.all.get(level);
        while let Some(on_the_way) = at {
            if on_the_way.unit == called {
                return false;
            }
            at = on_the_way.caller.and_then(|(level, _)| self.all.get(level));
        }
        true
    }

    /// The graph of all levels.
    fn graph(&self) -> Edges {
        let mut building = Building { levels: self, graph: Edges::new(), nodes: FxHashMap::default() };
        for level in 0..self.all.len() {
            building.level(level);
        }
        building.graph
    }

    /// The node that a reference at a level leads to.
    fn node_of(&self, level: usize, target: Referent) -> Vertex {
        let inner = |call: usize| self.inner.get(&(level, call)).copied();
        let (level, part) = match target {
            Referent::Variable(index) => {
                let is_validated = self
                    .unit(level)
                    .and_then(|(_, uses)| uses.variables.get(index))
                    .is_some_and(|validation| !validation.is_empty());
                (
                    level,
                    if is_validated { OrderedPart::Validated(index) } else { OrderedPart::Variable(index) },
                )
            }
            Referent::Local(index) => (level, OrderedPart::Local(index)),
            Referent::Resource(index) => (level, OrderedPart::Resource(index)),
            Referent::Provider(index) => (level, OrderedPart::Provider(index)),
            Referent::Output(call, output) => match inner(call) {
                Some(inside) => (inside, OrderedPart::Output(output)),
                None => (level, self.whole(level, call, OrderedPart::Call(call))),
            },
            Referent::Opened(call) if inner(call).is_some() => (level, OrderedPart::Opened(call)),
            Referent::Closed(call) if inner(call).is_some() => (level, OrderedPart::Closed(call)),
            Referent::Opened(call) | Referent::Closed(call) => {
                (level, self.whole(level, call, OrderedPart::Call(call)))
            }
        };
        Vertex { level, part }
    }

    /// The node of a call that is not taken apart: one that cannot be stands for its repetition only.
    fn whole(&self, level: usize, call: usize, part: OrderedPart) -> OrderedPart {
        if self.is_closed(level, call) { part } else { OrderedPart::Opened(call) }
    }

    fn problem(&self, graph: &Edges, circle: &[NodeIndex]) -> Option<Diagnostic> {
        let path = shortest(graph, circle)?;
        let nodes: Vec<Vertex> = path.iter().filter_map(|index| graph.node_weight(*index).copied()).collect();
        // One that no reference of this module is part of is found where its references stand.
        let ends = path.iter().skip(1).chain(path.first());
        let is_here = |(from, to): (&NodeIndex, &NodeIndex)| {
            graph.edges_connecting(*from, *to).any(|edge| *edge.weight() == Some(0))
        };
        if !path.iter().zip(ends).any(is_here) {
            return None;
        }
        let named: Vec<(String, Option<Span>)> = nodes.iter().map(|node| self.describe(*node)).collect();
        let is_of_resources = nodes.iter().all(|node| matches!(node.part, OrderedPart::Resource(_)));
        let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
        let (first, others) = names.split_first()?;
        let message = match others {
            [] => format!("{first} depends on itself"),
            _ => format!("{first} depends on itself, through {}", listed(others)),
        };
        let problem = if is_of_resources && !others.is_empty() {
            Diagnostic::error("graph/circle", format!("{} refer to each other in a cycle", names.join(", ")))
                .help("Terraform cannot order them: move one of the references into a separate resource")
        } else {
            Diagnostic::error("eval/cycle", message).help("break the cycle: remove one of its references")
        };
        Some(named.iter().take(MAX_SHOWN).fold(problem, |problem, (name, span)| {
            match (span, &problem.primary) {
                (Some(span), None) => problem.at(*span, name.as_str()),
                (Some(span), Some(_)) => problem.label(*span, name.as_str()),
                (None, _) => problem,
            }
        }))
    }

    /// The address of a node, and where it is declared.
    fn describe(&self, node: Vertex) -> (String, Option<Span>) {
        let mut prefix = String::new();
        let mut at = self.all.get(node.level).copied();
        while let Some((level, call)) = at.and_then(|level| level.caller) {
            let name = self.unit(level).and_then(|(unit, _)| unit.config.calls.get(call));
            prefix.insert_str(0, &format!("{}.", CallName(name.map_or("", |call| call.name.as_str()))));
            at = self.all.get(level).copied();
        }
        let Some((unit, _)) = self.unit(node.level) else { return (prefix, None) };
        let config = unit.config;
        let (own, span) = match node.part {
            OrderedPart::Variable(index) | OrderedPart::Validated(index) => {
                let declared = config.variables.get(index);
                (
                    declared.map(|variable| format!("var.{}", variable.name)),
                    declared.and_then(|own| own.span(config)),
                )
            }
            OrderedPart::Output(index) => {
                let declared = config.outputs.get(index);
                (
                    declared.map(|output| format!("output.{}", output.name)),
                    declared.and_then(|own| own.span(config)),
                )
            }
            OrderedPart::Provider(index) => {
                let declared = config.providers.get(index);
                (
                    declared.map(|own| format!("provider.{}", own.name)),
                    declared.and_then(|own| own.span(config)),
                )
            }
            OrderedPart::Call(index) | OrderedPart::Opened(index) | OrderedPart::Closed(index) => {
                let declared = config.calls.get(index);
                (
                    declared.map(|call| CallName(&call.name).to_string()),
                    declared.and_then(|own| own.span(config)),
                )
            }
            OrderedPart::Local(index) => {
                let declared = config.locals.get(index);
                let span =
                    declared.and_then(|own| config.trees.get(own.tree).map(|tree| tree.span(own.range)));
                (declared.map(|local| format!("local.{}", local.name)), span)
            }
            OrderedPart::Resource(index) => {
                let declared = config.resources.get(index);
                let span =
                    declared.and_then(|own| config.tree(own.at).map(|tree| tree.span(own.at.block.header)));
                (declared.map(ResourceDecl::address), span)
            }
        };
        (prefix + &own.unwrap_or_default(), span)
    }
}

/// No more declarations of a circle than these are shown.
const MAX_SHOWN: usize = 10;

fn listed(names: &[&str]) -> String {
    let shown = names.get(..MAX_SHOWN).unwrap_or(names).join(", ");
    match names.len().saturating_sub(MAX_SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A shortest way from the first node of a circle back to it.
fn shortest(graph: &Edges, circle: &[NodeIndex]) -> Option<Vec<NodeIndex>> {
    let members: FxHashSet<NodeIndex> = circle.iter().copied().collect();
    let first = *circle.iter().min_by_key(|index| graph.node_weight(**index).copied())?;
    let mut from: FxHashMap<NodeIndex, NodeIndex> = FxHashMap::default();
    let mut open = std::collections::VecDeque::from([first]);
    while let Some(at) = open.pop_front() {
        let mut next: Vec<NodeIndex> = graph.neighbors(at).filter(|next| members.contains(next)).collect();
        next.sort_by_key(|index| graph.node_weight(*index).copied());
        for next in next {
            if next == first {
                let mut path = vec![at];
                while let Some(before) =
                    path.last().filter(|last| **last != first).and_then(|last| from.get(last))
                {
                    path.push(*before);
                }
                path.reverse();
                return Some(path);
            }
            if let std::collections::hash_map::Entry::Vacant(entry) = from.entry(next) {
                entry.insert(at);
                open.push_back(next);
            }
        }
    }
    None
}

struct Building<'a> {
    levels: &'a Levels<'a>,
    graph: Edges,
    nodes: FxHashMap<Vertex, NodeIndex>,
}

impl Building<'_> {
    fn node(&mut self, node: Vertex) -> NodeIndex {
        let graph = &mut self.graph;
        *self.nodes.entry(node).or_insert_with(|| graph.add_node(node))
    }

    fn edges(&mut self, level: usize, part: OrderedPart, at: usize, targets: &[Referent]) {
        let from = self.node(Vertex { level, part });
        for target in targets {
            let to = self.levels.node_of(at, *target);
            let to = self.node(to);
            self.graph.add_edge(from, to, Some(at));
        }
    }

    fn edge(&mut self, from: Vertex, to: Vertex) {
        let (from, to) = (self.node(from), self.node(to));
        self.graph.add_edge(from, to, None);
    }

    /// Adds the declarations of a level.
    fn level(&mut self, level: usize) {
        let levels = self.levels;
        let Some((unit, uses)) = levels.unit(level) else { return };
        let mut own: Vec<OrderedPart> = Vec::new();
        let simple = [
            (&uses.locals, OrderedPart::Local as fn(usize) -> OrderedPart),
            (&uses.outputs, OrderedPart::Output),
            (&uses.resources, OrderedPart::Resource),
            (&uses.providers, OrderedPart::Provider),
        ];
        for (all, part) in simple {
            for (index, targets) in all.iter().enumerate() {
                own.push(part(index));
                self.edges(level, part(index), level, targets);
            }
        }
        for (index, validation) in uses.variables.iter().enumerate() {
            own.push(OrderedPart::Variable(index));
            if !validation.is_empty() {
                own.push(OrderedPart::Validated(index));
                self.edge(
                    Vertex { level, part: OrderedPart::Validated(index) },
                    Vertex { level, part: OrderedPart::Variable(index) },
                );
                let others: Vec<Referent> = validation
                    .iter()
                    .copied()
                    .filter(|target| *target != Referent::Variable(index))
                    .collect();
                self.edges(level, OrderedPart::Validated(index), level, &others);
            }
        }
        let none = (Vec::new(), Vec::new());
        for call in 0..unit.called.len() {
            let opened = uses.opened.get(call).unwrap_or(&none.0);
            let arguments = uses.arguments.get(call).unwrap_or(&none.1);
            match levels.inner.get(&(level, call)) {
                Some(inside) => {
                    own.extend([OrderedPart::Opened(call), OrderedPart::Closed(call)]);
                    self.edges(level, OrderedPart::Opened(call), level, opened);
                    let called = levels.unit(*inside).map(|(unit, _)| unit.config);
                    for (name, targets) in arguments {
                        if let Some(variable) = called.and_then(|called| called.variable(name)) {
                            self.edges(*inside, OrderedPart::Variable(variable), level, targets);
                        }
                    }
                }
                None => {
                    let part = levels.whole(level, call, OrderedPart::Call(call));
                    own.push(part);
                    self.edges(level, part, level, opened);
                    if part == OrderedPart::Call(call) {
                        for (_, targets) in arguments {
                            self.edges(level, part, level, targets);
                        }
                    }
                }
            }
        }
        // All that a module declares waits for the repetition of its call, and the end of the call for all that.
        if let Some((outer, call)) = levels.all.get(level).and_then(|level| level.caller) {
            for part in own {
                let node = Vertex { level, part };
                self.edge(node, Vertex { level: outer, part: OrderedPart::Opened(call) });
                self.edge(Vertex { level: outer, part: OrderedPart::Closed(call) }, node);
            }
        }
    }
}
