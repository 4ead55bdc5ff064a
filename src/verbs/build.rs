//! Building a graph: conditions of the model are expressions with verbs, evaluated over the graph built so far.

use std::sync::Arc;

use super::VerbContext;
use super::scope::{GraphScope, MAX_QUESTION};
use crate::budget::{Allowance, Budget, Meter};
use crate::estate::Estate;
use crate::eval::access::{Elements, elements};
use crate::eval::{Files, NoFiles};
use crate::graph::{Conditions, Fulfilling, Graph, GraphRoot, Questions};
use crate::model::{Derived, Expression, Model};
use crate::value::{Cause, CauseKind, Kind, Known, NodeId};

impl<'a> Graph<'a> {
    /// Builds the graph of an estate.
    #[must_use]
    pub fn build(estate: &'a Estate, model: &'a Model, files: &dyn Files) -> Self {
        Self::build_within(estate, model, files, Allowance::UNLIMITED)
    }

    /// Builds the graph of an estate with at most as many edges as the budget allows. If it allows too few, all nodes are open.
    #[must_use]
    pub fn build_within(
        estate: &'a Estate,
        model: &'a Model,
        files: &dyn Files,
        allowance: Allowance,
    ) -> Self {
        Self::assemble(&[GraphRoot::alone(estate)], model, &Evaluated { files }, allowance)
    }

    /// Builds the graph of several root modules that make one landscape. All estates have the same time. `elsewhere` says why there may
    /// be other root modules in it, if there may be any.
    #[must_use]
    pub fn build_landscape(
        roots: &[GraphRoot<'a>],
        model: &'a Model,
        allowance: Allowance,
        elsewhere: Option<&Arc<Cause>>,
    ) -> Self {
        // No file belongs to all of them.
        Self::assemble(roots, model, &Evaluated { files: &NoFiles }, allowance).opened(elsewhere)
    }
}

/// Evaluates conditions of the model.
struct Evaluated<'f> {
    files: &'f dyn Files,
}

impl Conditions for Evaluated<'_> {
    fn about<'g>(&'g self, graph: &'g Graph<'g>) -> Box<dyn Questions + 'g> {
        Box::new(VerbContext::new(graph, self.files))
    }
}

impl Questions for VerbContext<'_> {
    fn holds(&self, condition: &Expression, node: NodeId) -> Known<bool> {
        let meter = Meter::of_question(MAX_QUESTION);
        GraphScope::for_model(self, self.graph, node, &meter).holds(condition)
    }

    fn fulfilling(&self, derived: &Derived, node: NodeId) -> Fulfilling {
        let meter = Meter::of_question(MAX_QUESTION);
        let found = self.found(derived, node, &meter);
        Fulfilling { steps: meter.spent(Budget::Evaluation), ..found }
    }
}

impl VerbContext<'_> {
    fn found(&self, derived: &Derived, node: NodeId, meter: &Meter) -> Fulfilling {
        let mut all = Fulfilling::default();
        let scope = GraphScope::for_model(self, self.graph, node, meter);
        let failed = |message: String| Cause::new(CauseKind::Error, message, None);
        let candidates = match scope.evaluate(&derived.to) {
            Ok(value) => elements(&value).unwrap_or_else(|| {
                Known::No(failed(format!("the targets of an edge must be a list, not a {}", value.type_of())))
            }),
            Err(error) => Known::No(error.limit.clone().unwrap_or_else(|| failed(error.message))),
        };
        let Elements { items, more, .. } = match candidates {
            Known::Yes(elements) => elements,
            Known::No(cause) => return Fulfilling { more: Some(cause), ..all },
        };
        all.more = more;
        for (_, item) in items {
            let Some(other) = item.as_node() else {
                if let Kind::Unknown(unknown) = &item.kind {
                    all.more.get_or_insert_with(|| unknown.cause.clone());
                }
                continue;
            };
            let holds =
                derived.when.as_ref().map_or(Known::Yes(true), |when| scope.with_other(other).holds(when));
            match holds {
                Known::Yes(true) => all.nodes.push(other),
                Known::Yes(false) => {}
                Known::No(cause) => all.maybe.push((other, cause)),
            }
        }
        all
    }
}
