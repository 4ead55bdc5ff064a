//! The nodes that a rule looks at, and the verdicts of rules that may have missed some.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Rule;
use super::verdict::UnknownVerdict;
use crate::diagnostic::Location;
use crate::eval::access::{Elements, elements};
use crate::graph::{Graph, NodeKind, NodePlace, ROOT_MODULE};
use crate::value::{Cause, CauseKind, Kind, Known, NodeId, Value};

/// The nodes that a rule looks at.
#[derive(Default)]
pub(super) struct Subjects {
    pub(super) nodes: Vec<NodeId>,
    /// Set if there may be more: the cause.
    pub(super) more: Option<Arc<Cause>>,
}

impl Subjects {
    /// Reads the value of `for_each`. Null is no node, as for verbs; any other value that is not a node may stand for a missed one.
    pub(super) fn of(for_each: &Value) -> Self {
        let not_a_node = |value: &Value, wanted: &str| {
            let message = format!("`for_each` of the rule must be {wanted}, not a {}", value.type_of());
            Cause::new(CauseKind::Error, message, None)
        };
        let (items, more) = match elements(for_each) {
            Some(Known::Yes(Elements { items, more, .. })) if for_each.as_node().is_none() => (items, more),
            Some(Known::No(cause)) => return Self { nodes: Vec::new(), more: Some(cause) },
            None if for_each.is_null() => return Self::default(),
            Some(Known::Yes(_)) | None => {
                return Self { nodes: Vec::new(), more: Some(not_a_node(for_each, "a list of nodes")) };
            }
        };
        let mut subjects = Self { nodes: Vec::new(), more };
        for (_, item) in items {
            let cause = match (item.as_node(), &item.kind) {
                (Some(node), _) => {
                    subjects.nodes.push(node);
                    continue;
                }
                (None, Kind::Null(_)) => continue,
                (None, Kind::Unknown(unknown)) => unknown.cause.clone(),
                (None, _) => not_a_node(&item, "nodes"),
            };
            subjects.more.get_or_insert(cause);
        }
        subjects
    }
}

/// The verdicts of rules that may have missed nodes. One cause, such as a module that is not downloaded, concerns many rules and is
/// reported once.
pub(super) fn undecided_at_root(
    missed: Vec<(Arc<Rule>, Arc<Cause>)>,
    graph: &Graph<'_>,
    root: usize,
) -> Vec<UnknownVerdict> {
    let mut by_cause: BTreeMap<Arc<Cause>, Vec<Arc<Rule>>> = BTreeMap::new();
    for (rule, cause) in missed {
        by_cause.entry(cause.root().clone()).or_default().push(rule);
    }
    let root = graph.nodes_of_root(root).find(|(_, node)| node.kind == NodeKind::Module);
    let span = root.and_then(|(_, node)| match &node.place {
        NodePlace::Span(span) => Some(*span),
        place => place.header(),
    });
    let location = span.map(Location::Source);
    by_cause
        .into_iter()
        .filter_map(|(cause, rules)| {
            let mut rules = rules.into_iter().map(|rule| rule.id.clone());
            Some(UnknownVerdict {
                rule: rules.next()?,
                further_rules: rules.collect(),
                address: ROOT_MODULE.into(),
                cause,
                location: location.clone(),
            })
        })
        .collect()
}
