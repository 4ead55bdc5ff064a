//! What a plan does to nodes: what they were before the change, and what they become.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Found, Graph, NodeKind};
use crate::address::Address;
use crate::estate::{Action, Change, Estate, Mode};
use crate::eval::access;
use crate::eval::scope::Dialect;
use crate::value::equality::{Truth, equal};
use crate::value::{Cause, CauseKind, Kind, NodeId, Step, Str, Time, Type, Value};

/// Matches nodes before and after a change.
#[derive(Default)]
pub(super) struct History {
    /// Indices of changes by the address after the change; `moved` has those by the previous address.
    changes: ByAddress<usize>,
    moved: ByAddress<usize>,
    /// Nodes before the change, by their address at that time.
    before: ByAddress<NodeId>,
}

/// By the index of a root module and an address in it.
type ByAddress<T> = FxHashMap<usize, FxHashMap<Str, T>>;

/// What a plan touches, by address after the change.
#[derive(Debug, Default)]
pub struct Touched {
    /// Instances that it creates, updates, replaces, moves, destroys or forgets.
    pub changed: BTreeSet<Address>,
    /// Nodes that have or had an edge to or from one of these.
    pub around: BTreeSet<Str>,
}

/// What a node was before the change.
enum Was {
    Node(NodeId),
    /// It did not exist.
    Absent,
    /// The input does not say.
    NotKnown(Arc<Cause>),
}

impl<'a> Graph<'a> {
    /// Adds the graph of before the change, if that is known, and the changes of the plan.
    #[must_use]
    pub fn after(mut self, before: Option<&'a Graph<'a>>) -> Self {
        self.before = before;
        for member in &self.members.all {
            let root = member.root.index;
            let (mut changes, mut moved) = (FxHashMap::default(), FxHashMap::default());
            for (index, change) in member.root.estate.changes.iter().enumerate() {
                changes.insert(change.address.text().clone(), index);
                if let Some(previous) = &change.previous_address {
                    moved.insert(previous.text().clone(), index);
                }
            }
            self.history.changes.insert(root, changes);
            self.history.moved.insert(root, moved);
            if let Some(before) = before {
                let nodes = before.nodes_of_root(root).map(|(id, node)| (node.address.clone(), id));
                self.history.before.insert(root, nodes.collect());
            }
        }
        self
    }
}

impl Graph<'_> {
    fn change(&self, id: NodeId) -> Option<&Change> {
        let (address, root) = (&self.node(id)?.address, self.root_of(id)?);
        match id.time() {
            Time::After => self.changes(root).get(*self.history.changes.get(&root)?.get(address)?),
            Time::Before => self.change_from(root, address),
        }
    }

    /// The changes of a root module.
    fn changes(&self, root: usize) -> &[Change] {
        self.estate_of_root(root).map(|estate| estate.changes.as_slice()).unwrap_or_default()
    }

    /// The node of a root module that had this address before.
    fn before_at(&self, root: usize, address: &str) -> Option<NodeId> {
        self.history.before.get(&root)?.get(address).copied()
    }

    /// The change of the instance that had this address before.
    fn change_from(&self, root: usize, before: &Str) -> Option<&Change> {
        let index = |known: &ByAddress<usize>| known.get(&root)?.get(before).copied();
        let index = index(&self.history.moved).or_else(|| index(&self.history.changes))?;
        self.changes(root).get(index)
    }

    fn was(&self, id: NodeId) -> Was {
        if id.time() == Time::Before {
            return Was::Node(id);
        }
        let Some(node) = self.node(id) else { return Was::Absent };
        let not_known = || Was::NotKnown(Cause::new(CauseKind::BeforeNotKnown, node.address.clone(), None));
        if let Some(cause) = &node.uncertain {
            return Was::NotKnown(cause.clone());
        }
        let change = self.change(id);
        let address = change.map_or(&node.address, |change| change.address_before().text());
        let before = self.root_of(id).and_then(|root| self.before_at(root, address));
        let has_before = || self.before?.estate_of_root(self.root_of(id)?);
        match (before, change.map(|change| change.action)) {
            (_, Some(Action::Create)) => Was::Absent,
            (Some(before), _) => Was::Node(before),
            (None, _) if has_before().is_some() && node.kind != NodeKind::Resource(Mode::Managed) => {
                Was::Absent
            }
            (None, _) => not_known(),
        }
    }

    /// The node before the change; null if it did not exist, unknown if the input does not say.
    #[must_use]
    pub fn before_of(&self, id: NodeId) -> Value {
        match self.was(id) {
            Was::Node(before) => self.node(before).map_or(Value::NULL, |node| node.value.clone()),
            Was::Absent => Value::NULL,
            Was::NotKnown(cause) => Value::unknown(cause),
        }
    }

    /// What a node of before becomes after the change; null if it no longer exists.
    #[must_use]
    pub fn becomes(&self, of: NodeId) -> Value {
        let address = self.address_after(of);
        let id = match of.time() {
            Time::After => Some(of),
            Time::Before => address.and_then(|address| self.by_address(self.root_of(of)?, &address)),
        };
        let estate = self.root_of(of).and_then(|root| self.estate_of_root(root));
        let incomplete = estate.and_then(|estate| estate.incomplete.as_ref());
        match (id.and_then(|id| self.node(id)), incomplete) {
            (Some(node), _) => node.value.clone(),
            // An unfinished plan may leave out a node that exists all the same.
            (None, Some(cause)) if self.change(of).is_none() => Value::unknown(cause.clone()),
            (None, _) => Value::NULL,
        }
    }

    /// What the plan does to a node, by the name of the action.
    #[must_use]
    pub fn action(&self, id: NodeId) -> Value {
        match (self.change(id), self.node(id)) {
            (Some(change), _) => change.action.name().into(),
            // A node that is the same before and after, such as a data source, has no entry of its own.
            (None, Some(_)) if self.is_of_change(id) => Action::NoOp.name().into(),
            (None, node) => {
                let address = node.map(|node| node.address.clone()).unwrap_or_default();
                Value::unknown(Cause::new(CauseKind::BeforeNotKnown, address, None))
            }
        }
    }

    /// The attributes that force the replacement of a node, as dotted paths, each once.
    #[must_use]
    pub fn replaced_for(&self, id: NodeId) -> Vec<Str> {
        let mut names: Vec<Str> = Vec::new();
        for path in self.change(id).map(|change| change.replaced_for.as_slice()).unwrap_or_default() {
            let keys: Vec<&str> = path.iter().filter_map(Step::key).map(Str::as_str).collect();
            let name = Str::from(keys.join("."));
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether the change gives an attribute of an existing node another value.
    #[must_use]
    pub fn changed(&self, id: NodeId, path: &[Str]) -> Value {
        let (before, after) = match (self.was(id), self.node(id)) {
            (Was::NotKnown(cause), _) => return Value::unknown_of(Type::Bool, cause),
            (Was::Node(before), Some(after)) if before != id => (self.node(before), after),
            _ => return false.into(),
        };
        let before = before.map_or(Value::NULL, |node| part(&node.value, path));
        let after = part(&after.value, path);
        let is_replaced =
            self.change(id).is_some_and(|change| matches!(change.action, Action::Replace { .. }));
        if is_replaced && after.is_null() && !before.is_null() {
            // The provider decides what is not set on the new instance, and may decide as before.
            return Value::unknown_of(Type::Bool, Cause::provider());
        }
        match equal(&before, &after, self) {
            Truth::Yes => false.into(),
            Truth::No => true.into(),
            Truth::Unknown(cause) => Value::unknown_of(Type::Bool, cause),
        }
    }

    /// Whether the root module of a node is one of a change.
    fn is_of_change(&self, id: NodeId) -> bool {
        let estate = self.root_of(id).and_then(|root| self.estate_of_root(root));
        estate.is_some_and(Estate::is_of_change)
    }

    /// The managed instances that the plan of a root module destroys without replacing them, as they were before.
    #[must_use]
    pub fn destroyed(&self, types: &[&str], root: usize) -> Found {
        let mut found = Found::default();
        for change in self.changes(root).iter().filter(|change| change.action == Action::Delete) {
            match self.before_at(root, change.address_before().as_str()) {
                Some(id) if self.is_managed(id) => {
                    if self.is(id, types) {
                        found.nodes.push(id);
                    }
                }
                Some(_) => {}
                None => {
                    found.more.get_or_insert_with(|| {
                        Cause::new(CauseKind::BeforeNotKnown, change.address.text().clone(), None)
                    });
                }
            }
        }
        found.nodes.sort();
        found
    }

    pub(super) fn is_managed(&self, id: NodeId) -> bool {
        self.node(id).is_some_and(|node| node.kind == NodeKind::Resource(Mode::Managed))
    }

    /// What the plan of a root module touches.
    #[must_use]
    pub fn touched(&self, root: usize) -> Touched {
        let mut touched = Touched::default();
        for change in self.changes(root) {
            if matches!(change.action, Action::NoOp | Action::Read) && change.previous_address.is_none() {
                continue;
            }
            touched.changed.insert(change.address.clone());
            let after = self.by_address(root, change.address.as_str());
            let before = self.before_at(root, change.address_before().as_str());
            for id in after.into_iter().chain(before) {
                let Some(graph) = self.at(id.time()) else { continue };
                for neighbour in graph.any_neighbours(id) {
                    if self.root_of(neighbour) == Some(root)
                        && let Some(address) = self.address_after(neighbour)
                    {
                        touched.around.insert(address);
                    }
                }
            }
        }
        touched
    }

    /// Whether the plan destroys or forgets the instance with this earlier address.
    #[must_use]
    pub fn is_gone(&self, root: usize, before: &Str) -> bool {
        self.change_from(root, before)
            .is_some_and(|change| matches!(change.action, Action::Delete | Action::Forget))
    }

    /// The address after the change of the instance with this earlier address.
    #[must_use]
    pub fn address_now(&self, root: usize, before: &Str) -> Str {
        self.change_from(root, before).map_or(before, |change| change.address.text()).clone()
    }

    /// The node of the instance of a root module with this address.
    pub(super) fn by_address(&self, root: usize, address: &str) -> Option<NodeId> {
        let member = self.members.of_root(root)?;
        let instances = &member.root.estate.instances;
        let found = instances
            .binary_search_by(|instance| crate::address::natural(instance.address.as_str(), address))
            .ok()?;
        Some(NodeId::new(self.time, member.nodes.start + found))
    }

    /// The address after the change of a node of either graph.
    fn address_after(&self, id: NodeId) -> Option<Str> {
        match id.time() {
            Time::After => self.node(id).map(|node| node.address.clone()),
            Time::Before => self.node(id).map(|node| match self.root_of(id) {
                Some(root) => self.address_now(root, &node.address),
                None => node.address.clone(),
            }),
        }
    }
}

/// The value at a dotted path; null if there is none.
fn part(value: &Value, path: &[Str]) -> Value {
    path.iter().fold(value.clone(), |value, name| get(&value, name))
}

fn get(value: &Value, name: &str) -> Value {
    if let Some(sequence) = value.as_sequence() {
        // A nested block that occurs once is entered without an index.
        return match (sequence.items.first(), &sequence.more) {
            (Some(item), _) => get(item, name),
            (None, Some(cause)) => Value::unknown(cause.clone()),
            (None, None) => Value::NULL,
        };
    }
    match &value.kind {
        Kind::Object(_) | Kind::Map(_) | Kind::Unknown(_) => {
            access::attribute(value, name, Dialect::Rule).unwrap_or(Value::NULL)
        }
        _ => Value::NULL,
    }
}
