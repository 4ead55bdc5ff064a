//! Verbs: the functions that rule and model files have beyond Terraform's, one file per family. A verb is one row in the table of its
//! family; the table in the guide is made from these rows.

mod alike;
mod build;
mod change;
mod context;
mod coverage;
mod edges;
mod environments;
mod general;
mod losses;
mod modules;
mod nodes;
pub mod placement;
mod resources;
pub mod scope;
mod signature;
mod standing;
pub mod targets;

use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use crate::budget::Budget;
use crate::eval::{EvalError, EvalResult};
use crate::graph::Found;
use crate::value::{Kind, NodeId, Sequence, Type, Value};
pub use context::{AssumedPlace, Assumptions, VerbContext};
use scope::GraphScope;
pub use signature::{Argument, Returns};

/// One verb.
pub struct Verb {
    pub name: &'static str,
    /// The arguments, in order.
    pub takes: &'static [Argument],
    /// What the result is, for checks of the attributes that are read from it.
    pub returns: Returns,
    /// What the verb returns, in one line.
    pub gives: &'static str,
    pub call: fn(&GraphScope<'_>, &[Value]) -> EvalResult<Value>,
}

/// The families, in the order of the guide.
const FAMILIES: [&[Verb]; 11] = [
    resources::VERBS,
    alike::VERBS,
    nodes::VERBS,
    edges::VERBS,
    placement::VERBS,
    losses::VERBS,
    targets::VERBS,
    change::VERBS,
    modules::VERBS,
    environments::VERBS,
    general::VERBS,
];

/// Whether a verb asks what losses do. The table of how nodes stand is made from model files, so these cannot ask back.
#[must_use]
pub fn is_about_losses(name: &str) -> bool {
    losses::VERBS.iter().chain(targets::VERBS).any(|verb| verb.name == name)
}

/// All verbs, in the order of the guide.
pub fn all() -> impl Iterator<Item = &'static Verb> {
    FAMILIES.into_iter().flatten()
}

/// The verb of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Verb> {
    static BY_NAME: LazyLock<FxHashMap<&'static str, &'static Verb>> =
        LazyLock::new(|| all().map(|verb| (verb.name, verb)).collect());
    BY_NAME.get(name).copied()
}

fn usage(name: &str) -> Box<EvalError> {
    let arguments = find(name).map_or_else(String::new, Verb::arguments);
    EvalError::wrong(format!("call it as `{name}({arguments})`"))
}

fn none() -> Value {
    Value::tuple(Vec::new())
}

fn first<'v>(arguments: &'v [Value], name: &str) -> EvalResult<(&'v Value, &'v [Value])> {
    arguments.split_first().ok_or_else(|| usage(name))
}

/// The node in the first argument; `None` if it is null.
fn node(arguments: &[Value], name: &str) -> EvalResult<Option<NodeId>> {
    let (value, _) = first(arguments, name)?;
    if value.is_null() {
        return Ok(None);
    }
    match value.as_node() {
        Some(node) => Ok(Some(node)),
        None => Err(EvalError::wrong(format!(
            "`{name}` takes a node, such as `self` or an element of `linked(…)`, not a {}",
            value.type_of()
        ))),
    }
}

fn strings(values: &[Value]) -> EvalResult<Vec<&str>> {
    values
        .iter()
        .map(|value| {
            value
                .as_str()
                .ok_or_else(|| EvalError::wrong("types, sets, roles and kinds of edges must be strings"))
        })
        .collect()
}

/// Nodes as a list value, which is open if there may be more.
fn nodes(scope: &GraphScope<'_>, found: Found) -> Value {
    let items = found.nodes.iter().filter_map(|id| scope.context.value_of(scope.graph, *id)).collect();
    Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more: found.more, most: None })).into()
}

/// Pays for the search and returns its nodes as a list value.
fn looked_at(scope: &GraphScope<'_>, found: Found) -> EvalResult<Value> {
    const STEPS: u64 = 8;
    let edges = u64::try_from(found.looked_at).unwrap_or(u64::MAX);
    scope.meter.spend(Budget::Evaluation, edges.saturating_mul(STEPS))?;
    Ok(nodes(scope, found))
}
