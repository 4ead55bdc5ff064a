//! Placement: the zones in which a node stands, and the number of its copies.

use std::sync::{Arc, OnceLock};

use super::scope::{GraphScope, MAX_QUESTION};
use super::{Argument, Returns, Verb, VerbContext, node, none};
use crate::budget::Meter;
use crate::eval::EvalResult;
use crate::eval::access::elements;
use crate::graph::{Graph, Node};
use crate::value::equality::{Truth, equal};
use crate::value::{
    Cause, CauseKind, Kind, Known, NodeId, Origin, Sequence, Step, Time, Type, Unknown, Value, convert,
};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "zones",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "the zones in which a node stands, each once; zones may be symbolic (`names[0]` and `names[1]` are two)",
        call: |scope, arguments| match node(arguments, "zones")? {
            Some(node) => scope.context.zones(node, scope.depth),
            None => Ok(none()),
        },
    },
    Verb {
        name: "copies",
        takes: &[Argument::Node],
        returns: Returns::Value,
        gives: "the number of copies of a node; 1 if the model does not say",
        call: |scope, arguments| match node(arguments, "copies")? {
            Some(node) => scope.context.copies(node, scope.depth),
            None => Ok(Value::NULL),
        },
    },
];

/// The cached placement of every node, before and after the change.
#[derive(Default)]
pub(super) struct Placement {
    after: OnceLock<Box<[NodePlacement]>>,
    before: OnceLock<Box<[NodePlacement]>>,
}

/// Zones and copies of one node.
#[derive(Default)]
struct NodePlacement {
    zones: OnceLock<Value>,
    copies: OnceLock<Value>,
}

impl Placement {
    fn of(&self, graph: &Graph<'_>, id: NodeId) -> Option<&NodePlacement> {
        let table = match id.time() {
            Time::After => &self.after,
            Time::Before => &self.before,
        };
        table.get_or_init(|| graph.nodes().map(|_| NodePlacement::default()).collect()).get(id.index())
    }
}

/// The longest chain of placements that is followed: target → service → group → subnet is four.
pub const MAX_PLACEMENT_DEPTH: usize = 16;

/// The most zones in which a node stands; no region has as many.
pub const MAX_ZONES: usize = 64;

/// Turns an error about a spent budget into an unknown value.
pub(super) fn or_unknown(result: EvalResult<Value>) -> EvalResult<Value> {
    result.or_else(|error| match &error.limit {
        Some(cause) => Ok(Value::unknown(cause.clone())),
        None => Err(error),
    })
}

impl VerbContext<'_> {
    /// The zones in which a node stands, each once. The list is open if two zones may be the same, or if there may be more.
    ///
    /// # Errors
    /// If the expression in the model file is wrong.
    pub fn zones(&self, node: NodeId, depth: usize) -> EvalResult<Value> {
        let Some(graph) = self.graph.at(node.time()) else { return Ok(Value::NULL) };
        if let Some(place) = self.assumed_place(node) {
            return Ok(place.zones.clone());
        }
        let Some(NodePlacement { zones: slot, .. }) = self.placement.of(graph, node) else {
            return Ok(none());
        };
        if let Some(zones) = slot.get() {
            return Ok(zones.clone());
        }
        if depth >= MAX_PLACEMENT_DEPTH {
            return Ok(Value::unknown(Cause::new(CauseKind::Limit, "MAX_PLACEMENT_DEPTH", None)));
        }
        let zones = self.placed(graph, node, depth)?;
        Ok(slot.get_or_init(|| zones).clone())
    }

    fn placed(&self, graph: &Graph<'_>, id: NodeId, depth: usize) -> EvalResult<Value> {
        let Some(node) = graph.node(id) else { return Ok(Value::NULL) };
        let Some(expression) = graph.model.of(&node.type_).and_then(|model| model.zones.as_ref()) else {
            let cause = Cause::new(
                CauseKind::OutsideConfiguration,
                ecow::eco_format!("the zones of {}", node.address),
                None,
            );
            return Ok(Value::unknown(cause));
        };
        let meter = Meter::of_question(MAX_QUESTION);
        let value = GraphScope::for_model(self, graph, id, &meter).at_depth(depth + 1).evaluate(expression);
        let value = or_unknown(value)?;
        let found = match elements(&value) {
            Some(Known::Yes(found)) => found,
            Some(Known::No(cause)) => return Ok(Value::unknown(cause)),
            None if value.is_null() => return Ok(not_said(graph, id)),
            None => {
                let what = ecow::eco_format!("zones must be a list, not a {}", value.type_of());
                return Ok(Value::unknown(Cause::new(CauseKind::Error, what, None)));
            }
        };
        let mut more = found.more;
        let mut zones: Vec<Value> = Vec::new();
        for (index, (_, zone)) in found.items.into_iter().enumerate() {
            if zones.len() == MAX_ZONES {
                more = more.or_else(|| Some(Cause::new(CauseKind::Limit, "MAX_ZONES", None)));
                break;
            }
            let zone = match &zone.kind {
                Kind::Null(_) => unset_zone(graph, id, index),
                Kind::Unknown(unknown) => match &unknown.refinement.null_or {
                    Some(set) if asks_of_itself(unknown, set) || is_set_in_one_of_two(node, set, graph) => {
                        set.as_ref().clone()
                    }
                    // Where it is null, the provider decides.
                    Some(_) => Value::unknown_of(Type::String, unknown.cause.clone()),
                    None => zone,
                },
                _ => zone,
            };
            // A zone is a string even while it is unknown which.
            let zone = convert::convert(&zone, &Type::String).unwrap_or(zone);
            let mut duplicate = false;
            let mut maybe = None;
            for known in &zones {
                match equal(known, &zone, graph) {
                    Truth::Yes => duplicate = true,
                    Truth::No => {}
                    Truth::Unknown(cause) => maybe = Some(cause),
                }
            }
            match maybe {
                _ if duplicate => {}
                Some(cause) => more = more.or(Some(cause)),
                None => zones.push(zone),
            }
        }
        let sequence = Sequence { element: Type::Dynamic, items: zones, more, most: None };
        Ok(Kind::Tuple(Arc::new(sequence)).into())
    }

    /// The number of copies of a node; 1 if the model does not say.
    ///
    /// # Errors
    /// If the expression in the model file is wrong.
    pub fn copies(&self, id: NodeId, depth: usize) -> EvalResult<Value> {
        let Some(graph) = self.graph.at(id.time()) else { return Ok(Value::NULL) };
        if let Some(place) = self.assumed_place(id) {
            return Ok(place.copies.clone());
        }
        let model = graph.node(id).and_then(|node| graph.model.of(&node.type_));
        let Some(expression) = model.and_then(|model| model.copies.as_ref()) else { return Ok(1.into()) };
        let Some(NodePlacement { copies: slot, .. }) = self.placement.of(graph, id) else {
            return Ok(1.into());
        };
        if let Some(copies) = slot.get() {
            return Ok(copies.clone());
        }
        if depth >= MAX_PLACEMENT_DEPTH {
            return Ok(Value::unknown(Cause::new(CauseKind::Limit, "MAX_PLACEMENT_DEPTH", None)));
        }
        let meter = Meter::of_question(MAX_QUESTION);
        let scope = GraphScope::for_model(self, graph, id, &meter).at_depth(depth + 1);
        let copies = or_unknown(scope.evaluate(expression))?;
        Ok(slot.get_or_init(|| copies).clone())
    }
}

/// Whether the condition of "this value or null" asks of the same answer of a data source that the value is from: how a zone's name is
/// written, which holds for all of them.
fn asks_of_itself(unknown: &Unknown, set: &Value) -> bool {
    set.as_unknown().is_some_and(|set| {
        let (own, asked) = (set.cause.root(), unknown.cause.root());
        own == asked && own.kind == CauseKind::DataSource
    })
}

/// Whether two arguments of a node are this value or null. A module that tests whether a zone is given by name or by id sets one of the
/// two to null, and the other one is the zone.
fn is_set_in_one_of_two(node: &Node, set: &Value, graph: &Graph<'_>) -> bool {
    let arguments = node.value.as_entries().into_iter().flat_map(|entries| &entries.items);
    let alike = arguments.filter(|(_, value)| {
        let unknown = value.as_unknown();
        let own = unknown.and_then(|unknown| unknown.refinement.null_or.as_ref());
        own.is_some_and(|own| matches!(equal(own, set, graph), Truth::Yes))
    });
    alike.take(2).count() == 2
}

fn not_said(graph: &Graph<'_>, id: NodeId) -> Value {
    let zone = unset_zone(graph, id, 0);
    Value::tuple(vec![zone])
}

/// A zone that the configuration leaves to the provider: unknown, but the same one on every call for this node.
fn unset_zone(graph: &Graph<'_>, id: NodeId, index: usize) -> Value {
    let address = graph.node(id).map(|node| node.address.clone()).unwrap_or_default();
    let cause = Cause::new(CauseKind::DecidedByProvider, ecow::eco_format!("the zone of {address}"), None);
    let mut unknown = Unknown::new(Type::String, cause);
    unknown.refinement.not_null = true;
    unknown.origin = symbol_of(graph, id).map(|symbol| {
        Arc::new(Origin {
            symbol,
            path: vec![Step::Key("zone".into()), Step::Index(u64::try_from(index).unwrap_or(u64::MAX))],
        })
    });
    unknown.into()
}

fn symbol_of(graph: &Graph<'_>, id: NodeId) -> Option<crate::value::SymbolId> {
    graph.instance(id).map(|instance| instance.symbol)
}
