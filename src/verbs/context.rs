//! What verbs ask: the graph with its model, the files that may be read, and what was found out so far.

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
    /// The graph, which knows its model and the graph of before.
    pub graph: &'a Graph<'a>,
    /// What file functions may read.
    pub files: &'a dyn Files,
    pub(super) placement: Placement,
    /// Lists of resources that rules have asked for: conditions ask for the same ones for every node.
    lists: Mutex<FxHashMap<ListKey, Value>>,
    /// What definitions of the model came to: several rules ask the same of a node.
    defined: Mutex<FxHashMap<(NodeId, Str), Value>>,
}

/// What a list is of; types by their names.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum ListKey {
    Resources(Time, Mode, String, Purpose),
    Destroyed(String),
}

impl<'a> VerbContext<'a> {
    /// Nothing found out yet.
    #[must_use]
    pub fn new(graph: &'a Graph<'a>, files: &'a dyn Files) -> Self {
        Self {
            graph,
            files,
            placement: Placement::default(),
            lists: Mutex::default(),
            defined: Mutex::default(),
        }
    }

    /// What a definition came to for a node, if that was asked before.
    pub(super) fn defined(&self, node: NodeId, name: &str) -> Option<Value> {
        // A thread that panicked cannot have left half a value: it is made before it is stored.
        let defined = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        defined.get(&(node, Str::from(name))).cloned()
    }

    /// Keeps what a definition came to for a node.
    pub(super) fn define(&self, node: NodeId, name: &str, value: &Value) {
        let mut defined = self.defined.lock().unwrap_or_else(PoisonError::into_inner);
        defined.insert((node, Str::from(name)), value.clone());
    }

    /// A list of resources that was asked for before, or is found now.
    pub(super) fn listed(&self, key: ListKey, find: impl FnOnce() -> Value) -> Value {
        // A thread that panicked cannot have left half a list: the value is made before it is stored.
        let lists = || self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lists().get(&key) {
            return known.clone();
        }
        let list = find();
        lists().insert(key, list.clone());
        list
    }
}
