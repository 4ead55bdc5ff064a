//! The root modules of a graph: several make one landscape, in which texts and values of one lead to nodes of another.
//!
//! Root modules of different environments are kept apart even where one of no environment stands beside both.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::apart::GraphPlaces;
use super::texts::Called;
use super::{Graph, Node, NodeKind, NodePlace};
use crate::address::{Address, Mode};
use crate::environment::EnvironmentKey;
use crate::estate::grounds::DataGround;
use crate::estate::{Estate, Instance, Symbol};
use crate::model::EdgeKind;
use crate::value::{Cause, NodeId, Origin, Str, SymbolId};

/// A root module that becomes part of a graph.
#[derive(Clone, Copy, Debug)]
pub struct GraphRoot<'a> {
    /// What it contains.
    pub estate: &'a Estate,
    /// Its index among the root modules of a run. The graph of before a change has the same one.
    pub index: usize,
    /// Its environment: different ones are kept apart.
    pub environment: Option<&'a EnvironmentKey>,
    /// How causes and findings of other root modules name it.
    pub name: &'a str,
}

impl<'a> GraphRoot<'a> {
    /// The only root module of a graph.
    #[must_use]
    pub const fn alone(estate: &'a Estate) -> Self {
        Self { estate, index: 0, environment: None, name: "" }
    }
}

/// Who looks for nodes by a text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seeker {
    /// The node that has the text.
    pub(super) holder: Option<NodeId>,
    /// Where its root module stands among the members.
    pub(super) member: Option<usize>,
    /// The kind of the edge that the text makes, if the model says it.
    pub(super) kind: Option<EdgeKind>,
}

impl Seeker {
    /// Where the root module of the seeker stands; that of a graph of only one if nothing is said.
    fn at(self) -> usize {
        self.member.unwrap_or_default()
    }
}

/// A root module in a graph.
pub(super) struct LandscapeMember<'a> {
    pub(super) root: GraphRoot<'a>,
    /// Its nodes: those of its instances come first, in their order.
    pub(super) nodes: Range<usize>,
    /// The node of each symbol of the estate, if it has one.
    pub(super) by_symbol: Vec<Option<NodeId>>,
    /// Why it may have resources that are not among its nodes.
    pub(super) unread: OnceLock<Option<Arc<Cause>>>,
}

impl<'a> LandscapeMember<'a> {
    pub(super) fn new(root: GraphRoot<'a>) -> Self {
        Self { root, nodes: 0..0, by_symbol: vec![None; root.estate.symbols.len()], unread: OnceLock::new() }
    }
}

/// The members of a landscape, and what is found out about them.
#[derive(Default)]
pub(super) struct Members<'a> {
    pub(super) all: Vec<LandscapeMember<'a>>,
    /// Where the estate with a number stands.
    by_number: FxHashMap<u32, usize>,
    /// Where the root module with an index stands.
    by_index: FxHashMap<usize, usize>,
    /// Where the nodes are.
    pub(super) places: OnceLock<GraphPlaces>,
    /// The first data source of one root module that leads to another one, by their indices.
    joins: OnceLock<FxHashMap<(usize, usize), NodeId>>,
    /// The addresses that nodes of several members have.
    shared: OnceLock<FxHashSet<Str>>,
}

impl<'a> Members<'a> {
    pub(super) fn new(roots: &[GraphRoot<'a>]) -> Self {
        let by_number = roots.iter().enumerate().map(|(at, root)| (root.estate.number, at)).collect();
        let by_index = roots.iter().enumerate().map(|(at, root)| (root.index, at)).collect();
        let all = roots.iter().copied().map(LandscapeMember::new).collect();
        let (places, joins, shared) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { all, by_number, by_index, places, joins, shared }
    }

    /// The member whose estate has this number.
    pub(super) fn numbered(&self, number: u32) -> Option<&LandscapeMember<'a>> {
        match self.all.as_slice() {
            [only] => (only.root.estate.number == number).then_some(only),
            all => all.get(*self.by_number.get(&number)?),
        }
    }

    /// The member of a root module.
    pub(super) fn of_root(&self, index: usize) -> Option<&LandscapeMember<'a>> {
        self.all.get(*self.by_index.get(&index)?)
    }

    /// Whether what one member says can be about the other one.
    pub(super) fn are_joined(&self, a: usize, b: usize) -> bool {
        let environment = |at: usize| self.all.get(at).and_then(|member| member.root.environment);
        a == b
            || match (environment(a), environment(b)) {
                (Some(a), Some(b)) => a.is_beside(b),
                _ => true,
            }
    }
}

impl<'a> Graph<'a> {
    /// The root modules of the graph.
    pub fn roots(&self) -> impl Iterator<Item = GraphRoot<'a>> {
        self.members.all.iter().map(|member| member.root)
    }

    /// The estate of the root module with this index.
    #[must_use]
    pub fn estate_of_root(&self, index: usize) -> Option<&'a Estate> {
        self.members.of_root(index).map(|member| member.root.estate)
    }

    pub(super) fn member_of(&self, id: NodeId) -> Option<&LandscapeMember<'a>> {
        self.members.all.get(self.nodes.get(id.index())?.member)
    }

    /// Where the root module of a node stands among the members.
    pub(super) fn member_at(&self, id: NodeId) -> Option<usize> {
        self.nodes.get(id.index()).map(|node| node.member)
    }

    /// The nodes of one root module.
    pub fn nodes_of_root(&self, index: usize) -> impl Iterator<Item = (NodeId, &Node)> {
        let nodes = self.members.of_root(index).map_or(0..0, |member| member.nodes.clone());
        nodes.filter_map(|at| Some((NodeId::new(self.time, at), self.nodes.get(at)?)))
    }

    /// The index of the root module that a node belongs to.
    #[must_use]
    pub fn root_of(&self, id: NodeId) -> Option<usize> {
        self.at(id.time())?.member_of(id).map(|member| member.root.index)
    }

    /// The root module that a node belongs to.
    #[must_use]
    pub fn graph_root(&self, id: NodeId) -> Option<GraphRoot<'a>> {
        self.at(id.time())?.member_of(id).map(|member| member.root)
    }

    /// What a node is called in the landscape: its address, after the name of its root module and a colon where several have that address.
    #[must_use]
    pub fn name_of(&self, id: NodeId) -> Str {
        let Some(graph) = self.at(id.time()) else { return Str::new() };
        let (Some(node), Some(member)) = (graph.node(id), graph.member_of(id)) else { return Str::new() };
        match graph.shared_addresses().contains(&node.address) {
            true => ecow::eco_format!("{}:{}", member.root.name, node.address),
            false => node.address.clone(),
        }
    }

    fn shared_addresses(&self) -> &FxHashSet<Str> {
        self.members.shared.get_or_init(|| {
            let mut shared = FxHashSet::default();
            if self.members.all.len() < 2 {
                return shared;
            }
            let mut first: FxHashMap<&Str, usize> = FxHashMap::default();
            for node in &self.nodes {
                if *first.entry(&node.address).or_insert(node.member) != node.member {
                    shared.insert(node.address.clone());
                }
            }
            shared
        })
    }

    /// The instance of a node, if it is a resource or data source.
    #[must_use]
    pub fn instance(&self, id: NodeId) -> Option<&'a Instance> {
        let member = self.at(id.time())?.member_of(id)?;
        member.root.estate.instances.get(id.index().checked_sub(member.nodes.start)?)
    }

    /// What the symbol of an origin names.
    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> Option<&'a Symbol> {
        self.at(id.time())?.members.numbered(id.estate())?.root.estate.symbol(id)
    }

    /// The node of the symbol in an origin.
    #[must_use]
    pub fn node_of(&self, origin: &Origin) -> Option<NodeId> {
        let member = self.at(origin.symbol.time())?.members.numbered(origin.symbol.estate())?;
        member.by_symbol.get(origin.symbol.index()).copied().flatten()
    }

    /// A node that looks for others by a text it has.
    pub(super) fn seeker(&self, id: NodeId) -> Seeker {
        Seeker { holder: Some(id), member: self.member_at(id), kind: None }
    }

    /// Something in a root module that looks for nodes by a text.
    #[must_use]
    pub fn seeker_in(&self, root: usize) -> Seeker {
        let member = self.members.by_index.get(&root).copied();
        Seeker { holder: None, member, kind: None }
    }

    /// Of the nodes with a name, those that the seeker can mean: the ones in its own root module, otherwise those in joined ones.
    pub(super) fn within_reach(&self, seeker: Seeker, text: &str, mut called: Called) -> Called {
        if called.is_nothing() {
            return called;
        }
        let own = seeker.at();
        let is_own = |id: &NodeId| self.member_at(*id) == Some(own);
        let is_meant = |id: &NodeId| {
            self.member_at(*id).is_some_and(|member| self.members.are_joined(own, member))
                && !self.is_elsewhere(seeker, text, *id)
        };
        called.nodes.retain(is_meant);
        called.maybe.retain(|(id, _)| is_meant(id));
        if called.nodes.iter().any(is_own) {
            called.nodes.retain(is_own);
            called.maybe.retain(|(id, _)| is_own(id));
        }
        called
    }

    /// The data source through which one root module knows nodes of another one.
    #[must_use]
    pub fn join_between(&self, from: usize, to: usize) -> Option<NodeId> {
        let joins = self.members.joins.get_or_init(|| {
            let mut joins: FxHashMap<(usize, usize), NodeId> = FxHashMap::default();
            for (from, to, _) in self.edges_of_all() {
                if self.member_at(from) != self.member_at(to)
                    && self.node(from).is_some_and(|own| own.kind == NodeKind::Resource(Mode::Data))
                    && let (Some(a), Some(b)) = (self.root_of(from), self.root_of(to))
                {
                    let known = joins.entry((a, b)).or_insert(from);
                    *known = from.min(*known);
                }
            }
            joins
        });
        joins.get(&(from, to)).copied()
    }

    /// Whether two nodes know each other by a name or the meaning of an attribute alone: neither refers to the other.
    #[must_use]
    pub fn are_named(&self, a: NodeId, b: NodeId) -> bool {
        let index = |id: NodeId| petgraph::graph::NodeIndex::new(id.index());
        let mut edges = self
            .edges
            .edges_connecting(index(a), index(b))
            .chain(self.edges.edges_connecting(index(b), index(a)))
            .peekable();
        edges.peek().is_some() && edges.all(|edge| edge.weight().is_written)
    }

    /// The data source of a root module in an instance of a module, by its type and name; the first of several.
    #[must_use]
    pub fn data_source(&self, root: usize, ground: &DataGround) -> Option<NodeId> {
        let member = self.members.of_root(root)?;
        let all = self.by_type.get(&ground.type_)?;
        let mut own = all.iter().copied().filter(|id| member.nodes.contains(&id.index()));
        own.find(|id| {
            self.node(*id).is_some_and(|node| {
                node.kind == NodeKind::Resource(Mode::Data)
                    && Address::read(&node.address).name() == ground.name
                    && matches!(&node.place, NodePlace::Declared(own, _) if own.scope == ground.scope)
            })
        })
    }

    /// The node of a root module with this address.
    #[must_use]
    pub fn node_at(&self, root: usize, address: &str) -> Option<NodeId> {
        self.by_address(root, address).or_else(|| {
            let instances = self.members.of_root(root)?.root.estate.instances.len();
            let mut others = self.nodes_of_root(root).skip(instances);
            others.find(|(_, node)| node.address == address).map(|(id, _)| id)
        })
    }

    /// Why a node may be what something in another root module means: it names the candidate.
    pub(super) fn candidate(&self, id: NodeId, cause: &Arc<Cause>) -> Arc<Cause> {
        match (self.nodes.get(id.index()), self.member_of(id)) {
            (Some(node), Some(member)) if !member.root.name.is_empty() => {
                let subject = ecow::eco_format!("{} of `{}`", node.address, member.root.name);
                cause.passed_on(subject, node.place.header())
            }
            _ => cause.clone(),
        }
    }
}
