//! The resource graph of one estate, or of several that make one landscape: nodes, typed edges, and edges that are only possible.
//!
//! Edges follow from evaluated values: a value that refers to another instance makes an edge, and model files say what the edge means.
//! This module knows neither verbs nor findings, and clouds only through the model.

mod apart;
mod build;
mod calls;
mod edges;
mod environments;
mod hidden;
pub mod history;
mod joins;
mod landscape;
mod links;
mod parts;
mod paths;
mod possible;
mod query;
mod texts;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use petgraph::graph::{DiGraph, EdgeIndex};
use rustc_hash::FxHashMap;

use crate::address::InstanceKey;
use crate::budget::Account;
use crate::estate::{BlockSource, Declaration, Mode, ModuleMeaning, PlanPlace, Scopes};
use crate::model::{EdgeKind, Model};
use crate::text::Span;
use crate::value::equality::Identities;
use crate::value::{Cause, NodeId, Origin, Step, Str, SymbolId, Time, Value};
pub use environments::{Environments, OtherEnvironment};
use history::History;
pub use joins::{Conditions, Fulfilling, Questions};
use landscape::Members;
pub use landscape::{GraphRoot, Seeker};
use possible::PossibleEdges;
pub use possible::{OpenTargets, Types};

/// A call of a module that is not loaded: why what it does is unknown, and what it stands for all the same.
type PassedTo = (Arc<Cause>, Option<Arc<ModuleMeaning>>);

/// The resource graph of one estate, or of several that make one landscape.
pub struct Graph<'a> {
    members: Members<'a>,
    /// The time of its nodes.
    pub time: Time,
    /// Gives edges their meaning.
    pub model: &'a Model,
    /// The graph of before the change, if that is known.
    pub before: Option<&'a Graph<'a>>,
    /// What is known of other environments, by the index of the root module.
    environments: FxHashMap<usize, Environments<'a>>,
    /// Why there may be root modules that are not in the graph, if there may be any.
    elsewhere: Option<Arc<Cause>>,
    history: History,
    nodes: Vec<Node>,
    edges: DiGraph<NodeId, Edge>,
    /// The edges added so far, while the graph is built.
    known: FxHashMap<(NodeId, NodeId, EdgeKind), EdgeIndex>,
    /// The budget for edges.
    most_edges: u64,
    /// How many steps conditions of the model may take to find edges.
    most_steps: u64,
    /// What building has spent.
    account: Account,
    by_type: FxHashMap<Str, Vec<NodeId>>,
    /// Edges that may exist in addition.
    possible: PossibleEdges<'a>,
    /// Nodes that are passed to an unloaded module, which may do anything with them.
    passed_to_unloaded_module: FxHashMap<NodeId, Vec<PassedTo>>,
    /// Types with a node that refers to something the plan does not show, by member: the cause.
    hidden: BTreeMap<(usize, Str), Arc<Cause>>,
    /// Nodes by their names.
    names: texts::NameIndex,
    /// The instances of each block; computed when it is asked for.
    blocks: OnceLock<FxHashMap<BlockKey, Vec<NodeId>>>,
}

/// What the instances of one block have in common: the root module, the kind of node, and the address without keys.
type BlockKey = (usize, NodeKind, Str);

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    pub kind: NodeKind,
    /// Where the root module that it belongs to stands among those of the graph.
    pub(crate) member: usize,
    pub address: Str,
    /// The resource type; empty unless it is a resource or data source.
    pub type_: Str,
    /// The attributes as rules see them: an object with [`crate::value::AbsentKey::Node`].
    pub value: Value,
    /// Set if it is unknown whether the node exists: the cause.
    pub uncertain: Option<Arc<Cause>>,
    pub place: NodePlace,
}

/// The place of a node.
#[derive(Clone, Debug)]
pub enum NodePlace {
    /// An instance, with its key, that blocks of configuration declare.
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

/// The kind of a node.
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
    /// A `variable` block.
    Variable,
    /// An `output` block.
    Output,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    pub kind: EdgeKind,
    /// The attribute that makes the edge, on the node it starts from or on the joining resource.
    pub path: Vec<Step>,
    /// Whether the model or a text makes the edge and not a reference: Terraform orders resources by references only.
    pub is_written: bool,
    /// The resources that join both ends, each by itself; none where the edge is there without any.
    pub joined_by: Vec<NodeId>,
}

impl Edge {
    const fn new(kind: EdgeKind, path: Vec<Step>) -> Self {
        Self { kind, path, is_written: false, joined_by: Vec::new() }
    }

    /// The same edge once more, which stays as long as one of both does.
    fn join(&mut self, other: Self) {
        if self.joined_by.is_empty() || other.joined_by.is_empty() {
            self.joined_by = Vec::new();
        } else {
            self.joined_by.extend(other.joined_by);
        }
    }
}

/// The address of the node that stands for the root module.
pub const ROOT_MODULE: &str = "root module";

/// The result of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The certain nodes, in address order, each once.
    pub nodes: Vec<NodeId>,
    /// Set if there may be more: the cause.
    pub more: Option<Arc<Cause>>,
    /// How many edges or nodes the query visited.
    pub looked_at: usize,
}

impl Graph<'_> {
    /// The graph that ids of this time belong to: this one, or the one before the change.
    #[must_use]
    pub fn at(&self, time: Time) -> Option<&Self> {
        if time == self.time { Some(self) } else { self.before }
    }

    /// A node of this graph or of the one before the change.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.at(id.time())?.nodes.get(id.index())
    }

    /// What building the graph has spent.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The module instances of a node's estate, which lead from its attributes to where their values were decided.
    #[must_use]
    pub fn scopes(&self, id: NodeId) -> Option<&Scopes> {
        self.at(id.time())?.member_of(id).map(|member| &member.root.estate.scopes)
    }

    /// All nodes with their ids.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        (0..).map(|index| NodeId::new(self.time, index)).zip(&self.nodes)
    }
}

impl Graph<'_> {
    fn type_of(&self, id: SymbolId) -> Option<Str> {
        self.symbol(id).map(|symbol| symbol.type_.clone())
    }
}

impl Identities for Graph<'_> {
    fn differ(&self, a: &Origin, b: &Origin) -> bool {
        self.model.facts.differ(a, b, |id| self.type_of(id))
    }

    fn least_length(&self, list: &Origin) -> usize {
        let is_narrowed = |id: SymbolId| self.symbol(id).is_some_and(|symbol| symbol.is_narrowed);
        self.model.facts.least_length(list, |id| self.type_of(id).filter(|_| !is_narrowed(id)))
    }

    fn beginning(&self, attribute: &Origin) -> Option<Str> {
        self.model.facts.beginning(attribute, |id| self.type_of(id))
    }
}
