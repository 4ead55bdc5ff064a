//! The resource graph of one estate: nodes, typed edges, and what is not known about them.
//!
//! Edges fall out of evaluated values: wherever a value refers to another instance, there is an edge, and model files say what
//! it means. Knows neither findings nor formats, and clouds only through the model.

mod build;
mod calls;
mod edges;
mod hidden;
pub mod history;
mod names;
mod paths;
pub mod placement;
mod query;
pub mod scope;
mod signature;
pub mod verbs;
pub mod version;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use petgraph::graph::DiGraph;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::address::InstanceKey;
use crate::budget::Account;
use crate::estate::{BlockSource, Declaration, Estate, Mode, Scopes, Written};
use crate::model::{EdgeKind, Model};
use crate::text::Span;
use crate::value::equality::Identities;
use crate::value::{Cause, NodeId, Origin, Step, Str, SubjectId, Time, Value};
use history::History;

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
    /// Node of each subject of the estate that has one.
    by_subject: Vec<Option<NodeId>>,
    by_type: FxHashMap<Str, Vec<NodeId>>,
    /// What is not known about edges going out.
    out: OpenEnds,
    /// What is not known about edges coming in.
    into: OpenEnds,
    /// Nodes that a module that is not at hand refers to.
    escaped: FxHashMap<NodeId, Arc<Cause>>,
    /// Types of which some node refers to what a plan does not tell, and why.
    hidden: BTreeMap<Str, Arc<Cause>>,
    zones: Vec<OnceLock<Value>>,
    /// Lists of resources that rules have asked for: conditions ask for the same ones for every node.
    lists: Mutex<Lists>,
    /// What definitions of the model came to: several rules ask the same of a node.
    defined: Mutex<FxHashMap<(NodeId, Str), Value>>,
}

/// Lists of resources that rules ask for.
type Lists = FxHashMap<ListKey, Value>;

/// What a list is of; types by their names.
#[derive(Debug, PartialEq, Eq, Hash)]
enum ListKey {
    Resources(Mode, String, scope::Purpose),
    Destroyed(String),
}

/// Ends of edges of which the other end is not known: why a node may have more edges of a kind.
#[derive(Debug, Default)]
struct OpenEnds {
    /// At one node.
    at: FxHashMap<(NodeId, EdgeKind), Arc<Cause>>,
    /// At every node of some types (of any type where there are none).
    of: FxHashMap<EdgeKind, Vec<TypesAndCause>>,
}

/// Types of nodes, and why all of them may have more edges.
type TypesAndCause = (Vec<Str>, Arc<Cause>);

impl OpenEnds {
    fn open(&mut self, node: NodeId, kind: EdgeKind, cause: &Arc<Cause>) {
        self.at.entry((node, kind)).or_insert_with(|| cause.clone());
    }

    fn open_all(&mut self, types: &FxHashSet<Str>, kind: EdgeKind, cause: &Arc<Cause>) {
        let mut types: Vec<Str> = types.iter().cloned().collect();
        types.sort();
        let known = self.of.entry(kind).or_default();
        if !known.iter().any(|(own, _)| *own == types) {
            known.push((types, cause.clone()));
        }
    }

    /// Why a node of this type may have more edges of that kind.
    fn causes<'a>(
        &'a self,
        node: NodeId,
        type_: &'a str,
        kind: EdgeKind,
    ) -> impl Iterator<Item = &'a Arc<Cause>> + 'a {
        let of_type = self
            .of
            .get(&kind)
            .into_iter()
            .flatten()
            .filter(move |(types, _)| types.is_empty() || types.iter().any(|own| own == type_))
            .map(|(_, cause)| cause);
        self.at.get(&(node, kind)).into_iter().chain(of_type)
    }
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
    /// Its attributes, as rules read them: an object with [`crate::value::Rest::Node`].
    pub value: Value,
    /// Why it is not known whether it exists.
    pub uncertain: Option<Arc<Cause>>,
    /// Where it is written.
    pub place: Place,
}

/// Where a node is written.
#[derive(Clone, Debug)]
pub enum Place {
    /// An instance that blocks of configuration declare, with its key.
    Declared(Arc<Declaration>, InstanceKey),
    /// A block of configuration.
    Block(BlockSource),
    /// An instance in a plan or state.
    Written(Written),
    /// A place without attributes of its own.
    Span(Span),
    /// No place in a file that was read.
    Nowhere,
}

impl Place {
    /// The header of the block, if there is one.
    #[must_use]
    pub fn header(&self) -> Option<Span> {
        match self {
            Self::Declared(declaration, _) => Some(declaration.block.header),
            Self::Block(block) => Some(block.header),
            Self::Written(_) | Self::Span(_) | Self::Nowhere => None,
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
}

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
    fn at(&self, time: Time) -> Option<&Self> {
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
        self.at(origin.subject.time())?.by_subject.get(origin.subject.index()).copied().flatten()
    }
}

impl Graph<'_> {
    fn type_of(&self, id: SubjectId) -> Option<Str> {
        self.at(id.time())?.estate.subject(id).map(|subject| subject.type_.clone())
    }
}

impl Identities for Graph<'_> {
    fn differ(&self, a: &Origin, b: &Origin) -> bool {
        self.model.facts.differ(a, b, |id| self.type_of(id))
    }

    fn least_length(&self, list: &Origin) -> usize {
        let is_narrowed = |id: SubjectId| {
            self.at(id.time())
                .and_then(|graph| graph.estate.subject(id))
                .is_some_and(|subject| subject.is_narrowed)
        };
        self.model.facts.least_length(list, |id| self.type_of(id).filter(|_| !is_narrowed(id)))
    }

    fn is_present(&self, attribute: &Origin) -> bool {
        self.model.facts.is_present(attribute, |id| self.type_of(id))
    }
}
