//! Verbs about what the loss of a node does to entries.

use std::sync::Arc;

use super::scope::GraphScope;
use super::{Argument, Returns, Verb, VerbContext, node, nodes, none, usage};
use crate::analysis::failure::{Failure, Takedown, Takedowns};
use crate::diagnostic::nearest;
use crate::eval::{EvalError, EvalResult};
use crate::graph::Found;
use crate::value::{Cause, CauseKind, Kind, NodeId, Sequence, Str, Type, Value, count};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "exposed",
        takes: &[],
        returns: Returns::Nodes,
        gives: "the nodes whose loss, alone or with a zone, may take an entry down, and the entries themselves; none where no traffic enters",
        call: |scope, _| {
            Ok(nodes(
                scope,
                Found { nodes: takedowns(scope.context).exposed.clone(), more: None, looked_at: 0 },
            ))
        },
    },
    Verb {
        name: "takes_down",
        takes: &[Argument::Node, Argument::Value],
        returns: Returns::Value,
        gives: "what goes down when the node is lost, alone (`\"node\"`) or with its zone (`\"zone\"`): for each entry `entry`, `lost` (the name of the zone, or the address), `others` (how many entries more go down), and for the first one `path`, the nodes from the entry to this one",
        call: takes_down,
    },
];

/// The two ways in which a node is lost.
const WAYS: [&str; 2] = ["node", "zone"];

fn takes_down(scope: &GraphScope<'_>, arguments: &[Value]) -> EvalResult<Value> {
    let [_, way] = arguments else { return Err(usage("takes_down")) };
    let way = way.as_str().filter(|way| WAYS.contains(way)).ok_or_else(|| {
        let near = way.as_str().and_then(|way| nearest(way, WAYS));
        let near = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
        EvalError::wrong(format!("`takes_down` takes \"node\" or \"zone\"{near}"))
    })?;
    let Some(node) = node(arguments, "takes_down")? else { return Ok(none()) };
    if node.time() != scope.graph.time || scope.graph.time != scope.context.graph.time {
        let cause = Cause::new(CauseKind::OutsideConfiguration, "what was lost before the change", None);
        return Ok(Value::unknown(cause));
    }
    let found = takedowns(scope.context);
    let is_asked = |takedown: &&Takedown| matches!(takedown.lost, Failure::Zone(_)) == (way == "zone");
    let of = || found.of(node).iter().filter(is_asked);
    let certain = || of().filter(|takedown| takedown.doubt.is_none());
    let mut entries: Vec<NodeId> = certain().map(|takedown| takedown.entry).collect();
    entries.sort_unstable();
    entries.dedup();
    let others = entries.len().saturating_sub(1);
    let items = certain().map(|takedown| told(scope, takedown, others)).collect();
    let unplaced = || found.unplaced.get(&node).filter(|_| way == "zone").cloned();
    let more =
        of().find_map(|takedown| takedown.doubt.clone()).or_else(unplaced).or_else(|| found.cut.clone());
    Ok(Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more, most: None })).into())
}

fn told(scope: &GraphScope<'_>, takedown: &Takedown, others: usize) -> Value {
    let value = |node: &NodeId| scope.context.value_of(scope.graph, *node).unwrap_or(Value::NULL);
    let lost = name_of(scope, takedown.lost);
    let path = Value::tuple(takedown.path.iter().map(value).collect());
    Value::object(vec![
        ("entry".into(), value(&takedown.entry)),
        ("lost".into(), lost),
        ("others".into(), count(others)),
        ("path".into(), path),
    ])
}

/// The name of a zone, or the address of a node.
pub(super) fn name_of(scope: &GraphScope<'_>, lost: Failure) -> Value {
    match lost {
        Failure::Zone(at) => scope
            .context
            .simulated()
            .zone_names
            .get(at)
            .map_or(Value::NULL, |name| Str::from(name.as_str()).into()),
        Failure::Region(_) => Value::NULL,
        Failure::Node(node) => scope.graph.node(node).map_or(Value::NULL, |node| node.address.clone().into()),
    }
}

fn takedowns<'c>(context: &'c VerbContext<'_>) -> &'c Takedowns {
    &context.simulated().takedowns
}
