//! Resources that say the same in some attributes. They are found by what they say: comparing each with all others takes too long where
//! thousands share a name.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::resources::resources_of_all;
use super::scope::GraphScope;
use super::{Argument, Returns, Verb, node, nodes, none, strings, usage};
use crate::budget::Budget;
use crate::estate::Mode;
use crate::eval::EvalResult;
use crate::graph::{Found, Graph};
use crate::value::equality::{Truth, equal};
use crate::value::{Cause, CauseKind, Kind, NodeId, Origin, Str, Time, Value};

pub(super) const VERBS: &[Verb] = &[Verb {
    name: "alike",
    takes: &[Argument::Node, Argument::Attributes],
    returns: Returns::SameNode,
    gives: "the managed resource instances of the node's type that are equal to it in all of these attributes, including `node` itself",
    call: alike,
}];

/// A group is compared with so many others at most that may say the same; with more of them, it is not known whether they do.
const MAX_COMPARED: usize = 64;

/// The key of the cached groups of a type: the time, the type, the attributes, and whether lists of resources are open for who asks.
pub(super) type AlikeKey = (Time, Str, String, bool);

/// What a resource says in one attribute, as far as it can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum AlikePart {
    Null,
    Text(Str),
    /// The same attribute of the same resource.
    Symbol(Arc<Origin>),
    /// It can only be compared: the node that says it.
    Compared(NodeId),
}

/// Resources that certainly say the same.
#[derive(Debug)]
struct AlikeGroup {
    said: Vec<AlikePart>,
    /// For each attribute whether the group is looked up by its text.
    shape: Vec<bool>,
    values: Vec<Value>,
    members: Vec<NodeId>,
    /// The members as a list, which all of them share.
    list: OnceLock<Value>,
}

/// Which attributes are compared, and what is said in them.
type AlikeIndexKey = (Vec<bool>, Vec<(usize, Str)>);

/// The resources of a type by what they say in some attributes.
#[derive(Debug, Default)]
pub(super) struct AlikeGroups {
    groups: Vec<AlikeGroup>,
    group_of: FxHashMap<NodeId, usize>,
    /// The attributes in which some group says a text.
    shapes: Vec<Vec<bool>>,
    /// The groups of a shape by the texts that they say in a part of these attributes.
    by_texts: FxHashMap<AlikeIndexKey, Vec<usize>>,
    /// Why there may be further resources.
    more: Option<Arc<Cause>>,
}

fn alike(scope: &GraphScope<'_>, arguments: &[Value]) -> EvalResult<Value> {
    let names = strings(arguments.get(1..).unwrap_or_default())?;
    if names.is_empty() {
        return Err(usage("alike"));
    }
    let Some(id) = node(arguments, "alike")? else { return Ok(none()) };
    let Some((graph, type_)) =
        scope.graph.at(id.time()).and_then(|graph| Some((graph, graph.node(id)?.type_.clone())))
    else {
        return Ok(none());
    };
    let unread = scope.unread_of(&[type_.as_str()]);
    let key = (id.time(), type_.clone(), names.join(" "), unread.is_some());
    let groups = scope.context.grouped(key, || {
        let found = resources_of_all(graph, Mode::Managed, &[type_.as_str()], unread);
        AlikeGroups::of(graph, &found.nodes, &names, found.more)
    });
    let (list, compared) = groups.with(scope, id);
    scope.meter.spend(Budget::Evaluation, compared)?;
    Ok(list)
}

impl AlikeGroups {
    fn of(graph: &Graph<'_>, all: &[NodeId], names: &[&str], more: Option<Arc<Cause>>) -> Self {
        let mut groups = Self { more, ..Self::default() };
        let mut by_said: FxHashMap<Vec<AlikePart>, usize> = FxHashMap::default();
        for id in all {
            let values: Vec<Value> = names.iter().map(|name| attribute(graph, *id, name)).collect();
            let said: Vec<AlikePart> = values.iter().map(|value| said(*id, value)).collect();
            let group = *by_said.entry(said.clone()).or_insert_with(|| {
                groups.groups.push(AlikeGroup::new(said, values));
                groups.groups.len() - 1
            });
            if let Some(group) = groups.groups.get_mut(group) {
                group.members.push(*id);
            }
            groups.group_of.insert(*id, group);
        }
        groups.index();
        groups
    }

    /// Files each group under the texts that it says in the attributes of each shape.
    fn index(&mut self) {
        for group in &self.groups {
            if !self.shapes.contains(&group.shape) {
                self.shapes.push(group.shape.clone());
            }
        }
        for (at, group) in self.groups.iter().enumerate() {
            // Several shapes may have the same attributes in common with it.
            let texts: BTreeSet<_> = self.shapes.iter().map(|shape| group.texts_in(shape)).collect();
            for texts in texts {
                self.by_texts.entry((group.shape.clone(), texts)).or_default().push(at);
            }
        }
    }

    /// The resources that are alike to a node, and how many steps it took.
    fn with(&self, scope: &GraphScope<'_>, id: NodeId) -> (Value, u64) {
        let Some(group) = self.group_of.get(&id).and_then(|at| self.groups.get(*at)) else {
            // It may not exist, and then it is alike to nothing.
            let cause = scope.graph.node(id).and_then(|node| node.uncertain.clone());
            let more = cause.or_else(|| self.more.clone());
            return (nodes(scope, Found { nodes: vec![id], more, looked_at: 0 }), STEPS);
        };
        let mut steps = STEPS;
        let list = group.list.get_or_init(|| {
            let (found, compared) = self.found(scope, group);
            steps += compared;
            nodes(scope, found)
        });
        (list.clone(), steps)
    }

    fn found(&self, scope: &GraphScope<'_>, own: &AlikeGroup) -> (Found, u64) {
        let mut all = own.members.clone();
        let mut more = self.more.clone();
        let mut compared = 0;
        for shape in &self.shapes {
            let others = self.by_texts.get(&(shape.clone(), own.texts_in(shape))).into_iter().flatten();
            let others = others.filter_map(|at| self.groups.get(*at)).filter(|other| other.said != own.said);
            for other in others {
                compared += 1;
                if compared > MAX_COMPARED {
                    more.get_or_insert_with(|| Cause::new(CauseKind::Limit, "MAX_COMPARED", None));
                    break;
                }
                match other.is_alike(own, scope.graph) {
                    Truth::Yes => all.extend(&other.members),
                    Truth::No => {}
                    Truth::Unknown(cause) => more = more.into_iter().chain([cause]).min(),
                }
            }
        }
        all.sort_unstable();
        let steps = u64::try_from(compared + all.len()).unwrap_or(u64::MAX).saturating_mul(STEPS);
        (Found { nodes: all, more, looked_at: 0 }, steps)
    }
}

/// The steps to look something up.
const STEPS: u64 = 8;

/// Of more attributes that say a text, the others are compared.
const MAX_TEXTS: usize = 8;

impl AlikeGroup {
    fn new(said: Vec<AlikePart>, values: Vec<Value>) -> Self {
        let mut texts = 0;
        let is_looked_up = |said: &AlikePart| {
            let is_text = matches!(said, AlikePart::Text(_));
            texts += usize::from(is_text);
            is_text && texts <= MAX_TEXTS
        };
        let shape = said.iter().map(is_looked_up).collect();
        Self { said, shape, values, members: Vec::new(), list: OnceLock::new() }
    }

    /// The texts by which both it and groups of a shape are looked up, with the index of the attribute.
    fn texts_in(&self, shape: &[bool]) -> Vec<(usize, Str)> {
        let all = self.said.iter().zip(&self.shape).zip(shape).enumerate();
        let texts = all.filter_map(|(at, ((said, own), other))| match said {
            AlikePart::Text(text) if *own && *other => Some((at, text.clone())),
            _ => None,
        });
        texts.collect()
    }

    fn is_alike(&self, other: &Self, graph: &Graph<'_>) -> Truth {
        let mut all = Truth::Yes;
        for (own, other) in self.values.iter().zip(&other.values) {
            all = all.and(|| equal(own, other, graph));
        }
        all
    }
}

fn attribute(graph: &Graph<'_>, id: NodeId, name: &str) -> Value {
    let Some(entries) = graph.node(id).and_then(|node| node.value.as_entries()) else { return Value::NULL };
    let absent = || entries.open().map_or(Value::NULL, |cause| Value::unknown(cause.clone()));
    entries.get(name).cloned().unwrap_or_else(absent)
}

fn said(id: NodeId, value: &Value) -> AlikePart {
    match &value.kind {
        Kind::Null(_) => AlikePart::Null,
        Kind::String(text) => AlikePart::Text(text.clone()),
        Kind::Unknown(unknown) => match &unknown.origin {
            Some(origin) if unknown.refinement.null_or.is_none() => AlikePart::Symbol(origin.clone()),
            _ => AlikePart::Compared(id),
        },
        _ => AlikePart::Compared(id),
    }
}
