//! The resource graph of one estate: nodes, typed edges, and what is not known about them.
//!
//! Edges fall out of evaluated values: wherever a value refers to another instance, there is an edge, and model files say what
//! it means. Knows neither verbs nor findings, and clouds only through the model.

mod build;
mod calls;
mod edges;
mod hidden;
pub mod history;
mod joins;
mod links;
mod paths;
mod possible;
mod query;
mod texts;

use std::collections::BTreeMap;
use std::sync::Arc;

use petgraph::graph::DiGraph;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::address::InstanceKey;
use crate::budget::Account;
use crate::estate::{BlockSource, Declaration, Estate, Mode, PlanPlace, Scopes};
use crate::model::{EdgeKind, Model};
use crate::text::Span;
use crate::value::equality::Identities;
use crate::value::{Cause, NodeId, Origin, Step, Str, SymbolId, Time, Value};
use history::History;
pub use joins::{Conditions, Fulfilling};
use possible::PossibleEdges;

/// The resource graph of one estate.
pub struct Graph<'a> {
    /// What it was built from.
    pub estate: &'a Estate,
    /// What gave its edges a meaning.
    pub model: &'a Model,
    /// The graph of what was there before, if it is known.
    pub before: Option<&'a Graph<'a>>,
    history: History,
    nodes: Vec<Node>,
    edges: DiGraph<NodeId, Edge>,
    /// The edges that are there, while they are added.
    known: FxHashSet<(NodeId, NodeId, EdgeKind)>,
    /// How many edges there may be.
    most_edges: u64,
    /// What was spent.
    account: Account,
    /// Node of each symbol of the estate that has one.
    by_symbol: Vec<Option<NodeId>>,
    by_type: FxHashMap<Str, Vec<NodeId>>,
    /// Edges that may be there as well.
    possible: PossibleEdges,
    /// Nodes that are passed to a module that is not loaded: it may do anything with them.
    passed_to_unloaded_module: FxHashMap<NodeId, Arc<Cause>>,
    /// Types of which some node refers to what a plan does not tell, and why.
    hidden: BTreeMap<Str, Arc<Cause>>,
    /// Nodes by their names.
    names: texts::NameIndex,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its address.
    pub address: Str,
    /// Its resource type; empty for anything but resources and data sources.
    pub type_: Str,
    /// Its attributes, as rules read them: an object with [`crate::value::AbsentKey::Node`].
    pub value: Value,
    /// Why it is not known whether it exists.
    pub uncertain: Option<Arc<Cause>>,
    /// Where it is written.
    pub place: NodePlace,
}

/// Where a node is written.
#[derive(Clone, Debug)]
pub enum NodePlace {
    /// An instance that blocks of configuration declare, with its key.
    Declared(Arc<Declaration>, InstanceKey),
    /// A block of configuration.
    Block(BlockSource),
    /// An instance in a plan or state.
    PlanPlace(PlanPlace),
    /// A place without attributes of its own.
    Span(Span),
    /// No place in a file that was read.
    Nowhere,
}

impl NodePlace {
    /// The header of the block, if there is one.
    #[must_use]
    pub fn header(&self) -> Option<Span> {
        match self {
            Self::Declared(declaration, _) => Some(declaration.block.header),
            Self::Block(block) => Some(block.header),
            Self::PlanPlace(_) | Self::Span(_) | Self::Nowhere => None,
        }
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// A resource instance or data source.
    Resource(Mode),
    /// A `module` block.
    Call,
    /// A module directory.
    Module,
    /// A provider requirement.
    Requirement,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// What it means.
    pub kind: EdgeKind,
    /// The attribute of the node it starts from (or of the joining resource) that makes it.
    pub path: Vec<Step>,
    /// Whether the model makes it, or a text, and not a reference of Terraform: Terraform orders resources by references only.
    pub is_written: bool,
}

impl Edge {
    const fn new(kind: EdgeKind, path: Vec<Step>) -> Self {
        Self { kind, path, is_written: false }
    }
}

/// The address of the node that stands for the root module.
pub const ROOT_MODULE: &str = "root module";

/// Nodes found by a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The nodes that are certain, in address order, each once.
    pub nodes: Vec<NodeId>,
    /// Why there may be more.
    pub more: Option<Arc<Cause>>,
    /// How many edges or nodes had to be looked at.
    pub looked_at: usize,
}

impl Graph<'_> {
    /// The graph that ids of that time belong to: this one or the one before it.
    #[must_use]
    pub fn at(&self, time: Time) -> Option<&Self> {
        if time == self.estate.time { Some(self) } else { self.before }
    }

    /// A node of this graph or the one before it.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.at(id.time())?.nodes.get(id.index())
    }

    /// What was spent to build it.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The module instances of a node's estate: what leads from its attributes to where their values were decided.
    #[must_use]
    pub fn scopes(&self, id: NodeId) -> Option<&Scopes> {
        self.at(id.time()).map(|graph| &graph.estate.scopes)
    }

    /// All nodes with their names.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        (0..).map(|index| NodeId::new(self.estate.time, index)).zip(&self.nodes)
    }

    /// The node that an origin names.
    #[must_use]
    pub fn node_of(&self, origin: &Origin) -> Option<NodeId> {
        self.at(origin.symbol.time())?.by_symbol.get(origin.symbol.index()).copied().flatten()
    }
}

impl Graph<'_> {
    fn type_of(&self, id: SymbolId) -> Option<Str> {
        self.at(id.time())?.estate.symbol(id).map(|symbol| symbol.type_.clone())
    }
}

impl Identities for Graph<'_> {
    fn differ(&self, a: &Origin, b: &Origin) -> bool {
        self.model.facts.differ(a, b, |id| self.type_of(id))
    }

    fn least_length(&self, list: &Origin) -> usize {
        let is_narrowed = |id: SymbolId| {
            self.at(id.time())
                .and_then(|graph| graph.estate.symbol(id))
                .is_some_and(|symbol| symbol.is_narrowed)
        };
        self.model.facts.least_length(list, |id| self.type_of(id).filter(|_| !is_narrowed(id)))
    }

    fn is_present(&self, attribute: &Origin) -> bool {
        self.model.facts.is_present(attribute, |id| self.type_of(id))
    }
}
