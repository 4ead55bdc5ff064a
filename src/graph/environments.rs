//! The other environments of an architecture: what the same thing is there.
//!
//! A graph is about one environment. Of the others only estates are at hand: their nodes stand in other graphs, so what is not known there
//! has no origin here.

use std::cmp::Ordering;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Graph, NodeKind};
use crate::address::Address;
use crate::estate::{Estate, Instance, Mode};
use crate::value::equality::compare;
use crate::value::{Cause, CauseKind, Entries, Kind, NodeId, Str, Type, Value, count};

/// The environment of a root module, and the others in which the same is applied.
#[derive(Clone, Debug, Default)]
pub struct Environments<'a> {
    /// Its name, and whether it is production; `None` if it is not known.
    pub own: Option<(&'a str, bool)>,
    pub others: Vec<OtherEnvironment<'a>>,
}

/// Another environment in which the same is applied: with other values, or by a root module of the same layout.
#[derive(Clone, Copy, Debug)]
pub struct OtherEnvironment<'a> {
    pub name: &'a str,
    pub is_production: bool,
    pub estate: &'a Estate,
}

/// What a node is in another environment.
enum Counterpart {
    Found(Arc<Entries>),
    Absent,
    /// It may be there.
    Unknown(Arc<Cause>),
}

impl<'a> Graph<'a> {
    /// The same graph among those of other environments: what is known of them for the root module of each index.
    #[must_use]
    pub fn among(self, environments: FxHashMap<usize, Environments<'a>>) -> Self {
        Self { environments, ..self }
    }

    /// The environment of a root module: an object with `name`, `production` and `others`. The first two are null if it is not known.
    #[must_use]
    pub fn environment(&self, root: usize) -> Value {
        let known = self.environments.get(&root);
        let own = known.and_then(|environments| environments.own);
        let others = known.map_or(0, |environments| environments.others.len());
        Value::object(vec![
            ("name".into(), own.map_or(Value::NULL, |(name, _)| name.into())),
            ("others".into(), count(others)),
            ("production".into(), own.map_or(Value::NULL, |(_, is_production)| is_production.into())),
        ])
    }

    /// What a node is in each of the other environments, and here.
    #[must_use]
    pub fn counterparts(&self, node: NodeId, path: &[Str]) -> Value {
        // Of before a change nothing is compared.
        let root = self.graph_root(node).filter(|_| node.time() == self.time);
        let Some((root, environments)) =
            root.and_then(|root| Some((root, self.environments.get(&root.index)?)))
        else {
            return Value::tuple(Vec::new());
        };
        let body = self.node(node).and_then(|node| node.value.as_entries());
        let own = body.map_or(Value::NULL, |body| read(body, path));
        let one = |other: &OtherEnvironment<'a>| {
            let (exists, value) = match self.counterpart(node, other.estate) {
                Counterpart::Found(body) => (true.into(), read(&body, path)),
                Counterpart::Absent => (false.into(), Value::NULL),
                Counterpart::Unknown(cause) => {
                    (Value::unknown_of(Type::Bool, cause.clone()), Value::unknown(cause))
                }
            };
            Value::object(vec![
                ("environment".into(), other.name.into()),
                ("exists".into(), exists),
                ("length".into(), length(&value)),
                ("own".into(), without_origins(own.clone())),
                ("own_length".into(), length(&own)),
                ("production".into(), other.is_production.into()),
                ("same_root".into(), (other.estate.root == root.estate.root).into()),
                ("value".into(), without_origins(value)),
            ])
        };
        Value::tuple(environments.others.iter().map(one).collect())
    }

    /// Those of some attributes of a node that are not certainly the same in each other environment that may have it. Of a list its length
    /// is meant.
    #[must_use]
    pub fn differing<'p>(&self, node: NodeId, paths: &'p [(Str, Vec<Str>)]) -> Vec<&'p Str> {
        let root = self.graph_root(node).filter(|_| node.time() == self.time);
        let environments = root.and_then(|root| self.environments.get(&root.index));
        let body = self.node(node).and_then(|node| node.value.as_entries());
        let (Some(environments), Some(body)) = (environments, body) else { return Vec::new() };
        let others: Vec<Counterpart> =
            environments.others.iter().map(|other| self.counterpart(node, other.estate)).collect();
        let differs = |path: &[Str]| {
            let own = read(body, path);
            others.iter().any(|other| match other {
                Counterpart::Found(body) => !is_alike(&own, &read(body, path)),
                Counterpart::Absent => false,
                Counterpart::Unknown(_) => true,
            })
        };
        paths.iter().filter(|(_, path)| differs(path)).map(|(name, _)| name).collect()
    }

    fn counterpart(&self, id: NodeId, estate: &Estate) -> Counterpart {
        let Some(node) = self.node(id) else { return Counterpart::Absent };
        let name = || node.value.as_entries().and_then(|own| own.get("name")?.as_str());
        let root = estate.modules.iter().find(|module| module.address.is_root());
        let found = match node.kind {
            NodeKind::Resource(mode) => return instance(estate, mode, &node.address),
            NodeKind::Call => {
                let call = estate.calls.iter().find(|call| *call.address.text() == node.address);
                call.map(super::calls::facts)
            }
            NodeKind::Module => root.map(|root| root.facts.clone()),
            NodeKind::Requirement => root.and_then(|root| {
                let mut all = root.requirements.iter().map(|(facts, _)| facts);
                all.find(|facts| facts.get("name").and_then(Value::as_str) == name()).cloned()
            }),
            NodeKind::Variable => {
                let declared =
                    root.and_then(|root| root.variables.iter().find(|own| Some(own.name.as_str()) == name()));
                declared.map(|declared| estate.with_given(declared))
            }
            NodeKind::Output => None,
        };
        found.map_or_else(|| absent(estate, &node.address), Counterpart::Found)
    }
}

/// Whether two values are certainly the same, or lists of the same length.
fn is_alike(one: &Value, other: &Value) -> bool {
    match (one.as_sequence(), other.as_sequence()) {
        (Some(one), Some(other)) => {
            one.more.is_none() && other.more.is_none() && one.items.len() == other.items.len()
        }
        _ => one.is_wholly_known() && other.is_wholly_known() && compare(one, other) == Ordering::Equal,
    }
}

/// How many elements a list has; null of anything else.
fn length(value: &Value) -> Value {
    match (value.as_sequence(), &value.kind) {
        (Some(items), _) => match &items.more {
            Some(cause) => Value::unknown_of(Type::Number, cause.clone()),
            None => count(items.items.len()),
        },
        (None, Kind::Unknown(unknown)) => Value::unknown_of(Type::Number, unknown.cause.clone()),
        (None, _) => Value::NULL,
    }
}

/// The resource of an address.
fn instance(estate: &Estate, mode: Mode, address: &str) -> Counterpart {
    let wanted = Address::read(address);
    let found = estate.instances.binary_search_by(|own| own.address.cmp(&wanted));
    if let Some(Instance { uncertain, body, .. }) = found.ok().and_then(|at| estate.instances.get(at)) {
        return match uncertain {
            Some(cause) => Counterpart::Unknown(cause.clone()),
            None => Counterpart::Found(body.clone()),
        };
    }
    // One that stands for an unknown number of instances may be this one.
    let declared = wanted.without_keys();
    let same = estate
        .instances
        .iter()
        .find(|own| own.mode == mode && own.uncertain.is_some() && own.address.without_keys() == declared);
    match same.and_then(|own| own.uncertain.clone()) {
        Some(cause) => Counterpart::Unknown(cause),
        None => absent(estate, address),
    }
}

/// What is not there, as far as the estate was read.
fn absent(estate: &Estate, address: &str) -> Counterpart {
    if let Some(cause) = &estate.incomplete {
        return Counterpart::Unknown(cause.clone());
    }
    // A module that is not loaded may hold what has an address in it, and nothing else.
    let holds = |call: &str| {
        let inner = address.strip_prefix(call);
        inner.is_some_and(|inner| inner.starts_with('.') || inner.starts_with('['))
    };
    let missing = estate.missing.iter().map(|missing| missing.address.text());
    match missing.into_iter().find(|call| holds(call)) {
        Some(call) => Counterpart::Unknown(Cause::new(CauseKind::ModuleNotLoaded, call.clone(), None)),
        None => Counterpart::Absent,
    }
}

/// The attribute at a path; null if it is not set.
fn read(body: &Entries, path: &[Str]) -> Value {
    let Some((first, rest)) = path.split_first() else { return Value::NULL };
    let Some(value) = body.get(first.as_str()) else { return Value::NULL };
    if rest.is_empty() {
        return value.clone();
    }
    // Of nested blocks the first one is meant.
    let inner = value.as_sequence().and_then(|items| items.items.first()).unwrap_or(value);
    match (&inner.kind, inner.as_entries()) {
        (_, Some(entries)) => read(entries, rest),
        (Kind::Unknown(_), None) => inner.clone(),
        _ => Value::NULL,
    }
}

/// A value; one that is not known in all its parts is unknown for the reason of the first of them.
fn without_origins(value: Value) -> Value {
    match value.first_cause() {
        Some(cause) => Value::unknown(cause),
        None => value,
    }
}
