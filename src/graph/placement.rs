//! Placement: in which zones a node stands and how many copies of it there are.

use std::sync::Arc;

use super::Graph;
use crate::budget::Meter;
use crate::eval::access::elements;
use crate::eval::{EvalResult, Files};
use crate::graph::scope::{GraphScope, MAX_QUESTION};
use crate::value::equality::{Truth, equal};
use crate::value::{Cause, CauseKind, Kind, NodeId, Origin, Sequence, Step, Type, Unknown, Value, convert};

/// Placement follows from placement no further than this: target → service → group → subnet is four.
pub const MAX_PLACEMENT_DEPTH: usize = 16;

/// A node stands in no more zones than these; no region has so many.
pub const MAX_ZONES: usize = 64;

/// What costs too much is not known.
pub(super) fn or_unknown(result: EvalResult<Value>) -> EvalResult<Value> {
    result.or_else(|error| match &error.limit {
        Some(cause) => Ok(Value::unknown(cause.clone())),
        None => Err(error),
    })
}

impl Graph<'_> {
    /// The zones in which a node stands, each once. An open list where two zones may be one, or where there may be more.
    ///
    /// # Errors
    /// If the expression in the model file is wrong.
    pub fn zones(&self, node: NodeId, files: &dyn Files, depth: usize) -> EvalResult<Value> {
        let Some(graph) = self.at(node.time()) else { return Ok(Value::NULL) };
        let Some(slot) = graph.zones.get(node.index()) else { return Ok(Value::tuple(Vec::new())) };
        if let Some(zones) = slot.get() {
            return Ok(zones.clone());
        }
        if depth >= MAX_PLACEMENT_DEPTH {
            return Ok(Value::unknown(Cause::new(CauseKind::Limit, "MAX_PLACEMENT_DEPTH", None)));
        }
        let zones = graph.placed(node, files, depth)?;
        Ok(slot.get_or_init(|| zones).clone())
    }

    fn placed(&self, id: NodeId, files: &dyn Files, depth: usize) -> EvalResult<Value> {
        let Some(node) = self.node(id) else { return Ok(Value::NULL) };
        let Some(expression) = self.model.of(&node.type_).and_then(|model| model.zones.as_ref()) else {
            let cause = Cause::new(
                CauseKind::OutsideConfiguration,
                ecow::eco_format!("where {} stands", node.address),
                None,
            );
            return Ok(Value::unknown(cause));
        };
        let meter = Meter::of_question(MAX_QUESTION);
        let value = GraphScope::for_model(self, files, id, &meter).at_depth(depth + 1).evaluate(expression);
        let value = or_unknown(value)?;
        let found = match elements(&value) {
            Ok(found) => found,
            Err(Some(cause)) => return Ok(Value::unknown(cause)),
            Err(None) => return Ok(self.not_said(id)),
        };
        let mut more = found.more;
        let mut zones: Vec<Value> = Vec::new();
        for (index, (_, zone)) in found.items.into_iter().enumerate() {
            if zones.len() == MAX_ZONES {
                more = more.or_else(|| Some(Cause::new(CauseKind::Limit, "MAX_ZONES", None)));
                break;
            }
            // A module that asks whether a zone is named by name or by id gives null for one of the two: it is this zone anyway.
            let zone = zone.unless_null().clone();
            let zone = if zone.is_null() { self.unset_zone(id, index) } else { zone };
            // A zone is a string, also while it is not known which.
            let zone = convert::convert(&zone, &Type::String).unwrap_or(zone);
            let mut duplicate = false;
            let mut maybe = None;
            for known in &zones {
                match equal(known, &zone, self) {
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
        let sequence = Sequence { element: Type::Dynamic, items: zones, more };
        Ok(Kind::Tuple(Arc::new(sequence)).into())
    }

    fn not_said(&self, id: NodeId) -> Value {
        let zone = self.unset_zone(id, 0);
        Value::tuple(vec![zone])
    }

    /// A zone that the configuration leaves to the provider: unknown, but the same whenever this node is asked.
    fn unset_zone(&self, id: NodeId, index: usize) -> Value {
        let address = self.node(id).map(|node| node.address.clone()).unwrap_or_default();
        let cause =
            Cause::new(CauseKind::DecidedByProvider, ecow::eco_format!("the zone of {address}"), None);
        let mut unknown = Unknown::new(Type::String, cause);
        unknown.refinement.not_null = true;
        unknown.origin = self.subject_of(id).map(|subject| {
            Arc::new(Origin {
                subject,
                path: vec![Step::Key("zone".into()), Step::Index(u64::try_from(index).unwrap_or(u64::MAX))],
            })
        });
        unknown.into()
    }

    fn subject_of(&self, id: NodeId) -> Option<crate::value::SubjectId> {
        self.estate.instances.get(id.index()).map(|instance| instance.subject)
    }

    /// How many copies of a node there are; 1 where the model does not say.
    ///
    /// # Errors
    /// If the expression in the model file is wrong.
    pub fn copies(&self, id: NodeId, files: &dyn Files, depth: usize) -> EvalResult<Value> {
        if depth >= MAX_PLACEMENT_DEPTH {
            return Ok(Value::unknown(Cause::new(CauseKind::Limit, "MAX_PLACEMENT_DEPTH", None)));
        }
        let Some(graph) = self.at(id.time()) else { return Ok(Value::NULL) };
        let model = graph.node(id).and_then(|node| graph.model.of(&node.type_));
        match model.and_then(|model| model.copies.as_ref()) {
            Some(expression) => {
                let meter = Meter::of_question(MAX_QUESTION);
                or_unknown(
                    GraphScope::for_model(graph, files, id, &meter).at_depth(depth + 1).evaluate(expression),
                )
            }
            None => Ok(1.into()),
        }
    }
}
