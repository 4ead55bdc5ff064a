//! What verbs need: the graph with its model, the files that may be read, and earlier results.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::placement::Placement;
use super::scope::Purpose;
use crate::estate::Mode;
use crate::eval::Files;
use crate::graph::Graph;
use crate::value::{NodeId, Str, Time, Value};

/// What the verbs of one graph share.
pub struct VerbContext<'a> {
    /// The graph, which knows its model and the graph of before the change.
    pub graph: &'a Graph<'a>,
    /// What file functions may read.
    pub files: &'a dyn Files,
    pub(super) placement: Placement,
    /// The node of which something is assumed, and the values that its attributes have then.
    assumed: Option<(NodeId, Vec<(Str, Value)>)>,
    /// Cached lists of resources: conditions ask for the same lists at every node.
    lists: Mutex<FxHashMap<ListKey, Value>>,
    /// Cached values of definitions: several rules ask the same of a node.
    defined: Mutex<FxHashMap<Str, FxHashMap<Of, Value>>>,
}

/// The key of a cached list.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum ListKey {
    Resources(Time, Mode, String, Purpose),
    Destroyed(String),
}

/// What the value of a definition holds for.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Of {
    /// For one node: the definition mentions `self`.
    Node(NodeId),
    /// For all nodes of a type: the definition does not depend on the node, as a table does not.
    Type(Time, Str),
}

impl<'a> VerbContext<'a> {
    /// A context without earlier results.
    #[must_use]
    pub fn new(graph: &'a Graph<'a>, files: &'a dyn Files) -> Self {
        Self {
            graph,
            files,
            placement: Placement::default(),
            assumed: None,
            lists: Mutex::default(),
            defined: Mutex::default(),
        }
    }

    /// A context in which attributes of one node have these values.
    #[must_use]
    pub fn assuming(
        graph: &'a Graph<'a>,
        files: &'a dyn Files,
        node: NodeId,
        attributes: Vec<(Str, Value)>,
    ) -> Self {
        Self { assumed: Some((node, attributes)), ..Self::new(graph, files) }
    }

    /// The value that an attribute of a node is assumed to have.
    pub(super) fn assumed(&self, node: NodeId, attribute: &str) -> Option<&Value> {
        let (of, attributes) = self.assumed.as_ref()?;
        let found = attributes.iter().find(|(name, _)| *of == node && name == attribute);
        found.map(|(_, value)| value)
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
