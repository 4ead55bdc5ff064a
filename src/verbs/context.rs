//! What verbs need: the graph with its model, the files that may be read, and earlier results.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::alike::{AlikeGroups, AlikeKey};
use super::placement::Placement;
use crate::analysis::failure::{Takedowns, TargetVerdict, Targets, takedowns};
use crate::analysis::standing::Table;
use crate::estate::Mode;
use crate::eval::Files;
use crate::graph::Graph;
use crate::value::{Entries, Kind, NodeId, Str, Time, Value, sorted_by_key};

/// What the verbs of one graph share.
pub struct VerbContext<'a> {
    /// The graph, which knows its model and the graph of before the change.
    pub graph: &'a Graph<'a>,
    /// What file functions may read.
    pub files: &'a dyn Files,
    pub(super) placement: Placement,
    simulated: Arc<OnceLock<Simulated>>,
    /// What a config declares of entries, in the order of their ids.
    pub(super) intended: Vec<(NodeId, Targets)>,
    /// What becomes of it.
    pub(super) judged: OnceLock<FxHashMap<NodeId, Vec<TargetVerdict>>>,
    assumed: Assumptions,
    /// Cached lists of resources: conditions ask for the same lists at every node.
    lists: Mutex<FxHashMap<ListKey, Value>>,
    /// Cached groups of resources that say the same.
    groups: Mutex<FxHashMap<AlikeKey, Arc<AlikeGroups>>>,
    /// Cached values of definitions: several rules ask the same of a node.
    defined: Mutex<FxHashMap<Str, FxHashMap<Of, Value>>>,
}

/// What the loss of zones and nodes does, played through once for all rules.
#[derive(Debug)]
pub(super) struct Simulated {
    pub(super) table: Table,
    pub(super) takedowns: Takedowns,
    /// How zones are called, by their index.
    pub(super) zone_names: Vec<String>,
}

/// What is assumed of nodes.
#[derive(Clone, Debug, Default)]
pub struct Assumptions {
    /// Values of attributes.
    pub attributes: Vec<(NodeId, Str, Value)>,
    /// Where nodes stand.
    pub places: Vec<(NodeId, AssumedPlace)>,
}

/// Where a node is assumed to stand.
#[derive(Clone, Debug)]
pub struct AssumedPlace {
    /// Its zones.
    pub zones: Value,
    /// How many zones it has besides.
    pub others: usize,
    /// The number of its copies.
    pub copies: Value,
}

/// The key of a cached list.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum ListKey {
    /// Whether the root module that asks may have more is the last part.
    Resources(Time, Mode, String, bool),
    /// Of one root module.
    Destroyed(usize, String),
}

/// What the value of a definition holds for, and whether lists of resources are open for who asks.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Of {
    /// For one node: the definition mentions `self`.
    Node(NodeId, bool),
    /// For all nodes of a type: the definition does not depend on the node, as a table does not.
    Type(Time, Str, bool),
}

impl<'a> VerbContext<'a> {
    /// A context without earlier results.
    #[must_use]
    pub fn new(graph: &'a Graph<'a>, files: &'a dyn Files) -> Self {
        Self {
            graph,
            files,
            placement: Placement::default(),
            simulated: Arc::default(),
            intended: Vec::new(),
            judged: OnceLock::new(),
            assumed: Assumptions::default(),
            lists: Mutex::default(),
            groups: Mutex::default(),
            defined: Mutex::default(),
        }
    }

    /// The same context with what a config declares of entries. Each must be there once.
    #[must_use]
    pub fn intending(self, mut intended: Vec<(NodeId, Targets)>) -> Self {
        intended.sort_by_key(|(node, _)| *node);
        Self { intended, ..self }
    }

    /// A context in which this holds instead of what the configuration says.
    #[must_use]
    pub fn assuming(graph: &'a Graph<'a>, files: &'a dyn Files, assumed: Assumptions) -> Self {
        Self { assumed, ..Self::new(graph, files) }
    }

    /// The same context, where it is tried what follows if this holds. What losses do is not played through again: it stays unknown where
    /// it depends on what is assumed.
    #[must_use]
    pub fn trying(&self, assumed: Assumptions) -> Self {
        let (simulated, intended) = (self.simulated.clone(), self.intended.clone());
        Self { simulated, intended, ..Self::assuming(self.graph, self.files, assumed) }
    }

    /// What the loss of zones and nodes does.
    pub(super) fn simulated(&self) -> &Simulated {
        self.simulated.get_or_init(|| {
            let table = self.standings();
            Simulated { takedowns: takedowns(self.graph, &table), zone_names: table.zone_names(), table }
        })
    }

    /// The value that an attribute of a node is assumed to have.
    pub(super) fn assumed(&self, node: NodeId, attribute: &str) -> Option<&Value> {
        if self.assumed.attributes.is_empty() {
            return None;
        }
        let found = self.assumed.attributes.iter().find(|(of, name, _)| *of == node && name == attribute);
        found.map(|(_, _, value)| value)
    }

    /// A node as expressions see it, with what is assumed of it.
    pub(super) fn value_of(&self, graph: &Graph<'_>, node: NodeId) -> Option<Value> {
        let value = &graph.node(node)?.value;
        let assumed = self.assumed.attributes.iter().filter(|(of, _, _)| *of == node);
        let assumed: Vec<(Str, Value)> =
            assumed.map(|(_, name, value)| (name.clone(), value.clone())).collect();
        let Some(own) = value.as_entries().filter(|_| !assumed.is_empty()) else {
            return Some(value.clone());
        };
        // Of equal keys the last one wins.
        let items = sorted_by_key(own.items.iter().cloned().chain(assumed).collect());
        Some(Kind::Object(Arc::new(Entries { items, ..Entries::clone(own) })).into())
    }

    /// Where a node is assumed to stand.
    pub(super) fn assumed_place(&self, node: NodeId) -> Option<&AssumedPlace> {
        self.assumed.places.iter().find(|(of, _)| *of == node).map(|(_, place)| place)
    }

    /// The cached value of a definition.
    pub(super) fn defined(&self, of: &Of, name: &str) -> Option<Value> {
        // A value is complete before it is stored, so a panic of another thread cannot have left half of one.
        let defined = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        defined.get(name)?.get(of).cloned()
    }

    /// Caches the value of a definition.
    pub(super) fn define(&self, of: Of, name: &str, value: &Value) {
        let mut defined = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(values) = defined.get_mut(name) {
            values.insert(of, value.clone());
        } else {
            defined.insert(name.into(), FxHashMap::from_iter([(of, value.clone())]));
        }
    }

    /// The cached groups, or those that `find` makes.
    pub(super) fn grouped(&self, key: AlikeKey, find: impl FnOnce() -> AlikeGroups) -> Arc<AlikeGroups> {
        // Groups are complete before they are stored, so a panic of another thread cannot have left half of them.
        let groups = || self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = groups().get(&key) {
            return known.clone();
        }
        let found = Arc::new(find());
        groups().entry(key).or_insert(found).clone()
    }

    /// The cached list, or the one that `find` makes.
    pub(super) fn listed(&self, key: ListKey, find: impl FnOnce() -> Value) -> Value {
        // A list is complete before it is stored, so a panic of another thread cannot have left half of one.
        let lists = || self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lists().get(&key) {
            return known.clone();
        }
        let list = find();
        lists().insert(key, list.clone());
        list
    }
}
